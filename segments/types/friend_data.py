"""Leaves about what is known of a friend: the client's own fields, the name, the language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from friends import values
from friends.models import FriendField
from friends.prefectures import find
from segments.kinds import Choice, Scalar, SingleOrList, Text, Unfit
from segments.leaves import FRIENDS, Leaf, Moment, Query, given, register
from segments.types import comparing
from segments.types.comparing import OPERATORS, ORDERED, OfType, operators

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELD = "fields."
LANGUAGES = ("ja", "en", "ko", "zh-TW", "zh-CN", "th", "vi", "id", "pt-BR", "es", "fr", "de")
Type = FriendField.Type
SAME = {"equals", "in", "exists"}
# A field is named by its key; one that is archived has no answers.
ANSWERS = """SELECT answer.friend_id FROM friends_fieldvalue answer
WHERE answer.field_id = (SELECT id FROM friends_friendfield WHERE key = %s AND archived_at IS NULL) AND """
# As the indexes are, one for each kind of order.
ANSWERED = "(text IS NOT NULL OR number IS NOT NULL OR day IS NOT NULL OR moment IS NOT NULL)"
NAME_SAYS = (
    "friends_grams(folded_name) @> friends_sought(friends_folded(%s))"
    " AND strpos(folded_name, friends_folded(%s)) > 0"
)


def friend_fields(*types: str) -> "list[tuple[object, StrOrPromise]]":
    """The client's fields of friends, of these types or all, as options."""
    fields = FriendField.objects.in_use()
    found = fields.filter(type__in=types) if types else fields
    return [(FIELD + field.key, field.name) for field in found]


def _in_use() -> dict[object, FriendField]:
    return {FIELD + field.key: field for field in FriendField.objects.in_use()}


def read_fields(names: set[str]) -> dict[str, FriendField]:
    """Fields in use by the names that conditions have for them, `fields.` and the key."""
    keys = {name.removeprefix(FIELD) for name in names if name.startswith(FIELD)}
    found = FriendField.objects.in_use().filter(key__in=keys) if keys else []
    return {FIELD + field.key: field for field in found}


@register
@dataclass(frozen=True)
class FriendIs(Leaf):
    """Friends of whom something is known.

    `field` is `name` (display name or own name), `language` (as the friend uses LINE, `ja` or `zh-TW`), or
    `fields.` and the key of one of your own fields. A value has the type of the field: a number, true or
    false, a text, a date such as 1990-04-30. Of several choices, one that fits is enough.
    """

    type = "friend"
    label = gettext_lazy("Friend data")
    hint = gettext_lazy("Name, language and your own fields of friends")
    group = FRIENDS
    fresh = {"field": "name", "op": "contains", "value": ""}
    field: str = given(
        Text(),
        label=gettext_lazy("Field"),
        options=lambda: [("name", _("Name")), ("language", _("Language in LINE")), *friend_fields()],
    )
    op: str = given(Choice(OPERATORS), label=gettext_lazy("Comparison"), options=operators)
    value: Scalar | list[Scalar] | None = given(SingleOrList(), default=None, label=gettext_lazy("Value"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        """As the type of the field asks for it."""
        field, op = said.get("field"), said.get("op")
        if field == "language":
            return comparing.shape(OfType(Type.CHOICE, LANGUAGES), op, _language)
        return comparing.shape(OfType(Type.TEXT) if field == "name" else look_up(_in_use).get(field), op)

    def check(self) -> None:
        comparing.check(self.op, self.value)
        if not self._key:
            self._check_profile()
        if self.op in ORDERED and isinstance(self.value, str) and _moment(self.value) is None:
            raise Unfit(_("is no number and no date such as 1990-04-30"), path="value")

    def _check_profile(self) -> None:
        if self.field not in ("name", "language"):
            raise Unfit(_("the field must be name, language or fields.…"), path="field")
        if self.op not in SAME | ({"contains"} if self.field == "name" else set()):
            raise Unfit(_("this field is not compared so"), path="op")
        if not all(isinstance(value, str) for value in self._values):
            raise Unfit(_("this field is compared with texts"), path="value")

    @property
    def _key(self) -> str:
        """The key of the field, "" if it is of the profile."""
        return self.field.removeprefix(FIELD) if self.field.startswith(FIELD) else ""

    @property
    def _values(self) -> list[Scalar]:
        return comparing.listed(self.value)

    def query(self, moment: Moment) -> Query:
        if self._key:
            condition, params = self._answer_is(moment)
            return Query(f"{ANSWERS} {condition}", [self._key, *params])
        condition, params = self._name_is() if self.field == "name" else self._language_is()
        return Query(f"SELECT id FROM friends_friend WHERE {condition}", params)  # noqa: S608

    def _name_is(self) -> Query:
        if self.op == "exists":
            return Query("(display_name <> '' OR own_name <> '')", [])
        if self.op == "contains":
            return Query(NAME_SAYS, [self.value, self.value])
        return Query("(display_name = ANY(%s) OR own_name = ANY(%s))", [self._values, self._values])

    def _language_is(self) -> Query:
        if self.op == "exists":
            return Query("language <> ''", [])
        return Query("language = ANY(%s)", [self._values])

    def _answer_is(self, moment: Moment) -> Query:
        if self.op == "exists":
            return Query(ANSWERED, [])
        if self.op == "contains":
            return Query("strpos(friends_folded(answer.text), friends_folded(%s)) > 0", [self.value])
        same = [self._value_is(value, moment) for value in self._values]
        any_of = " OR ".join(query.sql for query in same)
        return Query(f"({any_of})", [param for query in same for param in query.params])

    def _value_is(self, value: Scalar, moment: Moment) -> Query:
        """The answer stands in the column that the field's type names; the other columns are empty."""
        order = ORDERED.get(self.op, "=")
        if isinstance(value, bool):
            return Query("answer.text = %s", ["yes" if value else "no"])
        if not isinstance(value, str):
            return Query(f"answer.number {order} %s", [Decimal(str(value))])
        parts = [] if self.op in ORDERED else [Query("answer.text = %s", [value])]
        if day := _day(value):
            parts += [Query(f"answer.day {order} %s", [day]), self._on_day(day, moment)]
        elif at := _moment(value):
            parts.append(Query(f"answer.moment {order} %s", [at if at.tzinfo else _local(at, moment)]))
        any_of = " OR ".join(part.sql for part in parts)
        return Query(f"({any_of})", [param for part in parts for param in part.params])

    def _on_day(self, day: date, moment: Moment) -> Query:
        """A moment compared with a day: the client's day from its beginning to its end."""
        begin = datetime.combine(day, time.min, moment.zone)
        end = datetime.combine(day + timedelta(days=1), time.min, moment.zone)
        if self.op == "at_least":
            return Query("answer.moment >= %s", [begin])
        if self.op == "at_most":
            return Query("answer.moment < %s", [end])
        return Query("(answer.moment >= %s AND answer.moment < %s)", [begin, end])

    def topics(self) -> set[str]:
        return {values.topic(self._key)} if self._key else {"friends", "profiles"}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return read_fields({leaf.field for leaf in leaves})

    def missing(self, known: dict) -> str:
        if not self._key:
            return ""
        if self.field not in known:
            return _("there is no field “%(field)s” of friends") % {"field": self._key}
        field = known[self.field]
        fits = self.op in _operators_of(field) and all(_fits(value, field) for value in self._values)
        said = {"field": field.name, "type": field.get_type_display()}
        return "" if fits else _("does not fit the field “%(field)s” (%(type)s)") % said

    def words(self, known: dict) -> str:
        if self.field == "language":
            return comparing.words(_("Language in LINE"), self.op, list(map(_language, self._values)))
        label = known[self.field].name if self.field in known else self._key
        is_dated = self.field in known and known[self.field].type in comparing.DATED
        return comparing.words(label or _("Name"), self.op, self._values, is_dated=is_dated)


def _operators_of(field: FriendField) -> set[str]:
    if field.type == Type.TEXT:
        return SAME | {"contains"}
    return SAME | set(ORDERED) if field.type in (Type.NUMBER, Type.DATE, Type.DATETIME) else SAME


def _fits(value: Scalar, field: FriendField) -> bool:
    if field.type == Type.YES_NO:
        return isinstance(value, bool)
    if field.type == Type.NUMBER:
        return not isinstance(value, bool | str)
    if not isinstance(value, str):
        return False
    if field.type in (Type.CHOICE, Type.CHOICES):
        return value in field.choices
    if field.type == Type.PREFECTURE:
        return find(value) == value
    if field.type == Type.DATE:
        return _day(value) is not None
    return field.type == Type.TEXT or _moment(value) is not None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if str(day) == text and day < date.max else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _local(at: datetime, moment: Moment) -> datetime:
    return at.replace(tzinfo=moment.zone)


def _language(code: Scalar) -> str:
    try:
        return get_language_info(str(code).lower())["name_translated"]
    except KeyError:
        return str(code)
