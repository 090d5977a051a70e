"""Leaves about the customer that a friend is linked to."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import CustomerField, CustomerSettings
from segments.kinds import Choice, Scalar, SingleOrList, Text, Unfit, YesNo
from segments.leaves import CUSTOMERS, Leaf, Moment, Query, given, register
from segments.types import comparing
from segments.types.comparing import OPERATORS, ORDERED, OfType, operators

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ATTRIBUTE = "attributes."
CUSTOMERS_FRIENDS = (
    "SELECT link.friend_id FROM customers_customer customer"
    " JOIN linking_link link ON link.customer_id = customer.id AND link.unlinked_at IS NULL"
)
SEEN = """
SELECT DISTINCT jsonb_object_keys(attributes)
FROM (SELECT attributes FROM customers_customer ORDER BY id DESC LIMIT 1000) AS newest
WHERE jsonb_typeof(attributes) = 'object'"""


@dataclass(frozen=True)
class Fields:
    """The client's fields of customers by name of the attribute, and whether there may be others."""

    by_key: dict[str, CustomerField]
    only_known: bool

    @classmethod
    def of(cls, attributes: set[str]) -> Self:
        """As far as these attributes go."""
        if not attributes - {""}:
            return cls({}, False)
        found = {field.key: field for field in CustomerField.objects.in_use().filter(key__in=attributes)}
        has_others = bool(attributes - {""} - found.keys())
        return cls(found, has_others and CustomerSettings.present().only_known_fields)

    def missing(self, attribute: str) -> str:
        """Why there is nothing to ask for; "" if there is."""
        if not attribute or attribute in self.by_key or not self.only_known:
            return ""
        return _("there is no field “%(field)s” of customers") % {"field": attribute}

    def label(self, attribute: str) -> str:
        return self.by_key[attribute].label if attribute in self.by_key else attribute


def customer_fields(*types: str) -> "list[tuple[object, StrOrPromise]]":
    """Fields of customers as options, of these types or all, then what else the newest customers have.

    The attributes of all would mean to read them all.
    """
    fields = {field.key: field for field in CustomerField.objects.in_use()}
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        seen = sorted({key for (key,) in cursor.fetchall()} - fields.keys())
    named = [(key, field.label) for key, field in fields.items() if not types or field.type in types]
    return [(ATTRIBUTE + key, label) for key, label in [*named, *((key, key) for key in seen)]]


def _fields_in_use() -> dict[str, CustomerField]:
    return {field.key: field for field in CustomerField.objects.in_use()}


def attribute_of(field: str) -> str:
    """The attribute's name, "" if the field is none."""
    return field.removeprefix(ATTRIBUTE) if field.startswith(ATTRIBUTE) else ""


@register
@dataclass(frozen=True)
class Linked(Leaf):
    """Friends who are, or are not, linked to a customer at present."""

    type = "linked"
    label = gettext_lazy("ID link")
    hint = gettext_lazy("Linked to a customer or not")
    group = CUSTOMERS
    fresh = {"is": True}
    is_linked: bool = given(
        YesNo(),
        name="is",
        label=gettext_lazy("ID link"),
        options=lambda: [(True, _("Linked")), (False, _("Not linked"))],
    )

    def query(self, moment: Moment) -> Query:
        return Query("SELECT friend_id FROM linking_link WHERE unlinked_at IS NULL", [])

    @property
    def is_inverted(self) -> bool:
        return not self.is_linked

    def topics(self) -> set[str]:
        return {"links"}

    def words(self, known: dict) -> str:
        return _("linked") if self.is_linked else _("not linked")


@register
@dataclass(frozen=True)
class CustomerIs(Leaf):
    """Friends linked to a customer of whom something is true.

    `field` is `number`, `name`, `birthday` (values are ISO dates) or `attributes.` and the attribute's name.
    A text `contains` another whatever the width, case and kana of both.
    Attributes compare as numbers with a number and as texts with a text, so ISO dates come in their order;
    a value of another kind does not fit.
    """

    type = "customer"
    label = gettext_lazy("Customer data")
    hint = gettext_lazy("What is known of the linked customer")
    group = CUSTOMERS
    fresh = {"field": "birthday", "op": "exists"}
    field: str = given(
        Text(),
        label=gettext_lazy("Field"),
        options=lambda: [
            ("number", _("Customer number")),
            ("name", _("Name")),
            ("birthday", _("Birthday")),
            *customer_fields(),
        ],
    )
    op: str = given(Choice(OPERATORS), label=gettext_lazy("Comparison"), options=operators)
    value: Scalar | list[Scalar] | None = given(SingleOrList(), default=None, label=gettext_lazy("Value"))

    COLUMNS = {"number": "text", "name": "text", "birthday": "date"}

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        """As the type of the field asks for it; an attribute that is no field may be anything."""
        field = str(said.get("field"))
        if field in cls.COLUMNS:
            return comparing.shape(OfType(cls.COLUMNS[field]), said.get("op"))
        return comparing.shape(look_up(_fields_in_use).get(attribute_of(field)), said.get("op"))

    def check(self) -> None:
        if self.field not in self.COLUMNS and not self.attribute:
            raise Unfit(_("the field must be number, name, birthday or attributes.…"))
        comparing.check(self.op, self.value)
        if not self.attribute:
            self._check_column_values()

    def _check_column_values(self) -> None:
        texts = [value for value in self.values if isinstance(value, str)]
        if len(texts) < len(self.values):
            raise Unfit(_("this field is compared with texts"))
        if self.field == "birthday" and self.op == "contains":
            raise Unfit(_("a birthday is compared with dates like 1990-04-30"))
        if self.field == "birthday" and not all(_is_date(text) for text in texts):
            raise Unfit(_("a birthday is compared with dates like 1990-04-30"))

    @property
    def attribute(self) -> str:
        """The attribute's name, "" if the field is a column."""
        return attribute_of(self.field)

    @property
    def values(self) -> list[Scalar]:
        return comparing.listed(self.value)

    def query(self, moment: Moment) -> Query:
        condition, params = self._attribute_is() if self.attribute else self._column_is()
        return Query(f"{CUSTOMERS_FRIENDS} WHERE {condition}", params)

    def _column_is(self) -> Query:
        column, kind = f"customer.{self.field}", self.COLUMNS[self.field]
        if self.op == "exists":
            return Query(f"{column} IS NOT NULL" if kind == "date" else f"{column} <> ''", [])
        if self.op == "contains":
            return Query(f"strpos(friends_folded({column}), friends_folded(%s)) > 0", self.values)
        if self.op in ORDERED:
            return Query(f"{column} {ORDERED[self.op]} %s::{kind}", self.values)
        return Query(f"{column} = ANY(%s::{kind}[])", [self.values])

    def _attribute_is(self) -> Query:
        held = "customer.attributes -> %s"
        if self.op == "exists":
            return Query(f"jsonb_typeof({held}) <> 'null'", [self.attribute])
        if self.op == "contains":
            text = f"CASE WHEN jsonb_typeof({held}) = 'string' THEN customer.attributes ->> %s END"
            contained_in = f"strpos(friends_folded({text}), friends_folded(%s)) > 0"
            return Query(contained_in, [self.attribute, self.attribute, *self.values])
        if self.op in ORDERED:
            # jsonb orders numbers by value and texts by collation, but a text above any number
            same_kind = f"jsonb_typeof({held}) = jsonb_typeof(%s::jsonb)"
            value = json.dumps(self.value)
            compared = f"{held} {ORDERED[self.op]} %s::jsonb"
            return Query(f"{same_kind} AND {compared}", [self.attribute, value, self.attribute, value])
        contained = [json.dumps({self.attribute: value}) for value in self.values]
        any_of = " OR ".join(["customer.attributes @> %s::jsonb"] * len(contained))
        return Query(f"({any_of})", contained)

    def topics(self) -> set[str]:
        return {"links", "customers"}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return {"fields": Fields.of({leaf.attribute for leaf in leaves})}

    def missing(self, known: dict) -> str:
        return known["fields"].missing(self.attribute)

    def words(self, known: dict) -> str:
        labels = {"number": _("customer number"), "name": _("name"), "birthday": _("birthday")}
        label = labels.get(self.field) or known["fields"].label(self.attribute)
        own = known["fields"].by_key.get(self.attribute)
        is_dated = self.field == "birthday" or (own is not None and own.type in comparing.DATED)
        return comparing.words(label, self.op, self.values, is_dated=is_dated)


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
