"""Budgets of clients and campaigns, what was said of them, and what is kept back for triggers."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant


def usual_warnings() -> list[int]:
    return [50, 80, 100]


class BudgetQuerySet(models.QuerySet["Budget"]):
    def kept(self, tenant_id: int) -> Self:
        """Those of the client that have not been deleted."""
        return self.filter(tenant_id=tenant_id, ended_at=None)

    def in_force(self, tenant_id: int, month: date) -> Self:
        """The one of the client, then those of its campaigns: the month's own before that of every month."""
        held = self.kept(tenant_id).filter(models.Q(month=month) | models.Q(month=None))
        client_first = models.F("campaign_id").asc(nulls_first=True)
        return held.order_by(client_first, models.F("month").desc(nulls_last=True)).distinct("campaign_id")


class Budget(models.Model):
    """What a client, or one campaign of it, may cost in a month: LINE's net price of messages, before tax.

    `campaign_id` is the number of a campaign in the client's own schema; empty: all that the client sends.
    `month` empty: every month that has no budget of its own. A deleted one keeps its row, for what was said
    of it and who lifted it.
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
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    ended_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["tenant", "campaign_id", "-month"]
        constraints = [
            models.UniqueConstraint(
                name="one_budget_at_a_time",
                fields=["tenant", "campaign_id", "month"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
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
    """A point of a budget that a month has passed, or will with what is scheduled.

    Each is said once, and again when the budget has become another amount.

    `due_at` is when people are mailed next; empty: they have been, or a higher point is said in its place.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    budget = models.ForeignKey(
        Budget, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("budget")
    )
    month = models.DateField(_("month"))
    percent = models.PositiveSmallIntegerField(_("per cent"))
    is_ahead = models.BooleanField(_("with what is scheduled"), db_default=False)
    amount = models.DecimalField(_("budget then"), max_digits=14, decimal_places=2, db_default=0)
    used = models.DecimalField(_("used then"), max_digits=14, decimal_places=4)
    at = models.DateTimeField(_("time"), db_default=Now())
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_to = ArrayField(models.IntegerField(), default=list, blank=True, editable=False)  # users by number
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        verbose_name = _("budget warning")
        verbose_name_plural = _("budget warnings")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="budget_point_once", fields=["budget", "month", "percent", "is_ahead", "amount"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.month:%Y-%m} {self.percent} %"


class BudgetLift(models.Model):
    """Somebody let sends go on beyond a budget for the rest of a month, up to an amount or without end.

    The newest of a month holds; one up to the budget itself takes the others back.
    """

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
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
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


class ReserveQuerySet(models.QuerySet["Reserve"]):
    def in_force(self, tenant_id: int, month: date) -> "Reserve | None":
        """The one that holds in this month; of several that begin with the same one the newest."""
        begun = self.filter(tenant_id=tenant_id, valid_from__lte=month)
        return begun.order_by("-valid_from", "-pk").first()


class Reserve(models.Model):
    """Messages of each month, from one on, that only scenarios, notices and replies may use."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="reserves", verbose_name=_("client")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    messages = models.PositiveIntegerField(_("messages kept back"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = ReserveQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserve")
        verbose_name_plural = _("reserves")
        ordering = ["tenant", "-valid_from", "-id"]
        indexes = [models.Index(fields=["tenant", "-valid_from"])]
        constraints = [
            models.CheckConstraint(name="reserve_begins_a_month", condition=models.Q(valid_from__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.valid_from:%Y-%m}: {self.messages}"
