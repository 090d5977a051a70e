"""What LINE charges: its plans, their dated prices, and the plan of each client."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from billing.pricing import Bracket, Tariff


def brackets_from_json(rows: list[dict]) -> tuple[Bracket, ...]:
    """Read `[{"up_to": 50000, "unit_price": "3.0"}, …]`. Raises ValueError, KeyError or TypeError."""
    return tuple(Bracket(_end(row["up_to"]), _decimal(row["unit_price"])) for row in rows)


def _end(up_to: int | None) -> int | None:
    if up_to is not None and type(up_to) is not int:
        raise TypeError("up_to is a whole number, or null for all the rest")
    return up_to


def _decimal(text: str) -> Decimal:
    if not isinstance(text, str):
        raise TypeError("a price is written as a string, so that no digit is lost")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error


def is_japanese() -> bool:
    """Whether the reader's language is Japanese."""
    return (get_language() or "").startswith("ja")


class Plan(models.Model):
    """A plan that LINE sells in one country."""

    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, such as JP"))
    code = models.SlugField(_("code"), max_length=40)
    name_ja = models.CharField(_("name in Japanese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)

    class Meta:
        verbose_name = _("LINE plan")
        verbose_name_plural = _("LINE plans")
        ordering = ["country", "id"]
        constraints = [models.UniqueConstraint(name="plan_once_per_country", fields=["country", "code"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"

    @property
    def name(self) -> str:
        """The name in the language that is active when it is read."""
        return self.name_ja if is_japanese() else self.name_en


class PriceTableQuerySet(models.QuerySet["PriceTable"]):
    def in_force(self, month: date, tenant_id: int | None = None) -> Self:
        """The table of each plan that holds in this month: the client's own first, then the newest."""
        open_or_later = models.Q(valid_to=None) | models.Q(valid_to__gte=month)
        for_whom = models.Q(tenant=None) | models.Q(tenant=tenant_id)
        valid = self.filter(open_or_later, for_whom, valid_from__lte=month, superseded_at=None)
        own_first = models.F("tenant_id").asc(nulls_last=True)
        return valid.order_by("plan_id", own_first, "-valid_from").distinct("plan_id").select_related("plan")

    def of_plan(self, plan_id: int, month: date, tenant_id: int | None = None) -> "PriceTable | None":
        """The table by which this plan is priced in a month; None if there is none."""
        return self.in_force(month, tenant_id).filter(plan=plan_id).first()

    def of_everybody(self) -> Self:
        """Tables that hold for every client without prices of its own."""
        return self.filter(tenant=None)


class PriceTable(models.Model):
    """What LINE charges for a plan during some months, and how we know."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="price_tables", verbose_name=_("LINE plan")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    monthly_fee = models.DecimalField(_("monthly fee"), max_digits=12, decimal_places=2)
    free_messages = models.PositiveIntegerField(_("free messages"))
    brackets = models.JSONField(
        _("prices of extra messages"),
        default=list,
        blank=True,
        help_text=_(
            "By number of extra message within the month: "
            '[{"up_to": 50000, "unit_price": "3.0"}, …, {"up_to": null, "unit_price": "1.0"}]. '
            "Empty: the plan has no extra messages."
        ),
    )
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4, default=Decimal("0.10"))
    is_tax_included = models.BooleanField(_("tax included"), default=False)
    is_confirmed = models.BooleanField(
        _("confirmed"), default=False, help_text=_("Every figure was read in LINE's own price list.")
    )
    source = models.TextField(_("source"))
    name_ja = models.CharField(
        _("name in Japanese then"), max_length=60, blank=True, db_default="", help_text=_("Empty: as today")
    )
    name_en = models.CharField(
        _("name in English then"), max_length=60, blank=True, db_default="", help_text=_("Empty: as today")
    )
    reason = models.CharField(_("reason for this version"), max_length=200, blank=True, db_default="")
    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("client"),
        help_text=_("Empty: for every client"),
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="supersedes",
        editable=False,
        verbose_name=_("superseded by"),
    )
    superseded_at = models.DateTimeField(_("superseded"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = PriceTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("price table")
        verbose_name_plural = _("price tables")
        ordering = ["plan", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="price_table_once",
                fields=["plan", "tenant", "valid_from"],
                condition=models.Q(superseded_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="price_table_begins_a_month",
                condition=models.Q(valid_from__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
            models.CheckConstraint(
                name="price_table_ends_after_it_begins",
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_name} ({self.plan.country}) {self.valid_from:%Y-%m}"

    def clean(self) -> None:
        """Raises ValidationError for brackets that are no price list."""
        try:
            Tariff(self.currency, Decimal(0), 0, brackets_from_json(self.brackets))
        except (ValueError, KeyError, TypeError) as error:
            text = _("Not a list of price brackets: %(reason)s")
            raise ValidationError({"brackets": text % {"reason": error}}) from error

    @property
    def is_superseded(self) -> bool:
        return self.superseded_at is not None

    @property
    def plan_name(self) -> str:
        """What LINE called the plan then, in the language that is active when it is read."""
        return (self.name_ja if is_japanese() else self.name_en) or self.plan.name

    @property
    def rank(self) -> tuple[Decimal, int]:
        """Which of two plans is the higher: the fee, then the free messages."""
        return self.monthly_fee, self.free_messages

    def tariff(self, additional_limit: int | None = None) -> Tariff:
        """These prices, with the owner's cap on extra messages."""
        return Tariff(
            currency=self.currency,
            monthly_fee=self.monthly_fee,
            free_messages=self.free_messages,
            brackets=brackets_from_json(self.brackets),
            additional_limit=additional_limit,
            tax_rate=self.tax_rate,
            is_tax_included=self.is_tax_included,
        )


class ClientPriceTables(models.Manager["ClientPriceTable"]):
    def get_queryset(self) -> models.QuerySet["ClientPriceTable"]:
        return super().get_queryset().exclude(tenant=None)


class ClientPriceTable(PriceTable):
    """Prices of one client, such as a rebate that its agency gives: for that client they go before LINE's."""

    objects: ClassVar[Any] = ClientPriceTables()  # another manager than that of all tables

    class Meta:
        proxy = True
        default_permissions = ("view", "add", "change")
        verbose_name = _("client's own prices")
        verbose_name_plural = _("clients' own prices")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def in_force(self, tenant_id: int, month: date) -> "Subscription | None":
        """The subscription that holds in this month, with its plan; None if none was registered."""
        begun = self.filter(tenant_id=tenant_id, valid_from__lte=month)
        return begun.select_related("plan").order_by("-valid_from", "-pk").first()

    def of_month(self, tenant_id: int, month: date) -> "Subscription | None":
        """The subscription that begins in just this month, with its plan."""
        return self.select_related("plan").filter(tenant_id=tenant_id, valid_from=month).order_by("pk").last()

    def coming(self, tenant_id: int, month: date) -> "Subscription | None":
        """The next one that begins after this month, with its plan."""
        later = self.filter(tenant_id=tenant_id, valid_from__gt=month)
        return later.select_related("plan").order_by("valid_from", "-pk").first()


class Subscription(models.Model):
    """The LINE plan a client has from some month on, until the next one. LINE's API does not tell it.

    Of two from the same month the newer holds: the other was changed within that month.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("client")
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("LINE plan")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    additional_limit = models.PositiveIntegerField(
        _("limit of extra messages"),
        null=True,
        blank=True,
        help_text=_("As set in LINE Official Account Manager. Empty: no limit of its own."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["tenant", "-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="subscription_begins_a_month",
                condition=models.Q(valid_from__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.plan} {self.valid_from:%Y-%m}"


class NoticePriceQuerySet(models.QuerySet["NoticePrice"]):
    def in_force(self, tenant_id: int, month: date) -> "NoticePrice | None":
        """The price that holds in this month; of two from the same month the newer."""
        begun = self.filter(tenant_id=tenant_id, valid_from__lte=month)
        return begun.order_by("-valid_from", "-pk").first()


class NoticePrice(models.Model):
    """What the client pays LINE for one delivered notification message (PNP), by its contract with LINE."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="notice_prices", verbose_name=_("client")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    unit_price = models.DecimalField(_("price of one"), max_digits=10, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    source = models.TextField(_("source"), help_text=_("Such as the contract and its date"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = NoticePriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of notification messages")
        verbose_name_plural = _("prices of notification messages")
        ordering = ["tenant", "-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="notice_price_begins_a_month",
                condition=models.Q(valid_from__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
            models.CheckConstraint(name="notice_price_is_positive", condition=models.Q(unit_price__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.valid_from:%Y-%m} {self.unit_price}"
