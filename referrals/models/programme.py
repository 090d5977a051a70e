"""A referral programme as it is being written, and its rules as they held when somebody was invited."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


def new_code() -> str:
    """By which buttons name a programme: as a tap action's, and never one of those."""
    return f"r{secrets.token_hex(6)}"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def published(self) -> Self:
        """All but drafts."""
        return self.exclude(status=Programme.Status.DRAFT)

    def running(self) -> Self:
        """Those that were started and neither paused nor ended, also before and after their days."""
        return self.filter(status=Programme.Status.RUNNING)


class Programme(models.Model):
    """Friends invite friends. `rules` is what is being written, as `referrals/rules.py` reads it.

    Its route counts who came by any friend's link, so that it stands beside all other routes.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    NAME_LENGTH = 80
    TEXT_LENGTH = 1_000
    SHARED_LENGTH = 300

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.DRAFT)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    intro = models.TextField(_("words on the friend's page"), max_length=TEXT_LENGTH, blank=True)
    shared = models.TextField(_("message that friends share"), max_length=SHARED_LENGTH, blank=True)
    welcome = models.TextField(_("words for who is invited"), max_length=TEXT_LENGTH, blank=True)
    terms = models.TextField(_("terms"), max_length=5_000, blank=True)
    rules = models.JSONField(_("rules"), default=dict)
    revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # grows with each change
    version = models.ForeignKey(
        "referrals.RuleSet",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("version"),
    )
    route = models.OneToOneField(
        "routes.Route",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="referral_programme",
        verbose_name=_("route"),
    )
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    # When it was paused or ended, and until when: [["2026-11-01T…", "2026-11-03T…"], ["2026-11-20T…", null]]
    stops = models.JSONField(default=list, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral programme")
        verbose_name_plural = _("referral programmes")
        ordering = ["-id"]
        permissions = [("publish_programme", _("Can start, pause and end a referral programme"))]
        constraints = [
            models.CheckConstraint(
                name="programme_runs_a_version",
                condition=Q(status="draft") | Q(version__isnull=False, route__isnull=False),
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_begins",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("referral_programme", self.pk)

    @property
    def ledger_owner(self) -> str:
        return f"referral:{self.pk}"

    def has_begun(self, at: datetime) -> bool:
        return self.starts_at is None or self.starts_at <= at

    def has_ended(self, at: datetime) -> bool:
        return self.status == self.Status.ENDED or (self.ends_at is not None and self.ends_at <= at)

    def takes(self, at: datetime) -> bool:
        """Whether an invitation of this moment is taken; also of a moment that is long gone."""
        if self.version_id is None or not self.has_begun(at) or (self.ends_at and self.ends_at <= at):
            return False
        return not any(
            datetime.fromisoformat(begin) <= at and (end is None or at < datetime.fromisoformat(end))
            for begin, end in self.stops
        )

    @property
    def is_open(self) -> bool:
        return self.takes(timezone.now()) and self.status == self.Status.RUNNING


class RuleSet(models.Model):
    """Rules as they were published; never changed. Who was invited under them is judged by them."""

    id = models.AutoField(primary_key=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="versions", verbose_name=_("programme")
    )
    number = models.PositiveIntegerField(_("number"))
    rules = models.JSONField(_("rules"))
    published_by_id = models.IntegerField(null=True, editable=False)
    published_at = models.DateTimeField(_("published"), db_default=Now())

    class Meta:
        verbose_name = _("rules of a referral programme")
        verbose_name_plural = _("rules of referral programmes")
        default_permissions = ("view",)
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="ruleset_number", fields=["programme", "number"])]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.number}"
