"""Segments that are kept at LINE as audiences, and what LINE holds of each."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from accounts.addresses import client_page
from segments.models import Audience
from segments.reaching.audiences import LINE_KEEPS


class LineAdAudience(models.Model):
    """A segment whose people LINE holds as an audience, for ads and for messages from LINE's own console.

    LINE takes nobody out of an audience, so each change of people is a version of its own.
    """

    class Rhythm(models.TextChoices):
        NEVER = "never", _("Only by hand")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    NAME_LENGTH = 100  # LINE takes 120; our mark, by which a version is found again, stands behind it
    PAUSES = {Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}  # noqa: RUF012

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    segment = models.ForeignKey(
        "segments.Segment",
        on_delete=models.PROTECT,
        related_name="line_ad_audiences",
        verbose_name=_("segment"),
    )
    rhythm = models.CharField(_("brought up to date"), max_length=6, choices=Rhythm, default=Rhythm.NEVER)
    only_agreed = models.BooleanField(_("only people who agreed to ads"), default=True)
    keeps_former = models.BooleanField(_("keep the one before, too"), default=False)
    due_at = models.DateTimeField(_("next comparison"), null=True)  # None: not begun, or by hand
    compared_at = models.DateTimeField(_("last compared"), null=True)
    problem = models.CharField(_("problem"), max_length=60, blank=True)  # code of what the last one refused
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("audience kept at LINE")
        verbose_name_plural = _("audiences kept at LINE")
        default_permissions = ()  # those of the other audiences hold for these, too
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="lineadaudience_due", condition=Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("line_ad_audience", self.pk)

    def after(self, moment: datetime) -> datetime | None:
        """When it is compared next after this moment; None: when somebody asks for it."""
        pause = self.PAUSES.get(self.Rhythm(self.rhythm))
        return moment + pause if pause else None


class LineAdVersionQuerySet(models.QuerySet["LineAdVersion"]):
    def light(self) -> Self:
        """With how each is made, and without who is in it, which may be large."""
        return self.select_related("made").defer("made__members", "made__taken")


class LineAdVersion(models.Model):
    """The people of one moment, as one audience at LINE.

    `made` is how it is made there; the numbers are of the segment as it was asked.
    """

    class State(models.TextChoices):
        NEXT = "next", _("Being made")
        CURRENT = "current", _("At LINE")
        FORMER = "former", _("The one before, kept")
        GONE = "gone", _("Deleted")
        FAILED = "failed", _("Failed")

    audience = models.ForeignKey(
        LineAdAudience, on_delete=models.CASCADE, related_name="versions", verbose_name=_("audience")
    )
    number = models.PositiveIntegerField(_("number"))
    made = models.OneToOneField(Audience, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.NEXT)
    total = models.PositiveIntegerField(_("people in the segment"))
    out = models.PositiveIntegerField(_("go out"))
    refused = models.PositiveIntegerField(_("do not agree to ads"))
    never_asked = models.PositiveIntegerField(_("never asked about ads"))
    not_linked = models.PositiveIntegerField(_("not linked to a customer"))
    line_status = models.CharField(_("LINE’s state"), max_length=20, blank=True)  # LINE's word: READY, …
    line_count = models.PositiveIntegerField(_("people as LINE counts them"), null=True)
    missing_at = models.DateTimeField(_("missed at LINE"), null=True)  # somebody deleted it there
    looked_at = models.DateTimeField(_("looked at"), null=True)
    look_at = models.DateTimeField(null=True)  # when LINE is asked next
    settled_at = models.DateTimeField(_("at LINE since"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    by_id = models.IntegerField(null=True, editable=False)

    objects = LineAdVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an audience kept at LINE")
        verbose_name_plural = _("versions of audiences kept at LINE")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="lineadversion_number", fields=["audience", "number"]),
            models.UniqueConstraint(
                name="lineadversion_one_of_each",
                fields=["audience", "state"],
                condition=Q(state__in=["next", "current", "former"]),
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], name="lineadversion_look", condition=Q(look_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.audience_id}/{self.number} {self.get_state_display()}"

    @property
    def is_at_line(self) -> bool:
        return self.state in (self.State.CURRENT, self.State.FORMER)

    @property
    def is_lost(self) -> bool:
        """Whether LINE has it no longer, or no longer as something to use."""
        is_known = self.line_status in ("", "READY")
        return self.missing_at is not None or not is_known or self.made.state != Audience.State.READY

    @property
    def left_out(self) -> int:
        return max(self.total - self.out, 0)

    @property
    def expires_at(self) -> datetime:
        """When LINE forgets it."""
        return self.made.created_at + LINE_KEEPS

    @property
    def members(self) -> BitMap:
        """Numbers of the friends in it, those included of whom it is not certain."""
        return BitMap.deserialize(bytes(self.made.members)) if self.made.members else BitMap()

    @property
    def percent(self) -> int:
        """How much of it was uploaded."""
        return self.made.sent_count * 100 // self.made.count if self.made.count else 0
