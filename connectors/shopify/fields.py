"""Reading Shopify's bodies: their times, amounts and IDs, and what is missing in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_noop

from connectors.errors import Unfit

Body = dict[str, Any]
MOST_DIGITS = 12  # of money; what has an exponent of a million takes for ever to be written out
NOT_THERE = gettext_noop("%(field)s is missing, or is not of the kind that Shopify documents.")


def external_id(body: Body, field: str = "id") -> str:
    """An ID as text. Raises Unfit for what is none."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int | str) or not 1 <= len(str(value)) <= 100:
        raise Unfit(NOT_THERE, field=field)
    return str(value)


def id_or_none(body: Body | None, field: str = "id") -> str | None:
    return external_id(body, field) if body and body.get(field) is not None else None


def gid(body: Body, field: str) -> str:
    """The number at the end of gid://shopify/Customer/1."""
    return external_id(body, field).rpartition("/")[2]


def moment(body: Body, *fields: str) -> str:
    """The first of these times that is there, in UTC and so written that texts compare as times do.

    Raises Unfit if there is none.
    """
    return moment_or_none(body, *fields) or _missing(fields[0])


def moment_or_none(body: Body, *fields: str) -> str | None:
    value = next((body[field] for field in fields if body.get(field)), None)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return _missing(fields[0])
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def after(at: str, *written: str) -> str:
    """`at`, or just after what was written before, so that what we know now counts as newer."""
    latest = max(filter(None, written), default="")
    if at > latest:
        return at
    return (datetime.fromisoformat(latest) + timedelta(microseconds=1)).isoformat(timespec="microseconds")


def amount(body: Body, field: str, default: str | None = None) -> Decimal:
    """Money, which Shopify writes as text. Raises Unfit if it is missing and there is no default."""
    value = body.get(field, default)
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found.adjusted() >= MOST_DIGITS:
        _missing(field)
    return found


def count(body: Body, field: str, default: int | None = None) -> int:
    value = body.get(field, default)
    return value if isinstance(value, int) and not isinstance(value, bool) else _missing(field)


def text(body: Body | None, field: str, longest: int = 200) -> str:
    """A text, shortened; empty if there is none."""
    value = (body or {}).get(field)
    return str(value)[:longest].strip() if isinstance(value, str | int) else ""


def rows(body: Body, field: str) -> list[Body]:
    """The objects of a list; none if it is missing."""
    value = body.get(field) or []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        _missing(field)
    return value


def _missing(field: str) -> Any:
    raise Unfit(NOT_THERE, field=field)
