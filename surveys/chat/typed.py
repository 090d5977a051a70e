"""What a text means as the answer to a question that was asked in the chat."""

from friends import kinds, prefectures, replies
from surveys.questions import OTHER, Question, Said


def said(question: Question, pending: dict, text: str) -> Said | None:
    """The answer; None if the text is not one, but said to somebody else."""
    if pending.get("asks_other"):
        return Said((*_without_other(pending), OTHER), text=text)
    match question.type:
        case "text":
            return Said(text=text)
        case "single" | "image":
            return _option(question, text)
        case "scale":
            return _number(question, text)
        case "date":
            return _day(text)
        case "prefecture":
            name = prefectures.find(text)
            return Said((name,)) if name else None
    return None


def _without_other(pending: dict) -> list[str]:
    return [each for each in pending.get("options", []) if each != OTHER]


def _option(question: Question, text: str) -> Said | None:
    meant = [each.id for each in question.options if replies.plain(each.words) == replies.plain(text)]
    return Said((meant[0],)) if meant else None


def _number(question: Question, text: str) -> Said | None:
    digits = replies.plain(text)
    if not (digits.isascii() and digits.removeprefix("-").isdecimal() and len(digits) < 5):
        return None
    number = int(digits)
    return Said(number=number) if question.low <= number <= question.high else None


def _day(text: str) -> Said | None:
    found = kinds.day(text)
    return Said(date=found) if found else None
