"""What people do in lotteries and point campaigns, as it stands on the timeline."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.registry import EventType
from prizes.models import Lottery, PointCampaign

MOST_DIGITS = 9


def won_in_words(value: object) -> object:
    return {True: _("yes"), False: _("no")}.get(value, value) if isinstance(value, bool) else value


NAME = ("name", gettext_lazy("Name"))
TYPES = [
    EventType(
        "drew",
        gettext_lazy("Drew in a lottery"),
        (
            ("lottery", gettext_lazy("Lottery")),
            NAME,
            ("won", gettext_lazy("Won")),
            ("prize", gettext_lazy("Prize")),
        ),
        {"won": won_in_words},
        {"lottery": "text", "name": "text", "won": "yes_no", "prize": "text"},
    ),
    EventType(
        "entered",
        gettext_lazy("Entered a point campaign"),
        (("point_campaign", gettext_lazy("Point campaign")), NAME),
        kinds={"point_campaign": "text", "name": "text"},
    ),
]


def lotteries(codes: Iterable[str]) -> dict[str, str]:
    """Lotteries by their numbers, as texts."""
    numbers = _numbers(codes)
    rows = Lottery.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
    return {str(number): name for number, name in rows}


def campaigns(codes: Iterable[str]) -> dict[str, str]:
    """Point campaigns likewise."""
    numbers = _numbers(codes)
    rows = PointCampaign.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
    return {str(number): name for number, name in rows}


def _numbers(codes: Iterable[str]) -> set[int]:
    return {int(code) for code in codes if code.isascii() and code.isdecimal() and len(code) <= MOST_DIGITS}
