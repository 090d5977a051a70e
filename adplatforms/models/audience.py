"""People of a segment as files of hashes, and who is on the platform's list because of them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class AdAudience(models.Model):
    """A segment whose people a platform may know by hashed contacts, as far as they agreed to ads."""

    class Form(models.TextChoices):
        META = "meta", _("Meta")
        GOOGLE = "google", _("Google Ads Customer Match")
        LINE = "line", _("LINE Ads")
        X = "x", _("X")
        TIKTOK = "tiktok", _("TikTok")
        PLAIN = "plain", _("CSV of hashes")

    class Contacts(models.TextChoices):
        BOTH = "both", _("E-mail and phone")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    NAME_LENGTH = 60

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    segment = models.ForeignKey(
        "segments.Segment", on_delete=models.PROTECT, related_name="ad_audiences", verbose_name=_("segment")
    )
    form = models.CharField(_("platform"), max_length=10, choices=Form)
    contacts = models.CharField(_("contacts"), max_length=5, choices=Contacts, default=Contacts.BOTH)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("ad audience")
        verbose_name_plural = _("ad audiences")
        ordering = ["-id"]
        permissions = [("export_adaudience", _("Can export ad audiences"))]
        constraints = [
            models.CheckConstraint(
                name="adaudience_line_has_one_column",
                condition=~Q(form="line") | ~Q(contacts="both"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("ad_audience", self.pk)


class AdAudienceFile(models.Model):
    """A file with people to add, or with those to take off the platform's list again."""

    class Kind(models.TextChoices):
        ADD = "add", _("People to add")
        REMOVE = "remove", _("People to remove")

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Deleted")

    class Problem(models.TextChoices):
        BROKEN = "broken", _("An error of ours; the log of this installation says more. Make the file again.")
        STOPPED = "stopped", _("It was begun several times and never came to its end. Make the file again.")

    audience = models.ForeignKey(
        AdAudience, on_delete=models.CASCADE, related_name="files", verbose_name=_("audience")
    )
    kind = models.CharField(_("what is in it"), max_length=6, choices=Kind)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.MAKING)
    bitmap = models.BinaryField(null=True)  # whom the segment had as it began
    position = models.BigIntegerField(default=0)  # how far it is
    total = models.PositiveIntegerField(_("people"), default=0)
    rows = models.PositiveIntegerField(_("lines"), default=0)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)  # a Problem
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # at what comes next of it
    made_at = models.DateTimeField(_("made"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    download_count = models.PositiveIntegerField(_("downloads"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    by_id = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("file of an ad audience")
        verbose_name_plural = _("files of ad audiences")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="adaudiencefile_one_is_made", fields=["audience"], condition=Q(state="making")
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """How much of it is made."""
        return 100 if self.state != self.State.MAKING or not self.total else self.done * 100 // self.total

    @property
    def why(self) -> str:
        """Why it failed, in words; empty if it did not."""
        return str(self.Problem(self.problem).label) if self.problem else ""

    @property
    def done(self) -> int:
        return min(self.position if self.kind == self.Kind.ADD else self.rows, self.total)


class AdAudiencePart(models.Model):
    """A stretch of a file, sealed. A file is its parts in order."""

    file = models.ForeignKey(AdAudienceFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="adaudiencepart_once", fields=["file", "number"])]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"


class AdAudienceEntry(models.Model):
    """That a person went out in a file of an audience, and under which hashes: sealed, to be taken off again.

    `mark` tells two sets of hashes of one person apart without saying them.
    """

    audience = models.ForeignKey(AdAudience, on_delete=models.CASCADE, related_name="entries")
    customer_id = models.IntegerField()
    mark = models.BinaryField()
    sealed = models.BinaryField()
    is_replaced = models.BooleanField(default=False)  # they have another contact by now
    removal = models.ForeignKey(
        AdAudienceFile, on_delete=models.SET_NULL, null=True, related_name="removed_entries"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="adaudienceentry_once", fields=["audience", "customer_id", "mark"])
        ]
        indexes = [models.Index(fields=["customer_id"], name="adaudienceentry_customer")]

    def __str__(self) -> str:
        return f"{self.audience_id} {self.customer_id}"
