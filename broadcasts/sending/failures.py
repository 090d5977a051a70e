"""Who did not get a broadcast, by cause, in words that say what may be done about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from broadcasts.models import Batch, Broadcast, PlatformSend, SplitTest
from broadcasts.results.progress import Progress

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

State = Batch.State
REFUSED, BY_LINE = "refused-", "line-"  # begin the keys of causes of which there may be several
CAUSES = """
SELECT md5(error), error, sum(cardinality(rejected)) FROM broadcasts_batch
WHERE broadcast_id = %s AND rejected <> '{}' GROUP BY error"""
REJECTED = """
SELECT rejected FROM broadcasts_batch
WHERE broadcast_id = %s AND rejected <> '{}' AND md5(error) = %s"""
IN_STATE = "SELECT friends FROM broadcasts_batch WHERE broadcast_id = %s AND state = %s AND method <> %s"
LAID_OUT = "SELECT friends FROM broadcasts_batch WHERE broadcast_id = %s AND state <> 'split'"


@dataclass(frozen=True)
class Cause:
    """Why so many did not get it. `key` stays the same, and stands in addresses; `said` is what LINE said."""

    key: str
    words: "StrOrPromise"
    advice: "StrOrPromise"
    friend_count: int
    said: str = ""


# LINE's answers that we know, and what may be done about them.
KNOWN: "list[tuple[str, StrOrPromise, StrOrPromise]]" = [
    (
        r"^400: Failed to send messages",
        _("LINE does not know these people"),
        _("They have left LINE, or their IDs are of another provider. Nothing can be done here."),
    ),
    (
        r"^(413|400: .*(messages|message object))",
        _("LINE refuses the content"),
        _("Duplicate the broadcast, correct the message and send it to those who have not got it."),
    ),
    (
        r"^403",
        _("LINE does not allow this account to send it"),
        _("Look in LINE Official Account Manager whether the account is suspended or its plan has changed."),
    ),
    (r"^400", _("LINE refused the request"), _("LINE’s own words say why. Show them to your engineer.")),
]
OTHER = _("LINE refused it"), _("LINE’s own words say why. Show them to your engineer.")
UNKNOWN = (
    _("Nobody knows whether it arrived"),
    _("LINE did not answer, and may have sent it all the same. Find out, and write down what you found."),
)
CALLED_OFF = (
    _("Called off before it left"),
    _("Nothing was sent to them and nothing was booked. Duplicate the broadcast to send it to them."),
)
DROPPED = (
    _("Left out at the last moment"),
    _("After it was prepared they blocked the account, stopped broadcasts or changed their ID link."),
)
NOT_SENT_BY_LINE = _("LINE did not send it"), _("What it said stands beside. Nothing was booked.")


def causes(broadcast: Broadcast, progress: Progress) -> list[Cause]:
    """What kept people from getting it; that with most people first. Nothing is asked where all have it."""
    found: list[Cause] = []
    if progress.rejected:
        found += [*_refused(broadcast), *_by_line(broadcast)]
    for key, words, count in (
        ("unknown", UNKNOWN, progress.needs_check),
        ("called-off", CALLED_OFF, progress.cancelled),
        ("dropped", DROPPED, progress.dropped),
    ):
        found += [Cause(key, *words, friend_count=count)] if count else []
    return sorted(found, key=lambda cause: -cause.friend_count)


def people(broadcast: Broadcast, cause: Cause) -> BitMap:
    """The numbers of those concerned; where LINE would have chosen them, of all whom it might have chosen."""
    if cause.key.startswith(REFUSED):
        return _gathered(REJECTED, broadcast.pk, cause.key.removeprefix(REFUSED))
    by_line = broadcast.platform_sends.values_list("friends", flat=True)
    if cause.key.startswith(BY_LINE):
        return _bitmaps(by_line.filter(pk=cause.key.removeprefix(BY_LINE)))
    if cause.key == "dropped":
        return _dropped(broadcast)
    state = State.NEEDS_CHECK if cause.key == "unknown" else State.CANCELLED
    ours = _gathered(IN_STATE, broadcast.pk, state, Broadcast.Method.BROADCAST)
    return ours | _bitmaps(by_line.filter(state=state))


def in_words(error: str) -> "tuple[StrOrPromise, StrOrPromise]":
    """What an answer of LINE means, and what may be done about it."""
    return next(((words, advice) for like, words, advice in KNOWN if re.search(like, error)), OTHER)


def _refused(broadcast: Broadcast) -> Iterable[Cause]:
    with connection.cursor() as cursor:
        cursor.execute(CAUSES, [broadcast.pk])
        for key, error, count in cursor.fetchall():
            yield Cause(REFUSED + key, *in_words(error), friend_count=count, said=error)


def _by_line(broadcast: Broadcast) -> Iterable[Cause]:
    for send in broadcast.platform_sends.filter(state=PlatformSend.State.FAILED).defer("friends", "body"):
        count = send.most if send.target_count is None else send.target_count
        yield Cause(f"{BY_LINE}{send.pk}", *NOT_SENT_BY_LINE, friend_count=count, said=str(send.problem))


def _gathered(query: str, *given: int | str) -> BitMap:
    found = BitMap()
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        for (numbers,) in cursor:
            found.update(numbers)
    return found


def _bitmaps(serialized: Iterable[bytes | memoryview | None]) -> BitMap:
    """All of them together."""
    return BitMap.union(*(BitMap.deserialize(bytes(each or b"")) for each in serialized), BitMap())


def _dropped(broadcast: Broadcast) -> BitMap:
    """Those of the frozen audience who stand in no request, nor wait for what an A/B test decides."""
    frozen = Broadcast.objects.filter(pk=broadcast.pk, audience__isnull=False)
    undecided = SplitTest.objects.filter(broadcast=broadcast.pk, decided_at=None, rest__isnull=False)
    everybody = _bitmaps(frozen.values_list("audience", flat=True))
    return everybody - _bitmaps(undecided.values_list("rest", flat=True)) - _gathered(LAID_OUT, broadcast.pk)
