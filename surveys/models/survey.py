"""A survey as it is being written, and its versions as people answer them."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


def new_code() -> str:
    """By which buttons name a survey: as a tap action's, and never one of those."""
    return f"s{secrets.token_hex(6)}"


class SurveyQuerySet(models.QuerySet["Survey"]):
    def running(self) -> Self:
        """Those that were published and not closed, also before and after their days."""
        return self.filter(status=Survey.Status.RUNNING)

    def taking(self, now: datetime) -> Self:
        """Those that take answers at this moment."""
        return (
            self.running()
            .filter(Q(starts_at=None) | Q(starts_at__lte=now))
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        )


class Survey(models.Model):
    """Questions to friends. `questions` is what is being written, as `surveys/questions/` reads it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Answers closed")

    NAME_LENGTH = 100

    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    purpose = models.TextField(_("what it is for"), blank=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.DRAFT)
    opening = models.TextField(_("words at the beginning"), max_length=1000, blank=True)
    thanks = models.TextField(_("words at the end"), max_length=1000, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_once = models.BooleanField(_("one entry per friend"), default=True, db_default=True)
    keyword = models.CharField(_("word that starts it in the chat"), max_length=50, blank=True)
    reward = models.JSONField(_("incentive"), null=True, blank=True)  # as coupons.rewards reads it
    reward_limit = models.PositiveIntegerField(_("for the first"), null=True, blank=True)
    questions = models.JSONField(_("questions"), default=list)
    revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # grows with each change
    version = models.ForeignKey(
        "surveys.SurveyVersion",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("version"),
    )
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-id"]
        permissions = [("publish_survey", _("Can publish and close a survey"))]
        constraints = [
            models.CheckConstraint(
                name="survey_runs_a_version",
                condition=Q(status="draft") | Q(version__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_ends_after_it_begins",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("survey", self.pk)

    @property
    def ledger_owner(self) -> str:
        return f"survey:{self.pk}"


class SurveyVersion(models.Model):
    """The questions as they were published; never changed. A question keeps its id and what it means."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="versions", verbose_name=_("survey")
    )
    number = models.PositiveIntegerField(_("number"))
    questions = models.JSONField(_("questions"))
    published_by_id = models.IntegerField(null=True, editable=False)
    published_at = models.DateTimeField(_("published"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("version of a survey")
        verbose_name_plural = _("versions of surveys")
        ordering = ["survey", "-number"]
        constraints = [models.UniqueConstraint(name="surveyversion_number", fields=["survey", "number"])]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"
