"""The step that writes a value into a field of the friend."""

import orjson

from events import versions
from friends import kinds, values
from friends.errors import BadValue
from friends.models import FriendField
from scenarios.acts.tags import NO_FRIEND
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Field

NOT_TAKEN = "not_taken"  # the field is gone by now, or does not take the value any more


def write(step: Field, people: list[Person], turn: Turn) -> dict[int, Then]:
    """In one statement for all; who is no friend goes on without."""
    numbers = sorted({person.friend_id for person in people if person.friend_id})
    is_taken = _write(step, numbers) if numbers else True
    return {
        person.entry_id: Go(what=NO_FRIEND if not person.friend_id else "" if is_taken else NOT_TAKEN)
        for person in people
    }


def _write(step: Field, friend_ids: list[int]) -> bool:
    field = FriendField.objects.in_use().filter(key=step.field).first()
    if field is None:
        return False
    try:
        answer = values.read(field, step.value)
    except BadValue:
        return False
    rows = [row | {"friend_id": number} for number in friend_ids for row in _rows(field, answer)]
    if values.write(values.GIVEN, [orjson.dumps(rows, default=str).decode()]):
        versions.touch(values.topic(field.key), friends=friend_ids)
    return True


def _rows(field: FriendField, answer: list) -> list[dict]:
    """A row without a place empties the field."""
    staged = values.staged({field.pk: answer}, {field.pk: kinds.of(field).column})
    return staged or [{"field_id": field.pk}]


acting.register("field", write)
