"""Commands on the definitions of fields."""

import re

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import activity
from accounts.models import User
from events import versions
from friends import kinds, values
from friends.errors import BadChoices, BadKey, ChoiceInUse, FieldExists, TooManyFields
from friends.models import FieldValue, FriendField

Type = FriendField.Type
MOST_FIELDS = 200
MOST_CHOICES = 100
LONGEST_CHOICE = 60
WITH_CHOICES = {Type.CHOICE, Type.CHOICES}
is_key = re.compile(r"[a-z][a-z0-9_]{0,39}").fullmatch
# What columns of a file are called already, or may be in a later version.
RESERVED = {"id", "line_user_id", "display_name", "own_name", "tags", "status", "route", "customer", "line"}


@transaction.atomic
def create_field(
    name: str,
    type_: str,
    *,
    key: str = "",
    choices: list[str] | None = None,
    description: str = "",
    by: User | None = None,
) -> FriendField:
    """A new field, at the end of the list. Without a key it gets one, such as field_3.

    Raises BadKey, BadChoices, FieldExists, TooManyFields.
    """
    if FriendField.objects.count() >= MOST_FIELDS:
        raise TooManyFields(most=MOST_FIELDS)
    last = FriendField.objects.aggregate(last=Max("position"), highest=Max("pk"))
    field = FriendField(
        key=key or f"field_{(last['highest'] or 0) + 1}",
        name=name.strip(),
        type=type_,
        choices=clean_choices(type_, choices or []),
        description=description.strip(),
        position=(last["last"] or 0) + 1,
    )
    if not is_key(field.key) or field.key in RESERVED:
        raise BadKey
    _save(field)
    activity.record("field.created", field, by=by, name=field.name, type=type_)
    return field


@transaction.atomic
def change_field(
    field: FriendField,
    *,
    name: str | None = None,
    choices: list[str] | None = None,
    description: str | None = None,
    by: User | None = None,
) -> FriendField:
    """Give a field another name, description or other choices; its key and type stay.

    Raises FieldExists, BadChoices, ChoiceInUse for a choice left out that friends have.
    """
    field = FriendField.objects.select_for_update().get(pk=field.pk)
    if name is not None:
        field.name = name.strip()
    if description is not None:
        field.description = description.strip()
    if choices is not None:
        choices = clean_choices(field.type, choices)
        _check_unused(field, set(field.choices) - set(choices))
        field.choices = choices
    _save(field)
    activity.record("field.changed", field, by=by, name=field.name)
    return field


@transaction.atomic
def archive_field(field: FriendField, *, by: User | None = None) -> None:
    """Take a field out of use. Its values are kept and come back with it."""
    _set_archived(field, timezone.now(), "field.archived", by)


@transaction.atomic
def restore_field(field: FriendField, *, by: User | None = None) -> None:
    _set_archived(field, None, "field.restored", by)


@transaction.atomic
def move_field(field: FriendField, *, up: bool, by: User | None = None) -> None:
    """Change places with the field in use before or after it; at the end of the list nothing happens."""
    fields = list(FriendField.objects.select_for_update().in_use())
    place = next((place for place, each in enumerate(fields) if each.pk == field.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(fields):
        return
    fields[place], fields[other] = fields[other], fields[place]
    for position, each in enumerate(fields, 1):
        each.position = position
    FriendField.objects.bulk_update(fields, ["position"])
    activity.record("field.moved", field, by=by)


def clean_choices(type_: str, choices: list[str]) -> list[str]:
    """Raises BadChoices: a choice needs at least one of 1 to 60 characters, each once."""
    if type_ not in WITH_CHOICES:
        return []
    cleaned = [choice.strip() for choice in choices if choice.strip()]
    fits = all(
        len(choice) <= LONGEST_CHOICE and choice.isprintable() and not set(choice) & set(kinds.SEPARATORS)
        for choice in cleaned
    )
    is_once = len({kinds.plain(choice) for choice in cleaned}) == len(cleaned)
    if not 1 <= len(cleaned) <= MOST_CHOICES or not fits or not is_once:
        raise BadChoices(most=MOST_CHOICES, longest=LONGEST_CHOICE)
    return cleaned


def _check_unused(field: FriendField, gone: set[str]) -> None:
    used = FieldValue.objects.filter(field=field, text__in=gone).values_list("text", flat=True).first()
    if used is not None:
        raise ChoiceInUse(choice=used)


def _set_archived(field: FriendField, at: object, verb: str, by: User | None) -> None:
    FriendField.objects.filter(pk=field.pk).update(archived_at=at)
    activity.record(verb, field, by=by, name=field.name)
    versions.touch(values.topic(field.key))


def _save(field: FriendField) -> None:
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise FieldExists(name=field.name, key=field.key) from error
