"""Types of events of the present client: those that are registered, and its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from django.db import connection, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from events import registry
from events.errors import ManyProperties, NoPropertyName, NoTypeName, PropertyTwice, TypeTaken, UnknownKind
from events.models import EventSettings, EventTypeDefinition
from events.properties import TYPES

MOST_PROPERTIES = 30
is_name = re.compile(r"[a-z0-9_]{1,60}").fullmatch


@dataclass(frozen=True)
class Known:
    """What an event that comes in is checked by: kinds of properties by the names of types in use."""

    own: dict[str, dict[str, str]]
    takes_unknown: bool

    def name(self, type_: str) -> str:
        """The name by which it is recorded."""
        found = registry.get(type_)
        return found.name if found else type_

    def kinds(self, type_: str) -> dict[str, str] | None:
        """Kinds of its properties; None for an unknown type."""
        found = registry.get(type_)
        return found.kinds if found else self.own.get(type_)


# In one row, by hand: it is asked with every request that brings events.
KNOWN = """
SELECT coalesce((SELECT takes_unknown_types FROM events_eventsettings WHERE id = 1), true),
       coalesce((SELECT jsonb_object_agg(name, properties) FROM events_eventtypedefinition
                 WHERE archived_at IS NULL), '{}')::text"""


def known() -> Known:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        takes_unknown, own = cursor.fetchone()
    kinds = {
        name: {each["name"]: each["type"] for each in properties}
        for name, properties in orjson.loads(own).items()
    }
    return Known(kinds, takes_unknown)


def labels(names: Iterable[str]) -> dict[str, str]:
    """Words for types, the client's own included: one query at most."""
    names = set(names)
    unknown = [name for name in names if registry.get(name) is None]
    own = EventTypeDefinition.objects.filter(name__in=unknown).values_list("name", "label") if unknown else ()
    return {name: registry.label(name) for name in names} | dict(own)


@transaction.atomic
def create_type(
    name: str, label: str, properties: list[dict] | None = None, *, by: User | None = None
) -> EventTypeDefinition:
    """Give the client a type of its own. `properties` are `{"name", "label", "type"}`.

    Raises NoTypeName, TypeTaken, ManyProperties, NoPropertyName, PropertyTwice, UnknownKind.
    """
    if not is_name(name):
        raise NoTypeName
    if registry.get(name) or EventTypeDefinition.objects.filter(name=name).exists():
        raise TypeTaken(name=name)
    made = EventTypeDefinition.objects.create(
        name=name, label=label or name, properties=_checked(properties or [])
    )
    activity.record("event_type.created", made, by=by)
    return made


@transaction.atomic
def change_type(
    type_: EventTypeDefinition,
    *,
    label: str | None = None,
    properties: list[dict] | None = None,
    is_archived: bool | None = None,
    by: User | None = None,
) -> EventTypeDefinition:
    """Other words or properties; what was recorded stays as it is. Raises as create_type does."""
    type_ = EventTypeDefinition.objects.select_for_update().get(pk=type_.pk)
    type_.label = type_.label if label is None else label or type_.name
    if properties is not None:
        type_.properties = _checked(properties)
    if is_archived is not None:
        type_.archived_at = (type_.archived_at or timezone.now()) if is_archived else None
    type_.save(update_fields=["label", "properties", "archived_at"])
    activity.record("event_type.changed", type_, by=by)
    return type_


@transaction.atomic
def take_unknown_types(does: bool, *, by: User | None = None) -> None:
    """Say whether events of types that nobody defined are recorded or refused."""
    settings, _is_new = EventSettings.objects.update_or_create(pk=1, defaults={"takes_unknown_types": does})
    activity.record("event_settings.changed", settings, by=by)


def _checked(properties: list[dict]) -> list[dict]:
    if len(properties) > MOST_PROPERTIES:
        raise ManyProperties(most=MOST_PROPERTIES)
    names = [each["name"] for each in properties]
    if not all(map(is_name, names)):
        raise NoPropertyName
    if len(set(names)) < len(names):
        raise PropertyTwice
    if unknown := [each["type"] for each in properties if each["type"] not in TYPES]:
        raise UnknownKind(name=unknown[0], known=", ".join(TYPES))
    return [{"name": e["name"], "label": e.get("label") or e["name"], "type": e["type"]} for e in properties]
