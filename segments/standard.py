"""The types of leaves that every client has: tag, link, friendship, customer, events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.utils.translation import gettext as _

from events import registry
from friends.models import Tag
from segments.kinds import Choice, Properties, Scalar, SingleOrList, Text, Unfit, Whole, YesNo
from segments.leaves import Leaf, Moment, Query, given, register

MOST_DAYS = 36_500
ANY_NUMBER = 2**31 - 1
ATTRIBUTE = "attributes."
CUSTOMERS_FRIENDS = (
    "SELECT link.friend_id FROM customers_customer customer"
    " JOIN linking_link link ON link.customer_id = customer.id AND link.unlinked_at IS NULL"
)


@dataclass(frozen=True)
class Reachable(Leaf):
    """Friends a message would reach. Not for trees: every tree is asked within these."""

    type = "reachable"

    def query(self, moment: Moment) -> Query:
        return Query("SELECT id FROM friends_friend WHERE status = 'friend'", [])

    def topics(self) -> set[str]:
        return {"friends"}


@register
@dataclass(frozen=True)
class Tagged(Leaf):
    """Friends with a tag."""

    type = "tag"
    tag: int = given(Whole(1, 2**31 - 1))

    def query(self, moment: Moment) -> Query:
        return Query("SELECT friend_id FROM friends_friendtag WHERE tag_id = %s", [self.tag])

    def topics(self) -> set[str]:
        return {f"tag:{self.tag}"}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return dict(Tag.objects.filter(pk__in={leaf.tag for leaf in leaves}).values_list("pk", "name"))

    def missing(self, known: dict) -> str:
        return "" if self.tag in known else _("there is no tag %(tag)s") % {"tag": self.tag}

    def words(self, known: dict) -> str:
        return _("tagged “%(tag)s”") % {"tag": known.get(self.tag) or _("deleted tag")}


@register
@dataclass(frozen=True)
class Linked(Leaf):
    """Friends who are, or are not, linked to a customer at present."""

    type = "linked"
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
class FriendFor(Leaf):
    """Days since the friend last added the account, by the client's calendar: yesterday at 23:59 is one day.

    A friend whose day of adding is not known (imported) fits neither bound.
    """

    type = "friend_for"
    days_at_least: int | None = given(Whole(0, MOST_DAYS), default=None)
    days_less_than: int | None = given(Whole(1, MOST_DAYS), default=None)

    def check(self) -> None:
        if self.days_at_least is None and self.days_less_than is None:
            raise Unfit(_("needs days_at_least or days_less_than"))

    def query(self, moment: Moment) -> Query:
        sql = "SELECT id FROM friends_friend WHERE status = 'friend'"
        params: list = []
        if self.days_at_least is not None:
            sql += " AND followed_at < %s"
            params.append(moment.day_begins(self.days_at_least - 1))
        if self.days_less_than is not None:
            sql += " AND followed_at >= %s"
            params.append(moment.day_begins(self.days_less_than - 1))
        return Query(sql, params)

    def topics(self) -> set[str]:
        return {"friends"}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()

    def words(self, known: dict) -> str:
        said = {"least": self.days_at_least, "less": self.days_less_than}
        if self.days_less_than is None:
            return _("friend for %(least)s days or more") % said
        if self.days_at_least is None:
            return _("friend for less than %(less)s days") % said
        return _("friend for %(least)s days or more and less than %(less)s") % said


@register
@dataclass(frozen=True)
class CustomerIs(Leaf):
    """Friends linked to a customer of whom something is true.

    `field` is `number`, `name`, `birthday` (values are ISO dates) or `attributes.` and the attribute's name.
    Attributes compare as numbers with a number and as texts with a text, so ISO dates come in their order;
    a value of another kind does not fit.
    """

    type = "customer"
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


@register
@dataclass(frozen=True)
class Did(Leaf):
    """Friends of whom an event is recorded so many times; at most 0 is "never".

    An event that names only a customer counts for the friend who is that customer at present. `within_days`
    counts the client's calendar days before today, today included: 1 is since yesterday's midnight.
    """

    type = "events"
    event: str = given(Text(60))
    count_at_least: int | None = given(Whole(1, 10_000), default=None)
    count_at_most: int | None = given(Whole(0, 10_000), default=None)
    within_days: int | None = given(Whole(0, MOST_DAYS), default=None)
    where: dict[str, Scalar] | None = given(Properties(), default=None)

    def check(self) -> None:
        if self.count_at_least is None and self.count_at_most is None:
            raise Unfit(_("needs count_at_least or count_at_most"))
        if self.count_at_most is not None and self.count_at_most < (self.count_at_least or 0):
            raise Unfit(_("count_at_most is less than count_at_least"))

    @property
    def is_inverted(self) -> bool:
        """Without a lower bound those are sought who did it more often: who never did has no row."""
        return self.count_at_least is None

    def query(self, moment: Moment) -> Query:
        doers, params = self._doers(moment)
        least, most = self._bounds()
        if (least, most) == (1, ANY_NUMBER):
            return Query(doers, params)
        sql = f"SELECT friend_id FROM ({doers}) AS doer GROUP BY friend_id HAVING count(*) BETWEEN %s AND %s"  # noqa: S608
        return Query(sql, [*params, least, most])

    def _bounds(self) -> tuple[int, int]:
        if self.count_at_least is None:
            return (self.count_at_most or 0) + 1, ANY_NUMBER
        return self.count_at_least, ANY_NUMBER if self.count_at_most is None else self.count_at_most

    def _doers(self, moment: Moment) -> Query:
        """The friend of each event, once per event."""
        what, params = self._what(moment)
        sql = (
            f"SELECT friend_id FROM events_event event WHERE {what} AND friend_id IS NOT NULL"  # noqa: S608
            " UNION ALL"
            " SELECT link.friend_id FROM events_event event"
            " JOIN linking_link link ON link.customer_id = event.customer_id AND link.unlinked_at IS NULL"
            f" WHERE {what} AND event.friend_id IS NULL"
        )
        return Query(sql, params * 2)

    def _what(self, moment: Moment) -> Query:
        sql = "event.type = %s"
        params: list = [registry.canonical(self.event)]
        if self.within_days is not None:
            sql += " AND event.at >= %s"
            params.append(moment.day_begins(self.within_days))
        if self.where:
            sql += " AND event.properties @> %s::jsonb"
            params.append(json.dumps(self.where))
        return Query(sql, params)

    def topics(self) -> set[str]:
        return {"links", f"events:{registry.canonical(self.event)}"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return None if self.within_days is None else moment.day_ends()

    def words(self, known: dict) -> str:
        said = {"event": self._event_words(), "count": self._count_words(), "days": self.within_days}
        if self.within_days is None:
            return _("%(event)s %(count)s") % said
        return _("%(event)s %(count)s within %(days)s days") % said

    def _event_words(self) -> str:
        label = registry.label(registry.canonical(self.event))
        if not self.where:
            return label
        return f"{label} ({', '.join(f'{name}: {value}' for name, value in self.where.items())})"

    def _count_words(self) -> str:
        said = {"least": self.count_at_least, "most": self.count_at_most}
        if self.count_at_most == 0:
            return _("never")
        if self.count_at_least is None:
            return _("%(most)s times or less") % said
        if self.count_at_most is None:
            return _("once or more") if self.count_at_least == 1 else _("%(least)s times or more") % said
        return _("%(least)s to %(most)s times") % said


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
