"""The questions as the form holds them; it may be incomplete, and is read all the same."""

import re

import orjson
from django.http import QueryDict

from library.models import MediaFile
from surveys.questions.language import LONGEST_ID, MOST_OPTIONS, MOST_QUESTIONS, Unreadable, read

TEXTS = {"title": 200, "help": 300, "low_words": 60, "high_words": 60, "earliest": 10, "latest": 10}
FLAGS = ("required", "shuffled", "other", "long")
NUMBERS = ("least", "most", "low", "high", "longest", "field")
_ID = re.compile(r"[A-Za-z0-9_-]{1,20}")
_MEDIA = re.compile(r"/media/([A-Za-z0-9_-]{1,40})(?:/|$)")


def questions(data: QueryDict) -> list[dict]:
    """The JSON of the questions, without what is empty; rows without an id of ours are left out."""
    found = [_question(data, f"q{place}") for place in range(_count(data, "count", MOST_QUESTIONS))]
    kept = [each for each in found if each["id"] and each["type"]]
    _set_pictures(kept)
    return kept


def removed(text: str) -> dict:
    """What was removed last, `{"place": 2, "question": {…}}`; {} if nothing was."""
    try:
        value = orjson.loads(text or "{}")
        place, question = value["place"], value["question"]
        read([question])
    except (orjson.JSONDecodeError, Unreadable, KeyError, TypeError):
        return {}
    return {"place": place, "question": question} if isinstance(place, int) and place >= 0 else {}


def _question(data: QueryDict, prefix: str) -> dict:
    said: dict = {"id": _id(data, prefix), "type": _text(data, f"{prefix}-type", 20)}
    for name, most in TEXTS.items():
        said[name] = _text(data, f"{prefix}-{name}", most)
    for name in FLAGS:
        said[name] = f"{prefix}-{name}" in data
    for name in NUMBERS:
        said[name] = _number(data.get(f"{prefix}-{name}", ""))
    said["next"] = _text(data, f"{prefix}-next", LONGEST_ID)
    rows = [
        _option(data, f"{prefix}-o{place}") for place in range(_count(data, f"{prefix}-count", MOST_OPTIONS))
    ]
    said["options"] = [row for row in rows if row["id"]]
    return {name: value for name, value in said.items() if name in ("id", "type") or _says_something(value)}


def _says_something(value: object) -> bool:
    """Zero does, as the end of a scale."""
    return value is not None and value is not False and value != "" and value != []


def _option(data: QueryDict, prefix: str) -> dict:
    said = {
        "id": _id(data, prefix),
        "words": _text(data, f"{prefix}-words", 60),
        "picture": data.get(f"{prefix}-picture", "")[:500],
        "tag": _number(data.get(f"{prefix}-tag", "")),
        "next": _text(data, f"{prefix}-next", LONGEST_ID),
    }
    return {name: value for name, value in said.items() if name == "id" or value not in ("", None)}


def _set_pictures(kept: list[dict]) -> None:
    """Files in place of the addresses that the window of the library fills in."""
    options = [option for each in kept for option in each.get("options", []) if "picture" in option]
    codes = {id(option): found[1] for option in options if (found := _MEDIA.search(option["picture"]))}
    rows = MediaFile.objects.present().filter(kind=MediaFile.Kind.IMAGE, code__in=set(codes.values()))
    files = dict(rows.values_list("code", "pk")) if codes else {}
    for option in options:
        option.pop("picture")
        if number := files.get(codes.get(id(option), "")):
            option["picture"] = number


def _id(data: QueryDict, prefix: str) -> str:
    text = data.get(f"{prefix}-id", "")
    return text if _ID.fullmatch(text) else ""


def _text(data: QueryDict, name: str, most: int) -> str:
    return data.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()[:most]


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def _count(data: QueryDict, name: str, most: int) -> int:
    return min(_number(data.get(name, "")) or 0, most)
