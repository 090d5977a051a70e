"""Marks around what changed in messages, which the phone draws like any letter.

They are two signs of Unicode's private use, so that they pass through every template that shows a text, and
become HTML only at the end.
"""

from typing import Any

from django.utils.safestring import SafeString, mark_safe

from broadcasts.approving import comparing

BEGIN, END = "\ue0f0", "\ue0f1"


def marked(message: dict, other: dict | None, kind: str) -> dict:
    """The message with marks around each stretch that is not in `other`; `kind` is `was` or `is`."""
    return _marked(message, other or {}, kind)


def drawn(html: str) -> SafeString:
    """The page of a phone with its marks made visible."""
    return mark_safe(html.replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S308  (escaped before)


def _marked(value: Any, other: Any, kind: str) -> Any:
    if isinstance(value, list):
        others = other if isinstance(other, list) else []
        padded = [*others, *[None] * (len(value) - len(others))]
        return [_marked(inner, beside, kind) for inner, beside in zip(value, padded, strict=False)]
    if not isinstance(value, dict):
        return value
    beside = other if isinstance(other, dict) else {}
    return {key: _said(key, value, beside, kind) for key in value}


def _said(key: str, value: dict, beside: dict, kind: str) -> Any:
    said, other = value[key], beside.get(key)
    if key != "text" or not isinstance(said, str):
        return _marked(said, other, kind)
    before, after = (said, other or "") if kind == "was" else (other or "", said)
    stretches = comparing.pieces(before, str(after))
    return "".join(_stretch(each, kind) for each in stretches if each.kind in {"same", kind})


def _stretch(piece: comparing.Piece, kind: str) -> str:
    return f"{BEGIN}{piece.text}{END}" if piece.kind == kind else piece.text
