"""What else figures offer: messages to the same people on a day, free messages left over, a far cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from billing import ledger, plans
from billing.pricing import Price, price_accepted
from broadcasts.leaves.naming import sent
from costs.advice import reached
from segments.leaves import Moment

DAYS = 30
FAR = 2  # a cap is far away if twice the most that was needed would still fit


@dataclass(frozen=True, slots=True)
class Twice:
    """Messages of a month to people who had one of ours on the same day, and what they cost as its last."""

    month: date
    messages: int
    on: list[tuple[date, int]]
    saved: Price
    currency: str


@dataclass(frozen=True, slots=True)
class FreeLeft:
    """Free messages that were left at the end of months; LINE does not carry them over."""

    months: int
    average: int
    free_messages: int


@dataclass(frozen=True, slots=True)
class FarCap:
    """The owner's limit of extra messages beside the most that a month needed of them."""

    limit: int
    most: int
    month: date


def again_by_day() -> list[tuple[date, int]]:
    """Days of the last 30 with several broadcasts: how many messages went to people who had another."""
    moment = Moment.present()
    rows = sent().filter(started_at__gte=moment.day_begins(DAYS - 1)).values_list("pk", "started_at")
    by_day: dict[date, list[int]] = {}
    for pk, at in rows:
        if at:  # it was looked for by it
            by_day.setdefault(at.astimezone(moment.zone).date(), []).append(pk)
    several = {day: pks for day, pks in sorted(by_day.items()) if len(pks) > 1}
    people = reached.by_broadcast([pk for pks in several.values() for pk in pks], moment)
    counted = ((day, again([people[pk] for pk in pks])) for day, pks in several.items())
    return [(day, count) for day, count in counted if count]


def again(people: Sequence[BitMap]) -> int:
    """How many messages went to people who had got another of these."""
    return sum(len(each) for each in people) - len(BitMap.union(BitMap(), *people))


def twice(tenant_id: int, on: list[tuple[date, int]]) -> Twice | None:
    """By days as `again_by_day` has them, in the month with most. None if nobody had two on one day."""
    if not on:
        return None
    by_month: dict[date, int] = {}
    for day, count in on:
        by_month[day.replace(day=1)] = by_month.get(day.replace(day=1), 0) + count
    month = max(by_month, key=by_month.__getitem__)
    tariff = plans.terms(tenant_id, month).tariff
    total = ledger.month_total(tenant_id, month).messages
    count = min(total, by_month[month])
    saved = price_accepted(tariff, total - count, count)
    return Twice(
        month, count, [each for each in on if each[0].replace(day=1) == month], saved, tariff.currency
    )


def free_left(history: Sequence[tuple[date, int]], tenant_id: int) -> FreeLeft | None:
    """Of the last three full months; None if in one of them all were used, or no plan is known."""
    last = history[-3:]
    free = [plans.terms(tenant_id, month).tariff.free_messages for month, _count in last]
    left = [offered - count for offered, (_month, count) in zip(free, last, strict=True)]
    if len(last) < 3 or min(left) <= 0:
        return None
    return FreeLeft(len(last), sum(left) // len(left), free[-1])


def far_cap(history: Sequence[tuple[date, int]], tenant_id: int, month: date) -> FarCap | None:
    """None without a limit, or if a month came near it."""
    tariff = plans.terms(tenant_id, month).tariff
    if tariff.additional_limit is None or not history:
        return None
    when, count = max(history, key=lambda each: each[1])
    most = max(0, count - tariff.free_messages)
    is_far = tariff.brackets and most * FAR < tariff.additional_limit
    return FarCap(tariff.additional_limit, most, when) if is_far else None
