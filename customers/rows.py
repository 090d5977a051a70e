"""Rows about customers as programs and files give them, read into what is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moments import read_moment
from customers import contacts, days
from customers.models import Customer, CustomerField, CustomerSettings
from friends import faults, kinds
from imports.kinds import Unfit

NUL = b"\\u0000"  # as JSON writes the one character that PostgreSQL cannot store
LARGEST_ATTRIBUTES = 20_000  # bytes of JSON
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one customer. None says nothing, except of a birthday with `has_birthday`."""

    number: str
    name: str | None
    has_birthday: bool
    birthday: date | None
    attributes: str  # JSON; null takes one away
    email: str | None
    phone: str | None
    as_of: datetime | None


class Reader:
    """Reads rows by the fields that the client has defined."""

    def __init__(self, fields: Iterable[CustomerField], *, only_known: bool) -> None:
        self._fields = {field.key: field for field in fields}
        self._only_known = only_known

    @classmethod
    def present(cls) -> Self:
        """With the fields and settings of now."""
        return cls(CustomerField.objects.in_use(), only_known=CustomerSettings.present().only_known_fields)

    def read(self, given: dict) -> Row:
        """Raises Unfit, with a reason that names the field and shows the right form."""
        row = Row(
            number=read_number(given.get("number")),
            name=_name(given.get("name")),
            has_birthday="birthday" in given,
            birthday=_birthday(given.get("birthday")),
            attributes=self._attributes(given.get("attributes")),
            email=_contact(given, "email", contacts.plain_email),
            phone=_contact(given, "phone", contacts.plain_phone),
            as_of=_as_of(given.get("as_of")),
        )
        if NUL in _json([row.number, row.name]) or NUL in row.attributes.encode():
            raise Unfit(_("The row has characters that cannot be stored."))
        return row

    def value(self, key: str, given: object) -> object:
        """An attribute's value as it is kept: of a field's type, if there is such a field. Raises Unfit."""
        field = self._fields.get(key)
        if field is None and self._only_known:
            raise Unfit(_("There is no field “%(key)s”, and others are not taken.") % {"key": key}, key)
        return given if field is None or given is None else typed(field, given)

    def _attributes(self, given: object) -> str:
        given = {} if given is None else given
        if not isinstance(given, dict):
            raise Unfit(_("The attributes must be an object of names and values."), "attributes")
        written = _json({key: self.value(key, value) for key, value in given.items()})
        if len(written) > LARGEST_ATTRIBUTES:
            largest = {"largest": LARGEST_ATTRIBUTES}
            raise Unfit(_("The attributes take more than %(largest)s bytes.") % largest, "attributes")
        return written.decode()


def typed(field: CustomerField, given: object) -> object:
    """A value as the attribute of this field is kept; None for an empty one. Raises Unfit."""
    if isinstance(given, dict | list):
        raise Unfit(
            _("%(column)s must be one value, not a list or an object.") % {"column": field}, field.key
        )
    text = as_text(given)
    if field.type == CustomerField.Type.DATE:
        text = days.western(text)
    try:
        values = kinds.of(field).values(text, field)
    except kinds.Unfit as error:
        raise Unfit(faults.words(error.code, field.label), field.key) from error
    return kinds.as_json(values, field) if values else None


def shown(field: CustomerField, value: object) -> object:
    """A value of this field as a page says it; what does not fit its type stays as it is."""
    if value is None:
        return None
    try:
        return kinds.shown(kinds.of(field).values(as_text(value), field), field)
    except kinds.Unfit:
        return value


def said(customer: Customer) -> tuple[list[tuple[str, object]], list[tuple[str, object]]]:
    """What is known, with labels: of the fields in use, then attributes that are no field."""
    fields = CustomerField.objects.in_use()
    known = [(field.label, shown(field, customer.attributes.get(field.key))) for field in fields]
    keys = {field.key for field in fields}
    return known, [(name, value) for name, value in sorted(customer.attributes.items()) if name not in keys]


def as_text(value: object) -> str:
    """A value as people write it in a cell; reading it again gives the same."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def read_number(given: object) -> str:
    """Raises Unfit."""
    number = "" if given is None or isinstance(given, bool | dict | list) else str(given).strip()
    if not number:
        raise Unfit(_("The customer number is missing."), "number")
    if len(number) > Customer.NUMBER_LENGTH:
        longest = {"longest": Customer.NUMBER_LENGTH}
        raise Unfit(_("The customer number is longer than %(longest)s characters.") % longest, "number")
    return number


def _name(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or len(given.strip()) > Customer.NAME_LENGTH:
        longest = {"longest": Customer.NAME_LENGTH}
        raise Unfit(_("The name must be a text of at most %(longest)s characters.") % longest, "name")
    return given.strip()


def _birthday(given: Any) -> date | None:
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Unfit(_("The birthday must be a date such as 1990-04-01."), "birthday") from None


def _contact(given: dict, kind: str, plain: Any) -> str | None:
    """ "" takes a contact away; None, as ever, only where it is said."""
    if kind not in given:
        return None
    written = given[kind]
    if written is not None and not isinstance(written, str):
        raise Unfit(_("%(name)s: must be a text") % {"name": kind}, kind)
    return plain(written or "")


def _as_of(given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        moment = given if isinstance(given, datetime) else read_moment(given)
    except ValueError:
        text = _("as_of: must be a time with its offset, such as 2026-11-20T14:05:00+09:00")
        raise Unfit(text, "as_of") from None
    if moment > timezone.now() + CLOCK_SKEW:
        raise Unfit(_("as_of: is in the future"), "as_of")
    return moment


def _json(value: object) -> bytes:
    """Raises Unfit for halves of characters, and for numbers of more than 64 bits."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        raise Unfit(_("The row has characters or numbers that cannot be stored.")) from None
