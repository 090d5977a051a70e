"""Values as people are asked for them, where the flow keeps them otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scenarios.flow import choosing
from scenarios.flow.reading import Exit, Manners, Reentry
from scenarios.flow.steps import MOST_MINUTES
from scenarios.flow.values import TimeOfDay
from scenarios.flow.words import MINUTES_OF_AN_HOUR
from segments.kinds import MOST_DAYS, Choice, Record, Rows, Text, Unfit, Whole, YesNo
from segments.leaves import given
from segments.types import occurrences

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

UNITS: "dict[str, StrOrPromise]" = {
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
}
HOW: "dict[str, StrOrPromise]" = {
    "time": gettext_lazy("For a time"),
    "clock": gettext_lazy("Until the clock shows"),
    "date": gettext_lazy("Until a date"),
}
SIDES: "dict[str, StrOrPromise]" = {
    "on": gettext_lazy("On the day"),
    "before": gettext_lazy("Before the day"),
    "after": gettext_lazy("After the day"),
}
Shape = dict[str, dict | None]


def _unit(default: str) -> Any:
    return given(
        Choice(tuple(UNITS)), default=default, label=gettext_lazy("Unit"), options=lambda: list(UNITS.items())
    )


@dataclass(frozen=True)
class Wait:
    how: str = given(
        Choice(tuple(HOW)), default="time", label=gettext_lazy("Wait"), options=lambda: list(HOW.items())
    )
    amount: int | None = given(Whole(1, MOST_MINUTES), default=1, label=gettext_lazy("How long"))
    unit: str = _unit("days")
    field: str | None = given(
        Text(100), default=None, label=gettext_lazy("Date"), options=choosing.dates_to_wait_for
    )
    side: str = given(
        Choice(tuple(SIDES)), default="on", label=gettext_lazy("When"), options=lambda: list(SIDES.items())
    )
    days: int | None = given(
        Whole(1, MOST_DAYS), default=None, label=gettext_lazy("How many days"), unit=gettext_lazy("days")
    )
    yearly: bool | None = given(YesNo(), default=None, label=gettext_lazy("Every year, as a birthday"))
    at: str | None = given(TimeOfDay(), default=None, label=gettext_lazy("Then until the clock shows"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> Shape:
        how = said.get("how", "time")
        needed = {"is_required": True}
        if how == "date":
            days = None if said.get("side", "on") == "on" else needed
            clock = {"label": gettext_lazy("Time of day"), "is_required": True}
            return {"amount": None, "unit": None, "field": needed, "days": days, "at": clock}
        hidden: Shape = dict.fromkeys(("field", "side", "days", "yearly"))
        if how == "clock":
            clock = {"label": gettext_lazy("The clock shows"), "is_required": True}
            return hidden | {"amount": None, "unit": None, "at": clock}
        return hidden | {"amount": needed} | ({} if said.get("unit", "days") == "days" else {"at": None})

    def check(self) -> None:
        if self.how == "date" and self.field is None:
            raise Unfit(_("is not filled in"), path="field")
        if self.how == "clock" and self.at is None:
            raise Unfit(_("is not filled in"), path="at")

    @classmethod
    def told(cls, value: dict) -> dict:
        """From the JSON of the step."""
        if date := value.get("date"):
            days = date.get("days", 0)
            side = "before" if days < 0 else "after" if days else "on"
            said: dict[str, Any] = {"how": "date", "side": side, "days": abs(days) or None}
            said |= {name: date.get(name) for name in ("field", "at", "yearly")}
            return {"at": "10:00"} | {name: each for name, each in said.items() if each is not None}
        if (minutes := value.get("minutes")) is not None:
            return {"how": "time"} | _amount(minutes)
        clock = {"at": value["at"]} if "at" in value else {}
        if "days" in value:
            return {"how": "time", "amount": value["days"], "unit": "days"} | clock
        return {"how": "clock"} | clock if clock else {}

    @staticmethod
    def meant(said: dict) -> dict:
        """The JSON of the step, without its id."""
        clock = {"at": said["at"]} if said.get("at") else {}
        if said.get("how", "time") == "clock":
            return {"type": "wait"} | clock
        if said.get("how") == "date":
            days = said.get("days", 0) * {"on": 0, "before": -1, "after": 1}[said.get("side", "on")]
            yearly = {"yearly": True} if said.get("yearly") else {}
            return {"type": "wait", "date": {"field": said["field"], "days": days} | clock | yearly}
        return {"type": "wait"} | (_time(said) | clock if said.get("unit", "days") == "days" else _time(said))


@dataclass(frozen=True)
class Await:
    event: str = given(Text(60), label=gettext_lazy("Event"), options=occurrences.known_types)
    amount: int = given(Whole(1, MOST_MINUTES), default=3, label=gettext_lazy("At most"))
    unit: str = _unit("days")
    where: list[dict] | None = occurrences.where()

    @classmethod
    def told(cls, value: dict) -> dict:
        said = {name: value[name] for name in ("event", "where") if name in value}
        if (minutes := value.get("minutes")) is not None:
            return said | _amount(minutes)
        return said | ({"amount": value["days"], "unit": "days"} if "days" in value else {})

    @staticmethod
    def meant(said: dict) -> dict:
        where = {"where": said["where"]} if said.get("where") else {}
        return {"type": "await", "event": said["event"]} | _time(said) | where


@dataclass(frozen=True)
class Exits:
    exits: list[dict] | None = given(
        Rows(Record(Exit), 0, 10), default=None, label=gettext_lazy("Whoever of whom one is true leaves")
    )


@dataclass(frozen=True)
class Context:
    """What is true of the event that let somebody in, for a path of a branch."""

    context: list[dict] | None = given(
        occurrences.Filters(), default=None, label=gettext_lazy("And of what let them in is true")
    )


FRAMES: dict[str, type] = {"reentry": Reentry, "manners": Manners}


def _amount(minutes: int) -> dict:
    if minutes % MINUTES_OF_AN_HOUR == 0:
        return {"amount": minutes // MINUTES_OF_AN_HOUR, "unit": "hours"}
    return {"amount": minutes, "unit": "minutes"}


def _time(said: dict) -> dict:
    """Days are of the calendar, and keep to the clock where summer time begins; hours are so many minutes."""
    amount, unit = said["amount"], said.get("unit", "days")
    if unit == "days":
        return {"days": amount}
    return {"minutes": amount * (MINUTES_OF_AN_HOUR if unit == "hours" else 1)}
