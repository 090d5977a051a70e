"""Codes that tills scan: what is drawn is read again here by the rules of each code."""

import re

import pytest

from cards import symbols
from cards.errors import NotEncodable
from cards.models import CardSettings

Symbol = CardSettings.Symbol
# ISO/IEC 15420: the left half in odd parity; even parity and the right half follow from it.
ODD = [
    *["0001101", "0011001", "0010011", "0111101", "0100011"],
    *["0110001", "0101111", "0111011", "0110111", "0001011"],
]
PARITY = ["OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO"]
# Narrow and wide, bars and gaps in turn.
NW7 = {
    "0": "0000011",
    "1": "0000110",
    "2": "0001001",
    "3": "1100000",
    "4": "0010010",
    "5": "1000010",
    "6": "0100001",
    "7": "0100100",
    "8": "0110000",
    "9": "1001000",
    "-": "0001100",
    "A": "0011010",
}


def read_ean13(pattern: str) -> str:
    right = ["".join("10"[int(module)] for module in code) for code in ODD]
    even = [code[::-1] for code in right]
    left = [pattern[3 + 7 * place : 10 + 7 * place] for place in range(6)]
    parity = "".join("O" if each in ODD else "E" for each in left)
    digits = [ODD.index(each) if each in ODD else even.index(each) for each in left]
    digits += [right.index(pattern[50 + 7 * place : 57 + 7 * place]) for place in range(6)]
    return "".join(map(str, [PARITY.index(parity), *digits]))


def read_nw7(pattern: str) -> str:
    runs = [len(run.group()) for run in re.finditer("1+|0+", pattern)]
    codes = ["".join(str(int(run > min(runs))) for run in runs[at : at + 7]) for at in range(0, len(runs), 8)]
    return "".join(next(sign for sign, code in NW7.items() if code == found) for found in codes)


def test_jan_13_says_the_number():
    assert read_ean13(symbols.modules(Symbol.EAN13, "4901234567894")) == "4901234567894"


def test_twelve_digits_get_their_check_digit():
    assert read_ean13(symbols.modules(Symbol.EAN13, "490123456789")) == "4901234567894"


@pytest.mark.parametrize("number", ["0123456789", "1234-5678", "7"])
def test_nw_7_says_the_number_between_two_as(number):
    assert read_nw7(symbols.modules(Symbol.NW7, number)) == f"A{number}A"


def test_code_39_and_code_128_are_as_the_standards_have_them():
    star, a = "100010111011101", "111010100010111"
    assert symbols.modules(Symbol.CODE39, "A") == f"{star}0{a}0{star}"
    # Start B, A, check sign 34, stop: ISO/IEC 15417.
    assert (
        symbols.modules(Symbol.CODE128, "A")
        == "11010010000" + "10100011000" + "10001011000" + "1100011101011"
    )


@pytest.mark.parametrize("symbol", Symbol.values)
def test_a_drawing_is_dark_on_white_with_quiet_around(symbol):
    drawing = symbols.draw(symbol, "4901234567894")

    assert drawing.startswith("<svg")
    assert 'fill="#fff"' in drawing
    assert "style" not in drawing


@pytest.mark.parametrize(
    ("symbol", "number"),
    [
        ("ean13", "4901234567890"),
        ("ean13", "123"),
        ("ean13", "１２３４５６７８９０１２"),
        ("nw7", "A-1"),
        ("code39", "abc"),
        ("code128", "会員1"),
        ("code128", "1" * 41),
        ("qr", ""),
        ("qr", "a\nb"),
    ],
)
def test_what_a_code_cannot_say_is_refused(symbol, number):
    with pytest.raises(NotEncodable):
        symbols.draw(symbol, number)
