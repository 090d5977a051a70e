"""What else is paid besides LINE, the agency and ads."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from costs.advice.models import QuietReckoning

__all__ = ["FeeSettings", "FeeSettingsQuerySet", "QuietReckoning", "fee_of"]


class FeeSettingsQuerySet(models.QuerySet["FeeSettings"]):
    def in_force(self) -> "list[FeeSettings]":
        """All of them, so that the first that begins no later than a month holds in it."""
        return list(self.order_by("-valid_from", "-pk"))


class FeeSettings(models.Model):
    """What the tools for LINE cost the client each month, from a month on, until the next such row.

    Rows are only added: the newest of those that begin in the same month holds.
    """

    valid_from = models.DateField(_("from the month"), help_text=_("First day of a month"))
    name = models.CharField(_("tool"), max_length=100, blank=True)
    amount = models.DecimalField(_("fee per month"), max_digits=12, decimal_places=2, default=Decimal(0))
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = FeeSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee of a tool")
        verbose_name_plural = _("fees of tools")
        default_permissions = ("view", "add")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(name="tool_fee_begins_a_month", condition=models.Q(valid_from__day=1)),
            models.CheckConstraint(name="tool_fee_is_positive", condition=models.Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m}"


def fee_of(rows: list[FeeSettings], month: date) -> Decimal:
    """What tools cost in this month, by rows as `in_force` gives them."""
    return next((row.amount for row in rows if row.valid_from <= month), Decimal(0))
