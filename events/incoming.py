"""Events as programs send them, many at once. Read by hand: serializers would take most of the time."""

from datetime import datetime, timedelta
from typing import TypedDict

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.moments import read_moment
from events import people, properties, types
from events.people import Name
from events.timeline import NewEvent

MOST = 1_000
FIELDS = {"type", "at", "properties", "key"}
LONGEST_TYPE = 60
LONGEST_KEY = 100
LARGEST_PROPERTIES = 10_000  # bytes of JSON
CLOCK_SKEW = timedelta(minutes=5)
KEY_PREFIX = "api:"  # so that a sender's key is never taken for one of ours


class Person(TypedDict, total=False):
    friend_id: int
    customer_id: int


class Unfit(ValueError):
    """A value that cannot be taken; its text is for the sender."""


def read(body: object) -> tuple[list[NewEvent], list[dict]]:
    """The events that can be recorded, and `{"index", "detail"}` of those that cannot.

    With `"create_customers": true` customer numbers that are not in the books are put into them.
    Raises ValidationError for a body that is not `{"events": […]}` with 1 to 1,000 events.
    """
    rows = body.get("events") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise ValidationError({"events": _("Give a list of 1 to %(most)s events.") % {"most": MOST}})
    known = _find_people(rows, creates=does_create(body))
    known_types, words, now = types.known(), [name.word for name in people.all_names()], timezone.now()
    fields = FIELDS | set(words)
    good, errors = [], []
    for index, row in enumerate(rows):
        try:
            if not isinstance(row, dict):
                raise Unfit(_("must be an object"))
            if unknown := row.keys() - fields:
                raise Unfit(_("%(name)s: there is no such field") % {"name": min(unknown)})
            good.append(_event(row, known, known_types, now))
        except Unfit as error:
            errors.append({"index": index, "detail": str(error)})
    return good, errors


def does_create(body: object) -> bool:
    """Whether the sender asks for customers to be made. Raises ValidationError if it is not said clearly."""
    wish = body.get("create_customers", False) if isinstance(body, dict) else False
    if not isinstance(wish, bool):
        raise ValidationError({"create_customers": _("must be true or false")})
    return wish


def _find_people(rows: list, *, creates: bool) -> dict[str, dict[object, int]]:
    """For each word that names people, the numbers of those who exist: one query each."""
    found = {}
    for name in people.all_names():
        if values := _values(rows, name):
            found[name.word] = name.find(values)
            missing = values - found[name.word].keys()
            if creates and missing and name.create:
                found[name.word] |= name.create(missing)
    return found


def _values(rows: list, name: Name) -> set:
    return {row[name.word] for row in rows if isinstance(row, dict) and type(row.get(name.word)) is name.kind}


def _event(
    row: dict, known: dict[str, dict[object, int]], known_types: types.Known, now: datetime
) -> NewEvent:
    type_ = _type(row.get("type"))
    return NewEvent(
        type=known_types.name(type_),
        at=_at(row.get("at"), now),
        properties=_properties(row.get("properties"), type_, known_types),
        key=_key(row.get("key")),
        **_person(row, known),
    )


def _person(row: dict, known: dict[str, dict[object, int]]) -> Person:
    found: Person = {}
    for name in people.all_names():
        value = row.get(name.word)
        if value is None:
            continue
        number = known.get(name.word, {}).get(value) if type(value) is name.kind else None
        if number is None:
            raise Unfit(
                _("%(name)s: there is nobody known as %(value)s") % {"name": name.word, "value": value}
            )
        if found.setdefault(name.column, number) != number:
            raise Unfit(_("%(name)s: names another person than the fields before it") % {"name": name.word})
    if not found:
        words = ", ".join(name.word for name in people.all_names())
        raise Unfit(_("must name a person by one of: %(names)s") % {"names": words})
    return found


def _type(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_TYPE or not value.isprintable():
        raise Unfit(_("type: must be a text of 1 to %(most)s characters") % {"most": LONGEST_TYPE})
    return value


def _at(value: object, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        at = read_moment(value)
    except ValueError:
        raise Unfit(_("at: must be a time with its offset, such as 2026-11-20T14:05:00+09:00")) from None
    if at > now + CLOCK_SKEW:
        raise Unfit(_("at: is in the future"))
    return at


def _properties(value: object, type_: str, known_types: types.Known) -> dict:
    kinds = known_types.kinds(type_)
    if kinds is None and not known_types.takes_unknown:
        raise Unfit(_("type: %(type)s is not known here; define it first") % {"type": type_})
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unfit(_("properties: must be an object"))
    content = orjson.dumps(value)
    if len(content) > LARGEST_PROPERTIES:
        raise Unfit(_("properties: must not be over %(most)s bytes") % {"most": LARGEST_PROPERTIES})
    if b"\\u0000" in content:
        raise Unfit(_("properties: has characters that cannot be stored"))
    if kinds and (fault := properties.fault(kinds, value)):
        raise Unfit(fault)
    return value


def _key(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_KEY or not value.isprintable():
        raise Unfit(_("key: must be a text of 1 to %(most)s characters") % {"most": LONGEST_KEY})
    return KEY_PREFIX + value
