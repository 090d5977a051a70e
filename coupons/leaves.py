"""The condition about coupons of the client's own: who holds one, has used it, or is about to lose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons.giving import TOPIC
from coupons.models import Coupon
from segments.kinds import MOST_DAYS, Choice, Unfit, Whole
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Offered = list[tuple[object, StrOrPromise]]

OFFERED = 200  # in the form, the newest
HELD, UNUSED, USED = "held", "unused", "used"
IS = {
    HELD: gettext_lazy("Has got it"),
    UNUSED: gettext_lazy("Has it and can still use it"),
    USED: gettext_lazy("Has used it"),
}
TICKETS = """
FROM coupons_ticket AS ticket JOIN coupons_coupon AS coupon ON coupon.id = ticket.coupon_id
WHERE ticket.withdrawn_at IS NULL"""
OVER = "least(ticket.ends_at, coupon.ends_at)"
CAN_BE_USED = """
 AND coupon.status = 'running' AND (coupon.uses = 0 OR ticket.used_count < coupon.uses)"""


def _offered() -> "Offered":
    rows = Coupon.objects.exclude(status=Coupon.Status.DRAFT)
    return list(rows.values_list("pk", "name")[:OFFERED])


@register
@dataclass(frozen=True)
class HasCoupon(Leaf):
    """Friends who hold a coupon of the client's own; without `coupon`, any. Of LINE's own, nobody knows.

    `state` is `held`, `unused` (it can still be used) or `used`. `ends_within_days`, with `unused` alone: its
    end is on one of so many of the client's days, today being 0. `uses_at_least` goes with `used`.
    """

    type = "coupon"
    label = gettext_lazy("Coupon")
    hint = gettext_lazy("Who has one of your coupons, has used it, or is about to lose it")
    group = BEHAVIOUR
    fresh = {"state": UNUSED}
    state: str = given(
        Choice((HELD, UNUSED, USED)),
        default=HELD,
        label=gettext_lazy("Where it stands"),
        options=lambda: list(IS.items()),
    )
    coupon: int | None = given(
        Whole(1, 2**31 - 1),
        default=None,
        label=gettext_lazy("Coupon"),
        options=lambda: _offered(),
    )
    ends_within_days: int | None = given(
        Whole(0, MOST_DAYS), default=None, label=gettext_lazy("It ends within"), unit=gettext_lazy("days")
    )
    uses_at_least: int | None = given(
        Whole(1, Coupon.MOST_USES),
        default=None,
        label=gettext_lazy("Used at least"),
        unit=gettext_lazy("times"),
    )

    def check(self) -> None:
        if self.ends_within_days is not None and self.state != UNUSED:
            raise Unfit(_("ends_within_days goes with the state unused"))
        if self.uses_at_least is not None and self.state != USED:
            raise Unfit(_("uses_at_least goes with the state used"))

    def query(self, moment: Moment) -> Query:
        where, params = self._where(moment)
        return Query(f"SELECT ticket.friend_id {TICKETS}{where}", params)  # noqa: S608  (our own constants)

    def _where(self, moment: Moment) -> tuple[str, list]:
        where = ""
        params: list = []
        if self.coupon is not None:
            where, params = " AND ticket.coupon_id = %s", [self.coupon]
        if self.state == USED:
            return f"{where} AND ticket.used_count >= %s", [*params, self.uses_at_least or 1]
        if self.state == HELD:
            return where, params
        where, params = f"{where}{CAN_BE_USED} AND ({OVER} IS NULL OR {OVER} > %s)", [*params, moment.now]
        if self.ends_within_days is None:
            return where, params
        last = moment.day_begins(-self.ends_within_days - 1)
        return f"{where} AND {OVER} <= %s", [*params, last]

    def topics(self) -> set[str]:
        return {TOPIC, "events:coupon_got", "events:redeemed"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return moment.day_ends() if self.ends_within_days is not None else None

    def next_change(self, moment: Moment) -> Query | None:
        if self.state != UNUSED or self.ends_within_days is not None:
            return None
        where, params = self._where(moment)
        return Query(f"SELECT min({OVER}) {TICKETS}{where}", params)  # noqa: S608  (our own constants)

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        named = {leaf.coupon for leaf in leaves if leaf.coupon is not None}
        return dict(Coupon.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}

    def missing(self, known: dict) -> str:
        if self.coupon is None or self.coupon in known:
            return ""
        return _("there is no coupon %(number)s") % {"number": self.coupon}

    def words(self, known: dict) -> str:
        name = known.get(self.coupon) or _("a deleted coupon")
        coupon = _("any coupon") if self.coupon is None else _("the coupon “%(name)s”") % {"name": name}
        said = {"coupon": coupon, "days": self.ends_within_days, "times": self.uses_at_least}
        if self.state == USED and self.uses_at_least:
            return _("used %(coupon)s at least %(times)s times") % said
        if self.state == USED:
            return _("used %(coupon)s") % said
        if self.state == HELD:
            return _("got %(coupon)s") % said
        if self.ends_within_days is None:
            return _("has %(coupon)s and can still use it") % said
        return _("has %(coupon)s, which ends within %(days)s days") % said
