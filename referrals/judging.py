"""Whose invitation a new friend is, and whether it counts: worked out from what is known, without a query.

Everything is worked out anew whenever more is known, so that order, repetition and delay of what is told make
no difference.

- *New* is whoever was never a friend before they opened the link, by our own timeline and by LINE's word.
- *The first link wins*: of those by which somebody signed in, the earliest whose days have not run out when
  they added the account.
- *It counts* once what the rules ask for was done in time and the waiting days are over, unless they blocked
  the account or what they did was undone before that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.actions import FOLLOWED, LINKED, Done
from referrals.models import Referral
from referrals.rules import EVERY, FLAGGED, Rules

SKEW = timedelta(seconds=10)  # by which LINE's clock and ours may differ
BLOCK, FOLLOW, LISTED = "blocked", "followed", "listed"
State, Reason, Decision = Referral.State, Referral.Reason, Referral.Decision
# Of somebody who came several times by one link, the reason that says most.
TELLING = (
    *(Reason.OTHER, Reason.CIRCLE, Reason.SELF, Reason.SAME_CUSTOMER),
    *(Reason.LATE, Reason.RETURNED, Reason.ALREADY, Reason.CLOSED),
)


@dataclass(frozen=True)
class Step:
    """A follow, a block, or (`listed`) that LINE has named them among the followers."""

    at: datetime
    type: str


@dataclass(frozen=True)
class Claim:
    """One sign-in by an inviter's link. `bar` is why this inviter cannot have invited this person.

    `has_changed` and `is_friend` are LINE's words of that moment; None: not said.
    """

    referral: int
    number: int
    opened_at: datetime
    at: datetime
    lasts: timedelta
    has_changed: bool | None = None
    is_friend: bool | None = None
    is_open: bool = True
    bar: str = ""


@dataclass(frozen=True)
class Credit:
    """Whether it is the friend's invitation, and since when they are a friend by it; or why it is not."""

    is_credited: bool
    reason: str = ""
    followed_at: datetime | None = None
    ends_at: datetime | None = None  # until when the account may be added


@dataclass(frozen=True)
class Judged:
    state: str
    reason: str = ""
    acted_at: datetime | None = None
    counted_at: datetime | None = None
    due_at: datetime | None = None


def credit(
    claims: Sequence[Claim], steps: Iterable[Step], *, now: datetime, fixed: int | None = None
) -> dict[int, Credit]:
    """Of each referral of one friend. `fixed` is the one that has been rewarded, which stays theirs."""
    past = sorted(steps, key=lambda step: (step.at, step.type == BLOCK))
    followed = next((step.at for step in past if step.type == FOLLOW), None)
    found: dict[int, list[str]] = {}
    fit: list[Claim] = []
    for claim in claims:
        reason = _refusal(claim, past) or _lateness(claim, followed, now)
        found.setdefault(claim.referral, []).append(reason)
        if not reason:
            fit.append(claim)
    winner = min(fit, key=lambda claim: (claim.at, claim.number), default=None)
    won = fixed or (winner.referral if winner else None)
    told = {number: Credit(False, _most_telling(reasons)) for number, reasons in found.items()}
    if won is not None and winner and won == winner.referral:
        told[won] = Credit(True, "", followed, winner.opened_at + winner.lasts)
    elif won is not None:
        told[won] = Credit(True, "", followed)
    return told


def count(
    rules: Rules,
    followed_at: datetime,
    steps: Iterable[Step],
    done: Iterable[Done],
    *,
    now: datetime,
    decision: str = "",
    is_flagged: bool = False,
) -> Judged:
    """Where the invitation of somebody stands who added the account at `followed_at`."""
    if decision == Decision.REFUSED:
        return Judged(State.REFUSED, Reason.BY_HAND)
    end = followed_at + rules.within
    timely = _timely(rules, followed_at, end, done)
    valid = next((each for each in timely if _lasts(each, rules.hold)), None)
    counts_at = valid.at + rules.hold if valid else None
    acted_at = valid.at if valid else None
    left = min((step.at for step in steps if _leaves(step, followed_at)), default=None)
    if left is not None and left < (counts_at or end):
        return Judged(State.REVERSED, Reason.BLOCKED, acted_at)
    if counts_at is None:
        return _not_done(timely, end, now)
    if now < counts_at:
        return Judged(State.WAITING, Reason.HOLDING, acted_at, due_at=counts_at)
    if decision != Decision.CONFIRMED and rules.review == EVERY:
        return Judged(State.REVIEW, Reason.EVERY, acted_at)
    if decision != Decision.CONFIRMED and rules.review == FLAGGED and is_flagged:
        return Judged(State.REVIEW, Reason.SAME_NETWORK, acted_at)
    return Judged(State.COUNTED, "", acted_at, counts_at)


def undone(
    rules: Rules, counted_at: datetime, followed_at: datetime, steps: Iterable[Step], done: Iterable[Done]
) -> tuple[datetime, str] | None:
    """What was undone after the reward, and when, within REGRET days: it is told, and changes nothing."""
    until = counted_at + REGRET
    blocks = [(step.at, str(Reason.BLOCKED)) for step in steps if _leaves(step, followed_at)]
    timely = _timely(rules, followed_at, followed_at + rules.within, done)
    taken = []
    if timely and all(each.undone_at for each in timely):
        last = max(each.undone_at for each in timely if each.undone_at)
        taken = [(max(last, counted_at), str(Reason.CANCELLED))]
    return min((each for each in [*blocks, *taken] if each[0] <= until), default=None)


REGRET = timedelta(days=30)


def _refusal(claim: Claim, past: Sequence[Step]) -> str:
    """Why this sign-in invites nobody, whatever happens next; "" if it may."""
    if not claim.is_open:
        return Reason.CLOSED
    if claim.bar:
        return claim.bar
    before = [step for step in past if step.at < claim.opened_at - SKEW]
    if before:
        return Reason.RETURNED if before[-1].type == BLOCK else Reason.ALREADY
    seen = [step for step in past if step.type != LISTED]
    if seen and seen[0].type != FOLLOW:
        return Reason.RETURNED
    says_friend = claim.is_friend is True and claim.has_changed is not True
    if says_friend and (not seen or seen[0].at > claim.at + SKEW):
        return Reason.ALREADY
    return ""


def _lateness(claim: Claim, followed: datetime | None, now: datetime) -> str:
    end = claim.opened_at + claim.lasts
    is_late = followed > end if followed else now >= end
    return Reason.LATE if is_late else ""


def _most_telling(reasons: Sequence[str]) -> str:
    """Of a referral that is not the friend's; what would have been fit came second."""
    said = [reason or Reason.OTHER for reason in reasons]
    return next(str(reason) for reason in TELLING if reason in said)


def _timely(rules: Rules, followed_at: datetime, end: datetime, done: Iterable[Done]) -> list[Done]:
    """What they did as a friend and in time, the earliest first. A link of before counts from the follow."""
    if rules.action.kind == FOLLOWED:
        return [Done(followed_at)]
    if rules.action.kind == LINKED:
        held = (each for each in done if each.undone_at is None or each.undone_at > followed_at)
        done = [Done(max(each.at, followed_at), each.undone_at) for each in held]
    return sorted(
        (each for each in done if followed_at <= each.at <= end),
        key=lambda each: (each.at, each.undone_at is not None, each.undone_at or each.at),
    )


def _lasts(done: Done, hold: timedelta) -> bool:
    return done.undone_at is None or done.undone_at > done.at + hold


def _leaves(step: Step, followed_at: datetime) -> bool:
    return step.type == BLOCK and step.at > followed_at


def _not_done(timely: Sequence[Done], end: datetime, now: datetime) -> Judged:
    if now < end:
        return Judged(State.WAITING, Reason.CANCELLED if timely else Reason.ACTION, due_at=end)
    if timely:
        return Judged(State.REVERSED, Reason.CANCELLED)
    return Judged(State.EXPIRED)
