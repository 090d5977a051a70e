"""Moments of a client's own clock, also on the days on which it is set forward or back."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` shows this, in UTC.

    A time that is left out as the clock is set forward comes as much later; of one that comes twice it is
    the first.
    """
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), zone).astimezone(UTC)
