"""The end of coupons of the client's own."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons.models import Coupon
from scenarios.ready.base import POINTS, Json, Ready, Wishes, register
from scenarios.ready.needs import ENDING_COUPON
from scenarios.ready.pieces import BLOCKED, UNMET, card, manners, once_in, own_coupon, send, text, wait

CODE = "coupon_expiring"


def _expiring(wishes: Wishes) -> Json:
    """Who has used it, or has it no more, does not meet the condition, which is asked before the sending."""
    ends = {"type": "coupon", "state": "unused", "ends_within_days": wishes.days}
    if wishes.own_coupon is not None:
        ends["coupon"] = wishes.own_coupon
    return {
        "trigger": {
            "type": "segment",
            "on": "enter",
            "tree": ends,
            "includes_present": wishes.includes_present,
        },
        "condition": ends,
        "exits": [UNMET, BLOCKED],
        "reentry": once_in(1),
        "goal": _used(wishes),
        "manners": manners("useful", priority=3),
        "steps": [wait("hour", at=wishes.hour), send("ends_soon", CODE, *_reminder(wishes))],
    }


def _used(wishes: Wishes) -> Json:
    used: Json = {"event": "redeemed", "within_days": wishes.days + 1, "ends": True}
    if wishes.own_coupon is not None:
        used["where"] = [{"property": "coupon", "op": "equals", "value": str(wishes.own_coupon)}]
    return used


def _reminder(wishes: Wishes) -> list[Json]:
    notice, badge = _("Your coupon ends soon"), _("Ends soon")
    if wishes.own_coupon is None:
        said = _("{{display_name|Dear customer}}, a coupon of yours ends soon. Have you used it yet?")
        shown = card(
            notice,
            badge=badge,
            title=_("Use your coupon while it lasts"),
            button=_("Visit the shop"),
            address=wishes.shop,
        )
        return [text(said), shown]
    name = Coupon.objects.filter(pk=wishes.own_coupon).values_list("name", flat=True).first() or ""
    said = _("{{display_name|Dear customer}}, your coupon “%(name)s” ends soon. Have you used it yet?")
    return [text(said % {"name": name}), own_coupon(wishes.own_coupon, notice, badge=badge)]


register(
    Ready(
        CODE,
        POINTS,
        "ticket",
        gettext_lazy("Coupon about to end"),
        gettext_lazy(
            "Reminds who has a coupon of yours and has not used it, some days before it ends, at the hour "
            "you choose. Who uses it meanwhile, or from whom it is taken back, hears nothing."
        ),
        _expiring,
        needs=(ENDING_COUPON,),
        asks=("own_coupon", "days", "hour", "includes_present"),
        hint=gettext_lazy("The day counts by the client’s calendar: 0 is the last day itself."),
    ),
)
