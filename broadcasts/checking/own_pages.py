"""Pages of friends' own that a broadcast leads to, such as coupons: can those who get it open them by then?

Only the app whose things they are knows: it registers with their kind (`friends/personal.py`). Of others it
is known whether they are open to friends at present, and from when until when. What is said depends on the
moment and on who gets it, so that it is asked anew whenever somebody looks, and kept nowhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_noop
from pyroaring import BitMap

from accounts.errors import AppError
from broadcasts.checking import line_says
from broadcasts.checking.findings import Finding, Kind
from broadcasts.choosing import planning
from broadcasts.errors import PageNotOpen
from broadcasts.models import Broadcast
from composing import content, variables
from friends import personal

Texts = list[tuple[str, list[dict]]]


@dataclass(frozen=True)
class Doubt:
    """One thing that is wrong, or may be. `text` is one of our texts, which `facts` fill: it says what to do.

    `is_error`: surely wrong. `stops`: nobody at all could have what the message promises.
    """

    text: str
    facts: dict[str, Any] = field(default_factory=dict)
    is_error: bool = False
    stops: bool = False


# Asked for the number of the thing, when the message leaves, and who gets it (None: that is not known).
Look = Callable[[int, datetime, BitMap | None], Iterable[Doubt]]
_looks: dict[str, tuple[Kind, Look]] = {}
_periods: dict[str, type[Model]] = {}
DRAFT = gettext_noop("“%(thing)s” has not been started: friends who open it find nothing. Start it first.")
OVER = gettext_noop(
    "“%(thing)s” is over when this leaves: it ends on %(until)s. Send it earlier, or let it end later."
)
COMING = gettext_noop(
    "“%(thing)s” begins only on %(since)s: friends who open it before cannot take part. Send it later, or "
    "let it begin earlier."
)


def register(page: str, kind: Kind, look: Look) -> None:
    """Have pages of this kind, such as `coupon`, looked at before a message that leads to them leaves."""
    _looks[page] = kind, look


def register_period(page: str, model: type[Model]) -> None:
    """Have pages of this kind looked at by the days of the thing: `starts_at`, `ends_at`, and a `status` that
    is "draft" until it was started.
    """
    _periods[page] = model


def findings(
    broadcast: Broadcast, at: datetime | None = None, *, texts: Texts | None = None
) -> list[Finding]:
    """What is found if it leaves `at`, at the time it is scheduled for, or now; errors first.

    It need not be saved if its texts are given: the messages by the letter of their variant.
    """
    texts = list(line_says.texts(broadcast)) if texts is None else texts
    if not any(_named(messages) for _letter, messages in texts):
        return []
    at = at or broadcast.send_at or timezone.now()
    found = [finding for finding, _doubt in _found(texts, at, _friends(broadcast, at))]
    return sorted(found, key=lambda finding: not finding.is_error)


def check(broadcast: Broadcast, at: datetime, friends: BitMap, *, texts: Texts | None = None) -> None:
    """Raise PageNotOpen if none of these friends could have what it, or these texts of it, lead to.

    Asked when it is scheduled, and again when it is prepared, and before the rest of an A/B test leaves: a
    coupon may have been closed since.
    """
    texts = list(line_says.texts(broadcast)) if texts is None else texts
    stopping = (finding for finding, doubt in _found(texts, at, friends) if doubt.stops)
    if first := next(stopping, None):
        raise PageNotOpen(why=first.reason)


def _found(texts: Texts, at: datetime, friends: BitMap | None) -> Iterator[tuple[Finding, Doubt]]:
    known: dict[tuple[str, int], list[Doubt]] = {}
    for letter, messages in texts:
        for bubble, message in enumerate(messages, 1):
            for page, number in _named([message]):
                kind, look = _looks.get(page, (Kind.ADDRESS, partial(_is_open, page)))
                if (page, number) not in known:
                    known[page, number] = list(look(number, at, friends))
                for doubt in known[page, number]:
                    is_error = doubt.is_error or doubt.stops
                    yield Finding(kind, doubt.text, bubble, letter, is_error, doubt.facts), doubt


def _is_open(page: str, number: int, at: datetime, _friends: BitMap | None) -> Iterator[Doubt]:
    """Whether messages may lead to it now, and it is not over by then. Until a time to come it may be
    started, or opened again.
    """
    name, leaves_now = f"{page}.{number}", at <= timezone.now()
    if name not in variables.known():
        yield Doubt("%(said)s", {"said": variables.why_not(name)}, is_error=True, stops=leaves_now)
    elif page in _periods:
        rows = _periods[page]._default_manager.filter(pk=number)
        for status, since, until in rows.values_list("status", "starts_at", "ends_at"):
            said = {"thing": personal.titles([name])[name], "since": _minute(since), "until": _minute(until)}
            if status == "draft":
                yield Doubt(DRAFT, said, is_error=True, stops=leaves_now)
            elif until and until <= at:
                yield Doubt(OVER, said, stops=True)
            elif since and since > at:
                yield Doubt(COMING, said)


def _minute(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y/%m/%d %H:%M") if at else ""


def _named(messages: list[dict]) -> list[tuple[str, int]]:
    """The things whose pages they lead to."""
    things = (personal.named(name) for name in sorted(content.named_variables(messages)))
    return [thing for thing in things if thing]


def _friends(broadcast: Broadcast, at: datetime) -> BitMap | None:
    """Who would get it; None while it cannot go to anybody, of which other checks tell."""
    try:
        return planning.planned(broadcast, at).plan.friends
    except AppError:
        return None
