"""Links as a list claims them: a file, the client's own system, the staff. No friend has agreed here.

What a friend has proved or decided themself outranks a list. What contradicts a present link follows the
client's settings (`LinkSettings.unclear`); docs/linking.md has all the rules.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from customers import numbers
from customers.errors import CustomerErased
from customers.models import Customer
from friends.models import Friend
from friends.services import know
from linking import bonds, conflicts
from linking.bonds import Bond
from linking.models import Link, LinkSettings
from linking.records import Records

LINE_USER_ID = re.compile(r"U[0-9a-f]{32}")
CLOCKS_DIFFER = timedelta(minutes=5)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # what is older is a slip; the database reads no year before 1


@dataclass(frozen=True)
class Pair:
    """That a friend is a customer. The friend by LINE user id or by our number; times are aware.

    `linked_at`, `consent` and `consent_at` are what the other tool knows of how it came about.
    """

    customer: str
    line_user_id: str = ""
    friend: int | None = None
    linked_at: datetime | None = None
    consent: str = ""
    consent_at: datetime | None = None


class Outcome(StrEnum):
    LINKED = "linked"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """What became of a pair. `code` and `reason` say why it was refused, or what it contradicts."""

    outcome: Outcome
    link_id: int | None = None
    conflict_id: int | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class _Claim:
    """A pair whose both sides are known."""

    pair: Pair
    friend_id: int
    customer_id: int

    @property
    def moment(self) -> datetime | None:
        """When the friend is said to have agreed; None if the list does not say."""
        return max(filter(None, [self.pair.linked_at, self.pair.consent_at]), default=None)

    def is_older_than(self, at: datetime | None) -> bool:
        """Whether that moment came after it; a list without times is older than anything known."""
        return at is not None and (self.moment is None or self.moment <= at)


@transaction.atomic
def link_pairs(
    pairs: Sequence[Pair],
    *,
    method: Link.Method,
    by: User | None = None,
    replace: bool = False,
    reason: str = "",
) -> list[Result]:
    """Link all that can be linked, and say of each pair what became of it. Again, it changes nothing.

    A LINE user who is not known yet gets a row of status unknown. `replace` ends what a pair contradicts,
    whatever the settings say.
    """
    claims, refused = _locked(pairs)
    records = Records.of(claims.values())
    unclear = LinkSettings.Unclear.REPLACE if replace else LinkSettings.present().unclear
    judged = {place: _judge(claim, records, method, unclear) for place, claim in claims.items()}
    asked = [claims[place] for place, result in judged.items() if result.outcome == Outcome.CONFLICT]
    opened = conflicts.open_all([_conflict(claim, method) for claim in asked])
    tied = [claims[place] for place, result in judged.items() if result.outcome == Outcome.LINKED]
    links = bonds.tie([_bond(claim, records, method, by, reason) for claim in tied])
    if links or opened:
        activity.record("links.claimed", method, by=by, links=len(links), conflicts=len(opened))
    made = {link.pair: link.pk for link in links}
    for place, result in judged.items():
        pair = claims[place].friend_id, claims[place].customer_id
        if result.outcome == Outcome.LINKED:
            judged[place] = dataclasses.replace(result, link_id=made[pair])
        if result.outcome == Outcome.CONFLICT:
            judged[place] = dataclasses.replace(result, conflict_id=opened[pair])
    return [(refused | judged)[place] for place in range(len(pairs))]


def _locked(pairs: Sequence[Pair]) -> tuple[dict[int, _Claim], dict[int, Result]]:
    """As `_resolve`, once all that the claims name is held; who was merged meanwhile has another number."""
    while True:
        claims, refused = _resolve(pairs)
        friends = {claim.friend_id for claim in claims.values()}
        if bonds.lock(friends, {claim.customer_id for claim in claims.values()}):
            return claims, refused


def _resolve(pairs: Sequence[Pair]) -> tuple[dict[int, _Claim], dict[int, Result]]:
    """Claims and refusals by place in the list. Of pairs that contradict each other none is a claim."""
    customers = numbers.find({pair.customer for pair in pairs})
    gone = Customer.objects.filter(pk__in=customers.values(), erased_at__isnull=False)
    erased = set(gone.values_list("pk", flat=True))
    user_ids = {pair.line_user_id for pair in pairs if pair.customer in customers}
    by_user_id = know(filter(LINE_USER_ID.fullmatch, user_ids))
    wanted = {pair.friend for pair in pairs if pair.friend}
    known = set(Friend.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    claims: dict[int, _Claim] = {}
    refused: dict[int, Result] = {}
    for place, pair in enumerate(pairs):
        friend = by_user_id.get(pair.line_user_id) or (pair.friend if pair.friend in known else None)
        customer = customers.get(pair.customer)
        if customer in erased:
            refused[place] = _refusal(CustomerErased.code, CustomerErased(number=pair.customer).message)
        elif fault := _fault(pair, friend, customer):
            refused[place] = fault
        elif friend and customer:
            claims[place] = _Claim(pair, friend, customer)
    for place in _contradicting(claims):
        claims.pop(place)
        refused[place] = _refusal(
            "contradicts", _("Another row links the same friend or customer otherwise. Keep one of them.")
        )
    return claims, refused


def _fault(pair: Pair, friend: int | None, customer: int | None) -> Result | None:
    if customer is None:
        said = {"number": pair.customer}
        return _refusal("no_customer", _("There is no customer %(number)s. Import customers first.") % said)
    if pair.line_user_id and not LINE_USER_ID.fullmatch(pair.line_user_id):
        return _refusal("bad_user_id", _("A LINE user ID is “U” and 32 of 0–9 and a–f."))
    if friend is None:
        return _refusal(
            "no_friend", _("There is no such friend. Give the LINE user ID or the friend's number.")
        )
    latest = timezone.now() + CLOCKS_DIFFER
    if any(moment > latest for moment in (pair.linked_at, pair.consent_at) if moment):
        return _refusal("in_future", _("This time is still to come."))
    if any(moment < EARLIEST for moment in (pair.linked_at, pair.consent_at) if moment):
        return _refusal("too_early", _("This time lies before 1970."))
    return None


def _contradicting(claims: dict[int, _Claim]) -> set[int]:
    """Places of claims that name the same friend or the same customer with somebody else."""
    of_friend: dict[int, set[int]] = {}
    of_customer: dict[int, set[int]] = {}
    for claim in claims.values():
        of_friend.setdefault(claim.friend_id, set()).add(claim.customer_id)
        of_customer.setdefault(claim.customer_id, set()).add(claim.friend_id)
    return {
        place
        for place, claim in claims.items()
        if len(of_friend[claim.friend_id]) > 1 or len(of_customer[claim.customer_id]) > 1
    }


def _judge(claim: _Claim, records: Records, method: Link.Method, unclear: str) -> Result:
    pair = claim.friend_id, claim.customer_id
    if same := records.present(*pair):
        return Result(Outcome.UNCHANGED, same.pk)
    if method != Link.Method.STAFF and claim.is_older_than(records.ended_at(*pair)):
        text = _("This was unlinked on purpose. The friend can link again, or you can by hand.")
        return _refusal("ended", text)
    rivals = records.rivals(*pair)
    if not rivals or unclear == LinkSettings.Unclear.REPLACE:
        return Result(Outcome.LINKED)
    said = _("Linked otherwise: %(links)s") % {"links": ", ".join(str(link) for link in rivals)}
    if unclear == LinkSettings.Unclear.KEEP or claim.is_older_than(records.kept_at(*pair)):
        return _refusal("kept", said)
    return Result(Outcome.CONFLICT, code="conflict", reason=said)


def _refusal(code: str, reason: str) -> Result:
    return Result(Outcome.REFUSED, code=code, reason=reason)


def _bond(claim: _Claim, records: Records, method: Link.Method, by: User | None, reason: str) -> Bond:
    """It begins after all that is known of both, since a list does not change the past."""
    pair = claim.friend_id, claim.customer_id
    now = timezone.now()
    began = now if records.rivals(*pair) else min(claim.pair.linked_at or now, now)
    last = records.last_moment(*pair)
    return Bond(
        friend_id=claim.friend_id,
        customer_id=claim.customer_id,
        at=max(began, last + timedelta.resolution) if last else began,
        method=method,
        consent=claim.pair.consent,
        consent_at=claim.pair.consent_at,
        reason=reason,
        by_id=by.pk if by else None,
    )


def _conflict(claim: _Claim, method: Link.Method) -> conflicts.NewConflict:
    return conflicts.NewConflict(
        claim.friend_id,
        claim.customer_id,
        method,
        claim.moment or timezone.now(),
        claim.pair.consent,
        claim.pair.consent_at,
    )
