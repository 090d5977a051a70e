"""What messages say: checked when saved, filled with a friend's values when sent.

A text may name variables with a fallback, `{{display_name|お客様}}`; a broadcast is then sent by push.
"""

import re
from collections.abc import Callable, Container, Iterator
from copy import deepcopy
from functools import partial

import orjson
from django.utils.translation import gettext_noop

from accounts.reasons import Reason, reason
from composing import emoji, own_addresses, variables
from composing.errors import InvalidMessages
from composing.variables import VARIABLE
from line import messages as line_messages

# Where an address in a message object is opened by a tap, so that it can be tracked.
# What follows an address without a space belongs to the sentence: other letters, and marks at its end.
_ANY, _LAST = r"A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%", r"A-Za-z0-9\-_~/=%#&$+@*"
URL = re.compile(rf"https?://(?:[{_ANY}]*?(?:\([{_ANY}]*\)|[{_LAST}]))+")
EMOJI_FIRST = gettext_noop("LINE emoji must stand before the first variable.")
UNKNOWN = gettext_noop("unknown variable {{%(name)s}}")
NEEDS_WORD = gettext_noop("needs a word for those whose name is not known: {{%(name)s|…}}")


def check(messages: object, more: Container[str] | None = None) -> None:
    """Raise InvalidMessages unless these are 1 to 5 message objects within LINE's limits.

    `more` are variables that there are besides, of what led to the messages; of such, addresses may have
    variables too.
    """
    if not isinstance(messages, list):
        raise InvalidMessages([{"path": "messages", "text": reason(gettext_noop("must be a list"))}])
    problems = [
        {"path": each.path, "text": reason(each.message, limit=each.limit)}
        for each in line_messages.validate(_with_fallbacks(messages, are_all=more is not None))
    ]
    known = variables.known() if named_variables(messages) else {}
    for path, text in _texts(messages, "messages"):
        for name, fallback in VARIABLE.findall(text):
            if fault := _fault(name, fallback, known, more or ()):
                problems.append({"path": path, "text": fault})
    if not problems:
        problems = [
            {"path": f"messages[{index}].text", "text": reason(EMOJI_FIRST)}
            for index, message in enumerate(messages)
            if any(VARIABLE.search(piece) for piece in _pieces(message)[:-1])
        ]
    if problems:
        raise InvalidMessages(problems)


def _with_fallbacks(messages: list, *, are_all: bool) -> list:
    """As they are for whom nothing is known, as far as addresses go that may have variables."""
    plain = partial(own_addresses.with_values, values={}) if are_all else own_addresses.of_everybody
    return [plain(each) if isinstance(each, dict) else each for each in messages]


def _fault(name: str, fallback: str, known: Container[str], more: Container[str]) -> Reason | None:
    if name not in known and name not in more:
        return variables.why_not(name) or reason(UNKNOWN, name=name)
    if not fallback.strip() and not variables.address(name):
        return reason(NEEDS_WORD, name=name)
    return None


def texts(message: dict) -> Iterator[str]:
    """All that a message says, wherever in it that stands."""
    return (text for _path, text in _texts(message, ""))


def is_personal(messages: list[dict]) -> bool:
    """Whether friends get different texts."""
    return bool(named_variables(messages))


def named_variables(messages: list[dict]) -> set[str]:
    """The names of the variables in them."""
    return {
        name for _path, text in _texts(messages, "messages") for name, _fallback in VARIABLE.findall(text)
    }


def filled(messages: list[dict], friend_id: int) -> list[dict]:
    """The messages as this friend gets them now."""
    names = named_variables(messages)
    if not names:
        return messages
    value = variables.packed(names, [friend_id])[friend_id]
    return orjson.loads(Template(line_messages.frozen(messages)).fill(value))


def addresses(messages: list[dict]) -> list[str]:
    """Web addresses that a friend can open from the messages, each once, in order.

    One with a variable in it is not among them: it is another one for each friend.
    """
    found: dict[str, None] = {}
    for kind, value in _openable(messages):
        for url in _of_text(value) if kind == "text" else [value]:
            if url.startswith(("http://", "https://")) and not VARIABLE.search(url):
                found.setdefault(url)
    return list(found)


def with_addresses(messages: list[dict], replacements: dict[str, str]) -> list[dict]:
    """The messages with addresses exchanged wherever a friend could open them; pictures stay."""

    def in_text(piece: str) -> str:
        return URL.sub(lambda found: _instead(found, replacements), piece)

    return [_exchanged(message, in_text, lambda uri: replacements.get(uri, uri)) for message in messages]


def own_pages(messages: list[dict]) -> list[str]:
    """The variables that are each friend's own address and that a friend can open from the messages, by name,
    each once, in order.
    """
    found: dict[str, None] = {}
    for kind, value in _openable(messages):
        for said in [each[0] for each in VARIABLE.finditer(value)] if kind == "text" else [value]:
            if name := own_page(said):
                found.setdefault(name)
    return list(found)


def own_page(written: str) -> str:
    """The name of the variable if this is nothing but one that is each friend's own address; else ""."""
    said = VARIABLE.fullmatch(written.strip())
    return said[1] if said and variables.address(said[1]) else ""


def with_own_pages(messages: list[dict], replacements: dict[str, str]) -> list[dict]:
    """The messages with something else for these variables wherever a friend could open their address."""

    def in_text(piece: str) -> str:
        return VARIABLE.sub(lambda said: replacements.get(said[1], said[0]), piece)

    return [
        _exchanged(message, in_text, lambda uri: replacements.get(own_page(uri), uri)) for message in messages
    ]


def named_in(body: bytes) -> set[str]:
    """The variables of messages that were frozen."""
    return {name for name, _fallback in VARIABLE.findall(body.decode())}


class Template:
    """Frozen message bytes with holes for one friend's values; filling it twice gives the same bytes."""

    def __init__(self, body: bytes) -> None:
        pieces = VARIABLE.split(body.decode())
        self._fixed = [piece.encode() for piece in pieces[0::3]]
        self._names = pieces[1::3]
        said = zip(self._names, pieces[2::3], strict=True)
        self._fallbacks = [(fallback or variables.address(name)).encode() for name, fallback in said]

    def fill(self, packed: str) -> bytes:
        """With one friend's values, as `variables.packed` gives them; a fallback where there is none."""
        values = variables.unpacked(packed)
        filled = [self._fixed[0]]
        for name, fallback, fixed in zip(self._names, self._fallbacks, self._fixed[1:], strict=True):
            filled += [_escaped(values.get(name, "")) or fallback, fixed]
        return b"".join(filled)


def _escaped(value: str) -> bytes:
    """As it stands within a JSON text."""
    return orjson.dumps(value)[1:-1]


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")


def _openable(messages: list[dict]) -> Iterator[tuple[str, str]]:
    """(`text` or `uri`, its value) of every place a tap can open."""
    for message in messages:
        if _is_text(message):
            yield from (("text", piece) for piece in _pieces(message))
        yield from (("uri", holder[key]) for holder, key in _uris(message))


def _of_text(text: str) -> Iterator[str]:
    return (found[0] for found in URL.finditer(text) if not _goes_on(found))


def _goes_on(found: re.Match[str]) -> bool:
    """Whether a variable stands at the end of an address."""
    return VARIABLE.match(found.string, found.end()) is not None


def _is_text(message: object) -> bool:
    """Whether LINE makes links of the addresses in it: of a text message's, not of those in Flex."""
    if not isinstance(message, dict) or message.get("type") not in {"text", "textV2"}:
        return False
    return isinstance(message.get("text"), str)


def _pieces(message: dict) -> list[str]:
    """The text of a message between LINE's emoji, whose places are numbers."""
    return emoji.pieces(message.get("text", ""), message.get("emojis", [])) if _is_text(message) else [""]


def _uris(value: object) -> Iterator[tuple[dict, str]]:
    """Where an address stands: of an action, of its desktop twin, behind a video of a rich message."""
    if isinstance(value, list):
        for inner in value:
            yield from _uris(inner)
    elif isinstance(value, dict):
        if value.get("type") == "uri":
            yield from ((value, key) for key in ("uri", "linkUri") if isinstance(value.get(key), str))
        for holder, key in ((value.get("altUri"), "desktop"), (value.get("externalLink"), "linkUri")):
            if isinstance(holder, dict) and isinstance(holder.get(key), str):
                yield holder, key
        for inner in value.values():
            yield from _uris(inner)


def _exchanged(message: dict, in_text: Callable[[str], str], of_uri: Callable[[str], str]) -> dict:
    changed = deepcopy(message)
    for holder, key in list(_uris(changed)):
        holder[key] = of_uri(holder[key])
    if _is_text(changed):
        pieces = [in_text(piece) for piece in _pieces(changed)]
        changed["text"], moved = emoji.joined(pieces, changed.get("emojis", []))
        changed |= {"emojis": moved} if moved else {}
    return changed


def _instead(found: re.Match[str], replacements: dict[str, str]) -> str:
    return found[0] if _goes_on(found) else replacements.get(found[0], found[0])
