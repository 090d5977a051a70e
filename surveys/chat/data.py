"""Postbacks of a survey's buttons: `sv:<response>:<question>:<act>.<value>`.

An act says what is meant rather than what to turn round, so that a double tap is one.
"""

import re
from dataclasses import dataclass

PREFIX = "sv:"
_DATA = re.compile(
    rf"{PREFIX}(?P<response>[1-9]\d{{0,14}}):(?P<question>[\w-]{{1,20}}):(?P<act>[a-z]+)(?:\.(?P<value>[\w-]{{1,20}}))?",
    re.ASCII,
)
CHOOSE, ADD, DROP, NUMBER, DATE, PREFECTURE = "choose", "add", "drop", "number", "date", "prefecture"
REGION, PAGE, DONE, SKIP, STOP = "region", "page", "done", "skip", "stop"


@dataclass(frozen=True)
class Tapped:
    """What a button of a survey says."""

    response: int
    question: str
    act: str
    value: str = ""


def write(response: int, question: str, act: str, value: object = "") -> str:
    """Within LINE's 300 characters."""
    said = f"{PREFIX}{response}:{question}:{act}"
    return f"{said}.{value}" if value != "" else said


def read(data: object) -> Tapped | None:
    """What a postback's data means; None if it is none of a survey."""
    found = _DATA.fullmatch(data) if isinstance(data, str) else None
    if found is None:
        return None
    return Tapped(int(found["response"]), found["question"], found["act"], found["value"] or "")
