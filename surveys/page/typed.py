"""What somebody typed and chose on the page."""

from datetime import date

from django.http import QueryDict

from surveys.questions import Question, Said

LONGEST_NUMBER = 6


def said(question: Question, given: QueryDict) -> Said:
    """The answer in a form; what is no number or no day is none."""
    options = given.getlist("option")[:100]
    return Said(
        tuple(each[:20] for each in options if each),
        _number(given.get("number", "")),
        given.get("text", "")[:10_000],
        _day(given.get("date", "")),
    )


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < LONGEST_NUMBER else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
