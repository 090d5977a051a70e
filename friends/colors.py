"""Colours of tags, and the ink that can be read on them."""

import re

PALETTE = (
    "#2563eb",
    "#0e7490",
    "#0f766e",
    "#15803d",
    "#65a30d",
    "#ca8a04",
    "#ea580c",
    "#dc2626",
    "#be185d",
    "#9333ea",
    "#57534e",
    "#1f2937",
)
DARK, LIGHT = "#000000", "#ffffff"
is_color = re.compile(r"#[0-9a-f]{6}").fullmatch


def ink(color: str) -> str:
    """Dark or light, whichever contrasts more: on any colour at least 4.5 to 1.

    Source: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
    """
    behind = _luminance(color) if is_color(color) else 1.0
    return max((DARK, LIGHT), key=lambda each: _contrast(_luminance(each), behind))


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
