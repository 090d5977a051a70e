"""A flow as it is drawn: from the top down, what parts people side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.flow.base import Step
from scenarios.flow.editing import Spot
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.words import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass
class Lane:
    """A way of a step that parts people: what is said of it, and what stands on it."""

    step: str
    key: str
    name: str
    words: str
    top: Spot
    nodes: list["Node"]


@dataclass
class Node:
    """A step. `below` is the place behind it."""

    id: str
    type: str
    label: "StrOrPromise"
    icon: str
    group: str
    words: str
    below: Spot
    findings: list[Finding] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)

    @property
    def has_fault(self) -> bool:
        return any(finding.stops for finding in self.findings)


def draw(flow: Flow, said: Said, findings: Iterable[Finding] = ()) -> list[Node]:
    by_step: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_step[finding.step].append(finding)
    return _nodes(flow.steps, Spot(0), said, by_step)


def _nodes(steps: tuple[Step, ...], top: Spot, said: Said, findings: dict[str, list[Finding]]) -> list[Node]:
    return [
        Node(
            id=step.id,
            type=step.type,
            label=step.label,
            icon=step.icon,
            group=step.group,
            words=said.steps[step.id],
            below=Spot(place + 1, top.step, top.way),
            findings=findings.get(step.id, []),
            lanes=[_lane(step, way.key, way.name, way.steps, said, findings) for way in step.ways],
        )
        for place, step in enumerate(steps)
    ]


def _lane(
    step: Step,
    key: str,
    name: str,
    steps: tuple[Step, ...],
    said: Said,
    findings: dict[str, list[Finding]],
) -> Lane:
    top = Spot(0, step.id, key)
    return Lane(step.id, key, name, _words(step, key, said), top, _nodes(steps, top, said, findings))


def _words(step: Step, key: str, said: Said) -> str:
    if step.type == "split":
        shares = {path["key"]: path["percent"] for path in vars(step)["paths"]}
        return f"{shares[key]:g}%"
    return said.conditions.get((step.id, key), "")
