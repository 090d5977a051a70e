"""What a ready-made scenario is, and all that there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from scenarios.ready.needs import Need

Json = dict[str, Any]
BUYING, BOUGHT, POINTS, PEOPLE = "buying", "bought", "points", "people"
GROUPS: "dict[str, StrOrPromise]" = {
    BUYING: _("Before the order"),
    BOUGHT: _("After the order"),
    POINTS: _("Points and anniversaries"),
    PEOPLE: _("New, silent and lost customers"),
}


@dataclass(frozen=True)
class Wishes:
    """What is chosen when a draft is made of one.

    `language` is that of its texts. `shop` is an address of the shop: where a button leads if nothing better
    is known of the person. Without `coupon` (LINE's id) the coupon must be chosen in the draft, unless
    `own_coupon` names one of the client's own, which the scenario gives itself. `event` is the one that
    starts it, where several would do. `at` is when a sending of a date goes out, `hour` at which of a day.
    `days` is how long before the end something is recalled.
    """

    language: str
    shop: str
    coupon: str = ""
    own_coupon: int | None = None
    event: str = ""
    includes_present: bool = False
    at: datetime | None = None
    days: int = 3
    hour: str = "18:00"


@dataclass(frozen=True)
class Ready:
    """A scenario that every client finds ready-made; `code` stands in addresses and in `Scenario.made_of`.

    `what` says what it does, `hint` what to look after. `build` writes the flow in the language that is
    active. `asks` are the wishes besides language and shop that it has a use for.
    """

    code: str
    group: str
    icon: str
    name: "StrOrPromise"
    what: "StrOrPromise"
    build: Callable[[Wishes], Json]
    needs: "tuple[Need, ...]" = ()
    asks: tuple[str, ...] = ()
    hint: "StrOrPromise" = ""

    def flow(self, wishes: Wishes) -> Json:
        """The JSON of its flow, with texts in the language that is wished."""
        with translation.override(wishes.language):
            return self.build(wishes)

    @property
    def has_coupon(self) -> bool:
        return "coupon" in self.asks


_known: dict[str, Ready] = {}


def register(*ready: Ready) -> None:
    _known.update((each.code, each) for each in ready)


def of(code: str) -> Ready | None:
    return _known.get(code)


def sections() -> "dict[str, list[Ready]]":
    """All of them by the code of their group, in the order in which they are shown."""
    found: dict[str, list[Ready]] = {group: [] for group in GROUPS}
    for each in _known.values():
        found[each.group].append(each)
    return found
