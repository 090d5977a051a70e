"""Imports of friends from CSV files: the run, and what it has read so far."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class FriendImportQuerySet(models.QuerySet["FriendImport"]):
    def at_work(self) -> Self:
        """Imports of which some part is still to be done without anybody's help, the oldest first."""
        working = [FriendImport.State.CHECKING, FriendImport.State.WRITING]
        return self.filter(state__in=working).order_by("pk")


class FriendImport(models.Model):
    """A CSV file of friends on its way in: uploaded, its columns named, checked, confirmed, written."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be confirmed")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("To be confirmed")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    name = models.CharField(_("file"), max_length=200)
    place = models.CharField(max_length=200, blank=True)  # in the storage of media; "" once deleted
    size = models.BigIntegerField(_("size"))
    encoding = models.CharField(_("encoding"), max_length=10)
    # What each column of the file is: "line_user_id", "display_name", "own_name", "tags", "field:7" or "".
    columns = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    user_id = models.IntegerField(null=True)
    lines = models.IntegerField(default=0)  # of the file, about; for progress
    read_to = models.IntegerField(default=1)  # the last line that was checked
    written_to = models.IntegerField(default=0)  # the last line that was written
    rows = models.IntegerField(_("rows"), default=0)
    good = models.IntegerField(_("good rows"), default=0)
    refused = models.IntegerField(_("refused rows"), default=0)
    new = models.IntegerField(_("new friends expected"), default=0)
    new_tags = models.JSONField(default=list)
    created = models.IntegerField(_("created"), default=0)
    updated = models.IntegerField(_("updated"), default=0)
    tagged = models.IntegerField(_("tags put"), default=0)
    valued = models.IntegerField(_("field values set"), default=0)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    begun_at = models.DateTimeField(null=True)  # the checking, then the writing
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = FriendImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of friends")
        verbose_name_plural = _("imports of friends")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """A good row of a file, as it will be written. Gone when its import has ended."""

    run = models.ForeignKey(
        FriendImport, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.IntegerField()
    line_user_id = models.CharField(max_length=33, db_collation="C")
    display_name = models.CharField(max_length=100)
    own_name = models.CharField(max_length=100)
    tags = models.JSONField()  # names
    values = models.JSONField()  # as `fields.Value` says them

    class Meta:
        constraints = [models.UniqueConstraint(name="import_row_line", fields=["run", "line"])]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class ImportFault(models.Model):
    """Why a row was refused: a code of `faults`, and the column meant."""

    run = models.ForeignKey(FriendImport, on_delete=models.CASCADE, related_name="faults", db_index=False)
    line = models.IntegerField()
    code = models.CharField(max_length=20)
    column = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="import_fault_line", fields=["run", "line"])]
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line} {self.code}"
