"""Our count of a day beside LINE's, kind by kind: what differs, why, and what is to be booked. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from billing.models import LedgerEntry

Kind = LedgerEntry.Kind
# LINE's names of what its API sends, and the kinds of ledger entries that are ours of each.
SENDS: dict[str, tuple[str, ...]] = {
    "apiMulticast": (Kind.MULTICAST,),
    "apiPush": (Kind.PUSH, Kind.TEST),
    "apiNarrowcast": (Kind.NARROWCAST,),
    "apiBroadcast": (Kind.BROADCAST,),
}
LINE_NAMES = {kind: name for name, kinds in SENDS.items() for kind in kinds}
# What people send by hand and LINE counts into the month.
BY_HAND = ("broadcast", "targeting", "stepMessage")
# What LINE counts by day and does not bill by the plan: answers, greetings, chats; notification messages have
# a price of their own.
FREE = (
    "autoResponse",
    "welcomeResponse",
    "chat",
    "apiReply",
    "ccAutoReply",
    "ccManualReply",
    "pnpNoticeMessage",
    "pnpCallToLine",
)
NAMES = (*SENDS, *BY_HAND)
HIDDEN_BELOW = 20


class Why(StrEnum):
    """Why the two counts of a kind are as they are."""

    AGREES = "agrees"
    BY_HAND = "by_hand"  # sent in LINE's own console
    OTHER_TOOL = "other_tool"  # sent by LINE's API, and not by us
    FEWER = "fewer"  # blocked or gone before it arrived
    MORE = "more"  # friends of the account whom we do not know
    MIDNIGHT = "midnight"  # accepted before midnight, counted after it
    UNSETTLED = "unsettled"  # perhaps a send of ours whose outcome is not known
    UNTOLD = "untold"  # LINE does not tell the number
    DOUBTED = "doubted"  # LINE counts none of what it has accepted


@dataclass(frozen=True, slots=True)
class Ours:
    """What the ledger holds of a kind on a day; `late` of it was accepted in the hour before midnight."""

    messages: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """Both counts of one day. `lines` is None until LINE has counted it; a kind that LINE does not tell is
    missing. `unsettled`: by LINE's names, messages of ours that LINE may have sent without our knowing.
    """

    day: date
    ours: Mapping[str, Ours]
    lines: Mapping[str, int] | None = None
    unsettled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """The two counts of a kind, and what the ledger must hold beside our sends for the month to agree."""

    name: str
    ours: int
    lines: int | None
    outside: int = 0  # sent by others
    correction: int = 0  # of our own count
    reasons: tuple[Why, ...] = (Why.AGREES,)

    @property
    def difference(self) -> int | None:
        return None if self.lines is None else self.lines - self.ours

    @property
    def is_bookable(self) -> bool:
        """Whether the ledger is to follow LINE's count, or stays as it is."""
        return not {Why.UNTOLD, Why.DOUBTED} & set(self.reasons)


def compare(days: Sequence[Day]) -> dict[date, list[Gap]]:
    """By day, a gap for each kind that LINE tells or we have sent; none for a day that is not counted. `days`
    follow each other in time.
    """
    pairs = zip([None, *days], days, strict=False)
    return {day.day: list(_gaps(day, _carried(before, day))) for before, day in pairs}


def _carried(day: Day | None, into: Day) -> dict[str, int]:
    """By kind, what LINE may count on the next day and we on this one."""
    if day is None or day.lines is None or day.day + timedelta(days=1) != into.day:
        return {}
    return {
        name: min(ours.late, ours.messages - day.lines[name])
        for name, ours in day.ours.items()
        if name in day.lines and ours.messages > day.lines[name]
    }


def _gaps(day: Day, carried: Mapping[str, int]) -> Iterator[Gap]:
    if day.lines is None:
        return
    for name in NAMES:
        ours, lines = day.ours.get(name, Ours()).messages, day.lines.get(name)
        if ours or lines is not None:
            yield _gap(name, ours, lines, carried.get(name, 0), day.unsettled.get(name, 0))


def _gap(name: str, ours: int, lines: int | None, carried: int, unsettled: int) -> Gap:
    if lines is None:
        return Gap(name, ours, None, reasons=(Why.UNTOLD,))
    if not lines and ours >= HIDDEN_BELOW:
        return Gap(name, ours, lines, reasons=(Why.DOUBTED,))
    if lines <= ours:
        reasons = (Why.FEWER if lines < ours else Why.AGREES,)
        return Gap(name, ours, lines, correction=lines - ours, reasons=reasons)
    if name in BY_HAND:
        return Gap(name, ours, lines, outside=lines - ours, reasons=(Why.BY_HAND,))
    excess = lines - ours
    late = min(excess, carried)
    waiting = min(excess - late, unsettled)
    rest = excess - late - waiting
    # LINE's broadcast goes to all friends, and only LINE knows them all.
    is_ours = name == "apiBroadcast" and ours > 0
    told = [(Why.MIDNIGHT, late), (Why.UNSETTLED, waiting), (Why.MORE if is_ours else Why.OTHER_TOOL, rest)]
    return Gap(
        name,
        ours,
        lines,
        outside=0 if is_ours else rest,
        correction=late + (rest if is_ours else 0),
        reasons=tuple(why for why, count in told if count),
    )
