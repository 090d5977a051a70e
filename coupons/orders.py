"""Uses of coupons that shops tell of: an order with a code that somebody holds, or with the code for all.

What an order says now is what counts: one that was cancelled gives its use back where the coupon says so, one
that is corrected corrects it.
"""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import board
from coupons import codes, redeeming
from coupons.models import Coupon, Redemption, Ticket
from coupons.redeeming import MOST_YEN, Purchase
from events import outbox, timeline
from linking.models import Link
from shops.models import Order
from shops.storing import COUPON_ORDERS

KIND = "coupon_orders"
PORTION = 200


def listen() -> None:
    """Hear of orders with codes as long as a coupon may be used in the online shop."""
    is_wanted = Coupon.objects.exclude(status=Coupon.Status.DRAFT).filter(online=True).exists()
    outbox.listen(KIND, {COUPON_ORDERS} if is_wanted else set())


def match_due() -> None:
    """See to the orders that shops have told of."""
    seen = board.version(KIND)
    while _match_some():
        board.renew(KIND)
    board.settle(KIND, None, seen=seen)


@transaction.atomic
def _match_some() -> bool:
    heard, has_more = outbox.take(KIND, PORTION)
    numbers = {number for each in heard for number in each.numbers or ()}
    for order in Order.objects.filter(pk__in=numbers).order_by("pk"):
        settle(order)
    return has_more


@transaction.atomic
def settle(order: Order) -> None:
    """Bring the uses by this order to what it says now; again, it changes nothing."""
    key = f"order:{order.pk}:{order.coupon_code}"[:120]
    known = list(Redemption.objects.filter(key__startswith=f"order:{order.pk}:").select_related("coupon"))
    for other in known:
        if other.key != key:
            redeeming.cancel(other, reason=_("The order has another code."), by=None)
    present = next((each for each in known if each.key == key), None)
    if present is None:
        _begin(order, key)
    elif order.is_counted:
        _correct(present, order)
    elif present.coupon.follows_orders:
        redeeming.cancel(present, reason=_("The order was cancelled."), by=None)


def _begin(order: Order, key: str) -> None:
    if not order.is_counted or not order.coupon_code.strip():
        return
    spelt = codes.spellings(order.coupon_code)
    ticket, coupon = _ticket(spelt), None
    if ticket is None and (coupon := _shared(spelt)):
        ticket = _held_by_customer(coupon, order.customer_id)
    if ticket:
        redeeming.note(ticket, way=Redemption.Way.ORDER, purchase=_purchase(order), key=key, by=None)
    elif coupon:
        _note_unknown(coupon, order, key)


def _ticket(spelt: list[str]) -> Ticket | None:
    rows = Ticket.objects.select_for_update(of=["self"]).select_related("coupon")
    return rows.filter(code__in=spelt, coupon__online=True).first()


def _shared(spelt: list[str]) -> Coupon | None:
    """The newest coupon that shows everybody this code."""
    rows = Coupon.objects.filter(codes=Coupon.Codes.SHARED, online=True, shared_code__in=spelt)
    return rows.exclude(status=Coupon.Status.DRAFT).first()


def _held_by_customer(coupon: Coupon, customer_id: int | None) -> Ticket | None:
    if customer_id is None:
        return None
    friends = Link.objects.active().filter(customer=customer_id).values("friend")
    rows = Ticket.objects.select_for_update(of=["self"]).select_related("coupon")
    return rows.filter(coupon=coupon, friend__in=friends, withdrawn_at=None).first()


def _note_unknown(coupon: Coupon, order: Order, key: str) -> None:
    """A use of the code for all, by somebody who holds none of ours."""
    bought = _purchase(order)
    made = Redemption.objects.create(
        coupon=coupon,
        way=Redemption.Way.ORDER,
        place=bought.place,
        order_number=bought.order_number,
        amount_yen=bought.amount,
        discount_yen=bought.discount,
        cost_yen=coupon.cost_yen,
        key=key,
    )
    if order.customer_id:
        timeline.record([redeeming.event_of(made, coupon.shared_code, customer_id=order.customer_id)])


def _correct(redemption: Redemption, order: Order) -> None:
    """As the order is now; one that had been cancelled counts again."""
    told = _purchase(order)
    is_back = redemption.cancelled_at is not None
    if is_back:
        _count_again(redemption)
    elif (redemption.amount_yen, redemption.discount_yen) == (told.amount, told.discount):
        return
    redemption.amount_yen, redemption.discount_yen = told.amount, told.discount
    redemption.save(update_fields=["amount_yen", "discount_yen"])
    _tell(redemption, order)


def _count_again(redemption: Redemption) -> None:
    ticket = Ticket.objects.select_for_update().filter(pk=redemption.ticket_id or 0).first()
    redemption.cancelled_at, redemption.reason = None, ""
    redemption.save(update_fields=["cancelled_at", "reason"])
    if ticket:
        ticket.used_count, ticket.used_at = ticket.used_count + 1, redemption.at
        ticket.save(update_fields=["used_count", "used_at"])


def _tell(redemption: Redemption, order: Order) -> None:
    code = redemption.ticket.code if redemption.ticket else redemption.coupon.shared_code
    event = redeeming.event_of(redemption, code, customer_id=order.customer_id)
    if event.friend_id or event.customer_id:
        timeline.correct([event])


def _purchase(order: Order) -> Purchase:
    """Amounts are of orders in yen: the total paid, and what the shop took off."""
    is_yen = order.currency == "JPY"
    amount = _yen(order.total - order.refunded + order.discount) if is_yen else None
    discount = _yen(order.discount) if is_yen and order.discount > 0 else None
    return Purchase(order.number, amount, discount, order.source)


def _yen(amount: Decimal) -> int:
    return max(0, min(int(amount), MOST_YEN))
