"""Commands on customers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import orjson
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from customers.models import Customer
from events import versions

NUL = r"\u0000"  # as JSON writes the one character that PostgreSQL cannot store


@transaction.atomic
def save_customer(customer: Customer, *, by: User | None = None) -> None:
    """Keep one customer, new or changed, as somebody has written it."""
    verb = "customer.changed" if customer.pk else "customer.created"
    customer.save()
    activity.record(verb, customer, by=by)
    versions.touch("customers")


@dataclass
class UpsertReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def upsert_customers(rows: Iterable[dict]) -> UpsertReport:
    """Bring customers up to date by `number`; good rows go in, bad ones are reported.

    A row may have `name`, `birthday` (ISO date, date, or None for unknown) and `attributes`. What it lacks
    stays as it is; attributes are merged by name, and one that is None is removed. Rows that change nothing
    count neither as created nor as updated.
    """
    report = UpsertReport()
    good: dict[str, dict] = {}
    for index, row in enumerate(rows):
        if reason := _fault(row, good):
            report.errors.append((index, reason))
        else:
            good[str(row["number"]).strip()] = row
    if good:
        report.created, report.updated = _write(good)
    if report.created or report.updated:
        versions.touch("customers")
    return report


def _fault(row: dict, before: dict[str, dict]) -> str | None:
    number = str(row.get("number") or "").strip()
    if not number:
        return _("The customer number is missing.")
    if len(number) > Customer.NUMBER_LENGTH:
        longest = {"longest": Customer.NUMBER_LENGTH}
        return _("The customer number is longer than %(longest)s characters.") % longest
    if number in before:
        return _("This customer number stands in an earlier row.")
    if not isinstance(row.get("name") or "", str) or len(row.get("name") or "") > Customer.NAME_LENGTH:
        longest = {"longest": Customer.NAME_LENGTH}
        return _("The name must be a text of at most %(longest)s characters.") % longest
    try:
        _day(row.get("birthday"))
    except (TypeError, ValueError):
        return _("The birthday must be a date such as 1990-04-01.")
    if not isinstance(row.get("attributes") or {}, dict):
        return _("The attributes must be an object of names and values.")
    return _("The row has characters that cannot be stored.") if NUL in _json(row) else None


def _day(value: date | str | None) -> date | None:
    """Raises TypeError or ValueError for what is no day."""
    return value if value is None or isinstance(value, date) else date.fromisoformat(value)


GIVEN = """
WITH given AS (
    SELECT number, name, has_birthday, birthday, attributes,
           ARRAY(SELECT key FROM jsonb_each(attributes) WHERE value = 'null') AS removed
    FROM unnest(%s::text[], %s::text[], %s::bool[], %s::date[], %s::jsonb[])
         AS row (number, name, has_birthday, birthday, attributes))"""
UPDATE = f"""{GIVEN}
UPDATE customers_customer AS customer
SET name = new.name, birthday = new.birthday, attributes = new.attributes, updated_at = %s
FROM given JOIN customers_customer AS old USING (number)
CROSS JOIN LATERAL (
    SELECT coalesce(given.name, old.name) AS name,
           CASE WHEN has_birthday THEN given.birthday ELSE old.birthday END AS birthday,
           (old.attributes || given.attributes) - given.removed AS attributes) AS new
WHERE customer.id = old.id
  AND (old.name, old.birthday, old.attributes) IS DISTINCT FROM (new.name, new.birthday, new.attributes)"""  # noqa: S608
CREATE = f"""{GIVEN}
INSERT INTO customers_customer (number, name, birthday, attributes, created_at, updated_at)
SELECT number, coalesce(name, ''), birthday, attributes - removed, %s, %s FROM given
WHERE NOT EXISTS (SELECT FROM customers_customer AS known WHERE known.number = given.number)
ON CONFLICT (number) DO NOTHING"""  # noqa: S608


def _write(rows: dict[str, dict]) -> tuple[int, int]:
    """How many are new, how many changed. A known customer uses up no number."""
    columns: list[list] = [
        list(rows),
        [row.get("name") for row in rows.values()],
        ["birthday" in row for row in rows.values()],
        [_day(row.get("birthday")) for row in rows.values()],
        [_json(row.get("attributes") or {}) for row in rows.values()],
    ]
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [*columns, now])
        updated = cursor.rowcount
        cursor.execute(CREATE, [*columns, now, now])
        return cursor.rowcount, updated


def _json(value: dict) -> str:
    return orjson.dumps(value, default=str).decode()
