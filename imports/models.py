"""Imports of files: the run, what it has read so far, and columns that were named before."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def at_work(self) -> Self:
        """Those of which some part can be done without anybody's help, the one that waits longest first.

        Of one kind only the import that was confirmed first is written; the others wait for its end.
        """
        before = {"kind": models.OuterRef("kind"), "begun_at__lt": models.OuterRef("begun_at")}
        earlier = ImportRun.objects.filter(state=ImportRun.State.WRITING, **before)
        at_work = models.Q(state=ImportRun.State.CHECKING) | (
            models.Q(state=ImportRun.State.WRITING) & ~models.Exists(earlier)
        )
        return self.filter(at_work).order_by(models.F("served_at").asc(nulls_first=True), "pk")

    def expired(self, before: datetime) -> Self:
        """Those whose file is still there and was uploaded before a moment."""
        return self.exclude(place="").filter(created_at__lt=before)


class ImportRun(models.Model):
    """A CSV file on its way in: uploaded, its columns named, checked, confirmed, written."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be confirmed")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("To be confirmed")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=40)  # a name of `kinds`
    name = models.CharField(_("file"), max_length=200)
    place = models.CharField(max_length=200, blank=True)  # in the storage of media; "" once deleted
    size = models.BigIntegerField(_("size"))
    encoding = models.CharField(_("encoding"), max_length=10)
    header = models.JSONField(default=list)
    columns = models.JSONField(_("columns"), default=list)  # by name, in the order of the header; "" left out
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    writes_at_once = models.BooleanField(default=False)  # once checked, without anybody looking
    problem = ReasonField(_("problem"), blank=True)
    language = models.CharField(max_length=10)  # of the reasons
    user_id = models.IntegerField(null=True)
    lines = models.IntegerField(default=0)  # of the file, about; for progress
    read_to = models.IntegerField(default=1)  # the last line that was checked
    written_to = models.IntegerField(default=0)  # the last line that was written
    rows = models.IntegerField(_("rows"), default=0)
    good = models.IntegerField(_("good rows"), default=0)
    refused = models.IntegerField(_("refused rows"), default=0)
    done = models.IntegerField(_("rows written"), default=0)
    new = models.IntegerField(_("new ones expected"), null=True)  # null: the kind cannot tell
    counts = models.JSONField(_("result"), default=dict)  # by outcome of the kind
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    begun_at = models.DateTimeField(null=True)  # the checking, then the writing
    served_at = models.DateTimeField(null=True)  # when a worker last turned to it
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(name="imports_run_kind", fields=["kind", "-id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.WRITING)


class ImportRow(models.Model):
    """A good row of a file, as its kind will write it. Gone when its import has ended."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.IntegerField()
    key = models.TextField(db_collation="C")
    is_known = models.BooleanField()
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="imports_row_line", fields=["run", "line"])]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class ImportFault(models.Model):
    """Why a row was refused, in the language of who uploaded the file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="faults", db_index=False)
    line = models.IntegerField()
    reason = models.CharField(max_length=500)
    column = models.CharField(max_length=200, blank=True)  # as it is called in words

    class Meta:
        constraints = [models.UniqueConstraint(name="imports_fault_line", fields=["run", "line"])]
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class SavedColumns(models.Model):
    """What the columns of a kind's files mean, kept under a name for the next file."""

    NAME_LENGTH = 60

    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    header = models.JSONField()
    columns = models.JSONField()  # as ImportRun.columns
    user_id = models.IntegerField(null=True)
    used_at = models.DateTimeField(_("last used"), default=timezone.now)

    class Meta:
        verbose_name = _("saved columns")
        verbose_name_plural = _("saved columns")
        ordering = ["-used_at", "-id"]
        constraints = [models.UniqueConstraint(name="imports_saved_name", fields=["kind", "name"])]

    def __str__(self) -> str:
        return self.name
