"""What was paid so that people come by a route."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from routes.models.coming import Route

SEN = Decimal("0.01")


class AdCostQuerySet(models.QuerySet["AdCost"]):
    def touching(self, first: date, last: date) -> Self:
        """Costs of which some part falls on these days."""
        return self.filter(from_on__lte=last, to_on__gte=first)


class AdCost(models.Model):
    """What was paid for one route on a stretch of days, in yen without consumption tax.

    Two costs of one route, medium and campaign never have a day in common: `routes/costs.py` sees to it.
    """

    class Source(models.TextChoices):
        HAND = "hand", _("By hand")
        FILE = "file", _("File")
        API = "api", _("API")

    TEXT_LENGTH = 100
    CURRENCY = "JPY"

    id = models.AutoField(primary_key=True)
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="ad_costs", verbose_name=_("route")
    )
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    amount = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=2, help_text=_("Yen, without consumption tax")
    )
    currency = models.CharField(_("currency"), max_length=3, default=CURRENCY, editable=False)
    medium = models.CharField(_("medium"), max_length=TEXT_LENGTH, blank=True)
    campaign = models.CharField(_("campaign"), max_length=TEXT_LENGTH, blank=True)
    impressions = models.BigIntegerField(_("impressions"), null=True, blank=True)
    clicks = models.BigIntegerField(_("clicks"), null=True, blank=True)
    source = models.CharField(_("entered by"), max_length=4, choices=Source, default=Source.HAND)
    key = models.CharField(_("sender's key"), max_length=TEXT_LENGTH, null=True, blank=True, unique=True)
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = AdCostQuerySet.as_manager()

    class Meta:
        verbose_name = _("ad cost")
        verbose_name_plural = _("ad costs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["from_on", "to_on"], name="adcost_days")]
        constraints = [
            models.UniqueConstraint(
                name="adcost_line", fields=["route", "from_on", "to_on", "medium", "campaign"]
            ),
            models.CheckConstraint(name="adcost_days_in_order", condition=Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(name="adcost_is_positive", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.from_on} – {self.to_on}"

    def within(self, first: date, last: date) -> Decimal:
        """The part that falls on these days, spread evenly and to the sen.

        Parts of periods that follow each other sum to the part of both together, and in the end to `amount`.
        """
        return self._until(last) - self._until(first - timedelta(days=1))

    def _until(self, day: date) -> Decimal:
        days = (self.to_on - self.from_on).days + 1
        over = min(max((day - self.from_on).days + 1, 0), days)
        return (self.amount * over / days).quantize(SEN, ROUND_HALF_UP)
