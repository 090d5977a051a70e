"""When friends click: hour after hour of a send, by weekday and hour, and by the hour at which was sent.

LINE tells opens by day only, and of no person; clicks are our own and know the minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from broadcasts.models import Broadcast
from broadcasts.results import details, listing, progress
from broadcasts.results.details import Day
from insights import sides, standing_out
from insights.standing_out import Best
from surveys.results import narrowing

HOURS = 72
MOST = 300  # sends of a period, the newest
STEPS = 9  # of shading
HOUR = timedelta(hours=1)
# The first click of each person on any link of a send is a person, every click is a tap.
CLICKED = """
WITH click AS (
    SELECT link.broadcast_id, click.at, click.friend_id,
           click.friend_id IS NOT NULL AND row_number() OVER (
               PARTITION BY link.broadcast_id, click.friend_id ORDER BY click.at, click.id) = 1 AS is_person
    FROM broadcasts_linkclick click JOIN broadcasts_trackedlink link ON link.id = click.link_id
    WHERE link.broadcast_id = ANY(%s))
SELECT send.id, floor(extract(epoch FROM click.at - send.started_at) / 3600)::int AS hour,
       extract(isodow FROM click.at AT TIME ZONE %s)::int, extract(hour FROM click.at AT TIME ZONE %s)::int,
       count(*), count(*) FILTER (WHERE is_person)
FROM click JOIN broadcasts_broadcast send ON send.id = click.broadcast_id
WHERE click.at >= send.started_at AND click.at < send.started_at + %s
GROUP BY 1, 2, 3, 4"""


@dataclass(frozen=True)
class Hour:
    """One hour after the send began, from 0: taps, people who clicked for the first time, and until then."""

    number: int
    taps: int
    people: int
    taps_so_far: int
    people_so_far: int


@dataclass(frozen=True)
class Curve:
    hours: list[Hour]
    knows_people: bool

    @property
    def taps(self) -> int:
        return self.hours[-1].taps_so_far

    @property
    def people(self) -> int:
        return self.hours[-1].people_so_far

    def within(self, share: float) -> int | None:
        """By the end of which hour, from 1, so much of all had clicked: people, where they are known."""
        whole = self.people if self.knows_people else self.taps
        for hour in self.hours:
            so_far = hour.people_so_far if self.knows_people else hour.taps_so_far
            if whole and so_far >= share * whole:
                return hour.number + 1
        return None

    @property
    def headline(self) -> str:
        half, most = self.within(0.5), self.within(0.9)
        if half is None or most is None:
            return _("Nobody has clicked in the first three days.")
        said = {"half": half, "most": most}
        if self.knows_people and half == most:
            text = _("Nine of ten people who clicked did so within %(most)s h.")
        elif self.knows_people:
            text = _(
                "Half of the people who clicked did so within %(half)s h, nine of ten within %(most)s h."
            )
        elif half == most:
            text = _("Nine of ten taps come within %(most)s h.")
        else:
            text = _("Half of all taps come within %(half)s h, nine of ten within %(most)s h.")
        return text % said


@dataclass(frozen=True)
class Square:
    """A weekday (1 is Monday) and an hour of the client's clock. `shade` is from 0 to STEPS."""

    weekday: int
    hour: int
    count: int
    shade: int


@dataclass(frozen=True)
class AtHour:
    """Sends that began at one hour. `rate` is the mean of the shares of receivers who clicked."""

    hour: int
    sends: int
    rate: float


@dataclass(frozen=True)
class OfPeriod:
    """`compared` are the sends of which it is known who clicked, and whose three days are over."""

    first: date
    last: date
    sends: int
    curve: Curve
    squares: list[list[Square]]
    by_hour: list[AtHour]
    best: Best | None
    compared: int
    is_cut: bool = False

    @cached_property
    def busiest(self) -> Square | None:
        found = max((square for row in self.squares for square in row), key=lambda square: square.count)
        return found if found.count else None

    @property
    def advice(self) -> str:
        """An hour to send at, only where the differences are beyond chance."""
        if self.best is None:
            return _(
                "No hour can be recommended yet: that takes three finished sends with personal links at each "
                "of two hours."
            )
        said = {"hour": f"{self.best.group}:00", "rate": f"{self.best.rate:.1%}"}
        said |= {"others": f"{self.best.others:.1%}", "p": f"{self.best.p:.3f}", "sends": str(self.compared)}
        if self.best.is_clear:
            return (
                _(
                    "Send at about %(hour)s: %(rate)s of the receivers clicked, against %(others)s at other "
                    "hours. That is more than chance explains (p = %(p)s, %(sends)s sends)."
                )
                % said
            )
        return (
            _(
                "No hour stands out: the best, %(hour)s with %(rate)s against %(others)s, may be chance "
                "(p = %(p)s, %(sends)s sends)."
            )
            % said
        )


@dataclass(frozen=True)
class OfSend:
    curve: Curve
    days: list[Day]  # opens, as LINE tells them


@dataclass(frozen=True)
class _Clicks:
    send: int
    hour: int
    weekday: int
    clock: int
    taps: int
    people: int


def of_send(broadcast: Broadcast) -> OfSend:
    """Of one that has begun."""
    curve = _curve(_clicks([broadcast.pk]), broadcast.tracks_people)
    return OfSend(curve, details.days(broadcast, details.copies(broadcast)))


def of_period(first: date, last: date) -> OfPeriod:
    """Sends that began on these days of the client's calendar, the newest MOST of them."""
    found = list(listing.of_period(first, last)[: MOST + 1])
    sends = found[:MOST]
    clicks = _clicks([send.pk for send in sends])
    knows = any(send.tracks_people for send in sends)
    rates = _rates(sends, clicks, timezone.now() - HOURS * HOUR)
    by_hour = [AtHour(hour, len(each), sum(each) / len(each)) for hour, each in sorted(rates.items())]
    return OfPeriod(
        first=first,
        last=last,
        sends=len(sends),
        curve=_curve(clicks, knows),
        squares=_squares(clicks),
        by_hour=by_hour,
        best=standing_out.best(rates),
        compared=sum(each.sends for each in by_hour),
        is_cut=len(found) > MOST,
    )


def _clicks(sends: Sequence[int]) -> list[_Clicks]:
    zone = str(sides.zone())
    return [_Clicks(*row) for row in narrowing.rows(CLICKED, [list(sends), zone, zone, HOURS * HOUR])]


def _curve(clicks: Sequence[_Clicks], knows_people: bool) -> Curve:
    hours: list[Hour] = []
    taps = people = 0
    for number in range(HOURS):
        here = [each for each in clicks if each.hour == number]
        own_taps, own_people = sum(each.taps for each in here), sum(each.people for each in here)
        taps, people = taps + own_taps, people + own_people
        hours.append(Hour(number, own_taps, own_people, taps, people))
    return Curve(hours, knows_people and people > 0)


def _squares(clicks: Sequence[_Clicks]) -> list[list[Square]]:
    counts: dict[tuple[int, int], int] = {}
    for each in clicks:
        place = each.weekday, each.clock
        counts[place] = counts.get(place, 0) + each.taps
    most = max(counts.values(), default=0)
    return [
        [_square(weekday, hour, counts.get((weekday, hour), 0), most) for hour in range(24)]
        for weekday in range(1, 8)
    ]


def _square(weekday: int, hour: int, count: int, most: int) -> Square:
    return Square(weekday, hour, count, -(-STEPS * count // most) if count else 0)


def _rates(sends: Sequence[Broadcast], clicks: Sequence[_Clicks], before: datetime) -> dict[int, list[float]]:
    """By the hour of the client's clock at which they began, what share of each send's receivers clicked."""
    told = [send for send in sends if send.tracks_people and send.started_at and send.started_at <= before]
    delivered = progress.of_many(told)
    people: dict[int, int] = {}
    for each in clicks:
        people[each.send] = people.get(each.send, 0) + each.people
    found: dict[int, list[float]] = {}
    for send in told:
        if accepted := delivered[send.pk].accepted:
            hour = timezone.localtime(send.started_at, sides.zone()).hour
            found.setdefault(hour, []).append(people.get(send.pk, 0) / accepted)
    return found
