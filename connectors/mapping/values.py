"""How a value is read: as text, number, yen, time or day, or looked up in a table of values."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WAYS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Whole number"),
    "amount": gettext_lazy("Amount; commas, ¥ and 円 are left out"),
    "time": gettext_lazy("Time; without an offset it is the client's"),
    "day": gettext_lazy("Day"),
    "yes": gettext_lazy("Yes or no"),
    "list": gettext_lazy("List of texts, with commas between them"),
    "as_is": gettext_lazy("As it is"),
}
NOT_DIGITS = re.compile(r"[,\s¥円\\]")
YES = {"1", "true", "yes", "y", "on", "はい", "有", "あり"}
NO = {"", "0", "false", "no", "n", "off", "いいえ", "無", "なし"}


class Unreadable(ValueError):
    """A value that is not what it should be; its text is for people."""


def read(value: Any, way: str, form: str = "") -> Any:
    """The value in the way asked for; None if it is empty. Raises Unreadable."""
    if way == "as_is":
        return value
    if value is None or value == "":
        return False if way == "yes" else None
    if isinstance(value, dict | list) and way != "list":
        raise Unreadable(_("is a list or an object, and no single value"))
    return _READERS[way](value, form)


def look_up(value: Any, table: dict[str, Any], otherwise: Any) -> Any:
    """What stands for a value in a table, or for all others. Raises Unreadable if nothing does."""
    if str(value) in table:
        return table[str(value)]
    if otherwise is None:
        raise Unreadable(_("“%(value)s” is not in the table of values") % {"value": value})
    return otherwise


def join(first: Any, others: list[Any]) -> str:
    """Parts of one text, such as family and given name, with spaces between. Raises Unreadable."""
    parts = [read(part, "text") for part in [first, *others]]
    return " ".join(part for part in parts if part)


def multiply(amount: Any, times: Any) -> str:
    """An amount so many times, such as the price of a piece by the number of pieces. Raises Unreadable."""
    return format(Decimal(_amount(amount, "")) * Decimal(_amount(times, "")), "f")


def _text(value: Any, _form: str) -> str:
    return str(value).strip()


def _plain(value: Any) -> str:
    return NOT_DIGITS.sub("", unicodedata.normalize("NFKC", str(value)))


def _number(value: Any, _form: str) -> int:
    try:
        return int(_plain(value))
    except ValueError:
        raise Unreadable(_("“%(value)s” is no whole number") % {"value": value}) from None


def _amount(value: Any, _form: str) -> str:
    found = _plain(value)
    if not re.fullmatch(r"-?\d{1,13}(\.\d+)?", found):
        raise Unreadable(_("“%(value)s” is no amount") % {"value": value})
    return found


def _time(value: Any, form: str) -> str:
    try:
        at = _moment(str(value).strip(), form)
    except (ValueError, OverflowError):
        raise Unreadable(_("“%(value)s” is no time of this form") % {"value": value}) from None
    return (at if at.tzinfo else timezone.make_aware(at)).astimezone(UTC).isoformat()


def _moment(text: str, form: str) -> datetime:
    if form:
        return _by_form(text, form)
    if text.isascii() and text.isdigit() and len(text) in (10, 13):  # seconds or milliseconds since 1970
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
    return datetime.fromisoformat(text.replace("/", "-"))


def _by_form(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  (the caller adds the client's offset)
    except re.error as error:  # a form that names a part twice
        raise ValueError(form) from error


def _day(value: Any, form: str) -> str:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    try:
        return (_moment(text, form).date() if form else _date(text)).isoformat()
    except ValueError:
        raise Unreadable(_("“%(value)s” is no day of this form") % {"value": value}) from None


def _date(text: str) -> date:
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?", text)
    if not parts:
        raise ValueError(text)
    return date(*(int(part) for part in parts.groups()))


def _yes(value: Any, _form: str) -> bool:
    text = str(value).strip().lower()
    if text not in YES | NO:
        raise Unreadable(_("“%(value)s” is neither yes nor no") % {"value": value})
    return text in YES


def _list(value: Any, _form: str) -> list[str]:
    parts = value if isinstance(value, list) else str(value).split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


_READERS = {
    "text": _text,
    "number": _number,
    "amount": _amount,
    "time": _time,
    "day": _day,
    "yes": _yes,
    "list": _list,
}
