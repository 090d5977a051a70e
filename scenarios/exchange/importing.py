"""A file of a scenario made a draft of this client. What it names is found here, chosen, or made."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import current
from accounts.models import User
from events import registry
from events.models import EventTypeDefinition
from friends import services as friends
from library import sizes
from library.errors import UnknownSize
from library.models import MediaFile
from scenarios import services
from scenarios.errors import InvalidFlow
from scenarios.exchange import places
from scenarios.exchange.errors import ImportIncomplete, InvalidScenarioFile, NotOfThisKind
from scenarios.exchange.exporting import FORMAT, FORMAT_VERSION
from scenarios.exchange.kinds import KINDS, MENU, TAG, Kind
from scenarios.exchange.places import Place
from scenarios.flow import reading
from scenarios.models import Scenario

MOST_BYTES = 1_000_000
MOST_DEPTH = 100
MOST_VALUES = 50_000
NAME_LENGTH = 300
PARTS = {"format", "format_version", "from", "name", "note", "flow"}
Choices = Mapping[tuple[str, str], object]  # by kind and name: what somebody chose


@dataclass
class Need:
    """Something that a file names. `key` is what it is here; None: several are, or none."""

    kind: Kind
    name: str
    paths: list[str] = field(default_factory=list)
    key: Any = None

    @property
    def code(self) -> tuple[str, str]:
        return self.kind.code, self.name

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.code, "name": self.name, "paths": self.paths}


@dataclass(frozen=True)
class File:
    """A file that was read: nothing in it is known to fit this client yet."""

    name: str
    note: str
    flow: dict
    needs: list[Need]

    @property
    def missing(self) -> list[Need]:
        return [need for need in self.needs if need.key is None]


def read(document: object) -> File:
    """What a file says, and what of it is known here. Raises InvalidScenarioFile, InvalidFlow."""
    bearable(document)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidScenarioFile(problem=_("it does not begin as a file of a scenario does"))
    if document.get("format_version") != FORMAT_VERSION:
        raise InvalidScenarioFile(problem=_("it is of another version; this reads version 1"))
    if unknown := document.keys() - PARTS:
        raise InvalidScenarioFile(problem=_("“%(name)s” is not known") % {"name": sorted(unknown)[0][:100]})
    name, note, flow = document.get("name"), document.get("note", ""), document.get("flow")
    if not isinstance(name, str) or not isinstance(note, str) or not isinstance(flow, dict):
        raise InvalidScenarioFile(problem=_("name and note must be texts, and flow an object"))
    is_own = document.get("from") == current.tenant().slug
    return File(name.strip()[: Scenario.NAME_LENGTH], note[:5_000], flow, _needs(flow, is_own=is_own))


@transaction.atomic
def take(
    document: object,
    *,
    name: str = "",
    chosen: Choices | None = None,
    makes_tags: bool = False,
    by: User | None,
) -> Scenario:
    """The draft that a file describes. `chosen` says what stands for names; tags may be made of theirs.

    Raises InvalidScenarioFile, InvalidFlow, ScenarioNameTaken, NotOfThisKind; ImportIncomplete, which lists
    what is still to be said. Nothing is left out.
    """
    file = read(document)
    _choose(file.needs, chosen or {})
    if makes_tags:
        _make_tags(file.missing, by)
    if missing := file.missing:
        raise ImportIncomplete([need.as_json() for need in missing])
    flow = _resolved(file)
    if not (wanted := name.strip() or file.name):
        raise InvalidScenarioFile(problem=_("it has no name: give it one"))
    return services.create(wanted, flow=flow, note=file.note, by=by)


def unknown_events(flow: dict) -> list[str]:
    """Types of events that the flow asks about and that this client does not know."""
    asked = {event for event in _events(flow) if registry.get(registry.canonical(event)) is None}
    own = EventTypeDefinition.objects.filter(name__in=asked).values_list("name", flat=True)
    return sorted(asked - set(own))


def bearable(value: object) -> None:
    """Raises InvalidScenarioFile for what is nested beyond reason, too large, or cannot be stored."""
    waiting: list[tuple[object, int]] = [(value, 1)]
    seen = 0
    while waiting:
        inner, depth = waiting.pop()
        seen += 1
        if depth > MOST_DEPTH:
            raise InvalidScenarioFile(problem=_("it is nested too deeply"))
        if seen > MOST_VALUES:
            raise InvalidScenarioFile(problem=_("it is too large"))
        if isinstance(inner, str) and "\0" in inner:
            raise InvalidScenarioFile(problem=_("it holds a character that cannot be stored"))
        if isinstance(inner, dict):
            waiting += [(part, depth + 1) for part in (*inner, *inner.values())]
        elif isinstance(inner, list):
            waiting += [(part, depth + 1) for part in inner]


def _needs(flow: dict, *, is_own: bool) -> list[Need]:
    found: dict[tuple[str, str], Need] = {}
    for place in places.of(flow):
        if said := _named(place):
            kind, name = said
            need = found.setdefault(said, Need(KINDS[kind], name))
            need.paths.append(place.path)
    needs = list(found.values())
    _find(needs)
    for need in needs:
        if need.kind is MENU and is_own:
            need.key = need.name
    return needs


def _named(place: Place) -> tuple[str, str] | None:
    """What the file names there. Raises InvalidFlow for another client's number."""
    said = places.ref(place.value)
    if said is None and place.kind in places.NAMES | {"media"}:
        return None
    if said is None or said[0] != place.kind or not said[1] or len(said[1]) > NAME_LENGTH:
        raise InvalidFlow(_("must be named, as %(example)s") % {"example": place.example}, path=place.path)
    return said


def _find(needs: list[Need]) -> None:
    """Give each its row, if there is just one of its name."""
    for kind in {need.kind.code for need in needs}:
        same = [need for need in needs if need.kind.code == kind]
        known = KINDS[kind].keys(need.name for need in same)
        for need in same:
            need.key = known[need.name][0] if len(known.get(need.name, [])) == 1 else None


def _choose(needs: Iterable[Need], chosen: Choices) -> None:
    for need in needs:
        if need.code in chosen:
            need.key = need.kind.chosen(chosen[need.code])
            if need.key is None:
                raise NotOfThisKind(choice=str(chosen[need.code])[:100], name=need.name)


def _make_tags(missing: list[Need], by: User | None) -> None:
    for need in missing:
        if need.kind is TAG:
            need.key = friends.create_tag(need.name, by=by).pk


def _resolved(file: File) -> dict:
    """The flow with this client's numbers. Raises InvalidFlow where a name stands in no place for one."""
    flow = deepcopy(file.flow)
    keys = {need.code: need.key for need in file.needs}
    for place in list(places.of(flow)):
        said = places.ref(place.value)
        if said in keys:
            place.put(_address(place, keys[said]) if place.kind == "media" else keys[said])
    for path in places.left(flow):
        raise InvalidFlow(_("nothing can be named here"), path=path)
    return reading.parse(flow).as_json()


def _address(place: Place, code: str) -> str:
    """Where the chosen file has the size that the message wants; its own if it cannot have that."""
    file = MediaFile.objects.get(code=code)
    size = place.value.get("$size", "")
    if not isinstance(size, str) or not size:
        return file.base
    try:
        return file.address if size == file.own_size else f"{file.base}/{sizes.make(file, size).name}"
    except UnknownSize:
        return file.address


def _events(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if isinstance(value.get("event"), str):
            yield value["event"]
        for inner in value.values():
            yield from _events(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _events(inner)
