"""What has to be done in the period of a point campaign, such as an order of 5,000 yen or more."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from events import registry, types
from prizes.errors import UnknownAction

MOST_TIMES = 1_000
MOST_LEAST = 10**12


@dataclass(frozen=True, slots=True)
class Action:
    """An event of this type so many times; if `property` is named, where it is `least` or more."""

    event: str
    times: int = 1
    property: str = ""
    least: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def read(raw: Mapping[str, Any]) -> Action:
    """Raises UnknownAction."""
    event, times = raw.get("event"), raw.get("times", 1)
    least, property_ = raw.get("least"), raw.get("property") or ""
    is_event = isinstance(event, str) and types.is_name(event) is not None
    is_times = isinstance(times, int) and not isinstance(times, bool) and 1 <= times <= MOST_TIMES
    is_least = least is None or _is_amount(least)
    is_property = property_ == "" or (isinstance(property_, str) and types.is_name(property_) is not None)
    if not (is_event and is_times and is_least and is_property) or (least is not None) != bool(property_):
        raise UnknownAction
    if raw.keys() - {"event", "times", "property", "least"}:
        raise UnknownAction
    return Action(
        registry.canonical(str(event)), int(times), property_, None if least is None else float(least)
    )


def words(raw: Mapping[str, Any] | None) -> str:
    """In a sentence; "" for nothing."""
    if raw is None:
        return ""
    action = read(raw)
    name = types.labels([action.event])[action.event]
    words = _("“%(name)s” once") if action.times == 1 else _("“%(name)s” %(times)s times")
    said = words % {"name": name, "times": action.times}
    if action.least is None:
        return said
    of_type = registry.get(action.event)
    label = dict(of_type.properties).get(action.property, action.property) if of_type else action.property
    least = f"{Decimal(str(action.least)).normalize():,f}"
    return _("%(said)s, %(property)s %(least)s or more") % {"said": said, "property": label, "least": least}


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_LEAST
