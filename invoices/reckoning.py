"""What a client is billed for a month, by ledger and contract; and the sends that it is billed for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from billing import bill, ledger, plans
from billing.models import LedgerEntry
from billing.models.ledger import SUMS
from billing.pricing import Tariff
from contracts.markup import Line, Terms, Usage, month_lines
from contracts.models import Contract

NOTICE = LedgerEntry.Kind.NOTICE.value


@dataclass(frozen=True, slots=True)
class Send:
    """What one send of the month is billed with: exact, not rounded, before tax.

    `cost` is what LINE charges for it. Adjustments and what was sent outside Musubi stand here too, so that
    all of them sum to the month.
    """

    at: datetime
    name: str
    kind: str
    messages: int
    free: int
    paid: int
    amount: Decimal
    cost: Decimal

    @property
    def is_notice(self) -> bool:
        return self.kind == NOTICE

    @property
    def kind_name(self) -> str:
        return str(LedgerEntry.Kind(self.kind).label)

    def to_json(self) -> list:
        counts = [self.messages, self.free, self.paid]
        return [self.at.isoformat(), self.name, self.kind, *counts, str(self.amount), str(self.cost)]

    @classmethod
    def from_json(cls, row: list) -> "Send":
        at, name, kind, messages, free, paid, amount, cost = row
        moment = datetime.fromisoformat(at)
        return cls(moment, name, kind, messages, free, paid, Decimal(amount), Decimal(cost))


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A client's month as ledger, prices and contract have it now."""

    contract: Contract | None
    terms: Terms
    usage: Usage
    lines: list[Line]
    plan: plans.Terms

    @property
    def basis(self) -> dict:
        """What the lines follow from, for the record: as JSON."""
        used = self.usage
        return {
            "contract": self.contract.pk if self.contract else None,
            "plan": self.plan.plan.code if self.plan.plan else None,
            "prices_confirmed": self.plan.is_confirmed,
            "messages": used.messages,
            "paid": used.paid,
            "cost": str(used.amount),
            "monthly_fee": str(used.monthly_fee),
            "notices": used.notices,
            "notice_cost": str(used.notice_amount),
            "reckoned_at": timezone.now().isoformat(),
        }


def reckon(tenant_id: int, month: date) -> Reckoning:
    """Reads only. Prices are before tax, as contracts are."""
    contract = Contract.objects.in_force(tenant_id, month)
    plan = plans.terms(tenant_id, month)
    terms = contract.terms if contract else bill.at_cost(plan.tariff)
    usage = _usage(tenant_id, month, plan.tariff)
    return Reckoning(contract, terms, usage, month_lines(terms, usage), plan)


def terms_of(tenant_id: int, month: date) -> Terms:
    """The contract's terms of a month, or those that hold without one."""
    contract = Contract.objects.in_force(tenant_id, month)
    return contract.terms if contract else bill.at_cost(plans.terms(tenant_id, month).tariff)


def sends(tenant_id: int, month: date, found: Reckoning) -> list[Send]:
    """Each send of the month, the first first, as the client is billed for it."""
    entries = LedgerEntry.objects.of_month(tenant_id, month).with_owner().order_by()
    rows = entries.values("owner", "kind")  # type: ignore[misc]  # the annotation is not seen through
    summed = rows.annotate(begun=Min("accepted_at"), name=Max("label"), **SUMS)
    in_order = sorted(summed, key=lambda row: (row["begun"], row["owner"]))
    return list(_sends(in_order, found.terms, found.plan.tariff))


def _sends(rows: Iterable[dict[str, Any]], terms: Terms, tariff: Tariff) -> Iterator[Send]:
    for row in rows:
        cost = tariff.before_tax(row["amount"])
        messages, paid = row["messages"], row["paid_count"]
        is_notice = row["kind"] == NOTICE
        borne = terms.gross_of_cost(cost) if is_notice else terms.gross(cost, messages=messages, paid=paid)
        amount = borne - cost if terms.client_pays_line else borne
        counts = (messages, row["free_count"], paid)
        yield Send(row["begun"], row["name"] or row["owner"], row["kind"], *counts, amount, cost)


def _usage(tenant_id: int, month: date, tariff: Tariff) -> Usage:
    total, notices = ledger.month_total(tenant_id, month), ledger.notice_total(tenant_id, month)
    return Usage(
        month=month,
        messages=total.messages,
        paid=total.paid_count,
        amount=tariff.before_tax(total.amount),
        monthly_fee=tariff.before_tax(tariff.monthly_fee),
        notices=notices.messages,
        notice_amount=tariff.before_tax(notices.amount),
    )
