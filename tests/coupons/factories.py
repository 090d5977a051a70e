"""Coupons and who holds them."""

from django.utils import timezone

from coupons import codes, giving
from coupons.models import Coupon, Gift, Redemption, Ticket
from friends.models import Friend
from segments.models import Segment


def make_own_coupon(name: str = "Autumn", pool: list[str] | None = None, **fields: object) -> Coupon:
    """A running coupon of 10 per cent; `pool` are codes of the shop."""
    given = {"gives": "percent", "amount": 10, "status": Coupon.Status.RUNNING, "started_at": timezone.now()}
    if pool is not None:
        given["codes"] = Coupon.Codes.POOL
    coupon = Coupon.objects.create(name=name, **(given | fields))
    if pool:
        codes.add(coupon, pool)
    return coupon


def make_ticket(
    friend: Friend, coupon: Coupon | None = None, *, key: str = "test", **fields: object
) -> Ticket:
    """What the friend holds of the coupon."""
    coupon = coupon or make_own_coupon()
    ticket = giving.give(coupon, [friend.pk], key=key, source="")[friend.pk].ticket
    assert ticket is not None
    for name, value in fields.items():
        setattr(ticket, name, value)
    ticket.save()
    return ticket


def make_coupon_rows(friend: Friend, segment: Segment) -> dict[str, object]:
    """A row of every model of coupons, and what names them in addresses."""
    coupon = make_own_coupon("Codes of the shop", pool=["SHOP-1", "SHOP-2"])
    ticket = make_ticket(friend, coupon)
    redemption = Redemption.objects.create(coupon=coupon, ticket=ticket, friend_id=friend.pk, way="scan")
    draft = make_own_coupon("Draft", status=Coupon.Status.DRAFT, started_at=None)
    gift = Gift.objects.create(coupon=coupon, segment=segment, segment_name="All", friends=b"", total=0)
    return {
        "own_coupon": coupon.pk,
        "draft_coupon": draft.pk,
        "ticket": ticket.pk,
        "ticket_code": ticket.code,
        "redemption": redemption.pk,
        "gift": gift.pk,
    }
