"""Campaigns, and what belongs to each. A thing is named as the ledger names it, such as `broadcast:7`."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def open(self) -> Self:
        """Those to which more can be added."""
        return self.filter(archived_at=None)

    def on(self, day: date) -> Self:
        """Those that run on this day."""
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day))


class Campaign(models.Model):
    """What several sends are for together, during some days.

    `told_id` is the responsible person who has been mailed of it.
    """

    class Purpose(models.TextChoices):
        SALES = "sales", _("Sales")
        AWARENESS = "awareness", _("Awareness")
        UNDERSTANDING = "understanding", _("Understanding")
        LEADS = "leads", _("Leads")
        OWN = "own", _("Another purpose")

    PURPOSE_LENGTH = 100

    name = models.CharField(_("name"), max_length=100, unique=True)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose, blank=True, default="", db_default=""
    )
    purpose_words = models.CharField(
        _("purpose in words"), max_length=PURPOSE_LENGTH, blank=True, default="", db_default=""
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    # Users are public: ids, no keys.
    responsible_id = models.IntegerField(_("responsible"), null=True, blank=True)
    told_id = models.IntegerField(null=True, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_it_begins",
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("campaign", self.pk)

    @property
    def purpose_in_words(self) -> str:
        """As people say it; empty if nobody has said it."""
        return self.purpose_words or (str(self.get_purpose_display()) if self.purpose else "")


class Assignment(models.Model):
    """That a thing belongs to a campaign from a moment on. One holds at a time, the others are past."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("campaign")
    )
    owner = models.CharField(_("what belongs to it"), max_length=60, db_collation="C")
    assigned_at = models.DateTimeField(_("since"), db_default=Now())
    assigned_by_id = models.IntegerField(null=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_campaign_at_a_time", fields=["owner"], condition=models.Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.campaign_id}"
