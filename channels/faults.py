"""What is wrong with a single event, when the body that brought it is sound."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext, gettext_noop

from channels.handlers import Received

CLOCKS_DIFFER = timedelta(minutes=5)
OF_SOMEBODY = frozenset({"follow", "unfollow", "videoPlayComplete", "beacon", "membership"})
FROM_THE_FUTURE = gettext_noop("dated in the future: it is handled when that time has come")
OF_NOBODY = gettext_noop("names no user, which this type must")
# What parsing says of bodies, for `in_words`.
_OF_BODIES = [
    gettext_noop("not JSON"),
    gettext_noop("no destination"),
    gettext_noop("no list of events"),
    gettext_noop("an event that is no object"),
    gettext_noop("an event whose source or deliveryContext is no object"),
    gettext_noop("an event without a timestamp"),
    gettext_noop("an event whose timestamp is no date"),
    gettext_noop("for another account"),
    gettext_noop("cannot be stored"),
]


def of(event: Received, now: datetime) -> str:
    """Why this event cannot be handled now; "" if it can.

    One from the future would outdo all that happens until then: a follow of next year, every block.
    """
    if event.at > now + CLOCKS_DIFFER:
        return FROM_THE_FUTURE
    if not event.line_user_id and (event.type in OF_SOMEBODY or event.is_direct):
        return OF_NOBODY
    return ""


def in_words(error: str) -> str:
    """An error as it was stored, in the reader's language as far as it is ours."""
    return ": ".join(_translated(error))


def _translated(error: str) -> Iterator[str]:
    if error in (FROM_THE_FUTURE, OF_NOBODY):
        yield gettext(error)
        return
    what, colon, detail = error.partition(": ")
    if what == KeyError.__name__:
        yield gettext("lacks %(field)s, which events of this type have") % {"field": detail}
        return
    yield gettext(what) if what in _OF_BODIES else what
    if colon:
        yield detail
