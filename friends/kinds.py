"""Types of fields: how a value is read from what people write, in which column it stands, how it is said."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from friends import prefectures
from friends.models import FieldValue, FriendField

Type = FriendField.Type
LONGEST = 500
SEPARATORS = "|;"  # between several choices, as between tags
split = re.compile(f"[{re.escape(SEPARATORS)}]").split
_read_day = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?").fullmatch
YES = {"yes", "true", "1", "y", "はい", "有", "あり", "○", "〇"}
NO = {"no", "false", "0", "n", "いいえ", "無", "なし", "×"}
MOST = Decimal(10) ** 14
STEP = Decimal("0.000001")


class Unfit(ValueError):
    """A text that is no value of this type. `code` is one of `faults`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Typed(Protocol):
    """A field of friends or of customers, as far as reading and saying its values goes."""

    @property
    def type(self) -> str: ...

    @property
    def choices(self) -> list[str]: ...


@dataclass(frozen=True)
class Kind:
    """A type of field. `read` answers with what is kept in `column`; it raises Unfit."""

    column: str
    read: Callable[[str, Typed], Any]
    # As files and programs have it; reading it again gives the same value.
    write: Callable[[Any], str] = str
    show: Callable[[Any], str] | None = None  # as a page says it, if otherwise
    is_many: bool = False

    def values(self, text: str, field: Typed) -> list:
        """What a text says; nothing for an empty one. Raises Unfit."""
        parts = split(text) if self.is_many else [text]
        return list(dict.fromkeys(self.read(part.strip(), field) for part in parts if part.strip()))


def of(field: Typed) -> Kind:
    return KINDS[Type(field.type)]


def kept(value: FieldValue, field: Typed) -> Any:
    """What a row keeps, in its type."""
    return getattr(value, of(field).column)


def written(values: list, field: Typed) -> str:
    return "|".join(of(field).write(value) for value in values)


def shown(values: list, field: Typed) -> str:
    kind = of(field)
    return ", ".join((kind.show or kind.write)(value) for value in values)


def as_json(values: list, field: Typed) -> str | int | float | bool | list[str]:
    """For programs: a number, true or false, a list of choices; dates and times as ISO 8601."""
    kind = of(field)
    if kind.is_many:
        return values
    [value] = values
    if field.type == Type.NUMBER:
        return int(value) if value == value.to_integral_value() else float(value)
    return value == "yes" if field.type == Type.YES_NO else kind.write(value)


def plain(text: str) -> str:
    """Without differences of width and case, for words that stand for themselves."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def day(text: str) -> date | None:
    """A day as people and tools write it, such as 2026-11-01 or 2026年11月1日; None if it is none."""
    found = _read_day(plain(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:  # the 31st of February
        return None


def moment(text: str) -> datetime | None:
    """A day or a time as people and tools write it, such as 2026/11/1 9:30; None if it is none.

    Without an offset it is the client's time; a day is the midnight with which it begins. Where the calendar
    ends is none: in another time zone it would be in no year.
    """
    of_day, _space, clock = unicodedata.normalize("NFKC", text).strip().replace("T", " ").partition(" ")
    found, hour = day(of_day), f"0{clock}" if clock[1:2] == ":" else clock
    try:
        at = datetime.fromisoformat(f"{found.isoformat()} {hour or '00:00'}") if found else None
    except ValueError:
        return None
    if at and at.year in (MINYEAR, MAXYEAR):
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=_zone())


def _text(text: str, _field: Typed) -> str:
    if len(text) > LONGEST or "\0" in text:
        raise Unfit("too_long" if len(text) > LONGEST else "unreadable")
    return text


def _number(text: str, _field: Typed) -> Decimal:
    try:
        number = Decimal(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    except InvalidOperation:
        raise Unfit("not_number") from None
    if not number.is_finite() or abs(number) >= MOST or number != number.quantize(STEP):
        raise Unfit("not_number")
    return number


def _day(text: str, _field: Typed) -> date:
    if found := day(text):
        return found
    raise Unfit("not_date")


def _moment(text: str, _field: Typed) -> datetime:
    """Without an offset it is the client's time."""
    written_so = unicodedata.normalize("NFKC", text).replace("/", "-")
    try:
        moment = datetime.fromisoformat(written_so)
        return moment if moment.tzinfo else moment.replace(tzinfo=_zone())
    except ValueError:
        raise Unfit("not_moment") from None


def _yes_no(text: str, _field: Typed) -> str:
    word = plain(text)
    if word not in YES | NO:
        raise Unfit("not_yes_no")
    return "yes" if word in YES else "no"


def _choice(text: str, field: Typed) -> str:
    for choice in field.choices:
        if plain(choice) == plain(text):
            return choice
    raise Unfit("not_choice")


def _prefecture(text: str, _field: Typed) -> str:
    if name := prefectures.find(text):
        return name
    raise Unfit("not_prefecture")


def _write_number(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(_zone()).isoformat(timespec="seconds")


def _show_moment(moment: datetime) -> str:
    return timezone.localtime(moment, _zone()).strftime("%Y/%m/%d %H:%M")


def _zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


KINDS = {
    Type.TEXT: Kind("text", _text),
    Type.NUMBER: Kind("number", _number, write=_write_number, show=lambda number: f"{number.normalize():,f}"),
    Type.DATE: Kind("day", _day, write=date.isoformat, show=lambda day: day.strftime("%Y/%m/%d")),
    Type.DATETIME: Kind("moment", _moment, write=_write_moment, show=_show_moment),
    Type.YES_NO: Kind("text", _yes_no, show=lambda word: _("Yes") if word == "yes" else _("No")),
    Type.CHOICE: Kind("text", _choice),
    Type.CHOICES: Kind("text", _choice, is_many=True),
    Type.PREFECTURE: Kind("text", _prefecture),
}
