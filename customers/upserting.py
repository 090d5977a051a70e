"""Writing many customers in two statements. The caller has the customers of the client to itself."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from customers import contacts
from customers.rows import Row

# In the order of their keys, as all do who lock several customers.
LOCK = """
WITH locked AS MATERIALIZED (
    SELECT number, erased_at FROM customers_customer WHERE number = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
SELECT number FROM locked WHERE erased_at IS NOT NULL"""
GIVEN = """
WITH given AS MATERIALIZED (
    SELECT *, ARRAY(SELECT key FROM jsonb_each(attributes) WHERE value = 'null') AS removed
    FROM unnest(%s::text[], %s::text[], %s::bool[], %s::date[], %s::jsonb[], %s::timestamptz[],
                %s::bool[], %s::bytea[], %s::bytea[], %s::bool[], %s::bytea[], %s::bytea[])
         WITH ORDINALITY AS row (number, name, has_birthday, birthday, attributes, as_of,
                 has_email, sealed_email, email_hash, has_phone, sealed_phone, phone_hash, place))"""
# A contact is the same if its hash is: sealed twice, it looks different each time.
UPDATE = f"""{GIVEN},
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
        updated_at = CASE WHEN is_new THEN %s ELSE old.updated_at END
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
    RETURNING is_new)
SELECT count(*) FILTER (WHERE is_new) FROM changed"""  # noqa: S608
CREATE = f"""{GIVEN}
INSERT INTO customers_customer
    (number, name, birthday, attributes, sealed_email, email_hash, sealed_phone, phone_hash, as_of,
     created_at, updated_at)
SELECT number, coalesce(name, ''), birthday, attributes - removed, sealed_email, email_hash, sealed_phone,
       phone_hash, as_of, %s, %s
FROM given
WHERE NOT EXISTS (SELECT FROM customers_customer AS known WHERE known.number = given.number)
ORDER BY place
ON CONFLICT (number) DO NOTHING"""  # noqa: S608


def lock(numbers: list[str]) -> list[str]:
    """Lock the known ones among these customers; the numbers of those that were erased."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [numbers])
        return [number for (number,) in cursor.fetchall()]


def write(rows: Sequence[Row]) -> tuple[int, int]:
    """How many are new, how many changed. A known customer uses up no number."""
    columns = _columns(rows)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [*columns, now])
        [updated] = cursor.fetchone()
        cursor.execute(CREATE, [*columns, now, now])
        return cursor.rowcount, updated


def _columns(rows: Sequence[Row]) -> list[list]:
    emails = contacts.seal("email", [(row.number, row.email) for row in rows])
    phones = contacts.seal("phone", [(row.number, row.phone) for row in rows])
    return [
        [row.number for row in rows],
        [row.name for row in rows],
        [row.has_birthday for row in rows],
        [row.birthday for row in rows],
        [row.attributes for row in rows],
        [row.as_of for row in rows],
        [row.email is not None for row in rows],
        [each.sealed for each in emails],
        [each.hash for each in emails],
        [row.phone is not None for row in rows],
        [each.sealed for each in phones],
        [each.hash for each in phones],
    ]
