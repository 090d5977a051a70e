"""How messages look on a friend's phone, as far as a web page can show it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from composing.content import VARIABLE


@dataclass(frozen=True)
class Shown:
    """The messages as one friend would see them, and the line of the notification and the chat list."""

    messages: list
    notice: str


def shown(messages: list[dict]) -> Shown:
    filled = _filled(messages)
    return Shown(filled, _notice(filled[-1]) if filled else "")


def _filled(value):
    if isinstance(value, str):
        return VARIABLE.sub(_("Hanako"), value)
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items()}
    return value


def _notice(message: dict) -> str:
    """LINE names the newest message: its text, its alternative text, or what kind it is."""
    if message.get("type") == "text":
        return str(message.get("text", ""))
    return str(message.get("altText") or _("sent you a message"))
