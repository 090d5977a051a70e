"""One row of a report taken apart: a send by itself, the sends of a campaign, the steps of a scenario."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.money import written
from attribution.credits import Sums
from attribution.credits import of as credits_of
from billing.models import LedgerEntry
from billing.three_views import View
from broadcasts.models import Broadcast
from costs import booked, outcomes, spending
from costs.booked import Booked
from costs.grouping import PURPOSES, by_send, grouped, is_send, messages_of, spend_of
from costs.outcomes import Orders
from costs.periods import Period
from costs.rows import Asked, By, Report, Row
from costs.shares import split
from costs.spending import Eyes, Line
from costs.wording import Text
from scenarios.results import naming
from shops.models import ShopSettings


@dataclass(frozen=True)
class Inner:
    """A part of a row. `key` leads to its own page, where it has one."""

    name: Text
    messages: int
    spend: str
    key: str = ""


def of_send(eyes: Eyes, broadcast: Broadcast) -> Report | None:
    """A report of this send alone, over the months in which it is booked; None if it is in none yet."""
    owner = broadcast.ledger_owner
    booked_in = LedgerEntry.objects.referring_to(eyes.tenant.pk, f"{owner}/")
    months = booked_in.aggregate(first=Min("month"), last=Max("month"))
    if months["first"] is None:
        return None
    until_now = min(Period.of_month(months["last"]).last, timezone.localdate())
    period = Period(months["first"], max(until_now, months["last"]))
    orders = Orders.CLICKED if broadcast.tracks_people else Orders.REACHED
    asked = Asked(period, orders=orders)
    spent = spending.of_period(eyes, period, view=asked.view, with_fees=True)
    lines = [line for month in spent for line in month.lines if line.owner == owner]
    spend = spend_of(lines)
    [found] = outcomes.sends([broadcast.pk])
    credit = credits_of([owner]).get(owner, Sums())
    measures = outcomes.measured(found, spend.sending, orders, credit)
    row = Row(owner, broadcast.name, messages_of(lines), spend, measures, broadcast.started_at)
    currency = spending.currency(eyes.tenant.pk, period.months[-1])
    sells_in = ShopSettings.present().currency
    return Report(asked, orders, currency, [row], row, spent, {owner: lines}, sells_in).comparable()


def within(eyes: Eyes, report: Report, row: Row) -> list[Inner]:
    """What the row is made of, the dearest first; steps in their order. Nothing where it is one thing."""
    lines = report.lines.get(row.key, [])
    if report.asked.by == By.SCENARIO and row.kind == "scenario":
        return _steps(eyes, report, row, lines)
    if report.asked.by in (By.CAMPAIGN, By.SCENARIO):
        found = grouped(lines, by_send).items()
        by_cost = sorted(found, key=lambda each: -spend_of(each[1]).total)
        return [_inner(key, own, report.currency) for key, own in by_cost]
    return []


def _inner(key: str, lines: list[Line], currency: str) -> Inner:
    name = PURPOSES.get(key) or lines[-1].label or key
    spend = written(spend_of(lines).total, currency)
    return Inner(name, messages_of(lines), spend, key if is_send(key) else "")


def _steps(eyes: Eyes, report: Report, row: Row, lines: list[Line]) -> list[Inner]:
    """By the part of the reference after the scenario's own. Together they cost what the scenario does."""
    found: dict[str, tuple[int, Decimal]] = {}
    names = naming.steps(row.key)
    for part, amount in _of_parts(eyes, report, row.key, lines):
        step = part.owner if part.owner.startswith("step:") else ""
        messages, spent = found.get(step, (0, Decimal(0)))
        found[step] = messages + part.messages_within, spent + amount
    return [
        Inner(_step(step, names), messages, written(spent, report.currency))
        for step, (messages, spent) in sorted(found.items(), key=lambda each: _place(each[0], names))
    ]


def _of_parts(eyes: Eyes, report: Report, owner: str, lines: list[Line]) -> list[tuple[Booked, Decimal]]:
    rows = [each for each in booked.parts(eyes.tenant.pk, report.asked.period, owner) if each.is_within]
    found = []
    for month in report.months:
        parts = [each for each in rows if each.month == month.month]
        spend = spend_of(line for line in lines if line.month == month.month)
        weights = [each.messages_within for each in parts]
        own = split(spend.messages, weights)
        if report.asked.view == View.MARGINAL:
            sight = eyes.sight(month.month)
            own = [
                each.within(sight.amount(each.amount, messages=each.messages, paid=each.paid))
                for each in parts
            ]
        rest = split(replace(spend, messages=Decimal(0)).total, weights)
        found += [(each, mine + more) for each, mine, more in zip(parts, own, rest, strict=True)]
    return found


def _step(step: str, names: dict[str, str]) -> Text:
    id_ = step.partition(":")[2]
    return names.get(id_) or (_("Step %(number)s") % {"number": id_} if step else _("Other entries"))


def _place(step: str, names: dict[str, str]) -> tuple[bool, int, int, str]:
    """As they stand in the flow; then those that are no longer in it."""
    id_ = step.partition(":")[2]
    place = [*names].index(id_) if id_ in names else len(names)
    return not step, place, int(id_) if id_.isdecimal() else 0, id_
