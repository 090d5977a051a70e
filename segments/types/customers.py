"""Leaves about the customer that a friend is linked to."""

import json
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import Choice, Scalar, SingleOrList, Text, Unfit, YesNo
from segments.leaves import CUSTOMERS, Leaf, Moment, Query, given, register

ATTRIBUTE = "attributes."
CUSTOMERS_FRIENDS = (
    "SELECT link.friend_id FROM customers_customer customer"
    " JOIN linking_link link ON link.customer_id = customer.id AND link.unlinked_at IS NULL"
)


@register
@dataclass(frozen=True)
class Linked(Leaf):
    """Friends who are, or are not, linked to a customer at present."""

    type = "linked"
    label = gettext_lazy("ID link")
    group = CUSTOMERS
    is_linked: bool = given(YesNo(), name="is")

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
    Attributes compare as numbers with a number and as texts with a text, so ISO dates come in their order;
    a value of another kind does not fit.
    """

    type = "customer"
    label = gettext_lazy("Customer data")
    group = CUSTOMERS
    field: str = given(Text())
    op: str = given(Choice(("equals", "in", "at_least", "at_most", "exists")))
    value: Scalar | list[Scalar] | None = given(SingleOrList(), default=None)

    COLUMNS = {"number": "text", "name": "text", "birthday": "date"}
    COMPARE = {"at_least": ">=", "at_most": "<="}

    def check(self) -> None:
        if self.field not in self.COLUMNS and not self.attribute:
            raise Unfit(_("the field must be number, name, birthday or attributes.…"))
        if (self.value is None) != (self.op == "exists"):
            raise Unfit(_("a value is needed, except for exists"))
        if isinstance(self.value, list) != (self.op == "in"):
            raise Unfit(_("a list of values goes with in, and only with it"))
        if not self.attribute:
            self._check_column_values()
        elif self.op in self.COMPARE and isinstance(self.value, bool):
            raise Unfit(_("true and false have no order"))

    def _check_column_values(self) -> None:
        texts = [value for value in self.values if isinstance(value, str)]
        if len(texts) < len(self.values):
            raise Unfit(_("this field is compared with texts"))
        if self.field == "birthday" and not all(_is_date(text) for text in texts):
            raise Unfit(_("a birthday is compared with dates like 1990-04-30"))

    @property
    def attribute(self) -> str:
        """The attribute's name, "" if the field is a column."""
        return self.field.removeprefix(ATTRIBUTE) if self.field.startswith(ATTRIBUTE) else ""

    @property
    def values(self) -> list[Scalar]:
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]

    def query(self, moment: Moment) -> Query:
        condition, params = self._attribute_is() if self.attribute else self._column_is()
        return Query(f"{CUSTOMERS_FRIENDS} WHERE {condition}", params)

    def _column_is(self) -> Query:
        column, kind = f"customer.{self.field}", self.COLUMNS[self.field]
        if self.op == "exists":
            return Query(f"{column} IS NOT NULL" if kind == "date" else f"{column} <> ''", [])
        if self.op in self.COMPARE:
            return Query(f"{column} {self.COMPARE[self.op]} %s::{kind}", self.values)
        return Query(f"{column} = ANY(%s::{kind}[])", [self.values])

    def _attribute_is(self) -> Query:
        held = "customer.attributes -> %s"
        if self.op == "exists":
            return Query(f"jsonb_typeof({held}) <> 'null'", [self.attribute])
        if self.op in self.COMPARE:
            # jsonb orders numbers by value and texts by collation, but a text above any number
            same_kind = f"jsonb_typeof({held}) = jsonb_typeof(%s::jsonb)"
            value = json.dumps(self.value)
            compared = f"{held} {self.COMPARE[self.op]} %s::jsonb"
            return Query(f"{same_kind} AND {compared}", [self.attribute, value, self.attribute, value])
        contained = [json.dumps({self.attribute: value}) for value in self.values]
        any_of = " OR ".join(["customer.attributes @> %s::jsonb"] * len(contained))
        return Query(f"({any_of})", contained)

    def topics(self) -> set[str]:
        return {"links", "customers"}

    def words(self, known: dict) -> str:
        said = {"field": self._label(), "value": ", ".join(str(value) for value in self.values)}
        return {
            "equals": _("%(field)s is %(value)s"),
            "in": _("%(field)s is one of %(value)s"),
            "at_least": _("%(field)s is %(value)s or more"),
            "at_most": _("%(field)s is %(value)s or less"),
            "exists": _("%(field)s is known"),
        }[self.op] % said

    def _label(self) -> str:
        labels = {"number": _("customer number"), "name": _("name"), "birthday": _("birthday")}
        return labels.get(self.field) or self.attribute


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
