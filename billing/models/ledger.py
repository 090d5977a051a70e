"""The ledger of what was sent, and its sums by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from billing.models.prices import PriceTable
from billing.pricing import Part, PartKind, Price


class MonthUsage(models.Model):
    """The running sums of a client's ledger in one month. Its row is the lock under which it is written."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", verbose_name=_("client"))
    month = models.DateField(_("month"))
    messages = models.PositiveIntegerField(_("message count"), default=0)
    free_count = models.PositiveIntegerField(_("free"), default=0)
    paid_count = models.PositiveIntegerField(_("paid"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4, default=Decimal(0))
    notice_count = models.PositiveIntegerField(_("notification messages"), default=0, db_default=0)
    notice_amount = models.DecimalField(
        _("cost of notification messages"),
        max_digits=14,
        decimal_places=4,
        default=Decimal(0),
        db_default=Decimal(0),
    )
    price_table = models.ForeignKey(
        PriceTable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price table"),
        help_text=_("By which all entries of the month are priced"),
    )

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

    def count_notices(self, messages: int, price: Price) -> None:
        """Add notification messages: they have no place among the plan's. The caller saves."""
        self.notice_count += messages
        self.notice_amount += price.amount

    def agrees_with(self, price: Price) -> bool:
        """Whether the sums are those of this price of the whole month."""
        return (self.free_count, self.paid_count, self.amount) == (
            price.free_count,
            price.paid_count,
            price.amount,
        )


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over ledger entries. Messages neither free nor paid were covered by no plan we know of.

    The part of notification messages is told apart: they are outside the plan, with a price of their own.
    """

    messages: int = 0
    free_count: int = 0
    paid_count: int = 0
    amount: Decimal = Decimal(0)
    notice_count: int = 0
    notice_paid: int = 0
    notice_amount: Decimal = Decimal(0)
    currency: str = "JPY"

    @property
    def unplanned_count(self) -> int:
        return self.messages - self.free_count - self.paid_count

    @property
    def plan_messages(self) -> int:
        return self.messages - self.notice_count

    @property
    def plan_paid_count(self) -> int:
        return self.paid_count - self.notice_paid

    @property
    def plan_amount(self) -> Decimal:
        return self.amount - self.notice_amount

    def __add__(self, other: "Total") -> "Total":
        sums = [getattr(self, name) + getattr(other, name) for name in NAMES if name != "currency"]
        return replace(Total(*sums), currency=(self if self.messages else other).currency)


NOTICES = models.Q(kind="notice")
# Those with a filter first: once `messages` is a sum, no other sum can be made of it.
SUMS = {
    "notice_count": models.Sum("messages", filter=NOTICES, default=0),
    "notice_paid": models.Sum("paid_count", filter=NOTICES, default=0),
    "notice_amount": models.Sum("amount", filter=NOTICES, default=Decimal(0)),
    **{name: models.Sum(name, default=0) for name in ("messages", "free_count", "paid_count", "amount")},
    "currency": models.Max("currency", default="JPY"),
}
NAMES = [field.name for field in fields(Total)]


class OwnerRow(NamedTuple):
    """What the entries of one owner sum to; `first_id` orders owners as they were first booked."""

    owner: str
    first_id: int
    begun_at: datetime
    total: Total


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def of_month(self, tenant_id: int, month: date) -> Self:
        return self.filter(tenant_id=tenant_id, month=month)

    def referring_to(self, tenant_id: int, *prefixes: str) -> Self:
        """Entries whose reference begins with one of these."""
        begins = models.Q(*(("reference__startswith", prefix) for prefix in prefixes), _connector=models.Q.OR)
        return self.filter(begins, tenant_id=tenant_id) if prefixes else self.none()

    def total(self) -> Total:
        return Total(**self.aggregate(**SUMS))

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

    def of_owners(self, owners: Iterable[str]) -> Self:
        return self.with_owner().filter(models.Q(("owner__in", list(owners))))

    def totals_by_owner(self) -> dict[str, Total]:
        rows = self.with_owner().order_by().values("owner").annotate(**SUMS)
        return {owner: Total(*sums) for owner, *sums in rows.values_list("owner", *NAMES)}

    def by_owner(self) -> list[OwnerRow]:
        """The sums of each owner, who was booked last first."""
        rows = self.with_owner().order_by().values("owner")
        first = {"first_id": models.Min("pk"), "begun_at": models.Min("accepted_at")}
        found = rows.annotate(**first, **SUMS).order_by("-first_id")
        return [
            OwnerRow(owner, first_id, begun_at, Total(*sums))
            for owner, first_id, begun_at, *sums in found.values_list("owner", *first, *NAMES)
        ]

    def labels_by_owner(self) -> dict[str, str]:
        """What each owner's newest entry is called."""
        newest = self.with_owner().order_by("owner", "-pk").distinct("owner")
        return dict(newest.values_list("owner", "label"))


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
        NOTICE = "notice", _("Notification message")
        OUTSIDE = "outside", _("Sent outside Musubi")
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
    price_table = models.ForeignKey(
        PriceTable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price table"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        default_permissions = ("view", "adjust")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "month"]), models.Index(fields=["tenant", "-id"])]
        constraints = [
            models.UniqueConstraint(name="ledger_reference_once", fields=["tenant", "reference"]),
            models.CheckConstraint(
                name="only_adjustments_take_back",
                condition=models.Q(messages__gt=0)
                | models.Q(kind__in=["adjustment", "outside"])
                | models.Q(kind="notice", messages=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.messages}"

    @property
    def unplanned_count(self) -> int:
        """Messages that LINE accepted though no plan we know of covers them; booked at 0."""
        return self.messages - self.free_count - self.paid_count

    @property
    def notice_amount(self) -> Decimal:
        return self.amount if self.kind == self.Kind.NOTICE else Decimal(0)

    @property
    def plan_messages(self) -> int:
        """Messages that have a place in the plan's month; notification messages have none."""
        return 0 if self.kind == self.Kind.NOTICE else self.messages

    @property
    def plan_paid_count(self) -> int:
        return 0 if self.kind == self.Kind.NOTICE else self.paid_count

    @property
    def why(self) -> str:
        """The reason given, or that prices have changed; empty for what was sent."""
        is_correction = self.reference.partition("/")[2].startswith("pricing:")
        return self.reason or (
            str(_("The plan or its prices changed: priced again")) if is_correction else ""
        )


def parts_to_json(parts: Iterable[Part]) -> list[dict]:
    return [{"kind": p.kind.value, "count": p.count, "unit_price": str(p.unit_price)} for p in parts]


def parts_from_json(rows: Sequence[dict]) -> tuple[Part, ...]:
    return tuple(Part(PartKind(row["kind"]), row["count"], Decimal(row["unit_price"])) for row in rows)
