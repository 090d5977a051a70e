"""LINE's statistics of what steps sent, copied day by day, month by month.

A step sends for months, and LINE adds up 31 days at most: so each month of Japan is a copy of its own, which
grows until 15 days after its last send. LINE allows 60 calls an hour; broadcasts take 50 of them
(`broadcasts/results/insight.py`), scenarios 10.
Source: https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts import board
from broadcasts.results import insight as of_line
from friends.insight import JAPAN
from scenarios.models import Scenario, Send, StepInsight, StepText

logger = logging.getLogger(__name__)
KIND = "scenario_insight"  # on the work board
TAKEN_AT = time(10, 30)  # in Japan, when LINE has mostly counted the day before
TURN = timedelta(minutes=6)  # from one call to the next
GROWS = timedelta(days=15)  # after the last send
LOOKED_BACK = timedelta(days=50)  # for sends of which the copy may not be final


@dataclass(frozen=True)
class Due:
    """A copy that is to be taken: what went under a name in one month."""

    text_id: int
    unit: str
    month: date
    first: datetime
    last: datetime
    accepted: int


def expect() -> None:
    """Have LINE asked from tomorrow on."""
    board.call(KIND, _tomorrow(timezone.now()))


def copy() -> None:
    """Take one copy that is due in this client; come back for the next, and tomorrow."""
    seen = board.version(KIND)
    now = timezone.now()
    waiting = list(due(now))
    if waiting and _take(waiting[0], now) and len(waiting) > 1:
        board.settle(KIND, now + TURN, seen=seen)
    else:
        board.settle(KIND, _tomorrow(now) if waiting or _goes_on(now) else None, seen=seen)


def due(now: datetime) -> Iterator[Due]:
    """What was not copied today and may still grow, the oldest copy first."""
    rows = Send.objects.filter(state=Send.State.ACCEPTED, accepted_at__gt=now - LOOKED_BACK, is_test=False)
    named = rows.exclude(text__unit_name="").annotate(month=TruncMonth("accepted_at", tzinfo=JAPAN))
    found = named.order_by().values_list("text", "text__unit_name", "month")
    months = [
        Due(text, unit, month.date(), first, last, count)
        for text, unit, month, first, last, count in found.annotate(
            Min("accepted_at"), Max("accepted_at"), Count("pk")
        )
    ]
    copies = {(row.text_id, row.month): row for row in _copies([each.text_id for each in months])}
    today = datetime.combine(now.astimezone(JAPAN).date(), TAKEN_AT, JAPAN)
    waiting = []
    for each in months:
        known = copies.get((each.text_id, each.month))
        if each.first < today <= now and not (known and (known.is_final or known.taken_at >= today)):
            waiting.append((known.taken_at if known else each.first, each))
    yield from (each for _at, each in sorted(waiting, key=lambda pair: pair[0]))


def _copies(texts: list[int]) -> list[StepInsight]:
    return list(StepInsight.objects.filter(text__in=texts).defer("data"))


def _take(each: Due, now: datetime) -> bool:
    """Write LINE's answer down; False if there is none, so that asking on makes no sense now."""
    told = of_line.look(each.unit, since=each.first, until=_end(each.month))
    is_final = now - each.last > GROWS and now.astimezone(JAPAN).date() > _end(each.month)
    facts = {
        "taken_at": now,
        "is_ready": told is not None,
        "is_final": told is not None and is_final,
        "delivered": each.accepted,
        "opened": told and told.opened,
        "clicked": told and told.clicked,
        "data": told.data if told else {},
    }
    StepInsight.objects.update_or_create(text_id=each.text_id, month=each.month, defaults=facts)
    return told is not None


def _end(month: date) -> date:
    """Its last day."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _goes_on(now: datetime) -> bool:
    """Whether there may be something to copy tomorrow."""
    named = StepText.objects.exclude(unit_name="")
    if named.filter(version__scenario__status=Scenario.Status.RUNNING).exists():
        return True
    return Send.objects.filter(accepted_at__gt=now - LOOKED_BACK, text__in=named).exists()


def _tomorrow(now: datetime) -> datetime:
    here = now.astimezone(JAPAN)
    at = datetime.combine(here.date(), TAKEN_AT, JAPAN)
    return at if at > now else at + timedelta(days=1)
