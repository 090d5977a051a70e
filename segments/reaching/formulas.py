"""What is left of a tree for LINE to judge, once we have judged our own part of it for some friends.

A formula is made of LINE's guesses and lists by “both” and “either”. There is no “not”: a guess turned round
is another guess, a list may be meant from outside. So it reads as “LINE believes it”, and who is not known to
LINE fits no guess, whatever LINE makes of `not`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from segments.reaching.platform import Demographic, Json, Recipient

T = TypeVar("T")
MOST_PARTS = 40  # lists and guesses mixed make twice as many with every list
MOST_STEPS = 300


class TooMixed(Exception):
    """Lists and guesses are mixed so much that no small number of sends says the same."""


@dataclass(frozen=True)
class On:
    """People on a list of LINE's; with `is_off` those not on it, known to LINE or not."""

    people: Recipient
    is_off: bool = False

    @property
    def opposite(self) -> "On":
        return On(self.people, not self.is_off)


@dataclass(frozen=True)
class Both:
    parts: "frozenset[Formula]"


@dataclass(frozen=True)
class Either:
    parts: "frozenset[Formula]"


Formula = Demographic | On | Both | Either
EVERYONE = Both(frozenset())
NOBODY = Either(frozenset())


def both(parts: Iterable[Formula]) -> Formula:
    """Those in all parts, as simply as it is seen at once."""
    flat = _guesses_joined(_flat(parts, Both), frozenset.intersection)
    if NOBODY in flat or _contradicts(flat) or any(_is_empty(part) for part in flat):
        return NOBODY
    needed = {part for part in flat if not (isinstance(part, Either) and part.parts & flat)}
    return next(iter(needed)) if len(needed) == 1 else Both(frozenset(needed))


def either(parts: Iterable[Formula]) -> Formula:
    """Those in at least one part."""
    flat = {part for part in _guesses_joined(_flat(parts, Either), frozenset.union) if not _is_empty(part)}
    if EVERYONE in flat or _contradicts(flat):
        return EVERYONE
    needed = {part for part in flat if not (isinstance(part, Both) and part.parts & flat)}
    return next(iter(needed)) if len(needed) == 1 else Either(frozenset(needed))


def lists_in(formula: Formula) -> list[Recipient]:
    """The lists it names, in a fixed order."""
    return sorted({part.people for part in _atoms(formula) if isinstance(part, On)})


def guesses_in(formula: Formula) -> list[Demographic]:
    return [part for part in _atoms(formula) if isinstance(part, Demographic)]


def split(formula: Formula) -> dict[Formula, Formula]:
    """As LINE takes it: lists and guesses apart, “on these lists and fitting these guesses”.

    By guesses, whom of the lists they are for; those lists never overlap, so that nobody is in two of them.
    Raises TooMixed.
    """
    return _split(formula, count(1))


def _split(formula: Formula, steps: Iterator[int]) -> dict[Formula, Formula]:
    parts = formula.parts if isinstance(formula, Both) else frozenset({formula})
    of_lists = both(part for part in parts if not guesses_in(part))
    of_guesses = both(part for part in parts if guesses_in(part) and not lists_in(part))
    mixed = [part for part in parts if guesses_in(part) and lists_in(part)]
    if not mixed:
        return {of_guesses: of_lists}
    found: dict[Formula, Formula] = {}
    for guesses, lists in _mixed(both(mixed), steps).items():
        wanted = both([of_guesses, guesses])
        if wanted != NOBODY:
            found[wanted] = either([found.get(wanted, NOBODY), both([of_lists, lists])])
    return {guesses: lists for guesses, lists in found.items() if lists != NOBODY}


def demographic_json(formula: Formula) -> Json | None:
    """The guesses as LINE's filter; None for everyone."""
    return None if formula == EVERYONE else _json(formula, {})


def recipient_json(formula: Formula, named: dict[Recipient, Json]) -> Json | None:
    """The lists as LINE's recipient, each as `named`; None for everyone."""
    return None if formula == EVERYONE else _json(formula, named)


def _mixed(formula: Formula, steps: Iterator[int]) -> dict[Formula, Formula]:
    """Decided by the list named most often: once for those on it, once for those not on it."""
    if next(steps) > MOST_STEPS:
        raise TooMixed
    named = Counter(part.people for part in _atoms(formula) if isinstance(part, On))
    people = max(sorted(named), key=lambda each: named[each])
    on, off = (_split(_given(formula, people, is_on=is_on), steps) for is_on in (True, False))
    found = {}
    for guesses in dict.fromkeys([*on, *off]):
        if guesses == NOBODY:
            continue
        lists_on, lists_off = on.get(guesses, NOBODY), off.get(guesses, NOBODY)
        same = lists_on == lists_off
        parted = either([both([On(people), lists_on]), both([On(people, is_off=True), lists_off])])
        found[guesses] = lists_on if same else parted
    if len(found) > MOST_PARTS:
        raise TooMixed
    return found


def _given(formula: Formula, people: Recipient, *, is_on: bool) -> Formula:
    """The formula for those of whom it is known whether they are on the list."""
    if isinstance(formula, On) and formula.people == people:
        return EVERYONE if formula.is_off != is_on else NOBODY
    if isinstance(formula, Both):
        return both(_given(part, people, is_on=is_on) for part in formula.parts)
    if isinstance(formula, Either):
        return either(_given(part, people, is_on=is_on) for part in formula.parts)
    return formula


def _flat(parts: Iterable[Formula], kind: type[Both] | type[Either]) -> set[Formula]:
    found: set[Formula] = set()
    for part in parts:
        found |= part.parts if isinstance(part, kind) else {part}
    return found


def _guesses_joined(parts: set[Formula], join) -> set[Formula]:
    """Guesses about the same attribute as one."""
    rest: set[Formula] = set()
    classes: dict[str, list[frozenset[str]]] = {}
    for part in parts:
        if isinstance(part, Demographic):
            classes.setdefault(part.attribute, []).append(part.classes)
        else:
            rest.add(part)
    return rest | {Demographic(attribute, join(*found)) for attribute, found in classes.items()}


def _contradicts(parts: set[Formula]) -> bool:
    return any(isinstance(part, On) and part.opposite in parts for part in parts)


def _is_empty(part: Formula) -> bool:
    return isinstance(part, Demographic) and not part.classes


def _atoms(formula: Formula) -> Iterable[Demographic | On]:
    if isinstance(formula, Both | Either):
        for part in formula.parts:
            yield from _atoms(part)
    else:
        yield formula


def _json(formula: Formula, named: dict[Recipient, Json]) -> Json:
    if isinstance(formula, Demographic):
        return _joined("or", formula.filters())
    if isinstance(formula, On):
        people = named[formula.people]
        return {"type": "operator", "not": people} if formula.is_off else people
    word = "and" if isinstance(formula, Both) else "or"
    return _joined(word, sorted((_json(part, named) for part in formula.parts), key=str))


def _joined(word: str, parts: list[Json]) -> Json:
    return parts[0] if len(parts) == 1 else {"type": "operator", word: parts}
