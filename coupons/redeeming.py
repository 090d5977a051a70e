"""Using a coupon: at the till, on the phone, by a program. Two tills at once: one wins.

A use that was a mistake is taken back and stays on record with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from coupons import codes, words
from coupons.errors import (
    AlreadyUsed,
    Closed,
    Expired,
    NotHere,
    NotValidYet,
    OtherUse,
    ReasonNeeded,
    SharedCode,
    TooLate,
    UnknownCode,
    Withdrawn,
)
from coupons.giving import TOPIC, customers_of
from coupons.models import Coupon, Redemption, Ticket
from events import timeline, versions
from events.timeline import NewEvent

UNDO = timedelta(minutes=10)  # in which whoever redeems may take it back
MOST_YEN = 2**31 - 1
Way, State = Redemption.Way, Ticket.State


@dataclass(frozen=True)
class Purchase:
    """With what a coupon was used, as far as the till knows. `amount` in yen, before the discount."""

    order_number: str = ""
    amount: int | None = None
    discount: int | None = None
    place: str = ""


def find(code: str) -> Ticket:
    """Whose ticket this code is. Raises UnknownCode, SharedCode."""
    spelt = codes.spellings(code)
    rows = {row.code: row for row in Ticket.objects.select_related("coupon", "friend").filter(code__in=spelt)}
    for each in spelt:
        if each in rows:
            return rows[each]
    shared = Coupon.objects.filter(codes=Coupon.Codes.SHARED, shared_code__in=spelt)
    raise SharedCode if spelt[0] and shared.exists() else UnknownCode


def check(ticket: Ticket, *, way: str | None = None, at: datetime | None = None) -> None:
    """Raise the refusal of whoever cannot use it at this moment, in this way if one is given."""
    state, coupon = ticket.state(at), ticket.coupon
    refusals: dict[str, Callable[[], Exception]] = {
        State.WITHDRAWN: Withdrawn,
        State.CLOSED: Closed,
        State.USED: lambda: AlreadyUsed(at=words.moment(ticket.used_at)),
        State.EXPIRED: lambda: Expired(until=words.last_minute(ticket.until)),
        State.COMING: lambda: NotValidYet(since=words.moment(coupon.starts_at)),
    }
    if state in refusals:
        raise refusals[state]()
    is_refused = {Way.SCAN.value: not (coupon.at_till or coupon.by_tap), Way.TAP.value: not coupon.by_tap}
    if way and is_refused.get(way, False):
        raise NotHere(ways=", ".join(words.ways(coupon)))


@transaction.atomic
def redeem(
    ticket: Ticket, *, way: str, purchase: Purchase | None = None, key: str | None = None, by: User | None
) -> Redemption:
    """Use the coupon once. The same `key` (at most 120 signs) answers with the same use.

    Raises what `check` raises, and OtherUse if the key was used for another ticket.
    """
    ticket = Ticket.objects.select_for_update(of=["self"]).select_related("coupon").get(pk=ticket.pk)
    if key and (known := Redemption.objects.filter(key=key).select_related("coupon", "ticket").first()):
        if known.ticket_id != ticket.pk:
            raise OtherUse
        return known
    check(ticket, way=way)
    return note(ticket, way=way, purchase=purchase or Purchase(), key=key, by=by)


def note(ticket: Ticket, *, way: str, purchase: Purchase, key: str | None, by: User | None) -> Redemption:
    """Keep a use of a ticket that the caller's transaction has locked, whether or not it was allowed."""
    coupon, now = ticket.coupon, timezone.now()
    discount = coupon.discount(purchase.amount) if purchase.discount is None else purchase.discount
    redemption = Redemption.objects.create(
        coupon=coupon,
        ticket=ticket,
        friend_id=ticket.friend_id,
        at=now,
        way=way,
        place=purchase.place,
        order_number=purchase.order_number,
        amount_yen=purchase.amount,
        discount_yen=discount,
        cost_yen=coupon.cost_yen,
        key=key,
        by_id=by.pk if by else None,
    )
    ticket.used_count, ticket.used_at = ticket.used_count + 1, now
    ticket.save(update_fields=["used_count", "used_at"])
    timeline.record([event_of(redemption, ticket.code)])
    activity.record("coupon.redeemed", ticket, by=by, way=way, redemption=redemption.pk)
    return redemption


@transaction.atomic
def undo(redemption: Redemption, *, reason: str, by: User | None) -> Redemption:
    """Take back a use of a few minutes ago, as whoever redeems may. Raises TooLate, ReasonNeeded."""
    if redemption.cancelled_at is None and redemption.at < timezone.now() - UNDO:
        raise TooLate(minutes=int(UNDO.total_seconds()) // 60)
    return cancel(redemption, reason=reason, by=by)


@transaction.atomic
def cancel(redemption: Redemption, *, reason: str, by: User | None) -> Redemption:
    """Take back a use, whenever it was; again, it changes nothing. Raises ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded
    ticket = Ticket.objects.select_for_update().filter(pk=redemption.ticket_id or 0).first()
    redemption = Redemption.objects.select_for_update().get(pk=redemption.pk)
    if redemption.cancelled_at:
        return redemption
    redemption.cancelled_at, redemption.cancelled_by_id = timezone.now(), by.pk if by else None
    redemption.reason = reason.strip()[:200]
    redemption.save(update_fields=["cancelled_at", "cancelled_by_id", "reason"])
    if ticket:
        _give_back(ticket)
    timeline.correct([], gone=[key_of(redemption)])
    activity.record("coupon.use_cancelled", redemption, by=by, reason=redemption.reason)
    return redemption


@transaction.atomic
def withdraw(ticket: Ticket, *, by: User | None) -> Ticket:
    """Take a coupon back from a friend; again, it changes nothing."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.withdrawn_at is None:
        ticket.withdrawn_at = timezone.now()
        ticket.save(update_fields=["withdrawn_at"])
        activity.record("coupon.withdrawn", ticket, by=by, coupon=ticket.coupon_id)
        versions.touch(TOPIC, friends=[ticket.friend_id])
    return ticket


def event_of(redemption: Redemption, code: str, *, customer_id: int | None = None) -> NewEvent:
    """The use as it stands on the timeline."""
    friend = redemption.friend_id
    customer = customers_of([friend]).get(friend) if friend else customer_id
    said = {
        "coupon": str(redemption.coupon_id),
        "name": redemption.coupon.name,
        "code": code,
        "order": redemption.order_number,
        "amount": redemption.amount_yen,
        "discount": redemption.discount_yen,
        "shop": redemption.place,
    }
    kept = {name: value for name, value in said.items() if value not in (None, "")}
    return NewEvent("redeemed", redemption.at, friend, customer, kept, key=key_of(redemption))


def key_of(redemption: Redemption) -> str:
    return f"redemption:{redemption.pk}"


def _give_back(ticket: Ticket) -> None:
    ticket.used_count = max(ticket.used_count - 1, 0)
    uses = ticket.redemptions.counted().order_by("-at").values_list("at", flat=True)
    ticket.used_at = uses.first()
    ticket.save(update_fields=["used_count", "used_at"])
