"""Events in SQL: which, and whose. What all leaves about the timeline have in common.

An event that names only a customer counts for the friend who is that customer at present.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import registry, types
from events.models import EventTypeDefinition
from segments.kinds import Choice, Properties, Record, Rows, Scalar, SingleOrList, Text, Unfit, read_at
from segments.leaves import Query, given
from shops import products

COMPARED = {
    "equals": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "in": gettext_lazy("is one of"),
    "not_in": gettext_lazy("is none of"),
    "contains": gettext_lazy("contains"),
    "not_contains": gettext_lazy("does not contain"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "exists": gettext_lazy("is known"),
    "not_exists": gettext_lazy("is not known"),
}
TURNED = {"is_not": "equals", "not_in": "in", "not_contains": "contains", "not_exists": "exists"}
ORDER = {"at_least": ">=", "at_most": "<="}
MOST_FILTERS = 20


def known_properties() -> list[tuple[object, Any]]:
    """Properties of registered types and of the client's own, with their words."""
    found = {name: label for type_ in registry.all_types() for name, label in type_.properties}
    for properties in EventTypeDefinition.objects.values_list("properties", flat=True):
        found |= {each["name"]: each["label"] for each in properties if each["name"] not in found}
    return sorted(found.items())


def known_types() -> list[tuple[object, Any]]:
    """Types of events, with their words: registered ones, and the client's own."""
    own = EventTypeDefinition.objects.filter(archived_at=None).values_list("name", "label")
    return [*((type_.name, type_.label) for type_ in registry.all_types()), *own]


@dataclass(frozen=True)
class Filter:
    """A property of an event, compared with a value.

    Numbers compare with numbers and texts with texts, so ISO dates come in their order. `contains` finds a
    piece of a text, however it is capitalised, or an entry of a list. What is negated is also true of an
    event that lacks the property.
    """

    property: str = given(Text(60), label=gettext_lazy("Property"), options=known_properties)
    op: str = given(
        Choice(tuple(COMPARED)), label=gettext_lazy("Comparison"), options=lambda: list(COMPARED.items())
    )
    value: Scalar | list[Scalar] | None = given(SingleOrList(), default=None, label=gettext_lazy("Value"))

    def check(self) -> None:
        if (self.value is None) != (self.positive() == "exists"):
            raise Unfit(_("a value is needed, except for exists"), path="value")
        if isinstance(self.value, list) != (self.positive() == "in"):
            raise Unfit(_("a list of values goes with in, and only with it"), path="value")
        if self.op in ORDER and isinstance(self.value, bool):
            raise Unfit(_("true and false have no order"), path="value")

    def positive(self) -> str:
        """The comparison that it is, or that it negates."""
        return TURNED.get(self.op, self.op)

    def values(self) -> list[Scalar]:
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]

    def condition(self) -> Query:
        sql, params = self._positive()
        return Query(f"({sql}) IS NOT TRUE" if self.op in TURNED else f"({sql})", params)

    def _positive(self) -> Query:
        held, name = "(event.properties -> %s)", self.property
        values = [json.dumps(value) for value in self.values()]
        if self.positive() == "exists":
            return Query(f"jsonb_typeof({held}) <> 'null'", [name])
        if self.positive() == "contains":
            in_text = "strpos(lower(event.properties ->> %s), lower(%s)) > 0"
            cases = f"WHEN 'string' THEN {in_text} WHEN 'array' THEN {held} @> %s::jsonb"
            params = [name, name, str(self.value), name, values[0]]
            return Query(f"CASE jsonb_typeof({held}) {cases} END", params)
        if self.positive() in ORDER:
            # jsonb orders numbers by value and texts by collation, but a text above any number
            same_kind = f"jsonb_typeof({held}) = jsonb_typeof(%s::jsonb)"
            compared = f"{held} {ORDER[self.op]} %s::jsonb"
            return Query(f"{same_kind} AND {compared}", [name, values[0], name, values[0]])
        return Query(f"{held} = ANY(%s::jsonb[])", [name, values])

    def words(self, names: dict[str, str]) -> str:
        said = {"property": property_words(self.property)}
        said["value"] = ", ".join(names.get(str(value), str(value)) for value in self.values())
        return {
            "equals": _("%(property)s: %(value)s"),
            "is_not": _("%(property)s: not %(value)s"),
            "in": _("%(property)s: one of %(value)s"),
            "not_in": _("%(property)s: none of %(value)s"),
            "contains": _("%(property)s: with %(value)s in it"),
            "not_contains": _("%(property)s: without %(value)s in it"),
            "at_least": _("%(property)s: %(value)s or more"),
            "at_most": _("%(property)s: %(value)s or less"),
            "exists": _("%(property)s: known"),
            "not_exists": _("%(property)s: not known"),
        }[self.op] % said


class Filters(Rows):
    """Comparisons of properties that all hold; `{"product": "tea"}` says that these are equal."""

    def __init__(self) -> None:
        super().__init__(Record(Filter), 1, MOST_FILTERS)

    def read(self, value: object) -> list:
        if not isinstance(value, dict):
            return super().read(value)
        return super().read([self._equal(name, entry) for name, entry in value.items()])

    def _equal(self, name: str, value: object) -> dict:
        [(name, read)] = read_at(Properties(), {name: value}, name).items()
        return {"property": name, "op": "equals", "value": read}

    def schema(self) -> dict:
        return {"anyOf": [super().schema(), Properties().schema() | {"maxProperties": MOST_FILTERS}]}


def where() -> Any:
    """The value of a leaf: what must be true of the event."""
    return given(Filters(), default=None, label=gettext_lazy("Of which is true"))


def which(event: str, filters: list[dict] | None) -> Query:
    """The condition that an event is of this type, by whatever name, and that all filters hold."""
    parts = [Query("event.type = %s", [registry.canonical(event)])]
    return both(*parts, *(Filter(**each).condition() for each in filters or ()))


def both(*conditions: Query) -> Query:
    return Query(
        " AND ".join(condition.sql for condition in conditions),
        [value for condition in conditions for value in condition.params],
    )


def rows(condition: Query, columns: Query | None = None) -> Query:
    """`friend_id` of each event for which the condition holds, and such columns (`, event.at`) of it."""
    more, params = columns or Query("", [])
    sql = (
        f"SELECT event.friend_id{more} FROM events_event event"  # noqa: S608  (values are parameters)
        f" WHERE {condition.sql} AND event.friend_id IS NOT NULL"
        " UNION ALL"
        f" SELECT link.friend_id{more} FROM events_event event"
        " JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL"
        f" WHERE {condition.sql} AND event.friend_id IS NULL"
    )
    return Query(sql, [*params, *condition.params] * 2)


def names_in(filters: Iterable[list[dict] | None]) -> dict[str, str]:
    """Names of the products that filters name by code: one query at most."""
    values = [
        value
        for each in filters
        for filter_ in each or ()
        if filter_["property"] == "product"
        for value in Filter(**filter_).values()
    ]
    codes = {value for value in values if isinstance(value, str)}
    return products.names(codes) if codes else {}


def labels_of(events: Iterable[str]) -> dict[str, str]:
    """Words for types of events by the names that leaves have for them."""
    asked = {event: registry.canonical(event) for event in events}
    found = types.labels(asked.values())
    return {event: found[name] for event, name in asked.items()}


def event_words(event: str, filters: list[dict] | None, known: dict) -> str:
    """Such as “Bought (Product: 化粧水)”; `known` has `labels` and `names`."""
    label = known["labels"].get(event, event)
    if not filters:
        return label
    said = [Filter(**each).words(known["names"]) for each in filters]
    return _("%(event)s (%(which)s)") % {"event": label, "which": _(", ").join(said)}


def property_words(name: str) -> str:
    """The word for a property, whichever registered type has it."""
    for type_ in registry.all_types():
        for known, label in type_.properties:
            if known == name:
                return str(label)
    return name
