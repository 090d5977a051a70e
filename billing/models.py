"""Prices of LINE, the plan of each client, the ledger of what was sent. All of it is in the public schema."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from billing.pricing import Bracket, Part, PartKind, Price, Tariff


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
        return self.name_ja if (get_language() or "").startswith("ja") else self.name_en


class PriceTableQuerySet(models.QuerySet["PriceTable"]):
    def in_force(self, month: date) -> Self:
        """The table of each plan that holds in this month; of two that overlap, the newer."""
        open_or_later = models.Q(valid_to=None) | models.Q(valid_to__gte=month)
        valid = self.filter(open_or_later, valid_from__lte=month)
        return valid.order_by("plan_id", "-valid_from").distinct("plan_id").select_related("plan")


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

    objects = PriceTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("price table")
        verbose_name_plural = _("price tables")
        ordering = ["plan", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="price_table_once", fields=["plan", "valid_from"]),
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
        return f"{self.plan} {self.valid_from:%Y-%m}"

    def clean(self) -> None:
        """Raises ValidationError for brackets that are no price list."""
        try:
            Tariff(self.currency, Decimal(0), 0, brackets_from_json(self.brackets))
        except (ValueError, KeyError, TypeError) as error:
            text = _("Not a list of price brackets: %(reason)s")
            raise ValidationError({"brackets": text % {"reason": error}}) from error

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


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def in_force(self, tenant_id: int, month: date) -> "Subscription | None":
        """The subscription that holds in this month, with its plan; None if none was registered."""
        begun = self.filter(tenant_id=tenant_id, valid_from__lte=month)
        return begun.select_related("plan").order_by("-valid_from").first()


class Subscription(models.Model):
    """The LINE plan a client has from some month on, until the next one. LINE's API does not tell it."""

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
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["tenant", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="subscription_once_a_month", fields=["tenant", "valid_from"]),
            models.CheckConstraint(
                name="subscription_begins_a_month",
                condition=models.Q(valid_from__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.plan} {self.valid_from:%Y-%m}"


class MonthUsage(models.Model):
    """The running sums of a client's ledger in one month. Its row is the lock under which it is written."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", verbose_name=_("client"))
    month = models.DateField(_("month"))
    messages = models.PositiveIntegerField(_("message count"), default=0)
    free_count = models.PositiveIntegerField(_("free"), default=0)
    paid_count = models.PositiveIntegerField(_("paid"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4, default=Decimal(0))

    class Meta:
        verbose_name = _("usage of a month")
        verbose_name_plural = _("usage by month")
        default_permissions = ("view",)
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(name="month_usage_once", fields=["tenant", "month"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.month:%Y-%m}: {self.messages}"

    def count(self, messages: int, price: Price) -> None:
        """Add what was just priced; the caller saves."""
        self.messages += messages
        self.free_count += price.free_count
        self.paid_count += price.paid_count
        self.amount += price.amount

    def agrees_with(self, price: Price) -> bool:
        """Whether the sums are those of this price of the whole month."""
        return (self.free_count, self.paid_count, self.amount) == (
            price.free_count,
            price.paid_count,
            price.amount,
        )


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over ledger entries. Messages neither free nor paid were covered by no plan we know of."""

    messages: int = 0
    free_count: int = 0
    paid_count: int = 0
    amount: Decimal = Decimal(0)

    @property
    def unplanned_count(self) -> int:
        return self.messages - self.free_count - self.paid_count


SUMS = {name: models.Sum(name) for name in ("messages", "free_count", "paid_count", "amount")}


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def of_month(self, tenant_id: int, month: date) -> Self:
        return self.filter(tenant_id=tenant_id, month=month)

    def referring_to(self, tenant_id: int, *prefixes: str) -> Self:
        """Entries whose reference begins with one of these."""
        begins = models.Q(*(("reference__startswith", prefix) for prefix in prefixes), _connector=models.Q.OR)
        return self.filter(begins, tenant_id=tenant_id) if prefixes else self.none()

    def total(self) -> Total:
        sums = self.aggregate(**SUMS)
        return Total(**{name: value for name, value in sums.items() if value is not None})

    def with_owner(self) -> Self:
        """Each entry with its `owner`: the part of the reference before its slash."""
        return self.annotate(
            owner=models.Func(
                "reference",
                models.Value("/"),
                models.Value(1),
                function="split_part",
                output_field=models.CharField(),
            )
        )

    def totals_by_owner(self) -> dict[str, Total]:
        rows = self.with_owner().order_by().values("owner").annotate(**SUMS)
        return {owner: Total(*sums) for owner, *sums in rows.values_list("owner", *SUMS)}

    def labels_by_owner(self) -> dict[str, str]:
        """What each owner's newest entry is called."""
        newest = self.with_owner().order_by("owner", "-pk").distinct("owner")
        return dict(newest.values_list("owner", "label"))

    def begun_by_owner(self) -> dict[str, datetime]:
        """When LINE accepted each owner's first entry."""
        first = self.with_owner().order_by("owner", "accepted_at").distinct("owner")
        return dict(first.values_list("owner", "accepted_at"))


class LedgerEntry(models.Model):
    """What one accepted batch, or an adjustment, cost when it was booked. Entries are only ever added.

    `reference` is `owner/part`, such as `broadcast:7/batch:31`; a tenant's entries never share one.
    """

    class Kind(models.TextChoices):
        MULTICAST = "multicast", _("Multicast")
        PUSH = "push", _("Push")
        BROADCAST = "broadcast", _("Broadcast to all")
        NARROWCAST = "narrowcast", _("Narrowcast")
        TEST = "test", _("Test send")
        ADJUSTMENT = "adjustment", _("Adjustment")

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", verbose_name=_("client"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # Compared byte by byte, so that the unique index also finds by beginning.
    reference = models.CharField(_("reference"), max_length=120, db_collation="C")
    label = models.CharField(_("label"), max_length=200, blank=True)
    month = models.DateField(_("month"), help_text=_("Its first day, in the client's time zone"))
    accepted_at = models.DateTimeField(_("accepted by LINE"))
    messages = models.IntegerField(_("message count"))
    sent_before = models.PositiveIntegerField(_("sent before in the month"))
    free_count = models.IntegerField(_("free"))
    paid_count = models.IntegerField(_("paid"))
    parts = models.JSONField(_("parts of the price"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "month"]), models.Index(fields=["tenant", "-id"])]
        constraints = [
            models.UniqueConstraint(name="ledger_reference_once", fields=["tenant", "reference"]),
            models.CheckConstraint(
                name="only_adjustments_take_back",
                condition=models.Q(messages__gt=0) | models.Q(kind="adjustment"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.messages}"

    @property
    def unplanned_count(self) -> int:
        """Messages that LINE accepted though no plan we know of covers them; booked at 0."""
        return self.messages - self.free_count - self.paid_count


def parts_to_json(parts: Iterable[Part]) -> list[dict]:
    return [{"kind": p.kind.value, "count": p.count, "unit_price": str(p.unit_price)} for p in parts]


def parts_from_json(rows: Sequence[dict]) -> tuple[Part, ...]:
    return tuple(Part(PartKind(row["kind"]), row["count"], Decimal(row["unit_price"])) for row in rows)


class QuotaReadingQuerySet(models.QuerySet["QuotaReading"]):
    def newest(self, tenant_id: int, start: datetime, end: datetime) -> "QuotaReading | None":
        """The last reading from `start` until before `end`."""
        readings = self.filter(tenant_id=tenant_id, read_at__gte=start, read_at__lt=end)
        return readings.order_by("-read_at").first()


class QuotaReading(models.Model):
    """What LINE answered about its own limit and count, and what our ledger held at that moment.

    LINE's count includes what others sent from the same account, and is approximate.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    read_at = models.DateTimeField(_("read at"))
    limit = models.PositiveIntegerField(_("upper limit"), null=True, blank=True, help_text=_("Empty: none"))
    used = models.PositiveIntegerField(_("used by LINE's count"))
    used_by_us = models.PositiveIntegerField(_("used by Musubi"))

    objects = QuotaReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota reading")
        verbose_name_plural = _("quota readings")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["tenant", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.read_at:%Y-%m-%d %H:%M} {self.used}/{self.limit}"

    @property
    def used_outside(self) -> int:
        """What others sent, as far as LINE's count shows; its lag can hide some of it."""
        return max(0, self.used - self.used_by_us)
