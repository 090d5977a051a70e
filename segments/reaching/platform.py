"""What only LINE can judge: its guesses about people, and the lists of people that it holds.

A leaf with `is_platform` says with `line()` which of the two it is. Neither is known to us person by person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from segments.models import Audience

Json = dict
MOST_FILTERS = 10  # https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter
MOST_LISTS = 10  # https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient

GENDERS = ("male", "female")
SYSTEMS = ("ios", "android")
AGES = tuple(range(15, 75, 5))
DAYS = (7, 30, 90, 180, 365)
AREAS = tuple(
    f"{country}_{number:02}"
    for country, count in (("jp", 47), ("tw", 22), ("th", 8))
    for number in range(1, count + 1)
)


@dataclass(frozen=True)
class Attribute:
    """Something LINE guesses of people, in classes of which each person it knows has one.

    With `steps` the classes are the ranges between them, in order: the first lies below the first step.
    """

    name: str
    classes: tuple[str, ...]
    steps: tuple[str, ...] = ()

    def filters(self, wanted: frozenset[str]) -> list[Json]:
        """LINE's filter objects that together, joined by “or”, fit exactly these classes."""
        if not self.steps:
            return [{"type": self.name, "oneOf": [each for each in self.classes if each in wanted]}]
        return [{"type": self.name} | bounds for bounds in self._ranges(wanted)]

    def _ranges(self, wanted: frozenset[str]) -> Iterator[Json]:
        if len(wanted) == len(self.classes):  # a filter needs a bound, and all whom LINE knows are meant
            yield from ({"lt": self.steps[0]}, {"gte": self.steps[0]})
            return
        held = [False, *(each in wanted for each in self.classes), False]
        edges = [place for place, (before, after) in enumerate(pairwise(held)) if before != after]
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            least = {"gte": self.steps[first - 1]} if first else {}
            yield least | ({"lt": self.steps[end - 1]} if end < len(self.classes) else {})


def _stepped(name: str, steps: tuple[str, ...]) -> Attribute:
    return Attribute(name, ("", *steps), steps)


GENDER = Attribute("gender", GENDERS)
SYSTEM = Attribute("appType", SYSTEMS)
AREA = Attribute("area", AREAS)
AGE = _stepped("age", tuple(f"age_{age}" for age in AGES))
PERIOD = _stepped("subscriptionPeriod", tuple(f"day_{days}" for days in DAYS))
ATTRIBUTES = {each.name: each for each in (GENDER, SYSTEM, AREA, AGE, PERIOD)}


@dataclass(frozen=True)
class Demographic:
    """People of whom LINE believes that they are in one of these classes of an attribute.

    Its opposite are those in one of the others: who is not known to LINE is in neither, so that nobody is
    counted a man for not being known as a woman.
    """

    attribute: str
    classes: frozenset[str]

    @classmethod
    def one_of(cls, attribute: Attribute, values: Iterable[str]) -> "Demographic":
        return cls(attribute.name, frozenset(values))

    @classmethod
    def between(cls, attribute: Attribute, least: str | None, below: str | None) -> "Demographic":
        """From the step `least` on and before the step `below`; None: without that bound."""
        first = 0 if least is None else attribute.classes.index(least)
        end = len(attribute.classes) if below is None else attribute.classes.index(below)
        return cls(attribute.name, frozenset(attribute.classes[first:end]))

    @property
    def opposite(self) -> "Demographic":
        return Demographic(self.attribute, frozenset(ATTRIBUTES[self.attribute].classes) - self.classes)

    def filters(self) -> list[Json]:
        return ATTRIBUTES[self.attribute].filters(self.classes)


@dataclass(frozen=True, order=True)
class Recipient:
    """People on a list that LINE holds: one it has already, or one it can make of a message's readers.

    `audience_id` is LINE's number; without it `kind` says who is to be on it (`Audience.Kind`), of the
    narrowcast or broadcast that LINE knows by `request_id`, for clicks also of which `url` ("": any).
    `is_restricted`: LINE sends to 50 people or more only; free of it are ids uploaded by the account and its
    chat tags.
    """

    audience_id: int = 0
    kind: str = ""
    request_id: str = ""
    url: str = ""
    is_restricted: bool = True
    name: str = field(default="", compare=False)


def opened(request_id: str) -> Recipient:
    """Who opened a message sent by narrowcast or LINE's broadcast in the last 60 days."""
    return Recipient(kind=Audience.Kind.OPENED, request_id=request_id)


def clicked(request_id: str, url: str = "") -> Recipient:
    """Who followed a link of such a message, or this link."""
    return Recipient(kind=Audience.Kind.CLICKED, request_id=request_id, url=url)
