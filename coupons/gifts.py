"""A coupon given to everybody in a segment: frozen at the start, done in portions, shown as it goes on."""

from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from accounts import activity, board
from accounts.models import User
from coupons import giving
from coupons.models import Coupon, Gift
from friends.models import Friend
from segments import services as segments
from segments.models import Segment

KIND = "coupon_gifts"
PORTION = 1_000
State = Gift.State


@transaction.atomic
def begin(coupon: Coupon, segment: Segment, *, by: User | None) -> Gift:
    """Give the coupon to all whom the segment holds now. Nobody is written to.

    Raises NotRunning or UsedUp, and what `segments.services.freeze` raises.
    """
    giving.check(coupon)
    frozen = segments.freeze(segment.tree, fresh=True)
    gift = Gift.objects.create(
        coupon=coupon,
        segment=segment,
        segment_name=segment.name,
        friends=frozen.bitmap,
        total=frozen.count,
        made_by_id=by.pk if by else None,
    )
    activity.record("coupon.given", coupon, by=by, segment=segment.name, friends=frozen.count)
    board.call(KIND)
    return gift


@transaction.atomic
def give_one(coupon: Coupon, friend: Friend, *, by: User | None) -> giving.Got:
    """Give the coupon to a friend by hand. Raises why they cannot get it."""
    now = timezone.now()
    got = giving.give(coupon, [friend.pk], key=f"hand:{now.isoformat()}", source="hand")[friend.pk]
    if got.refusal:
        raise got.refusal
    if got.is_new:
        activity.record("coupon.given", coupon, by=by, friend=friend.pk)
    return got


@transaction.atomic
def stop(gift: Gift, *, by: User | None) -> Gift:
    """Give it to nobody more; who has it keeps it."""
    gift = Gift.objects.select_for_update().get(pk=gift.pk)
    if gift.state == State.WAITING:
        _end(gift, State.STOPPED)
        activity.record("coupon.giving_stopped", gift.coupon, by=by, given=gift.given)
    return gift


def give_due() -> None:
    """Go on with what is under way, a portion at a time. Two workers at once take turns."""
    seen = board.version(KIND)
    while _give_some():
        board.renew(KIND)
    board.settle(KIND, None, seen=seen)


@transaction.atomic
def _give_some() -> bool:
    """One portion; whether there was anything to do."""
    waiting = Gift.objects.select_for_update(of=["self"]).select_related("coupon")
    gift = waiting.filter(state=State.WAITING).order_by("pk").first()
    if gift is None:
        return False
    rest = BitMap.deserialize(bytes(gift.friends))
    rest.remove_range(0, gift.last + 1)
    portion = list(rest[:PORTION])
    told = giving.give(gift.coupon, portion, key=f"gift:{gift.pk}", source="gift") if portion else {}
    gift.given += sum(got.is_new for got in told.values())
    gift.done += len(portion)
    gift.last = portion[-1] if portion else gift.last
    gift.problem = next((got.refusal for got in told.values() if got.refusal), gift.problem)
    gift.save(update_fields=["given", "done", "last", "problem"])
    if len(portion) < PORTION:
        _end(gift, State.DONE)
    return True


def _end(gift: Gift, state: str) -> None:
    gift.state, gift.ended_at, gift.friends = state, timezone.now(), b""
    gift.save(update_fields=["state", "ended_at", "friends"])
