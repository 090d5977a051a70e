"""Budgets of clients and campaigns, what was said of them, and what is kept back for triggers."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant


def usual_warnings() -> list[int]:
    return [50, 80, 100]


class Budget(models.Model):
    """What a client, or one campaign of it, may cost in a month: LINE's net price of messages, before tax.

    `campaign_id` is the number of a campaign in the client's own schema; empty: all that the client sends.
    `month` empty: every month that has no budget of its own.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="budgets", verbose_name=_("client")
    )
    campaign_id = models.BigIntegerField(_("campaign"), null=True, blank=True)
    month = models.DateField(_("month"), null=True, blank=True, help_text=_("Empty: every month"))
    amount = models.DecimalField(_("budget"), max_digits=14, decimal_places=2)
    warn_percents = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("warn at"), default=usual_warnings, blank=True
    )
    stops = models.BooleanField(
        _("stop sends"), default=False, help_text=_("What would go beyond the budget does not leave.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["tenant", "campaign_id", "-month"]
        constraints = [
            models.UniqueConstraint(
                name="budget_once", fields=["tenant", "campaign_id", "month"], nulls_distinct=False
            ),
            models.CheckConstraint(name="budget_is_positive", condition=models.Q(amount__gte=0)),
            models.CheckConstraint(
                name="budget_begins_a_month",
                condition=models.Q(month=None) | models.Q(month__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.campaign_id or ''} {self.amount}"


class BudgetAlert(models.Model):
    """A point of a budget that a month has passed. Each is said once."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    budget = models.ForeignKey(
        Budget, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("budget")
    )
    month = models.DateField(_("month"))
    percent = models.PositiveSmallIntegerField(_("per cent"))
    used = models.DecimalField(_("used then"), max_digits=14, decimal_places=4)
    at = models.DateTimeField(_("time"), db_default=Now())
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        verbose_name = _("budget warning")
        verbose_name_plural = _("budget warnings")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="budget_alert_once", fields=["budget", "month", "percent"])
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.month:%Y-%m} {self.percent} %"


class BudgetLift(models.Model):
    """Somebody let sends go on beyond a budget for the rest of a month, up to an amount or without end."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    budget = models.ForeignKey(
        Budget, on_delete=models.CASCADE, related_name="lifts", verbose_name=_("budget")
    )
    month = models.DateField(_("month"))
    up_to = models.DecimalField(
        _("up to"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("Empty: no end")
    )
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), db_default=Now())

    class Meta:
        verbose_name = _("lifted budget")
        verbose_name_plural = _("lifted budgets")
        default_permissions = ("view", "add")
        ordering = ["-id"]
        indexes = [models.Index(fields=["budget", "month"])]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.month:%Y-%m}"


class Reserve(models.Model):
    """Messages of each month, from one on, that only scenarios, notices and replies may use."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="reserves", verbose_name=_("client")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    messages = models.PositiveIntegerField(_("messages kept back"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("reserve")
        verbose_name_plural = _("reserves")
        ordering = ["tenant", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="reserve_once_a_month", fields=["tenant", "valid_from"]),
            models.CheckConstraint(name="reserve_begins_a_month", condition=models.Q(valid_from__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.valid_from:%Y-%m}: {self.messages}"
