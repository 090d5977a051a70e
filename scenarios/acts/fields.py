"""The step that writes a value into a field of the friend, or adds to the number in it."""

import orjson

from events import versions
from friends import kinds, values
from friends.errors import BadValue
from friends.models import Friend, FriendField
from scenarios.acts.tags import NO_FRIEND
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Field

HIGHEST = 10**14 - 1  # what the column holds; a score that comes to its end stays there
# Who is there twice, for two products, gets it twice.
ADDED = """
SELECT given.friend_id, %(field)s::int AS field_id, 0::smallint AS place, NULL::text AS text,
       least(greatest(coalesce(old.number, 0) + given.count * %(add)s::numeric, -%(highest)s), %(highest)s)
       AS number, NULL::date AS day, NULL::timestamptz AS moment
FROM (SELECT friend_id, count(*) FROM unnest(%(friends)s::int[]) AS friend_id GROUP BY friend_id) AS given
LEFT JOIN friends_fieldvalue AS old
    ON old.friend_id = given.friend_id AND old.field_id = %(field)s AND old.place = 0"""
NOT_TAKEN = "not_taken"  # the field is gone by now, or does not take the value any more


def write(step: Field, people: list[Person], turn: Turn) -> dict[int, Then]:
    """In one statement for all; who is no friend goes on without."""
    numbers = sorted(person.friend_id for person in people if person.friend_id)
    is_taken = _change(step, numbers) if numbers else True
    return {
        person.entry_id: Go(what=NO_FRIEND if not person.friend_id else "" if is_taken else NOT_TAKEN)
        for person in people
    }


def _change(step: Field, friend_ids: list[int]) -> bool:
    """False if the field is gone or does not take it."""
    field = FriendField.objects.in_use().filter(key=step.field).first()
    if field is None:
        return False
    changed = _write(field, step.value, friend_ids) if step.add is None else _add(field, step.add, friend_ids)
    if changed:
        versions.touch(values.topic(field.key), friends=set(friend_ids))
    return changed is not None


def _write(field: FriendField, value: object, friend_ids: list[int]) -> dict[int, int] | None:
    try:
        answer = values.read(field, value)
    except BadValue:
        return None
    rows = [row | {"friend_id": number} for number in set(friend_ids) for row in _rows(field, answer)]
    return values.write(values.GIVEN, [orjson.dumps(rows, default=str).decode()])


def _add(field: FriendField, number: float, friend_ids: list[int]) -> dict[int, int] | None:
    """Friends are locked before their numbers are read, so that nothing added at the same time is lost."""
    if field.type != FriendField.Type.NUMBER:
        return None
    friends = Friend.objects.select_for_update(no_key=True).filter(pk__in=friend_ids)
    list(friends.order_by("pk").values_list("pk"))
    given = {"field": field.pk, "add": str(number), "friends": friend_ids, "highest": HIGHEST}
    return values.write(ADDED, given)


def _rows(field: FriendField, answer: list) -> list[dict]:
    """A row without a place empties the field."""
    staged = values.staged({field.pk: answer}, {field.pk: kinds.of(field).column})
    return staged or [{"field_id": field.pk}]


acting.register("field", write)  # type: ignore[arg-type]
