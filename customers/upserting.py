"""Writing many customers in one statement. The caller has the customers of the client to itself."""

from collections.abc import Sequence

import orjson
from django.db import connection
from django.utils import timezone

from customers import contacts
from customers.rows import Row

# In the order of their keys, as all do who lock several customers.
LOCK = """
WITH locked AS MATERIALIZED (
    SELECT number, erased_at FROM customers_customer WHERE number = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
SELECT number FROM locked WHERE erased_at IS NOT NULL"""
# One JSON text in place of a dozen arrays: the driver would spend most of the time on those. A contact is the
# same if its hash is: sealed twice, it looks different each time.
WRITE = """
WITH given AS MATERIALIZED (
    SELECT number, name, has_birthday, birthday, attributes, as_of, has_email, has_phone,
           decode(sealed_email, 'hex') AS sealed_email, decode(email_hash, 'hex') AS email_hash,
           decode(sealed_phone, 'hex') AS sealed_phone, decode(phone_hash, 'hex') AS phone_hash,
           ARRAY(SELECT key FROM jsonb_each(attributes) WHERE value = 'null') AS removed, place
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row (
         number text, name text, has_birthday bool, birthday date, attributes jsonb, as_of timestamptz,
         has_email bool, sealed_email text, email_hash text, has_phone bool, sealed_phone text,
         phone_hash text, place int)),
changed AS (
    UPDATE customers_customer AS customer
    SET name = new.name, birthday = new.birthday, attributes = new.attributes,
        sealed_email = CASE WHEN new.email_hash IS DISTINCT FROM old.email_hash
                            THEN given.sealed_email ELSE old.sealed_email END,
        email_hash = new.email_hash,
        sealed_phone = CASE WHEN new.phone_hash IS DISTINCT FROM old.phone_hash
                            THEN given.sealed_phone ELSE old.sealed_phone END,
        phone_hash = new.phone_hash,
        as_of = greatest(old.as_of, given.as_of),
        updated_at = CASE WHEN is_new THEN %(now)s ELSE old.updated_at END
    FROM given JOIN customers_customer AS old USING (number)
    CROSS JOIN LATERAL (
        SELECT coalesce(given.name, old.name) AS name,
               CASE WHEN has_birthday THEN given.birthday ELSE old.birthday END AS birthday,
               (old.attributes || given.attributes) - given.removed AS attributes,
               CASE WHEN has_email THEN given.email_hash ELSE old.email_hash END AS email_hash,
               CASE WHEN has_phone THEN given.phone_hash ELSE old.phone_hash END AS phone_hash) AS new
    CROSS JOIN LATERAL (
        SELECT (old.name, old.birthday, old.attributes, old.email_hash, old.phone_hash)
               IS DISTINCT FROM
               (new.name, new.birthday, new.attributes, new.email_hash, new.phone_hash) AS is_new) AS compared
    WHERE customer.id = old.id
      AND (given.as_of >= old.as_of) IS NOT FALSE
      AND (is_new OR greatest(old.as_of, given.as_of) IS DISTINCT FROM old.as_of)
    RETURNING customer.id, is_new),
created AS (
    INSERT INTO customers_customer
        (number, name, birthday, attributes, sealed_email, email_hash, sealed_phone, phone_hash, as_of,
         created_at, updated_at)
    SELECT number, coalesce(name, ''), birthday, attributes - removed, sealed_email, email_hash, sealed_phone,
           phone_hash, as_of, %(now)s, %(now)s
    FROM given
    WHERE NOT EXISTS (SELECT FROM customers_customer AS known WHERE known.number = given.number)
    ORDER BY place
    ON CONFLICT (number) DO NOTHING
    RETURNING id)
SELECT ARRAY(SELECT id FROM created), ARRAY(SELECT id FROM changed WHERE is_new)"""


def lock(numbers: list[str]) -> list[str]:
    """Lock the known ones among these customers; the numbers of those that were erased."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [numbers])
        return [number for (number,) in cursor.fetchall()]


def write(rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Who is new, and who has changed, by our number. A known customer uses up none."""
    given = orjson.dumps(_fields(rows)).decode()
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"rows": given, "now": timezone.now()})
        created, updated = cursor.fetchone()
    return created, updated


def _fields(rows: Sequence[Row]) -> list[dict]:
    emails = contacts.seal("email", [(row.number, row.email) for row in rows])
    phones = contacts.seal("phone", [(row.number, row.phone) for row in rows])
    return [
        {
            "number": row.number,
            "name": row.name,
            "has_birthday": row.has_birthday,
            "birthday": row.birthday,
            "attributes": orjson.Fragment(row.attributes),
            "as_of": row.as_of,
            "has_email": row.email is not None,
            "sealed_email": _hex(email.sealed),
            "email_hash": _hex(email.hash),
            "has_phone": row.phone is not None,
            "sealed_phone": _hex(phone.sealed),
            "phone_hash": _hex(phone.hash),
            "place": place,
        }
        for place, (row, email, phone) in enumerate(zip(rows, emails, phones, strict=True))
    ]


def _hex(given: bytes | None) -> str | None:
    return given.hex() if given else None
