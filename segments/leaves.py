"""Leaves: the single conditions a segment is made of, and the registry of their types.

A leaf is one SQL query that yields friend numbers; or it stands for a tree of other conditions; or only
LINE can judge it. An app further right adds its own types with `register`: schema, words, form and SQL are
all said in the one class.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from segments.errors import InvalidTree
from segments.kinds import Kind, Unfit, declared_names, read_declared, schema_declared

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from segments.reaching.platform import Demographic, Recipient
    from segments.tree import Node

    Options = Callable[[], list[tuple[object, StrOrPromise]]]

# What leaves are about: the sections of the menu in which a condition is chosen, in this order.
FRIENDS = "friends"
CUSTOMERS = "customers"
SHOP = "shop"
BEHAVIOUR = "behaviour"
MESSAGES = "messages"
GATHERED = "gathered"
LINE = "line"
GROUPS: "dict[str, StrOrPromise]" = {
    FRIENDS: gettext_lazy("Friend"),
    CUSTOMERS: gettext_lazy("Customer"),
    SHOP: gettext_lazy("Purchases"),
    BEHAVIOUR: gettext_lazy("Behaviour"),
    MESSAGES: gettext_lazy("Messages"),
    GATHERED: gettext_lazy("Lists and segments"),
    LINE: gettext_lazy("Known to LINE only"),
}


class Query(NamedTuple):
    """SQL with one column of friend numbers, which may repeat, and its parameters."""

    sql: str
    params: list


@dataclass(frozen=True)
class Moment:
    """When a leaf is asked. Days are those of the client's calendar."""

    now: datetime
    zone: ZoneInfo

    @classmethod
    def present(cls) -> Self:
        return cls(timezone.now(), ZoneInfo(current.tenant().time_zone))

    def day_begins(self, days_ago: int = 0) -> datetime:
        """Midnight at which the day `days_ago` days before today began; negative for days to come."""
        today = self.now.astimezone(self.zone).date()
        return datetime.combine(today - timedelta(days=days_ago), time.min, self.zone)

    def day_ends(self) -> datetime:
        return self.day_begins(-1)


def given(
    kind: Kind,
    *,
    name: str | None = None,
    default: Any = MISSING,
    label: "StrOrPromise" = "",
    unit: "StrOrPromise" = "",
    options: "Options | None" = None,
) -> Any:
    """A value of a leaf, declared once: how it is read, described, kept and asked for on the page.

    Without default it is required. `unit` stands behind the field (“days”). `options` are the values that
    this client has to choose from, looked up when a form is shown; others stay possible.
    """
    told = {"kind": kind, "name": name, "label": label, "unit": unit, "options": options}
    return field(default=default, metadata=told)


@dataclass(frozen=True)
class Leaf:
    """One condition. A subclass is a frozen dataclass whose fields are declared with `given`.

    `label` and `group` are its name and its section in the menu of conditions, `hint` the line below the
    name. `fresh` are the values, by name in JSON, of one just added. If it has a class method
    `shaped(said, look_up)`, that says for the form, from the values chosen so far, by name what is asked
    otherwise than declared (what `given` takes, `is_required`), or not at all (None); `look_up` asks once.
    """

    type: ClassVar[str]
    label: "ClassVar[StrOrPromise]" = ""
    hint: "ClassVar[StrOrPromise]" = ""
    group: ClassVar[str] = ""
    fresh: ClassVar[dict] = {}
    # Whether it is about people whom no message reaches any more: then a count is of all friends ever known.
    asks_all: ClassVar[bool] = False
    # Whether friends drawn at random are asked of it before sending: not where a few take as long as all.
    is_tried: ClassVar[bool] = True
    # Whether only LINE can judge it: then there is no query, and `segments/reaching/` knows the way to them.
    is_platform: ClassVar[bool] = False

    @classmethod
    def parse(cls, raw: dict, path: str = "") -> Self:
        """Raises InvalidTree, naming the value that does not fit."""
        given_here = {name: value for name, value in raw.items() if name != "type"}
        try:
            leaf = cls(**read_declared(cls, given_here))
        except Unfit as problem:
            raise InvalidTree(str(problem), path=_join(path, problem.path)) from problem
        _fits(leaf, path)
        return leaf

    @classmethod
    def schema(cls) -> dict:
        """The JSON Schema of this type."""
        said = schema_declared(cls)
        return {
            "title": str(cls.label or cls.type),
            "description": str(cls.hint or inspect.cleandoc(cls.__doc__ or "")),
            **said,
            "properties": {"type": {"const": cls.type}} | said["properties"],
            "required": ["type", *said["required"]],
        }

    def as_json(self) -> dict:
        values = {name: getattr(self, attribute) for attribute, name in declared_names(type(self)).items()}
        return {"type": self.type} | {name: value for name, value in values.items() if value is not None}

    def key(self, zone: ZoneInfo) -> str:
        """The same for leaves that ask the same, in whatever segment they stand."""
        keys: dict[str, str] = self.__dict__.setdefault("_keys", {})  # asked for several times in each count
        if str(zone) not in keys:
            text = json.dumps([self.as_json(), str(zone)], sort_keys=True)
            keys[str(zone)] = hashlib.sha256(text.encode()).hexdigest()
        return keys[str(zone)]

    def check(self) -> None:
        """Raise Unfit if the values, each right by itself, do not fit together."""

    def stands_for(self, moment: Moment) -> "Node | None":
        """The tree of other conditions that it abbreviates, looked up anew each time; None: it is a query."""
        return None

    def query(self, moment: Moment) -> Query:
        """The friends for whom it is true, or, if `is_inverted`, those for whom it is not.

        Also asked of a few friends only, with `WHERE id = ANY(…)` around it: written so that PostgreSQL can
        push that down to its tables.
        """
        raise NotImplementedError

    def line(self) -> "Demographic | Recipient":
        """What LINE is to judge, if `is_platform`: a guess of its about people, or a list that it holds."""
        raise NotImplementedError

    @property
    def is_inverted(self) -> bool:
        return False

    def topics(self) -> set[str]:
        """Data versions (`events.versions`) on which the answer depends."""
        raise NotImplementedError

    def valid_until(self, moment: Moment) -> datetime | None:
        """When the answer can next change by time alone; None if it cannot, or if `next_change` says when."""
        return None

    def next_change(self, moment: Moment) -> Query | None:
        """One row with the first instant after `moment` at which time alone changes the answer, or NULL.

        An earlier one will do: then the leaf is looked at once more in between.
        """
        return None

    def crossed(self, before: Moment, after: Moment) -> Query | None:
        """The friends whose answer time alone may have changed from one moment to a later one.

        They may be too many, never too few. None: not known, so that all are asked anew.
        """
        return None

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        """What `missing` and `words` need of the rows these leaves name; one query for all of them."""
        return {}

    def missing(self, known: dict) -> str:
        """What it names and is not there, as a message; "" if all is there."""
        return ""

    def words(self, known: dict) -> str:
        """The condition for people, in the language that is active."""
        raise NotImplementedError


_types: dict[str, type[Leaf]] = {}


def register(leaf: type[Leaf]) -> type[Leaf]:
    """Make a type of leaf known; to be used as a decorator."""
    _types[leaf.type] = leaf
    return leaf


def all_types() -> list[type[Leaf]]:
    return list(_types.values())


def types() -> dict[str, type[Leaf]]:
    """By name."""
    return _types


def parse(raw: dict, path: str = "") -> Leaf:
    """Raises InvalidTree."""
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in _types:
        known = ", ".join(sorted(_types))
        raise InvalidTree(_("must be one of: %(options)s") % {"options": known}, path=_join(path, "type"))
    return _types[kind].parse(raw, path)


def look_up(leaves: Iterable[Leaf]) -> dict[str, dict]:
    """What is known of the rows that these leaves name, by type of leaf; at most one query per type."""
    by_type: dict[type[Leaf], list[Leaf]] = {}
    for leaf in leaves:
        by_type.setdefault(type(leaf), []).append(leaf)
    return {kind.type: kind.look_up(same) for kind, same in by_type.items()}


def _fits(leaf: Leaf, path: str) -> None:
    try:
        leaf.check()
    except Unfit as problem:
        raise InvalidTree(str(problem), path=_join(path, problem.path)) from problem


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
