"""What a coupon gives and until when, in words."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from coupons.models import Coupon

MINUTE_LONG = timedelta(minutes=1)
DAY, MINUTE = "%Y/%m/%d", "%Y/%m/%d %H:%M"


def gives(coupon: Coupon) -> str:
    """`¥500 off`, `10% off`, or the coupon's own words."""
    if coupon.gives == Coupon.Gives.YEN and coupon.amount:
        return _("¥%(amount)s off") % {"amount": f"{coupon.amount:,}"}
    if coupon.gives == Coupon.Gives.PERCENT and coupon.amount:
        return _("%(amount)s%% off") % {"amount": coupon.amount}
    return coupon.words


def moment(at: datetime | None) -> str:
    """To the minute, by the client's clock."""
    return timezone.localtime(at).strftime(MINUTE) if at else ""


def last_minute(end: datetime | None) -> str:
    """Until when, as people read it: what ends at midnight is good to 23:59 of the day before."""
    is_midnight = end is not None and timezone.localtime(end).time() == time.min
    return moment(end - MINUTE_LONG if end and is_midnight else end)


def ways(coupon: Coupon) -> list[str]:
    """Where and how it can be used."""
    said = [
        (coupon.at_till, _("scanned in the shop")),
        (coupon.by_tap, _("shown in the shop")),
        (coupon.online, _("in the online shop")),
    ]
    return [words for is_so, words in said if is_so]
