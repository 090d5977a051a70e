"""What there is to choose from in the values of steps and of a flow, with its words for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from chats import people
from coupons.models import Coupon
from customers.models import CustomerField
from events import registry
from friends.models import FriendField, Tag
from prizes.models import Lottery, PointCampaign
from scenarios.models import Scenario
from segments.kinds import Several

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Pairs = list[tuple[object, StrOrPromise]]

OFFERED = 500
BY: "dict[str, StrOrPromise]" = {
    "line": _("LINE"),
    "mail": _("Mail"),
    "both": _("LINE and mail"),
    "line_or_mail": _("LINE, and mail to whom LINE does not reach"),
    "line_then_mail": _("LINE, then mail to who has not clicked"),
}
WHEN_CAPPED: "dict[str, StrOrPromise]" = {
    "skip": _("Leave this message out"),
    "wait": _("Wait until there is room"),
}
EXITS: "dict[str, StrOrPromise]" = {
    "event": _("They have done something"),
    "unlinked": _("The ID link is undone"),
    "blocked": _("They have blocked the account"),
    "condition": _("They no longer meet the entry condition"),
}
REWARDS: "dict[str, StrOrPromise]" = {
    "coupon": _("A coupon"),
    "lottery": _("A turn in a lottery"),
    "points": _("An entry in a point campaign"),
}
REENTRY: "dict[str, StrOrPromise]" = {
    "never": _("Never"),
    "after_days": _("Some days after they left"),
    "always": _("Whenever it happens again"),
}


def by() -> "Pairs":
    return list(BY.items())


def when_capped() -> "Pairs":
    return list(WHEN_CAPPED.items())


def exits() -> "Pairs":
    return list(EXITS.items())


def reentry() -> "Pairs":
    return list(REENTRY.items())


def tags() -> "Pairs":
    return list(Tag.objects.values_list("pk", "name"))


def fields() -> "Pairs":
    return [(field.key, field.name) for field in FriendField.objects.in_use()]


def dates() -> "Pairs":
    """Dates that a person has, by the names that `steps.DateOf` has for them."""
    friends = FriendField.objects.in_use().filter(type__in=["date", "datetime"])
    customers = CustomerField.objects.in_use().filter(type__in=["date", "datetime"])
    found: Pairs = [("customer.birthday", _("Birthday"))]
    found += [(f"customer.{field.key}", field.label) for field in customers]
    return [*found, *((f"friend.{field.key}", field.name) for field in friends)]


def dates_to_wait_for() -> "Pairs":
    """Those, and the moments that events tell, of whichever event let somebody in."""
    told = {
        name: label
        for type_ in registry.all_types()
        for name, label in type_.properties
        if type_.kinds.get(name) == "moment"
    }
    return [*dates(), *((f"context.{name}", label) for name, label in told.items())]


def scenarios() -> "Pairs":
    return list(Scenario.objects.kept().values_list("pk", "name")[:OFFERED])


def rewards() -> "Pairs":
    return list(REWARDS.items())


def coupons() -> "Pairs":
    rows = Coupon.objects.exclude(status=Coupon.Status.CLOSED)
    return list(rows.values_list("pk", "name")[:OFFERED])


def lotteries() -> "Pairs":
    rows = Lottery.objects.exclude(status=Lottery.Status.CLOSED)
    return list(rows.values_list("pk", "name")[:OFFERED])


def point_campaigns() -> "Pairs":
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.CLOSED)
    return list(rows.values_list("pk", "name")[:OFFERED])


def staff() -> "Pairs":
    return [(user.pk, str(user)) for user in people.members()]


def some_of(options: "Callable[[], Pairs]", look_up: Callable) -> dict[str, Any]:
    """How a list is asked for of which there are these options: a box to tick for each."""
    return {"kind": Several(tuple(value for value, _label in look_up(options))), "options": options}
