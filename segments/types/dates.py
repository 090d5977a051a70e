"""The leaf about dates relative to today: birthdays, expiries, last orders, and their anniversaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import CustomerField
from friends import values
from friends.models import FriendField
from segments.kinds import MOST_DAYS, Choice, Text, Unfit, Whole, YesNo
from segments.leaves import CUSTOMERS, Leaf, Moment, Query, given, register
from segments.types import calendar
from segments.types.calendar import DAYS, WHEN, Span
from segments.types.customers import CUSTOMERS_FRIENDS, Fields, attribute_of, customer_fields
from segments.types.friend_data import ANSWERS, FIELD, friend_fields, read_fields

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DATED = (FriendField.Type.DATE, FriendField.Type.DATETIME)
UNDATED = (CustomerField.Type.NUMBER, CustomerField.Type.YES_NO, CustomerField.Type.CHOICE)
TOTALS = f"{CUSTOMERS_FRIENDS} JOIN shops_customertotals totals ON totals.customer_id = customer.id WHERE "
# What a field is read from, where its day stands, and the topics that change it.
SOURCES = {
    "birthday": (f"{CUSTOMERS_FRIENDS} WHERE ", "customer.birthday", {"links", "customers"}),
    "last_order": (TOTALS, "totals.last_at", {"links", "orders"}),
    "first_order": (TOTALS, "totals.first_at", {"links", "orders"}),
    "linked_at": (
        "SELECT link.friend_id FROM linking_link link WHERE link.unlinked_at IS NULL AND ",
        "link.linked_at",
        {"links"},
    ),
    "followed_at": ("SELECT id FROM friends_friend friend WHERE ", "friend.followed_at", {"friends"}),
}
ISO = "(customer.attributes ->> %s) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}'"


def _labels() -> "dict[str, StrOrPromise]":
    return {
        "birthday": _("Birthday"),
        "last_order": _("Last order"),
        "first_order": _("First order"),
        "linked_at": _("ID link made"),
        "followed_at": _("Added the account"),
    }


def _fields() -> "list[tuple[object, StrOrPromise]]":
    dated = customer_fields(CustomerField.Type.DATE, CustomerField.Type.TEXT)
    return [*_labels().items(), *friend_fields(*DATED), *dated]


@register
@dataclass(frozen=True)
class DateIs(Leaf):
    """Friends of whom a date lies so relative to today, by the client's calendar.

    `field` is `birthday`, `last_order`, `first_order`, `linked_at`, `followed_at`, `fields.` and the key of a
    field of friends, or `attributes.` and the name of a field of customers. `when` names a day or a period
    (weeks begin on Sunday), or is `days`: from `from` to `to` days from today, negative for the past, one of
    them at least. `yearly` means the day returns every year; a birthday's does unless it is false. In years
    without 29 February its day is the 28th.
    """

    type = "date"
    label = gettext_lazy("A date, from today")
    hint = gettext_lazy("Birthday this month, last order 60 to 90 days ago, expiry in 7 days")
    group = CUSTOMERS
    fresh = {"field": "birthday", "when": "this_month"}
    field: str = given(Text(), label=gettext_lazy("Date"), options=_fields)
    when: str = given(Choice(WHEN), label=gettext_lazy("When"), options=calendar.options)
    first: int | None = given(
        Whole(-MOST_DAYS, MOST_DAYS),
        name="from",
        default=None,
        label=gettext_lazy("From"),
        unit=gettext_lazy("days from today"),
    )
    last: int | None = given(
        Whole(-MOST_DAYS, MOST_DAYS),
        name="to",
        default=None,
        label=gettext_lazy("To"),
        unit=gettext_lazy("days from today"),
    )
    yearly: bool | None = given(YesNo(), default=None, label=gettext_lazy("Every year"))

    def check(self) -> None:
        if self.field not in SOURCES and not self._attribute and not self._key:
            known = ", ".join([*SOURCES, "fields.…", "attributes.…"])
            raise Unfit(_("must be one of: %(options)s") % {"options": known}, path="field")
        if (self.when == DAYS) != ((self.first, self.last) != (None, None)):
            raise Unfit(_("from or to goes with days, and only with it"))
        if self.first is not None and self.last is not None and self.last < self.first:
            raise Unfit(_("to is before from"), path="to")
        if self._is_yearly and self.when == DAYS and None in (self.first, self.last):
            raise Unfit(_("a day of every year needs both from and to"))

    @property
    def _attribute(self) -> str:
        return attribute_of(self.field)

    @property
    def _key(self) -> str:
        return self.field.removeprefix(FIELD) if self.field.startswith(FIELD) else ""

    @property
    def _is_yearly(self) -> bool:
        return self.field == "birthday" if self.yearly is None else self.yearly

    def query(self, moment: Moment) -> Query:
        meant = self._span(moment)
        days = calendar.yearly(meant) if self._is_yearly else None
        return self._in(
            self._on_days(days, moment.zone) if self._is_yearly else self._within([meant], moment)
        )

    def crossed(self, before: Moment, after: Moment) -> Query | None:
        spans = self._span(before), self._span(after)
        if not self._is_yearly:
            return self._in(self._within(calendar.between(*spans), after))
        days = [calendar.yearly(span) for span in spans]
        if days[0] is None or days[1] is None:
            return None
        return self._in(self._on_days(days[0] ^ days[1], after.zone))

    def _span(self, moment: Moment) -> Span:
        return calendar.span(_today(moment), self.when, self.first, self.last)

    def _in(self, condition: Query) -> Query:
        """The friends of whose date this is true."""
        sql, params = condition
        if self._attribute:
            return Query(f"{CUSTOMERS_FRIENDS} WHERE {ISO} AND {sql}", [self._attribute, *params])
        if self._key:
            return Query(f"{ANSWERS} {sql}", [self._key, *params])
        return Query(f"{SOURCES[self.field][0]} {sql}", params)

    def _within(self, spans: list[Span], moment: Moment) -> Query:
        parts = [part for span in spans for part in self._columns_within(span, moment)]
        any_of = " OR ".join(part.sql for part in parts) or "false"
        return Query(f"({any_of})", [param for part in parts for param in part.params])

    def _columns_within(self, span: Span, moment: Moment) -> list[Query]:
        """The date, in each column in which it may stand, compared with the ends of the span."""
        if self._attribute:
            return [self._text_within(span)]
        if self._key:
            return [_day_within("answer.day", span), _moment_within("answer.moment", span, moment)]
        column = SOURCES[self.field][1]
        if self.field == "birthday":
            return [_day_within(column, span)]
        return [_moment_within(column, span, moment)]

    def _text_within(self, span: Span) -> Query:
        text = 'left(customer.attributes ->> %s, 10) COLLATE "C"'
        sql, params = _range(text, span.first and span.first.isoformat(), span.last and span.last.isoformat())
        return Query(sql, [each for param in params for each in (self._attribute, param)])

    def _on_days(self, days: frozenset[int] | None, zone: object) -> Query:
        """Whether its month and day are among these; None: any date."""
        if self._attribute:
            month_and_day = (
                "substr(customer.attributes ->> %s, 6, 2) || substr(customer.attributes ->> %s, 9, 2)"
            )
            if days is None:
                return Query("true", [])
            wanted = [f"{day:04}" for day in sorted(days)]
            return Query(f"{month_and_day} = ANY(%s)", [self._attribute, self._attribute, wanted])
        column = "answer" if self._key else SOURCES[self.field][1]
        if days is None:
            return Query(_is_known(column), [])
        day, params = self._local_day(str(zone))
        month_and_day = (
            f"(extract(month FROM {day})::int * 100 + extract(day FROM {day})::int) = ANY(%s::int[])"
        )
        return Query(month_and_day, [*params * 2, sorted(days)])

    def _local_day(self, zone: str) -> Query:
        if self._key:
            return Query("coalesce(answer.day, (answer.moment AT TIME ZONE %s)::date)", [zone])
        column = SOURCES[self.field][1]
        if self.field == "birthday":
            return Query(column, [])
        return Query(f"({column} AT TIME ZONE %s)::date", [zone])

    def topics(self) -> set[str]:
        if self._attribute:
            return {"links", "customers"}
        return {values.topic(self._key)} if self._key else SOURCES[self.field][2]

    def valid_until(self, moment: Moment) -> datetime:
        return datetime.combine(calendar.moves_on(_today(moment), self.when), time.min, moment.zone)

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return {
            "friends": read_fields({leaf.field for leaf in leaves}),
            "customers": Fields.of({leaf._attribute for leaf in leaves}),
        }

    def missing(self, known: dict) -> str:
        if self._key:
            field = known["friends"].get(self.field)
            if field is None:
                return _("there is no field “%(field)s” of friends") % {"field": self._key}
            return "" if field.type in DATED else self._not_dated(field.name)
        defined = known["customers"].by_key.get(self._attribute)
        if defined and defined.type in UNDATED:
            return self._not_dated(defined.label)
        return known["customers"].missing(self._attribute)

    def _not_dated(self, name: str) -> str:
        return _("the field “%(field)s” holds no dates") % {"field": name}

    def words(self, known: dict) -> str:
        said = {"field": self._label(known), "when": calendar.words(self.when, self.first, self.last)}
        if self._is_yearly and self.field != "birthday":
            return _("%(field)s (every year): %(when)s") % said
        return _("%(field)s: %(when)s") % said

    def _label(self, known: dict) -> str:
        if self._key:
            return known["friends"][self.field].name if self.field in known["friends"] else self._key
        if self._attribute:
            return known["customers"].label(self._attribute)
        return str(_labels()[self.field])


def _today(moment: Moment) -> date:
    return moment.now.astimezone(moment.zone).date()


def _is_known(column: str) -> str:
    return (
        "(answer.day IS NOT NULL OR answer.moment IS NOT NULL)"
        if column == "answer"
        else f"{column} IS NOT NULL"
    )


def _day_within(column: str, span: Span) -> Query:
    return _range(column, span.first, span.last)


def _moment_within(column: str, span: Span, moment: Moment) -> Query:
    """From the midnight that begins the first day to the one that ends the last."""
    begin = span.first and datetime.combine(span.first, time.min, moment.zone)
    end = span.last and datetime.combine(span.last + timedelta(days=1), time.min, moment.zone)
    return _range(column, begin, end, before="<")


def _range(column: str, first: object, last: object, *, before: str = "<=") -> Query:
    bounds = [(">=", first), (before, last)]
    asked = [(order, bound) for order, bound in bounds if bound is not None]
    return Query(
        "(" + " AND ".join(f"{column} {order} %s" for order, _bound in asked) + ")",
        [bound for _order, bound in asked],
    )
