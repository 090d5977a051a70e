"""Making and closing LINE's coupons. What is made cannot be changed, what is closed stays closed.

LINE knows no retry key here. A creation is noted before LINE is asked, and asked once: where no answer came,
the coupons are read, and one that says the same and was made since is taken for it.
Source: https://developers.line.biz/en/reference/messaging-api/#create-coupon
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, board, current
from accounts.models import User
from channels.access import client_for
from channels.models import Channel
from library import coupons
from library.errors import BadCoupon, CouponClosed, CouponUnsettled, LineRefused, LineSilent, NoChannel
from library.models import CouponCreation, LineCoupon
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected, Unavailable
from line.validation import validate_coupon

logger = logging.getLogger(__name__)
SKEW = timedelta(minutes=2)  # by which LINE's clock and ours may differ
PATIENCE = timedelta(minutes=1)  # in which LINE may still be making what it has not answered
READ_AFTER = timedelta(minutes=2)  # also where whoever asked did not live to hear the answer
GONE, CLOSED_BEFORE = 404, 410
State = CouponCreation.State


def create(content: dict, *, by: User | None) -> LineCoupon:
    """Make a coupon at LINE, once. It can be sent at once; the account's other coupons stay as they are.

    Raises BadCoupon before LINE is asked; CouponUnsettled while it is not known whether the same was made
    before; LineRefused with LINE's words; LineSilent if no answer came: the next reading tells.
    """
    if problems := validate_coupon(content):
        raise BadCoupon(
            [{"path": one.path, "text": _(one.message) % {"limit": one.limit}} for one in problems]
        )
    client = _client()
    asked = _note(content, by)
    try:
        coupon_id = wire.run(client.create_coupon(content))
    except Rejected as error:
        _settle(asked, State.REFUSED, problem=str(error))
        raise LineRefused(reason=error) from error
    except Unavailable as error:
        coupons.ask(by=by)
        raise LineSilent from error
    except LineError as error:  # nothing was taken: too fast, or no more room
        _settle(asked, State.REFUSED, problem=str(error))
        raise LineRefused(reason=error) from error
    _settle(asked, State.MADE, coupon_id=coupon_id)
    return _keep(coupon_id, content, by)


def close(coupon: LineCoupon, *, by: User | None) -> LineCoupon:
    """End the coupon for everyone, for good; it may be tried again where no answer came.

    Raises CouponClosed, LineRefused, LineSilent.
    """
    if coupon.closed_at or coupon.gone_at:
        raise CouponClosed
    try:
        wire.run(_client().close_coupon(coupon.coupon_id))
    except Rejected as error:
        if error.status not in (GONE, CLOSED_BEFORE):
            raise LineRefused(reason=error) from error
    except LineError as error:
        raise LineSilent from error
    with transaction.atomic():
        coupon.closed_at = timezone.now()
        coupon.save(update_fields=["closed_at"])
        activity.record("line_coupon.closed", coupon, by=by, title=coupon.title)
    return coupon


def unsettled() -> list[CouponCreation]:
    """Creations of which nobody knows yet whether LINE has made them."""
    return list(CouponCreation.objects.filter(state=State.UNKNOWN))


def settle(read_at: datetime) -> None:
    """Find what came of creations without an answer, after all coupons were read at this moment."""
    taken = set(CouponCreation.objects.exclude(coupon_id="").values_list("coupon_id", flat=True))
    for asked in CouponCreation.objects.filter(state=State.UNKNOWN).order_by("pk"):
        found = next((each for each in _made_since(asked) if each.coupon_id not in taken), None)
        if found:
            taken.add(found.coupon_id)
            _settle(asked, State.MADE, coupon_id=found.coupon_id)
        elif asked.asked_at < read_at - PATIENCE:
            _settle(asked, State.NOT_MADE)


def _made_since(asked: CouponCreation) -> Iterable[LineCoupon]:
    since = (asked.asked_at - SKEW).timestamp()
    for each in LineCoupon.objects.filter(title=str(asked.content.get("title", ""))[:100]).order_by("pk"):
        is_new = each.content.get("createdTimestamp", 0) >= since
        if is_new and all(each.content.get(name) == value for name, value in _told(asked.content)):
            yield each


def _told(content: dict) -> Iterable[tuple[str, object]]:
    """What LINE gives back as it was given; of a reward it says more."""
    return ((name, value) for name, value in content.items() if name != "reward")


@transaction.atomic
def _note(content: dict, by: User | None) -> CouponCreation:
    """Before LINE is asked. Two at once: the second waits, and finds the first."""
    Channel.objects.select_for_update().get(tenant=current.tenant())
    if any(each.content == content for each in unsettled()):
        raise CouponUnsettled
    now = timezone.now()
    board.call(coupons.KIND, now + READ_AFTER)
    return CouponCreation.objects.create(content=content, asked_at=now, asked_by_id=by.pk if by else None)


def _settle(asked: CouponCreation, state: str, *, coupon_id: str = "", problem: str = "") -> None:
    rows = CouponCreation.objects.filter(pk=asked.pk, state=State.UNKNOWN)
    rows.update(state=state, coupon_id=coupon_id, problem=problem[:300])


def _keep(coupon_id: str, content: dict, by: User | None) -> LineCoupon:
    """As it was given; what LINE adds comes with the next reading."""
    now = timezone.now()
    told = content | {"couponId": coupon_id, "status": "RUNNING", "createdTimestamp": int(now.timestamp())}
    with transaction.atomic():
        coupons.keep(told, now)
        kept = LineCoupon.objects.get(coupon_id=coupon_id)
        activity.record("line_coupon.created", kept, by=by, title=kept.title)
    return kept


def _client() -> LineClient:
    channel = Channel.objects.filter(tenant=current.tenant()).first()
    if channel is None:
        raise NoChannel
    return client_for(channel)
