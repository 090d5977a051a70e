"""Addresses in messages that are another one for each person, since variables stand in them.

`https://shop.example/?c={{customer.number|0}}` is one, and `{{product.url|https://shop.example/}}`: of a
button, of a picture, or within a text. Of these, broadcasts have only those that are one variable which is
an address by itself, `{{coupon.7}}`; flows have them all (`content.check`).
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.encoding import iri_to_uri

from composing import variables
from composing.variables import NAME, VARIABLE
from line.validation.actions import SCHEMES
from line.validation.node import is_address

OPENED = {"uri", "linkUri", "desktop"}
SHOWN = {
    "url",
    "originalContentUrl",
    "previewImageUrl",
    "thumbnailImageUrl",
    "imageUrl",
    "baseUrl",
    "iconUrl",
}
# Within a text: what begins like an address, or is a variable whose fallback does, as far as it goes.
_ANY, _LAST = r"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%", r"A-Za-z0-9\-_~/=%#&$+@*"
_VARIABLE = rf"\{{\{{[ \u3000]*{NAME}[ \u3000]*(?:\|[^{{}}|]*)?\}}\}}"
_ADDRESS = rf"\{{\{{[ \u3000]*{NAME}[ \u3000]*\|https?://[^{{}}|]*\}}\}}"
IN_TEXT = re.compile(rf"(?:{_ADDRESS}|https?://[{_ANY}]*{_VARIABLE})(?:[{_ANY}]*?(?:{_VARIABLE}|[{_LAST}]))*")


@dataclass(frozen=True)
class Address:
    """An address with variables as it was written; `is_opened` by a tap, else a picture, film or sound."""

    pattern: str
    is_opened: bool


def personal(message: dict) -> list[Address]:
    """Those in a message, each once, in order."""
    found: dict[str, Address] = {}
    for holder, key in _places(message):
        written = holder[key]
        for pattern in IN_TEXT.findall(written) if key == "text" else [written]:
            found.setdefault(pattern, Address(pattern, key == "text" or key in OPENED))
    return list(found.values())


def exchanged(message: dict, replacements: dict[str, str]) -> dict:
    """The message with something else wherever such an address stands."""
    changed = deepcopy(message)
    for holder, key in _places(changed):
        if key == "text":
            holder[key] = IN_TEXT.sub(lambda found: replacements.get(found[0], found[0]), holder[key])
        else:
            holder[key] = replacements.get(holder[key], holder[key])
    return changed


def with_values(message: dict, values: dict[str, str]) -> dict:
    """The message as somebody with these values gets it, as far as its addresses go."""
    return exchanged(message, {each.pattern: filled(each.pattern, values) for each in personal(message)})


def of_everybody(message: dict) -> dict:
    """The message with the address for whoever is not known, where a tap opens each friend's own."""
    own = [each.pattern for each in personal(message) if each.is_opened]
    named = {pattern: found[1] for pattern in own if (found := VARIABLE.fullmatch(pattern.strip()))}
    plain = {pattern: variables.address(name) for pattern, name in named.items()}
    return exchanged(message, {pattern: address for pattern, address in plain.items() if address})


def filled(pattern: str, values: dict[str, str]) -> str:
    """The address with a person's values; with the fallbacks alone where those do not make an address."""
    address = iri_to_uri(_filled(pattern, values))
    return address if is_address(address, SCHEMES) else iri_to_uri(_filled(pattern, {}))


def _filled(pattern: str, values: dict[str, str]) -> str:
    """A variable at the beginning is the beginning of an address; others are one value in it."""

    def value(found: re.Match[str]) -> str:
        own = values.get(found[1]) or found[2] or variables.address(found[1])
        return own if found.start() == 0 else quote(own, safe="")

    return VARIABLE.sub(value, pattern.strip())


def _places(message: dict) -> Iterator[tuple[dict, str]]:
    """Where such addresses stand: a holder and its key. LINE makes links in text messages, not in Flex."""
    said = message.get("text")
    if message.get("type") in ("text", "textV2") and isinstance(said, str) and IN_TEXT.search(said):
        yield message, "text"
    yield from _held(message)


def _held(value: object) -> Iterator[tuple[dict, str]]:
    if isinstance(value, list):
        for inner in value:
            yield from _held(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in OPENED | SHOWN and isinstance(inner, str) and VARIABLE.search(inner):
                yield value, key
            yield from _held(inner)
