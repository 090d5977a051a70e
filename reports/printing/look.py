"""The size of the paper and its colours; the agency's accent is the only bright one."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor, toColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm

PAGE = landscape(A4)
SIDE, TOP, BOTTOM = 16 * mm, 22 * mm, 17 * mm
WIDTH = PAGE[0] - 2 * SIDE
HEIGHT = PAGE[1] - TOP - BOTTOM
INK, QUIET, LINE, TINT = HexColor("#1c2430"), HexColor("#5c6675"), HexColor("#d5dae2"), HexColor("#f3f5f8")
SECOND, THIRD = HexColor("#c2701c"), HexColor("#8a93a3")
TALK, BUBBLE, LINK = HexColor("#8cabd9"), HexColor("#ffffff"), HexColor("#42659a")
LIGHTS = {"●": HexColor("#17724a"), "▲": HexColor("#8a5a00"), "■": HexColor("#b3261e")}


@dataclass(frozen=True)
class Look:
    """The colours of one agency."""

    accent: Color

    @property
    def soft(self) -> Color:
        """Its accent as a ground for text."""
        parts = (1 - (1 - part) * 0.10 for part in (self.accent.red, self.accent.green, self.accent.blue))
        return Color(*parts)

    @property
    def lines(self) -> tuple[Color, ...]:
        """Of several lines in one chart."""
        return self.accent, SECOND, THIRD


def of(accent: str) -> Look:
    return Look(toColor(accent))
