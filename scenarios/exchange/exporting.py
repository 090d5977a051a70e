"""A scenario as a file: all of the flow, with names where this client's numbers stood."""

from copy import deepcopy
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from accounts import current
from library.media import known
from scenarios.exchange import places
from scenarios.exchange.kinds import KINDS
from scenarios.exchange.places import Place
from scenarios.models import Scenario

FORMAT, FORMAT_VERSION = "musubi.scenario", 1


def document(scenario: Scenario, flow: dict | None = None) -> dict:
    """The file of its draft, or of another flow of it such as a version's."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "from": current.tenant().slug,
        "name": scenario.name,
        "note": scenario.note,
        "flow": named(scenario.flow if flow is None else flow),
    }


def named(flow: dict) -> dict:
    """The flow with `{"$tag": "VIP"}` where it had a number; what is gone goes by its number in words."""
    copy = deepcopy(flow)
    found = list(places.of(copy))
    names = {kind: KINDS[kind].names(_keys(found, kind)) for kind in {each.kind for each in found}}
    for place in found:
        _write(place, names[place.kind])
    return copy


def _keys(found: list[Place], kind: str) -> set[object]:
    return {_key(each) for each in found if each.kind == kind}


def _key(place: Place) -> object:
    if place.kind != "media":
        return place.key
    media = known(place.value)
    return media.file.code if media else ""


def _write(place: Place, names: dict[object, str]) -> None:
    key = _key(place)
    if key not in names and place.kind in places.NAMES:
        return
    said = {f"${place.kind}": names.get(key) or _("deleted (%(number)s)") % {"number": key}}
    if place.kind == "media":
        said["$size"] = _size(place.value)
    elif place.prefix and place.kind != "tap":
        said["$of"] = place.prefix
    place.say(said)


def _size(url: str) -> str:
    """The part of the address behind the file's code; empty for a rich message, which has all sizes."""
    return urlsplit(url).path.partition("/media/")[2].partition("/")[2]
