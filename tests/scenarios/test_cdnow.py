"""A real history of purchases, replayed day by day with the clock: who comes in is whom plain Python names.

The sample looks at some people every few evenings; with `CDNOW_PEOPLE=23570 CDNOW_EVERY=1` in the environment
it is everybody, every evening, and takes hours.
"""

import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import floor
from statistics import median
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from customers.models import Customer
from linking.models import Link
from scenarios import services
from scenarios.engine import running
from scenarios.models import Entry
from scenarios.ready import base
from scenarios.ready.base import Wishes
from shops.orders import upsert_orders
from tests.cdnow import LAST_DAY, Purchase, read
from tests.factories import make_customer, make_followers, make_link

PEOPLE = int(os.environ.get("CDNOW_PEOPLE", "60"))
EVERY = int(os.environ.get("CDNOW_EVERY", "4"))  # days; what falls due between is told late, not lost
JAPAN = ZoneInfo("Asia/Tokyo")
FIRST_DAY = date(1997, 1, 1)
EVENING = time(19)
BEFORE, GRACE, GAPS = 3, 3, 5  # days, days, purchases: of the ready-made replenishment
INSIDE, AGAIN = 7, 180  # days that win-back lasts, and until it takes the same person again
Came = set[tuple[date, str, str]]  # on which day, who, with what
History = dict[str, list[Purchase]]


@pytest.fixture(scope="module")
def history() -> History:
    """Some who bought often, and some who did not: each of the same number."""
    found: History = defaultdict(list)
    for purchase in sorted(read(), key=lambda each: each.day):
        found[purchase.customer].append(purchase)
    often = sorted(who for who, theirs in found.items() if len(theirs) >= 4)
    seldom = sorted(found.keys() - set(often))
    chance = random.Random("who is replayed")
    chosen = [chance.sample(each, min(PEOPLE // 2, len(each))) for each in (often, seldom)]
    return {who: found[who] for group in chosen for who in group}


def goods_of(purchase: Purchase) -> str:
    """What it was: the file tells only how many."""
    return "box" if purchase.discs > 2 else "single"


def let_run(code: str, **parts: object) -> None:
    """The ready-made one without what it sends: whom it takes is asked here."""
    flow = base.of(code).flow(Wishes(language="en", shop="https://shop.example/"))
    waits = [step for step in flow["steps"] if step["type"] == "wait"]
    draft = services.create(code, flow=flow | {"steps": waits} | parts, by=None)
    services.publish(draft, revision=draft.revision, by=None)


def replay(history: History) -> Came:
    """What the engine does on each evening, after what was bought since the last; who has come in."""
    with time_machine.travel(datetime.combine(FIRST_DAY, time(12), JAPAN), tick=False) as clock:
        for day in _evenings():
            clock.move_to(datetime.combine(day, EVENING, JAPAN))
            _buy([each for theirs in history.values() for each in theirs if _is_news(each, day)])
            while running.lead_on(5):
                pass
            # The database's clock does not turn: by it all that has ended has ended today.
            Entry.objects.filter(ended_at__gt=timezone.now()).update(ended_at=timezone.now())
    number = dict(Customer.objects.values_list("pk", "number"))
    friends = {link.friend_id: number[link.customer_id] for link in Link.objects.all()}
    return {
        (entry.entered_at.astimezone(JAPAN).date(), friends[entry.friend_id], entry.subject)
        for entry in Entry.objects.all()
    }


def _evenings() -> list[date]:
    return [FIRST_DAY + timedelta(days=place) for place in range(0, (LAST_DAY - FIRST_DAY).days + 1, EVERY)]


def _is_news(purchase: Purchase, day: date) -> bool:
    return 0 <= (day - purchase.day).days < EVERY


def _buy(purchases: list[Purchase]) -> None:
    rows = [
        {
            "number": f"{each.customer}-{each.day}-{place}",
            "customer": each.customer,
            "placed_at": datetime.combine(each.day, time(12), JAPAN).isoformat(),
            "total": str(each.amount),
            "lines": [{"product": goods_of(each), "quantity": each.discs, "amount": str(each.amount)}],
        }
        for place, each in enumerate(purchases)
    ]
    assert not rows or not upsert_orders(rows).errors


@dataclass
class Bought:
    """What is known on an evening of who bought a product: their days."""

    days: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))

    def due(self, today: date) -> Iterator[tuple[str, date]]:
        """Who should be told today, and when they bought last."""
        gaps = {who: [(b - a).days for a, b in pairwise(sorted(days))] for who, days in self.days.items()}
        everyones = [gap for theirs in gaps.values() for gap in theirs]
        for who, days in self.days.items():
            usual = gaps[who] or (everyones if len(everyones) >= GAPS else [])
            if usual:
                runs_out = max(days) + timedelta(days=floor(median(usual) + 0.5))
                if 0 <= (today - runs_out).days + BEFORE <= GRACE:
                    yield who, max(days)


def running_out(history: History) -> Came:
    """Evenings that were slept through are seen to as they were, if they are not long past. Who is in for a
    product does not come in for it once more; they do when they have left, if it is not too late.
    """
    told: set[tuple[str, str, date]] = set()
    came: Came = set()
    for today in _evenings():
        for moment in (today - timedelta(days=days) for days in reversed(range(min(EVERY, GRACE)))):
            for goods, known in _bought_until(moment, history).items():
                for who, last in known.due(moment):
                    if (goods, who, last) not in told and (today, who, goods) not in came:
                        told.add((goods, who, last))
                        came.add((today, who, goods))
    return came


def _bought_until(moment: date, history: History) -> dict[str, Bought]:
    bought: dict[str, Bought] = defaultdict(Bought)
    for who, theirs in history.items():
        for purchase in theirs:
            if purchase.day <= moment:
                bought[goods_of(purchase)].days[who].add(purchase.day)
    return bought


def slipping_away(history: History) -> Came:
    """By the bounds that hold for whoever has set none: recency 1 or 2, frequency 3 to 5."""
    came: Came = set()
    were: set[str] = set()
    free_from: dict[str, date] = {}
    for today in _evenings():
        are = {who for who, theirs in history.items() if _is_slipping(theirs, today)}
        for who in are - were:
            if today >= free_from.get(who, today):
                came.add((today, who, ""))
                ends = today + timedelta(days=INSIDE)
                orders = [each.day for each in history[who] if today < each.day <= ends]
                seen = min(evening for evening in [*_evenings(), date.max] if evening >= min([ends, *orders]))
                free_from[who] = min(seen, LAST_DAY) + timedelta(days=AGAIN)
        were = are
    return came


def _is_slipping(theirs: list[Purchase], today: date) -> bool:
    days = [each.day for each in theirs if 0 <= (today - each.day).days <= 365]
    return len(days) >= 3 and (today - max(days)).days >= 180


@pytest.mark.parametrize(("code", "named"), [("replenishment", running_out), ("win_back", slipping_away)])
def test_who_comes_in_is_whom_plain_python_names(
    simulator, channel, history, code: str, named: Callable[[History], Came]
):
    friends = make_followers(simulator, channel, sorted(history))
    with time_machine.travel(datetime.combine(FIRST_DAY, time(0), JAPAN), tick=False):
        for friend, who in zip(friends, sorted(history), strict=True):
            make_link(friend, make_customer(who))
        let_run(code)

    came = replay(history)

    expected = named(history)
    assert len(expected) > PEOPLE / 5
    assert came == expected
