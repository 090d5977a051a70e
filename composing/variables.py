"""What a message can call a friend's own: `{{display_name|お客様}}`, `{{field.shop|お近くの店}}`, ….

Apps that know something of friends register a source of values as they are loaded. What is frozen for one
friend is one text: the display name where that is all a message asks for, else JSON of all values by name,
behind a mark that no name begins with.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from accounts.reasons import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME = r"\w+(?:\.\w+)*"
# No line breaks within the braces: what is frozen is JSON, in which they are two signs.
VARIABLE = re.compile(rf"\{{\{{[ \u3000]*({NAME})[ \u3000]*(?:\|([^{{}}|]*))?\}}\}}")
DISPLAY_NAME = "display_name"
MARK = "\x1f"
Values = dict[int, dict[str, str]]


@dataclass(frozen=True)
class Source:
    """`names` tells what there is, with what people call it; `values` gives some of it for some friends.

    Who has no value is left out, or has an empty one. `plain` is there where the values are addresses, which
    every friend has: it tells the address for whoever is not known, "" for a name of another source. Such a
    variable needs no fallback, and may stand where an address stands. `why_not` tells why a name is not among
    `names` that the source would know, nothing for a name of another source.
    """

    names: "Callable[[], dict[str, StrOrPromise]]"
    values: Callable[[list[int], set[str]], Values]
    plain: Callable[[str], str] | None = None
    why_not: Callable[[str], Reason] | None = None


_sources: list[Source] = []


def register(source: Source) -> None:
    _sources.append(source)


def known() -> "dict[str, StrOrPromise]":
    """All variables of the present client by name, as people call them."""
    return {name: label for source in _sources for name, label in source.names().items()}


def address(name: str) -> str:
    """Of a variable that is each friend's own address: the address for whoever is not known. Else ""."""
    return next((found for each in _sources if each.plain and (found := each.plain(name))), "")


def why_not(name: str) -> Reason:
    """Why this variable cannot be used at present, where its source knows that and what to do; else empty."""
    return next((found for each in _sources if each.why_not and (found := each.why_not(name))), Reason())


def values(names: Iterable[str], friend_ids: list[int]) -> Values:
    """What these friends have of these variables."""
    wanted = set(names)
    found: Values = {number: {} for number in friend_ids}
    for source in _sources:
        for number, theirs in source.values(friend_ids, wanted).items():
            found[number] |= theirs
    return found


def packed(names: Iterable[str], friend_ids: list[int]) -> dict[int, str]:
    """The values of each friend as one text, by the friend's number."""
    wanted = set(names)
    found = values(wanted, friend_ids)
    return {number: pack(wanted, found[number]) for number in friend_ids}


def pack(names: Iterable[str], theirs: dict[str, str]) -> str:
    """One person's values of these variables as one text."""
    if set(names) <= {DISPLAY_NAME}:
        return theirs.get(DISPLAY_NAME, "").lstrip(MARK)
    return MARK + orjson.dumps(theirs).decode()


def unpacked(text: str) -> dict[str, str]:
    """The values by name that a packed text holds; any other text is a display name."""
    return orjson.loads(text[1:]) if text.startswith(f"{MARK}{{") else {DISPLAY_NAME: text}
