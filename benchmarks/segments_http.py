"""The builder over HTTP among a million friends and ten million events, and how soon it sees what happens.

Two granian processes serve, as in `make run`; a browser that is signed in sends the builder's form, as htmx
does after a change, over one connection. Django's models are imported inside functions: they can be only
once the servers are known.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from benchmarks.browser import Browser, Program
from benchmarks.segments_data import PRODUCTS, Size, client
from benchmarks.segments_questions import WHOLE, by_hand, milliseconds
from benchmarks.webhooks import serving

SIZE = Size(friends=1_000_000, events=10_000_000)
SLUG = "bench-segments"
WARM_TIMES, COLD_TIMES, CHANGES = 200, 3, 40
IDLE, ROUNDS, BATCHES, BATCH = 1_000, 5, 20, 100
WITHIN_AN_HOUR = {"type": "events", "event": "reserved", "count_at_least": 1, "within_hours": 1}
LEAVES_IN = 3  # seconds from now at which the event is an hour old
AT_MOST = 20  # seconds in which a change must be seen


@dataclass(frozen=True)
class Builder:
    """The builder of one saved segment, as a browser has it open."""

    browser: Browser
    fields: list[tuple[str, str]]
    total: int

    def ask(self) -> None:
        """Send the form; the answer must say how many are in it."""
        answer = self.browser.post("/segments/build/", self.fields)
        if f"{self.total:,}" not in answer:
            raise AssertionError(f"{self.total:,} is not in the answer: {answer[-3000:]}")


@dataclass(frozen=True)
class Desk:
    """One segment, seen by a browser and by a program."""

    builder: Builder
    program: Program

    def count(self, tree: dict) -> int:
        return self.program.post("/segments/count/", {"tree": tree})["total"]

    def record(self, *events: dict) -> None:
        self.program.post("/events/", {"events": list(events)})


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note."""
    with client(SLUG, SIZE) as tenant, serving("config.asgi:application") as port:
        floor, expected = by_hand(WHOLE, COLD_TIMES)
        desk = open_desk(port, tenant, expected)
        return [
            *warm_rows(desk.builder, "1,000,000", floor),
            _cold_row(desk.builder, floor),
            _rest_row(desk, floor),
            *_change_rows(desk, floor),
            _flip_row(desk),
            _idle_row(desk),
        ]


def open_desk(port: int, tenant: Any, total: int) -> Desk:
    """Who is signed in and who has a key, for the client at hand, with the ten conditions saved."""
    from accounts import services as accounts
    from segments import services

    segment = services.create_segment("Regulars of rank", WHOLE.tree)
    scopes = ["events.add_event", "segments.view_segment"]
    with _public(tenant):
        someone = accounts.invite(
            "bench@example.com", agency=tenant.agency, tenant=tenant, role="account_manager"
        )
        key = accounts.create_api_key(tenant, name="bench", scopes=scopes)[1]
        browser = Browser(port, tenant.slug, someone)
    fields = browser.form(f"/segments/{segment.pk}/edit/", "segment-form")
    return Desk(Builder(browser, fields, total), Program(port, tenant.slug, key))


def warm_rows(builder: Builder, friends: str, floor: float | None) -> list[dict]:
    warm = milliseconds(builder.ask, WARM_TIMES)
    name = f"builder over HTTP, 10 leaves, {friends} friends, warm"
    return [
        _row(f"{name} p50", median(warm), floor, "ms", f"{WARM_TIMES} requests; counts, breakdown, sample"),
        _row(f"{name} p95", quantiles(warm, n=20)[-1], floor, "ms", "likewise"),
    ]


def _cold_row(builder: Builder, floor: float) -> dict:
    def ask_anew() -> None:
        _forget()
        builder.ask()

    name = "builder over HTTP, 10 leaves, 1,000,000 friends, cold"
    return _row(name, median(milliseconds(ask_anew, COLD_TIMES)), floor, "ms", "nothing remembered")


def _rest_row(desk: Desk, floor: float) -> dict:
    warm = milliseconds(lambda: desk.count(WHOLE.tree), WARM_TIMES)
    name = "segment count by API, 10 leaves, 1,000,000 friends, warm p95"
    return _row(name, quantiles(warm, n=20)[-1], floor, "ms", "in words too")


def _change_rows(desk: Desk, floor: float) -> list[dict]:
    """An event of somebody changes two of the leaves; then somebody becomes one of a segment."""
    numbers = iter(_linked(2 * (CHANGES + 1)))

    def one_event() -> float:
        desk.record(_bought(next(numbers)))
        return milliseconds_once(lambda: desk.builder.browser.post("/segments/build/", desk.builder.fields))

    def membership() -> float:
        who = next(numbers)
        mark = f"sku-new-{who}"
        tree = {
            "all": [{"type": "events", "event": "carted", "count_at_least": 1, "where": {"product": mark}}]
        }
        if desk.count(tree):
            raise AssertionError("somebody was in it before")
        return milliseconds_once(lambda: _record_and_wait(desk, who, mark, tree))

    changed = [one_event() for _time in range(CHANGES)]
    joined = [membership() for _time in range(CHANGES)]
    return [
        _row(
            "builder over HTTP, 10 leaves, after an event, p95",
            quantiles(changed, n=20)[-1],
            floor,
            "ms",
            "a purchase, which changes two of the leaves, before each request",
        ),
        _row(
            "event to membership, p95",
            quantiles(joined, n=20)[-1],
            None,
            "ms",
            "from sending the event by API until the count by API has one more",
        ),
    ]


def _linked(most: int) -> list[int]:
    """Customers whose friends get messages."""
    from linking.models import Link

    found = Link.objects.active().filter(friend__status="friend").order_by("-customer_id")
    return list(found.values_list("customer_id", flat=True)[:most])


def _record_and_wait(desk: Desk, who: int, mark: str, tree: dict) -> None:
    desk.record({"type": "carted", "customer": f"C-{who}", "properties": {"product": mark}})
    _wait(lambda: desk.count(tree) == 1)


def _wait(until: Callable[[], bool]) -> None:
    """Raises TimeoutError if it does not come about."""
    end = time.monotonic() + AT_MOST
    while not until():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing has changed in {AT_MOST} s")
        time.sleep(0.005)


def _flip_row(desk: Desk) -> dict:
    """Somebody leaves “within an hour” by time alone: how long after that moment a count says so."""
    late = []
    for who in _linked(5):
        leaves_at = datetime.now(UTC) + timedelta(seconds=LEAVES_IN)
        desk.record(_reserved(who, leaves_at - timedelta(hours=1)))
        if desk.count(WITHIN_AN_HOUR) != 1:
            raise AssertionError("who has just reserved is not in it")
        _wait(lambda: desk.count(WITHIN_AN_HOUR) == 0)
        late.append((datetime.now(UTC) - leaves_at).total_seconds())
    if min(late) < 0:
        raise AssertionError(f"left {late} s after the moment")
    return _row("relative time, from its moment to the count", max(late), None, "s", "longest of 5")


def _idle_row(desk: Desk) -> dict:
    """Events in by API with a thousand segments that were counted once and not since, and without them."""
    from segments import services
    from segments.models import Segment

    before = median(_events_a_second(desk) for _time in range(ROUNDS))
    for number in range(IDLE):
        what = {"where": {"product": f"sku-{number % PRODUCTS}"}, "within_days": number % 90}
        tree = {"type": "events", "event": "reserved", "count_at_least": 1, **what}
        services.count(services.create_segment(f"Idle {number}", tree).tree)
    beside = median(_events_a_second(desk) for _time in range(ROUNDS))
    Segment.objects.filter(name__startswith="Idle").delete()
    _forget()
    without = (before + median(_events_a_second(desk) for _time in range(ROUNDS))) / 2
    note = f"{IDLE:,} segments about these events, counted before; floor: before and after them"
    return _row("events in by API beside idle segments", beside, without, "events/s", note)


def _events_a_second(desk: Desk) -> float:
    began = time.perf_counter()
    for _batch in range(BATCHES):
        at = datetime.now(UTC)
        desk.record(*(_reserved(who, at) for who in range(1, BATCH + 1)))
    return BATCHES * BATCH / (time.perf_counter() - began)


def _bought(who: int) -> dict:
    return {
        "type": "bought",
        "customer": f"C-{who}",
        "properties": {"product": "sku-1", "name": "リネンシャツ", "quantity": 1, "amount": 1},
    }


def _reserved(who: int, at: datetime) -> dict:
    properties = {"product": f"sku-{who}", "shop": "本店"}
    return {"type": "reserved", "customer": f"C-{who}", "at": at.isoformat(), "properties": properties}


def _forget() -> None:
    from segments.models import LeafCache

    LeafCache.objects.all().delete()


@contextmanager
def _public(tenant: Any) -> Iterator[None]:
    """Outside the client, as who manages it."""
    from django.db import connection

    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(tenant)


def milliseconds_once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _row(name: str, ours: float, floor: float | None, unit: str, note: str) -> dict:
    by_floor = None if floor is None else round(floor, 2)
    ratio = None if floor is None else round(ours / floor, 4)
    told = f"{note}; floor: the same tree by hand-tuned SQL" if floor and unit == "ms" else note
    return {
        "name": name,
        "ours": round(ours, 2),
        "floor": by_floor,
        "ratio": ratio,
        "unit": unit,
        "note": told,
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
