"""The content of a notice by LINE's template as people write it: a line for each item and button.

date_002_ja: 11/24 (Tue)
"""

from django.utils.translation import gettext as _

from segments.kinds import Unfit

FIELDS = ("emphasized", "items", "buttons")


def of_body(body: dict) -> dict[str, str]:
    """What stands in the fields for a body."""
    emphasized = body.get("emphasizedItem") or {}
    return {
        "emphasized": _line(emphasized.get("itemKey"), emphasized.get("content")),
        "items": _lines(body.get("items"), "itemKey", "content"),
        "buttons": _lines(body.get("buttons"), "buttonKey", "url"),
    }


def body_of(emphasized: str, items: str, buttons: str) -> dict:
    """The body that LINE is sent. Raises Unfit, whose path is the field."""
    first = [{"itemKey": key, "content": text} for key, text in _pairs(emphasized, "emphasized")]
    body = {
        "emphasizedItem": first[0] if first else None,
        "items": [{"itemKey": key, "content": text} for key, text in _pairs(items, "items")],
        "buttons": [{"buttonKey": key, "url": url} for key, url in _pairs(buttons, "buttons")],
    }
    return {name: said for name, said in body.items() if said}


def _lines(rows: list[dict] | None, key: str, text: str) -> str:
    return "\n".join(_line(row.get(key), row.get(text)) for row in rows or [])


def _line(key: str | None, text: str | None) -> str:
    return " ".join(f"{key}: {text}".split("\n")) if key or text else ""


def _pairs(written: str, field: str) -> list[tuple[str, str]]:
    found = []
    for line in filter(None, map(str.strip, written.splitlines())):
        key, colon, text = line.replace("：", ":", 1).partition(":")
        if not colon or not key.strip() or not text.strip():
            told = _("“%(line)s”: write LINE’s key, a colon, and the text behind it.")
            raise Unfit(told % {"line": line[:60]}, path=field)
        found.append((key.strip(), text.strip()))
    if field == "emphasized" and len(found) > 1:
        raise Unfit(_("Only one item can stand out."), path=field)
    return found
