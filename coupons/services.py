"""Commands on coupons: writing, starting, closing. Giving and redeeming have files of their own."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from coupons import orders
from coupons.errors import InUse, NotADraft, NotComplete, NotRunning
from coupons.giving import TOPIC
from coupons.models import Code, Coupon
from events import versions

Status = Coupon.Status
# What decides what people have got: it stays as it was when the first might have got it.
FIXED = frozenset({"gives", "amount", "codes", "shared_code", "uses", "valid_days"})
COPIED = (
    *("gives", "amount", "words", "picture", "terms", "starts_at", "ends_at", "valid_days", "codes"),
    *(
        "shared_code",
        "uses",
        "most",
        "by_address",
        "at_till",
        "by_tap",
        "online",
        "follows_orders",
        "cost_yen",
    ),
    *("warn_below", "responsible_id"),
)


@transaction.atomic
def create(*, by: User | None, **fields: object) -> Coupon:
    """A draft, with these fields of `Coupon`."""
    coupon = Coupon.objects.create(created_by_id=by.pk if by else None, **fields)
    activity.record("coupon.created", coupon, by=by, name=coupon.name)
    return coupon


@transaction.atomic
def change(coupon: Coupon, *, by: User | None, **fields: object) -> Coupon:
    """Set fields of `Coupon`. Raises NotADraft for what is fixed once it has started, and on a closed one."""
    coupon = Coupon.objects.select_for_update().get(pk=coupon.pk)
    other = {name for name, value in fields.items() if getattr(coupon, name) != value}
    limit_is_new = "most" in other and (coupon.most is None or fields["most"] is None)
    if coupon.status == Status.CLOSED or (
        coupon.status == Status.RUNNING and (other & FIXED or limit_is_new)
    ):
        raise NotADraft
    for name in other:
        setattr(coupon, name, fields[name])
    if coupon.status == Status.RUNNING and other:
        _check(coupon)
    if other & {"most", "warn_below"}:
        coupon.warned_at, other = None, other | {"warned_at"}
    coupon.save(update_fields=sorted(other))
    activity.record("coupon.changed", coupon, by=by, fields=sorted(other))
    _after(coupon)
    return coupon


@transaction.atomic
def start(coupon: Coupon, *, by: User | None) -> Coupon:
    """Let the coupon be given from now on. Raises NotADraft, NotComplete."""
    coupon = Coupon.objects.select_for_update().get(pk=coupon.pk)
    if coupon.status != Status.DRAFT:
        raise NotADraft
    _check(coupon)
    coupon.status, coupon.started_at = Status.RUNNING, timezone.now()
    coupon.save(update_fields=["status", "started_at"])
    activity.record("coupon.started", coupon, by=by, name=coupon.name)
    _after(coupon)
    return coupon


@transaction.atomic
def close(coupon: Coupon, *, by: User | None) -> Coupon:
    """Give it to nobody any more, and let nobody use it; there is no way back. Raises NotRunning."""
    coupon = Coupon.objects.select_for_update().get(pk=coupon.pk)
    if coupon.status != Status.RUNNING:
        raise NotRunning(name=coupon.name, state=coupon.get_status_display())
    coupon.status, coupon.closed_at = Status.CLOSED, timezone.now()
    coupon.save(update_fields=["status", "closed_at"])
    activity.record("coupon.closed", coupon, by=by, name=coupon.name)
    _after(coupon)
    return coupon


def copy(coupon: Coupon, *, by: User | None) -> Coupon:
    """A draft that gives the same. Codes of the shop stay with the one that has them."""
    name = (_("%(name)s (copy)") % {"name": coupon.name})[: Coupon.NAME_LENGTH]
    return create(by=by, name=name, **{field: getattr(coupon, field) for field in COPIED})


@transaction.atomic
def delete(coupon: Coupon, *, by: User | None) -> None:
    """Raises InUse unless it is a draft."""
    coupon = Coupon.objects.select_for_update().get(pk=coupon.pk)
    if coupon.status != Status.DRAFT:
        raise InUse
    activity.record("coupon.deleted", coupon, by=by, name=coupon.name)
    coupon.delete()


def missing(coupon: Coupon) -> str:
    """Why it cannot run as it is; "" if it can."""
    if coupon.ends_at and coupon.ends_at <= timezone.now():
        return _("it would be over already: choose a later end.")
    if coupon.starts_at and coupon.ends_at and coupon.ends_at <= coupon.starts_at:
        return _("it would end before it begins.")
    if coupon.codes == Coupon.Codes.POOL and not Code.objects.filter(coupon=coupon).exists():
        return _("it has no codes yet: import those of the shop, or have some made.")
    if not (coupon.at_till or coupon.by_tap or coupon.online):
        return _("say where it can be used.")
    return ""


def _check(coupon: Coupon) -> None:
    if reason := missing(coupon):
        raise NotComplete(reason=reason)


def _after(coupon: Coupon) -> None:
    orders.listen()
    versions.touch(TOPIC)
