"""The font of printed documents, with Japanese. It comes with a dependency and is embedded as a subset."""

import unicodedata
from functools import cache
from importlib.metadata import distribution

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

NAME = "IPAexGothic"
IN_LETTERS = {"฿": "THB "}  # signs of money that the font does not have
MISSING = "〓"  # stands for a sign that the font does not have, as in Japanese printing


@cache
def font() -> TTFont:
    """Known to the PDF library from the first call on. Its package is not imported: that wants matplotlib."""
    path = distribution("matplotlib-fontja").locate_file("matplotlib_fontja/fonts/ipaexg.ttf")
    found = TTFont(NAME, str(path))
    pdfmetrics.registerFont(found)
    pdfmetrics.registerFontFamily(NAME, normal=NAME, bold=NAME, italic=NAME, boldItalic=NAME)
    return found


def printable(text: str) -> str:
    """The text in signs that the font has. Lines stay lines; other control signs go."""
    known = font().face.charToGlyph
    composed = unicodedata.normalize("NFC", text)
    return "".join(_sign(sign, known) for sign in composed if sign == "\n" or not _is_mark(sign))


def _sign(sign: str, known: dict[int, int]) -> str:
    return sign if sign == "\n" or ord(sign) in known else IN_LETTERS.get(sign, MISSING)


def _is_mark(sign: str) -> bool:
    """Control and format signs, and what modifies the sign before it."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Mn", "Me")
