"""When a broadcast is meant to go out, as long as nobody has let it: the time, or the rule, of a draft."""

from datetime import datetime

from accounts import board
from broadcasts.errors import Repeats
from broadcasts.models import Broadcast, Series, SeriesDate
from broadcasts.timing.recurrence import Rule

KIND = "series"  # on the work board
STARTED = [Series.Status.ACTIVE, Series.Status.PAUSED]


def repeat(broadcast: Broadcast, rule: Rule) -> Series:
    """Note that it shall be sent again and again; nothing leaves before that is started.

    Raises Repeats if it is already: a series that goes on is changed from a date on.
    """
    check_once(broadcast)
    wish = planned(broadcast) or Series(status=Series.Status.PLANNED, pattern=broadcast)
    for name in Rule.names():
        setattr(wish, name, getattr(rule, name))
    wish.weekdays = list(rule.weekdays)
    wish.save()
    if broadcast.series_id != wish.pk:
        broadcast.series = wish
        broadcast.save(update_fields=["series"])
    return wish


def forget(broadcast: Broadcast) -> None:
    """It goes out once, or at a time still to be chosen."""
    if wish := planned(broadcast):
        broadcast.series = None
        wish.delete()  # which clears the column, too


def planned(broadcast: Broadcast) -> Series | None:
    """The rule by which it is meant to repeat; None if it is not, or does so already."""
    return Series.objects.filter(pattern=broadcast, status=Series.Status.PLANNED).first()


def started(broadcast: Broadcast) -> Series | None:
    """The series of which it is the pattern, and that goes on or is paused; None if there is none."""
    if not broadcast.series_id:
        return None
    return Series.objects.filter(pattern=broadcast, status__in=STARTED).order_by("pk").last()


def check_once(broadcast: Broadcast) -> None:
    """Raise Repeats if it is the pattern of a series that goes on, or is paused."""
    if started(broadcast):
        raise Repeats()


def follow(broadcast: Broadcast) -> None:
    """If it is the pattern of a series, have the dates that are made of it follow its change at once."""
    if broadcast.series_id:
        board.call(KIND)


def moved(broadcast: Broadcast) -> None:
    """A date of a series is from now on when it is scheduled for, so that it is not made anew."""
    SeriesDate.objects.filter(broadcast=broadcast).update(moved_to=broadcast.send_at)


def keep(broadcast: Broadcast, *, send_at: datetime | None, rule: Rule | None) -> None:
    """Note when it is meant to go out: by a rule, at a time, or, where both are None, as soon as it may.

    An approval stands: it is of what is said and to whom.
    """
    if rule is not None:
        repeat(broadcast, rule)
    else:
        forget(broadcast)
    broadcast.send_at = None if rule else send_at
    broadcast.save(update_fields=["send_at"])
