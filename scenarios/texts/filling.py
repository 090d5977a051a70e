"""The texts of steps as one person gets them: fixed when the send is made, the same bytes each time after."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from accounts import current, secrets
from broadcasts.testing import marking
from broadcasts.tracking import people as link_tokens
from broadcasts.tracking.people import Holes, Tokens
from composing import content, own_addresses
from composing import variables as packing
from composing.variables import VARIABLE
from scenarios.flow import reading
from scenarios.flow.steps import Send as SendStep
from scenarios.models import Send, StepText
from scenarios.texts import links, repeating, variables

if TYPE_CHECKING:
    from scenarios.engine.acting import Turn
    from scenarios.engine.claimed import Claimed
    from scenarios.engine.people import Person

TEST = "test"  # under this name stands, in a try, the name of the scenario
REMEMBERED = 200  # texts in one process


def values_of(step: SendStep, people: "Sequence[Person]", turn: "Turn") -> dict[int, str]:
    """What fills the step's text for each of them, as `Send.values` keeps it, by entry.

    Makes the links of addresses that are a person's own; call it in the transaction that stores the sends.
    """
    text = StepText.objects.get(version=turn.version, step=step.id)
    names = _names(text)
    values = variables.values(names, people)
    links.add_own(text, people, values)
    for person in people:
        if person.is_test:
            values[person.entry_id][TEST] = turn.version.scenario.name
    return {entry: packing.pack(names | theirs.keys(), theirs) for entry, theirs in values.items()}


def packed(names: Iterable[str], people: "Sequence[Person]") -> dict[int, str]:
    """What these people have of these variables, by entry, as `composing.content.Template` is filled with."""
    wanted = set(names)
    return {entry: packing.pack(wanted, theirs) for entry, theirs in variables.values(wanted, people).items()}


def body(send: "Send | Claimed", text: StepText) -> bytes:
    """The messages of a send as they go to LINE."""
    return frozen(text).of(send.friend_id, send.values)


def frozen(text: StepText) -> "Frozen":
    """The text, made ready for many."""
    return _frozen(current.tenant().pk, text.pk, bytes(text.body), tuple(text.holes.get("codes", [])))


def shown(messages: list[dict], person: "Person") -> list[dict]:
    """Messages as this person would get them now, with addresses as they were written; nothing is kept."""
    laid_out = repeating.laid_out(messages)
    names = content.named_variables(laid_out) | {variables.PRODUCTS}
    return _told(laid_out, variables.values(names, [person])[person.entry_id])


def as_written(send: Send) -> list[dict]:
    """The messages of a send with what filled them, for people to read: links lead where they lead."""
    flow = reading.parse(send.text.version.flow)
    step = next(step for _path, step in flow.walk() if step.id == send.step)
    messages = step.messages if isinstance(step, SendStep) else None
    return _told(repeating.laid_out(messages or []), packing.unpacked(send.values))


def _told(laid_out: list[dict], values: dict[str, str]) -> list[dict]:
    """What was laid out as somebody with these values gets it."""
    changed = [own_addresses.with_values(message, values) for message in laid_out]
    template = content.Template(repeating.frozen(changed))
    filled = template.fill(packing.pack({*values, variables.PRODUCTS}, values))
    return orjson.loads(repeating.cut(filled, _count(values)))


class Frozen:
    """A step's text, read once and filled for many."""

    def __init__(self, frozen: bytes, holes: Holes | None) -> None:
        self._template, self._holes = content.Template(frozen), holes

    def of(self, friend: int, packed: str) -> bytes:
        values = packing.unpacked(packed)
        filled = repeating.cut(self._template.fill(packed), _count(values))
        if self._holes:
            filled = self._holes.fill(filled, friend)
        return marking.marked_bytes(filled, name=values[TEST]) if TEST in values else filled


def _count(values: dict[str, str]) -> int:
    """Of how many products there are cards."""
    return int(values.get(variables.PRODUCTS, "1"))


def _names(text: StepText) -> set[str]:
    """The variables of a text, and of the addresses in it."""
    names = {name for name, _fallback in VARIABLE.findall(bytes(text.body).decode())}
    for address in text.holes.get("addresses", []):
        names |= {name for name, _fallback in VARIABLE.findall(address["pattern"])}
    names -= {address["name"] for address in text.holes.get("addresses", [])}
    return names | ({variables.PRODUCTS} if text.holes.get("repeats") else set())


@lru_cache(maxsize=REMEMBERED)
def _frozen(tenant: int, _text: int, frozen: bytes, codes: tuple[str, ...]) -> Frozen:
    tokens = Tokens(secrets.derive(tenant, link_tokens.PURPOSE))
    return Frozen(frozen, Holes(list(codes), tokens) if codes else None)
