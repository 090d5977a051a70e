"""Before a message leaves that leads to a coupon: can those who get it have the coupon by then?"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop
from pyroaring import BitMap

from broadcasts.checking.own_pages import Doubt
from coupons import codes, words
from coupons.models import Coupon, Ticket

DELETED = gettext_noop("The coupon is not there any more. Choose another, or take it out of the message.")
DRAFT = gettext_noop(
    "The coupon “%(name)s” has not been started, so that nobody gets it who opens it. Start it first."
)
CLOSED = gettext_noop("The coupon “%(name)s” was closed. Choose another, or take it out of the message.")
OVER = gettext_noop(
    "The coupon “%(name)s” is over when this leaves: it is good until %(until)s. Send it earlier, or let the "
    "coupon end later."
)
COMING = gettext_noop(
    "The coupon “%(name)s” can be used only from %(since)s: until then friends see it and cannot use it. "
    "Send it later, or let the coupon begin earlier."
)
NOT_THEIRS = gettext_noop(
    "%(count)s of %(people)s friends do not have the coupon “%(name)s”, which opens only for those to whom "
    "it was given. Give it to them first, or send this only to those who have it."
)
FEW_CODES = gettext_noop(
    "Of the coupon “%(name)s” %(left)s codes are left, and %(count)s of %(people)s friends do not have it "
    "yet. Add codes, or send it to fewer."
)
FEW_LEFT = gettext_noop(
    "Of the coupon “%(name)s” %(left)s can still be given, and %(count)s of %(people)s friends do not have "
    "it yet. Raise its limit, or send it to fewer."
)


def look(number: int, at: datetime, friends: BitMap | None) -> Iterator[Doubt]:
    """What is wrong with leading these friends to the coupon at that moment, with what to do about it."""
    coupon = Coupon.objects.filter(pk=number).first()
    if coupon is None:
        yield Doubt(DELETED, stops=True)
        return
    said = {"name": coupon.name, "until": words.last_minute(coupon.ends_at)}
    said |= {"since": words.moment(coupon.starts_at)}
    state = coupon.state(at)
    if text := NOBODY.get(state):
        yield Doubt(text, said, stops=True)
        return
    if state == Coupon.State.COMING:
        yield Doubt(COMING, said)
    if friends:
        yield from _for_all(coupon, at, friends)


NOBODY = {Coupon.State.DRAFT: DRAFT, Coupon.State.CLOSED: CLOSED, Coupon.State.ENDED: OVER}


def _for_all(coupon: Coupon, at: datetime, friends: BitMap) -> Iterator[Doubt]:
    """Whether there is one for each of them. Who has it needs none; until a time to come it may be given."""
    left = codes.left(coupon) if coupon.by_address else 0
    if left is None or left >= len(friends):
        return
    tickets = Ticket.objects.filter(coupon=coupon)
    without = friends - BitMap(tickets.held().values_list("friend", flat=True).iterator())
    said = {"name": coupon.name, "people": f"{len(friends):,}"}
    if without and not coupon.by_address:
        facts = said | {"count": f"{len(without):,}"}
        is_nobodys = without == friends
        yield Doubt(NOT_THEIRS, facts, is_error=is_nobodys, stops=is_nobodys and at <= timezone.now())
        return
    # From whom it was taken back takes none either.
    wanted = without - BitMap(tickets.exclude(withdrawn_at=None).values_list("friend", flat=True))
    if left < len(wanted):
        facts = said | {"left": f"{left:,}", "count": f"{len(wanted):,}"}
        text = FEW_LEFT if coupon.most is not None and _room(coupon) == left else FEW_CODES
        yield Doubt(text, facts, is_error=left == 0, stops=left == 0 and without == friends)


def _room(coupon: Coupon) -> int:
    return max((coupon.most or 0) - coupon.given_count, 0)
