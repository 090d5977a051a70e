"""What the page shows on which a scenario is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scenarios import drawing
from scenarios.drawing import Node
from scenarios.flow import checking, cost, reading, steps, words
from scenarios.flow.cost import Cost
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.words import Said
from scenarios.models import Scenario
from scenarios.results import positions
from scenarios.results.positions import Positions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GROUPS: "dict[str, StrOrPromise]" = {
    steps.SENDING: _("Send"),
    steps.TIMING: _("Wait and end"),
    steps.PARTING: _("Part people"),
    steps.DOING: _("Do something"),
}

TRIGGERS = (
    "friend_added",
    "linked",
    "event",
    "product",
    "run_out",
    "date",
    "schedule",
    "segment",
    "tag",
    "api",
)  # as they are offered: what most begin with first


@dataclass(frozen=True)
class Board:
    """`is_changed`: the draft says something else than what runs. `astray`: people at steps that it lacks."""

    flow: Flow
    said: Said
    findings: list[Finding]
    nodes: list[Node]
    cost: Cost
    positions: Positions
    is_changed: bool
    astray: int

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.stops]


def of(scenario: Scenario) -> Board:
    flow = reading.parse(scenario.flow)
    said = words.of_flow(flow)
    findings = checking.findings(flow, scenario=scenario)
    people = positions.of(scenario)
    drawn = {step.id for _path, step in flow.walk()}
    return Board(
        flow=flow,
        said=said,
        findings=findings,
        nodes=drawing.draw(flow, said, findings),
        cost=cost.of_thousand(flow, timezone.now(), people.passed),
        positions=people,
        is_changed=scenario.version is not None and scenario.version.flow != scenario.flow,
        astray=sum(count for step, count in people.now.items() if step not in drawn),
    )


@dataclass(frozen=True)
class Choice:
    """A type of step or of trigger that can be chosen."""

    type: str
    label: "StrOrPromise"
    hint: "StrOrPromise"
    icon: str = ""


def menu() -> "list[tuple[StrOrPromise, list[Choice]]]":
    """What can be added: types of steps by group."""
    kinds = steps.types.all()
    choices = [(kind.group, Choice(kind.type, kind.label, kind.hint, kind.icon)) for kind in kinds]
    return [(label, [each for of, each in choices if of == group]) for group, label in GROUPS.items()]


def triggers() -> list[Choice]:
    """In the order of TRIGGERS; others behind them."""
    place = {type_: index for index, type_ in enumerate(TRIGGERS)}
    kinds = sorted(reading.triggers.all(), key=lambda kind: place.get(kind.type, len(place)))
    return [Choice(kind.type, kind.label, kind.hint) for kind in kinds]


def numbers(people: Positions, flow: Flow) -> Iterator[tuple[str, int]]:
    """Every number on the drawing by the id of its place: at each step, and past each by each way."""
    for _path, step in flow.walk():
        yield f"now-{step.id}", people.now.get(step.id, 0)
        for via in [way.key for way in step.ways] or ["next"]:
            yield f"passed-{step.id}-{via}", people.passed.get((step.id, via), 0)


def of_page(scenario: Scenario) -> dict[str, Any]:
    board = of(scenario)
    return {
        "scenario": scenario,
        "board": board,
        "numbers": dict(numbers(board.positions, board.flow)),
        "menu": menu(),
        "triggers": triggers(),
    }
