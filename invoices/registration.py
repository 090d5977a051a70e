"""The registration number of an issuer of qualified invoices: T and 13 digits. Pure."""

import re
import unicodedata

NUMBER = re.compile(r"T(\d)(\d{12})", re.ASCII)


def normalized(text: str) -> str:
    """As it is printed, from what people type: full-width, lower case, with spaces or hyphens."""
    return re.sub(r"[\s\-‐−ー]", "", unicodedata.normalize("NFKC", text)).upper()


def is_valid(number: str) -> bool:
    """Whether it has the form of one, and its first digit checks the other twelve.

    The check is that of corporate numbers, 9 − (Σ Pn × Qn mod 9): Pn is the n-th digit from the right, Qn 1
    for odd n and 2 for even. Numbers of sole traders are given by the same rule.
    Source: https://www.houjin-bangou.nta.go.jp/documents/checkdigit.pdf
    """
    found = NUMBER.fullmatch(number)
    return found is not None and int(found[1]) == check_digit(found[2])


def check_digit(twelve: str) -> int:
    """The digit that stands before these twelve."""
    weighted = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(twelve)))
    return 9 - sum(weighted) % 9
