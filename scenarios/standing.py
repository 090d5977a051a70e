"""Where people stand in a scenario, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.engine import versions
from scenarios.flow import words
from scenarios.models import Version


@dataclass(frozen=True)
class Place:
    """A step as people know it: its type, and what it does. Both are "" of what is no step of the version."""

    label: str
    words: str


def places(where: Sequence[tuple[Version, str]]) -> list[Place]:
    """Of each version and id of a step its place, in the same order."""
    said = {version.pk: words.of_flow(versions.of(version).flow).steps for version in {at for at, _ in where}}
    return [Place(_label(version, step), said[version.pk].get(step, "")) for version, step in where]


def _label(version: Version, step: str) -> str:
    found = versions.of(version).steps.get(step)
    return str(found.label) if found else ""
