"""Mail to whoever looks after a coupon when few are left, once until there are more again."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import board, current
from accounts.models import User
from coupons import codes
from coupons.models import Code, Coupon

logger = logging.getLogger(__name__)
KIND = "coupon_warnings"
AGAIN = timedelta(minutes=5)


def is_low(coupon: Coupon) -> bool:
    """Whether fewer are left than the coupon is to warn of; it counts no further than that."""
    if not coupon.warn_below or coupon.status != Coupon.Status.RUNNING:
        return False
    if coupon.most is not None and coupon.most - coupon.given_count < coupon.warn_below:
        return True
    if coupon.codes != Coupon.Codes.POOL:
        return False
    return Code.objects.free().filter(coupon=coupon)[: coupon.warn_below].count() < coupon.warn_below


def look(coupon: Coupon) -> None:
    """Have whoever looks after the coupon told, if few are left and they were not told yet."""
    if coupon.warned_at is None and is_low(coupon):
        board.call(KIND)


def tell_due() -> None:
    """Send the mails. One may come twice after a crash, never not at all."""
    seen = board.version(KIND)
    waiting = Coupon.objects.running().filter(warned_at=None, warn_below__gt=0)
    failed = [coupon for coupon in waiting if is_low(coupon) and not _tell(coupon)]
    board.settle(KIND, timezone.now() + AGAIN if failed else None, seen=seen)


def _tell(coupon: Coupon) -> bool:
    user = User.objects.filter(pk=coupon.responsible_id or coupon.created_by_id or 0, is_active=True).first()
    if user and user.has_perm("coupons.view_coupon"):
        try:
            _mail(user, coupon)
        except (OSError, SMTPException):
            logger.exception("coupon_warning.not_sent", extra={"coupon": coupon.pk})
            return False
    Coupon.objects.filter(pk=coupon.pk).update(warned_at=timezone.now())
    return True


def _mail(user: User, coupon: Coupon) -> None:
    """In the language of the reader. Raises SMTPException or OSError."""
    client = current.tenant()
    address = (
        f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}/coupons/{coupon.pk}/codes/"
    )
    said = {"client": client.name, "coupon": coupon.name, "left": f"{codes.left(coupon) or 0:,}"}
    with translation.override(user.language):
        subject = _("%(client)s: few coupons “%(coupon)s” are left (%(left)s)") % said
        body = _(
            "%(left)s coupons “%(coupon)s” of %(client)s are left. Once they are gone, friends are told that "
            "all have been given. Add codes or raise the limit here:"
        )
        text = f"{body % said}\n\n{address}\n"
    send_mail(" ".join(subject.split()), text, None, [user.email])
