"""Quiet hours: when nothing goes out unless it says that it may."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts import current
from accounts.models import Tenant
from broadcasts.errors import InQuietHours
from broadcasts.models import Broadcast, SendingRules
from broadcasts.timing import clock

DAY = timedelta(days=1)


def until(moment: datetime, tenant: Tenant | None = None) -> datetime | None:
    """The end of the quiet hours that `moment` lies in; None if it is not quiet then.

    `tenant`, whose clock counts, is the present one unless given; the rules are always the present one's.
    """
    rules = SendingRules.present()
    if rules.quiet_from is None or rules.quiet_until is None:
        return None
    zone = ZoneInfo((tenant or current.tenant()).time_zone)
    return end(moment, rules.quiet_from, rules.quiet_until, zone)


def check(broadcast: Broadcast, moment: datetime) -> None:
    """Raise InQuietHours, which offers the next good moment, unless it may go out then."""
    if not broadcast.ignores_quiet_hours and (ends := until(moment)) is not None:
        shown = ends.astimezone(ZoneInfo(current.tenant().time_zone))
        raise InQuietHours(until=ends, at=f"{shown:%Y/%m/%d %H:%M}")


def end(moment: datetime, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> datetime | None:
    """When it is over, of a moment between the two times by the clock in `zone`; None of any other.

    Where the hours begin later in the day than they end they last over midnight. What is returned is never
    quiet itself.
    """
    found = None
    while (later := _end_of_one(found or moment, quiet_from, quiet_until, zone)) is not None:
        found = later
    return found


def _end_of_one(moment: datetime, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> datetime | None:
    """Of the hours that began that day or the day before: as moments, since a clock may show a time twice."""
    today = moment.astimezone(zone).date()
    over_midnight = DAY if quiet_until < quiet_from else timedelta(0)
    for day in (today - DAY, today):
        begins = clock.moment(day, quiet_from, zone)
        ends = clock.moment(day + over_midnight, quiet_until, zone)
        if begins <= moment < ends:
            return ends
    return None
