"""What scenarios do with what has happened: first those inside leave or go on, then others come in."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
from django.db import OperationalError, connection, transaction
from django.db.models import Min
from django.utils import timezone
from pyroaring import BitMap

from accounts import current
from events import outbox
from events.models import Event
from events.outbox import Heard
from linking.models import Link
from scenarios.engine import enrolling, exits, leading, people
from scenarios.engine.enrolling import TAKING, Newcomer
from scenarios.models import Entry, Scenario, Version, Watch
from scenarios.triggers import admitting, ending, goods, kinds, listening, watching
from scenarios.triggers.apart import apart
from scenarios.triggers.clocks import Schedule
from scenarios.triggers.goods import STOCK, ProductNews
from scenarios.triggers.happenings import ARRIVALS
from scenarios.triggers.kinds import LATE, Clocked, Gathered, Happening, Trigger
from scenarios.work import KIND
from segments import watching as segments
from segments.leaves import Query
from shops.products import CHANGES

logger = logging.getLogger(__name__)
AT_ONCE = 500
SET_ASIDE = timedelta(hours=1)
Watches = list[tuple[Watch, Trigger]]

FOUND = """
SELECT event.id, event.at, event.friend_id, event.customer_id, event.properties FROM events_event event
WHERE {of} AND event.at >= %s AND {which} ORDER BY event.at, event.id"""


def hear(now: datetime) -> bool:
    """See to a portion of what has happened, and of who is to come in; whether there may be more."""
    has_more = _listen(now)
    _watch_the_clock(now)
    return admitting.let_in(now) or has_more


def next_moment() -> datetime | None:
    """When triggers have something to do next, if nothing happens; now if something waits."""
    if outbox.is_waiting(KIND) or admitting.are_waiting():
        return timezone.now()
    return Watch.objects.filter(scenario__status__in=TAKING).aggregate(at=Min("due_at"))["at"]


def _listen(now: datetime) -> bool:
    try:
        return _take(AT_ONCE, now)
    except OperationalError:  # the database is away, or two waited for each other: nothing was taken
        raise
    except Exception:  # one piece of news that we did not think of must not keep us from the others
        logger.exception("scenarios.not_understood")
        return _take_each(now)


def _take_each(now: datetime) -> bool:
    """One after the other; what cannot be understood is passed over."""
    has_more = True
    for _each in range(AT_ONCE):
        has_more = has_more and _take_one(now)
    return has_more


@transaction.atomic
def _take_one(now: datetime) -> bool:
    """What is passed over is what was taken here: another worker may have the next in hand."""
    heard, has_more = outbox.take(KIND, 1)
    try:
        with transaction.atomic():
            _act_on(heard, now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("scenarios.passed_over", extra={"topics": [each.topic for each in heard]})
    return has_more


@transaction.atomic
def _take(limit: int, now: datetime) -> bool:
    """The next so many pieces of news, all in one transaction; whether there may be more."""
    heard, has_more = outbox.take(KIND, limit)
    _act_on(heard, now)
    return has_more


def _act_on(heard: list[Heard], now: datetime) -> None:
    if not heard:
        return
    watches = listening.watches()
    for wave in _waves([each.event for each in heard if each.event]):
        ending.by(wave, now)
        _let_in(watches, wave, now)
    _see_changes(watches, [each for each in heard if not each.event], now)


def _waves(events: list[Event]) -> Iterator[list[Event]]:
    """The events in their order, of each person one at a time: what came first is seen to first."""
    friends = {event.friend_id for event in events if event.friend_id}
    links = Link.objects.active().filter(friend__in=friends)
    customer_of = dict(links.values_list("friend_id", "customer_id"))
    waves: list[list[Event]] = []
    seen: dict[tuple, int] = {}
    for event in sorted(events, key=lambda event: (event.at, event.pk)):
        customer = customer_of.get(event.friend_id or 0, event.customer_id)
        who = ("customer", customer) if customer else ("friend", event.friend_id)
        place = seen.get(who, 0)
        seen[who] = place + 1
        if place == len(waves):
            waves.append([])
        waves[place].append(event)
    yield from waves


def _let_in(watches: Watches, events: list[Event], now: datetime) -> None:
    types = {event.type for event in events}
    of = Query("event.id = ANY(%s)", [[event.pk for event in events]])
    for watch, trigger in watches:
        if isinstance(trigger, Happening) and trigger.types() & types:
            with apart(watch.pk):
                _let_in_by(watch, trigger, of, now)


def _let_in_by(watch: Watch, trigger: Happening, of: Query, now: datetime) -> None:
    """Those whom such events are about, unless they have already done what takes them out again."""
    which = trigger.which()
    earliest = max(watch.since, now - LATE)
    with connection.cursor() as cursor:
        sql = FOUND.format(of=of.sql, which=which.sql)
        cursor.execute(sql, [*of.params, earliest, *which.params])
        newcomers = [_newcomer(*row) for row in cursor.fetchall()]
    entered = enrolling.enter(watch.scenario, newcomers, now=now)
    if entered:
        _turn_away(entered, now)


def _newcomer(
    pk: int, at: datetime, friend_id: int | None, customer_id: int | None, properties: str
) -> Newcomer:
    told = orjson.loads(properties)
    return Newcomer(friend_id, customer_id, kinds.subject_of(told), told, f"event:{pk}", at)


def _turn_away(entered: list[int], now: datetime) -> None:
    """Who did what ends it before we heard of what let them in has not come in."""
    new = people.read(entered)
    version = Version.objects.select_related("scenario").get(pk=new[0].version_id)
    left = exits.leaving(new, leading.turn(version, now))
    entries = Entry.objects.filter(pk__in=left)
    entries._raw_delete(entries.db)  # nothing points at them yet


def _see_changes(watches: Watches, heard: list[Heard], now: datetime) -> None:
    topics = {each.topic for each in heard}
    if ARRIVALS in topics:
        _see_arrivals(watches, [each for each in heard if each.topic == ARRIVALS], now)
    if topics & {CHANGES, STOCK}:
        changed = [pk for each in heard if each.topic == CHANGES for pk in each.numbers or ()]
        goods.see([each for each in watches if isinstance(each[1], ProductNews)], changed, now)  # type: ignore[misc]
    for watch, trigger in watches:
        if isinstance(trigger, Gathered):
            with apart(watch.pk):
                _look(watch, trigger, topics, now)


def _see_arrivals(watches: Watches, heard: list[Heard], now: datetime) -> None:
    """By which route they came is known now: their follows are looked at once more."""
    if any(each.numbers is None for each in heard):
        of = Query("true", [])
    else:
        of = Query("event.friend_id = ANY(%s)", [[pk for each in heard for pk in each.numbers or ()]])
    for watch, trigger in watches:
        if isinstance(trigger, Happening) and ARRIVALS in trigger.topics():
            with apart(watch.pk):
                _let_in_by(watch, trigger, of, now)


def _look(watch: Watch, trigger: Gathered, topics: set[str], now: datetime) -> None:
    """Two at once look one after the other, the second from where the first has come to."""
    if not watching.topics(trigger) & topics:
        return
    held = Watch.objects.select_for_update().filter(pk=watch.pk, trigger=watch.trigger).first()
    if held:
        watching.look(held, trigger, now)


def _watch_the_clock(now: datetime) -> None:
    due = Watch.objects.filter(due_at__lte=now, scenario__status__in=TAKING).order_by("pk")
    is_other = False
    with transaction.atomic():
        for watch in due.select_for_update(of=["self"], skip_locked=True).select_related("scenario__version"):
            is_other |= _see_to(watch, now)
        if is_other:  # a segment says something else now, or what it stands for has changed
            listening.renew()


def _see_to(watch: Watch, now: datetime) -> bool:
    """What is due of one; whether it needs to hear of something else from now on."""
    Watch.objects.filter(pk=watch.pk).update(due_at=now + SET_ASIDE)  # if it cannot be seen to
    with apart(watch.pk):
        trigger = kinds.read(watch.trigger)
        if isinstance(trigger, Clocked):
            _see_to_moments(watch, trigger, now)
        elif isinstance(trigger, Gathered):
            watching.look(watch, trigger, now)
            return not outbox.listens(KIND, watching.topics(trigger))
    return False


def _see_to_moments(watch: Watch, trigger: Clocked, now: datetime) -> None:
    """Also those that were slept through, unless they are long past."""
    zone = ZoneInfo(current.tenant().time_zone)
    moment = trigger.next_at(max(watch.done_at or watch.since, now - LATE), zone)
    while moment is not None and moment <= now:
        found = trigger.candidates(moment, zone, watch.since)
        admitting.propose(watch.scenario_id, found, moment, among=_among(watch.scenario, trigger))
        watch.done_at, moment = moment, trigger.next_at(moment, zone)
    watch.due_at = moment
    watch.save(update_fields=["done_at", "due_at"])


def _among(scenario: Scenario, trigger: Clocked) -> BitMap | None:
    """Of a schedule, who meets the condition: it is for everybody, other triggers are for a few."""
    if (
        not isinstance(trigger, Schedule)
        or scenario.version is None
        or not scenario.version.flow["condition"]
    ):
        return None
    return segments.look(scenario.version.flow["condition"]).members
