"""Three answers to what a send costs: what it added to the bill, its share of it, and its list price."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing import plans
from billing.models import LedgerEntry, Total
from billing.pricing import PRICE_DECIMALS, Tariff


class View(models.TextChoices):
    MARGINAL = "marginal", _("Added to the bill")
    AVERAGE = "average", _("Share of the bill")
    LIST_PRICE = "list_price", _("List price")

    @property
    def sentence(self) -> str:
        """What it tells, for who has never heard of it."""
        return str(SENTENCES[self])


SENTENCES = {
    View.MARGINAL: _(
        "What the send added to the month’s bill at its turn: "
        "who sends first uses the free messages, who sends later pays."
    ),
    View.AVERAGE: _(
        "Its share of the month’s bill so far, monthly fee included: "
        "every message of the month bears the same."
    ),
    View.LIST_PRICE: _(
        "What it would cost if no message were free: each at the price of the month’s first extra message."
    ),
}


@dataclass(frozen=True, slots=True)
class Views:
    """What one owner's messages of a month cost, in the three views. Before tax, not rounded.

    Notification messages have the price of their contract in all three. `list_price` is None where the plan
    sells no extra messages, so that none has a price.
    """

    total: Total
    average: Decimal
    list_price: Decimal | None
    currency: str
    begun_at: datetime  # when LINE accepted the first
    first_id: int  # of its entries; owners follow each other in this order

    @property
    def marginal(self) -> Decimal:
        return self.total.amount

    def amount(self, view: View) -> Decimal | None:
        return getattr(self, view.value)

    def seen(self, view: View) -> Total | None:
        """The sums with the amount of this view."""
        amount = self.amount(view)
        return None if amount is None else replace(self.total, amount=amount)

    def __add__(self, later: "Views") -> "Views":
        """Of a send that went on into the next month."""
        lists = (self.list_price, later.list_price)
        return replace(
            self,
            total=self.total + later.total,
            average=self.average + later.average,
            list_price=None if lists[0] is None or lists[1] is None else lists[0] + lists[1],
        )


def of_month(tenant_id: int, month: date) -> dict[str, Views]:
    """The views of every owner of the month, what was booked last first. One query for the entries."""
    tariff = plans.terms(tenant_id, month).tariff
    rows = LedgerEntry.objects.of_month(tenant_id, month).by_owner()
    averages = _averages(tariff, {row.owner: row.total for row in rows})
    return {
        row.owner: Views(
            total=row.total,
            average=averages[row.owner],
            list_price=_list_price(tariff, row.total),
            currency=tariff.currency,
            begun_at=row.begun_at,
            first_id=row.first_id,
        )
        for row in rows
    }


def of_owners(tenant_id: int, month: date, owners: Collection[str]) -> dict[str, Views]:
    """Of these owners alone; one without entries in the month is left out.

    The whole month is read all the same: a share cannot be told without the others'.
    """
    wanted = set(owners)
    return {owner: views for owner, views in of_month(tenant_id, month).items() if owner in wanted}


def of_owner(tenant_id: int, owner: str) -> Views | None:
    """Of one owner, over all months that it has entries in; None without any."""
    entries = LedgerEntry.objects.referring_to(tenant_id, f"{owner}/")
    months = entries.order_by("month").values_list("month", flat=True).distinct()
    found = [of_month(tenant_id, month)[owner] for month in months]
    return sum(found[1:], found[0]) if found else None


def shares(bill: Decimal, counts: Mapping[str, int]) -> dict[str, Decimal]:
    """The bill divided by these counts, to the ledger's four decimals, so that the parts sum to it exactly.

    What remains of dividing goes to those with the largest remainders. Without messages there is nobody to
    bear it, and each part is 0.
    """
    whole = sum(counts.values())
    if whole <= 0:
        return dict.fromkeys(counts, Decimal(0))
    units = int(bill.scaleb(PRICE_DECIMALS))
    parts = {owner: divmod(units * count, whole) for owner, count in counts.items()}
    left = units - sum(quotient for quotient, _rest in parts.values())
    first = set(sorted(parts, key=lambda owner: (-parts[owner][1], owner))[:left])
    return {
        owner: Decimal(quotient + (owner in first)).scaleb(-PRICE_DECIMALS)
        for owner, (quotient, _rest) in parts.items()
    }


def _averages(tariff: Tariff, totals: Mapping[str, Total]) -> dict[str, Decimal]:
    bill = tariff.monthly_fee + sum((total.plan_amount for total in totals.values()), Decimal(0))
    parts = shares(bill, {owner: total.plan_messages for owner, total in totals.items()})
    return {owner: parts[owner] + total.notice_amount for owner, total in totals.items()}


def _list_price(tariff: Tariff, total: Total) -> Decimal | None:
    price = tariff.list_price
    return None if price is None else total.plan_messages * price + total.notice_amount
