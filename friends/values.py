"""Answers: the values of friends' fields, written in bulk and read together."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts import activity
from accounts.models import User
from events import versions
from friends import faults, kinds
from friends.errors import BadValue, NoSuchField
from friends.models import FieldValue, Friend, FriendField

Values = dict[int, list]  # what a friend answers, by the field's number

# A given row without a place says that a field has no answer any more. Only what differs is written.
WRITE = """
WITH given AS MATERIALIZED ({given}),
locked AS MATERIALIZED (
    SELECT id FROM friends_friend WHERE id IN (SELECT friend_id FROM given) ORDER BY id FOR NO KEY UPDATE),
answered AS (SELECT friend_id, field_id, count(place) AS size FROM given GROUP BY friend_id, field_id),
gone AS (
    DELETE FROM friends_fieldvalue AS old USING answered, locked
    WHERE old.friend_id = answered.friend_id AND old.field_id = answered.field_id
      AND old.friend_id = locked.id AND old.place >= answered.size
    RETURNING old.friend_id, old.field_id),
new AS (
    INSERT INTO friends_fieldvalue AS old (friend_id, field_id, place, text, number, day, moment)
    SELECT friend_id, field_id, place, text, number, day, moment
    FROM given JOIN locked ON locked.id = friend_id WHERE place IS NOT NULL
    ON CONFLICT (friend_id, field_id, place) DO UPDATE
    SET text = excluded.text, number = excluded.number, day = excluded.day, moment = excluded.moment,
        changed_at = now()
    WHERE (old.text, old.number, old.day, old.moment)
          IS DISTINCT FROM (excluded.text, excluded.number, excluded.day, excluded.moment)
    RETURNING friend_id, field_id),
changed AS (SELECT friend_id, field_id FROM gone UNION SELECT friend_id, field_id FROM new),
dated AS (
    UPDATE friends_friend SET updated_at = now()
    WHERE id IN (SELECT friend_id FROM changed) AND updated_at < now())
SELECT field_id, count(*) FROM changed GROUP BY field_id"""
GIVEN = """
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given
    (friend_id int, field_id int, place smallint, text text, number numeric, day date, moment timestamptz)"""


def topic(key: str) -> str:
    """The data version that grows whenever an answer to the field of this key changes."""
    return f"field:{key}"


def topics(field_ids: Iterable[int]) -> list[str]:
    """Those of the fields with these numbers."""
    return [topic(key) for key in FriendField.objects.filter(pk__in=field_ids).values_list("key", flat=True)]


def of(friends: Iterable[Friend]) -> dict[int, Values]:
    """All answers of these friends, by friend and field; one query."""
    found: dict[int, Values] = defaultdict(lambda: defaultdict(list))
    rows = FieldValue.objects.filter(friend__in=[friend.pk for friend in friends])
    for row in rows.select_related("field").order_by("field", "place"):
        found[row.friend_id][row.field_id].append(kinds.kept(row, row.field))
    return found


def of_fields(friend_ids: list[int], fields: dict[int, FriendField]) -> dict[int, Values]:
    """The answers of friends to some fields, by friend and field; one query."""
    found: dict[int, Values] = defaultdict(lambda: defaultdict(list))
    rows = FieldValue.objects.filter(friend__in=friend_ids, field__in=fields) if fields else []
    for row in sorted(rows, key=lambda row: row.place):
        found[row.friend_id][row.field_id].append(kinds.kept(row, fields[row.field_id]))
    return found


def read(field: FriendField, given: object) -> list:
    """The values that a text, or a value of JSON, stands for; [] for none. Raises BadValue."""
    try:
        return kinds.of(field).values(_as_text(given), field)
    except kinds.Unfit as error:
        raise BadValue(faults.words(error.code, field.name)) from error


@transaction.atomic
def set_values(friend: Friend, answers: dict[FriendField, list], *, by: User | None = None) -> int:
    """Replace these answers of one friend; an empty list takes the answer away. How many fields changed."""
    before = of([friend])[friend.pk]
    changed = {field: new for field, new in answers.items() if before.get(field.pk, []) != new}
    if not changed:
        return 0
    rows = [row for field, values in changed.items() for row in _rows(friend.pk, field, values)]
    count = len(write(GIVEN, [orjson.dumps(rows, default=str).decode()]))
    for field, new in changed.items():
        was, now = kinds.written(before.get(field.pk, []), field), kinds.written(new, field)
        activity.record("friend.field_changed", friend, by=by, field=field.key, before=was, after=now)
    versions.touch(*(topic(field.key) for field in changed), friends=[friend.pk])
    return count


def set_by_key(friend: Friend, answers: dict[str, object], *, by: User | None = None) -> int:
    """The same with keys of fields in use and values of JSON. Raises NoSuchField, BadValue."""
    known = {field.key: field for field in FriendField.objects.in_use().filter(key__in=answers)}
    if missing := answers.keys() - known.keys():
        raise NoSuchField(key=min(missing))
    return set_values(friend, {known[key]: read(known[key], given) for key, given in answers.items()}, by=by)


def write(given: str, params: list | dict) -> dict[int, int]:
    """Write what a query gives, in the caller's transaction: how many friends' answers changed, by field.

    The caller touches the topics.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(given=given), params)
        return dict(cursor.fetchall())


def staged(values: Values, columns: dict[int, str]) -> list[dict]:
    """Answers as rows of JSON for `write`, without the friend. `columns`: where a field's values stand."""
    return [
        {"field_id": field_id, "place": place, columns[field_id]: value}
        for field_id, several in values.items()
        for place, value in enumerate(several)
    ]


def holders(field: FriendField) -> QuerySet[FieldValue]:
    """The first answer of everyone who has answered."""
    return FieldValue.objects.filter(field=field, place=0)


def _rows(friend_id: int, field: FriendField, values: list) -> list[dict]:
    same = {"friend_id": friend_id, "field_id": field.pk}
    rows = staged({field.pk: values}, {field.pk: kinds.of(field).column})
    return [row | same for row in rows] or [same]


def _as_text(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list | tuple):
        return "|".join(map(_as_text, given))
    return str(given).strip()
