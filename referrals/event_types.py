"""What referrals write on the timeline, and how it is shown."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from events.registry import EventType
from referrals.models import Grant, Programme

PROGRAMME, NAME = ("programme", _("Referral programme")), ("name", _("Name"))


def _for_what(kind: object) -> object:
    return Grant.Kind(kind).label if kind in Grant.Kind.values else kind


TYPES = [
    EventType(
        "invited",
        _("Came by a friend's invitation"),
        (PROGRAMME, NAME, ("inviter", _("Friend number of the inviter"))),
        kinds={"programme": "text", "name": "text", "inviter": "text"},
    ),
    EventType(
        "referral_counted",
        _("An invited friend counts"),
        (PROGRAMME, NAME, ("count", _("Counted friends so far"))),
        kinds={"programme": "text", "name": "text", "count": "number"},
    ),
    EventType(
        "referral_rewarded",
        _("Got a referral reward"),
        (PROGRAMME, NAME, ("kind", _("For what")), ("reward", _("Reward"))),
        says={"kind": _for_what},
        kinds={"programme": "text", "name": "text", "kind": "text", "reward": "text"},
    ),
]


def names(codes: Iterable[str]) -> dict[str, str]:
    """Programmes by their numbers, as texts."""
    numbers = {int(code) for code in codes if code.isascii() and code.isdecimal() and len(code) < 10}
    rows = Programme.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
    return {str(number): name for number, name in rows}
