"""When the client is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts import current
from autoreplies.models import ClosedDay, OpeningHours

Stretch = tuple[int, int, int]  # weekday (Monday is 0), opens, closes: minutes after midnight


@dataclass(frozen=True)
class BusinessHours:
    """The week and its exceptions. Without any stretch the client has not said when, and counts as open."""

    zone: ZoneInfo
    week: tuple[Stretch, ...] = ()
    closed: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether a moment lies within business hours, by the clock on the client's wall."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        return not self.week or self._opened(today, minute) or self._opened(yesterday, minute + 24 * 60)

    def _opened(self, day: date, minute: int) -> bool:
        """Whether the hours that begin on a day cover a minute counted from its midnight."""
        if day in self.closed:
            return False
        return any(
            opens <= minute < (closes if closes > opens else closes + 24 * 60)
            for weekday, opens, closes in self.week
            if weekday == day.weekday()
        )


def of_client() -> BusinessHours:
    """The present client's."""
    return BusinessHours(
        ZoneInfo(current.tenant().time_zone),
        tuple(OpeningHours.objects.values_list("weekday", "opens", "closes")),
        frozenset(ClosedDay.objects.values_list("on", flat=True)),
    )


def overlapping(week: Iterable[Stretch]) -> Stretch | None:
    """A stretch that begins while another of the same day still lasts, if there is one."""
    last: Stretch | None = None
    for stretch in sorted(week):
        if last and last[0] == stretch[0] and (last[2] <= last[1] or stretch[1] < last[2]):
            return stretch
        last = stretch
    return None
