"""Forms that repeat within forms: the columns of a carousel, their buttons, the areas of a picture.

`Values` are what stands in the fields, as a browser would send it: texts, and lists of values for what
repeats. In the page the second button of the first column of bubble 2 has the address `b2-columns0-actions1`;
its fields begin with it, and so do the values of the buttons that act on it: `remove:b2-columns0-actions1`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import ErrorDict
from django.utils.functional import Promise

Values = dict[str, Any]


@dataclass(frozen=True)
class Repeated:
    """A part that may stand several times in another.

    `add` is what the button says that makes one more. A single one is an object in the JSON, not a list.
    Where the parts are of several `kinds`, each carries the name of its own as `type`; `part` is the last.
    """

    part: type["Part"]
    most: int
    least: int = 0
    is_single: bool = False
    label: str | Promise = ""
    add: str | Promise = ""
    kinds: Mapping[str, type["Part"]] = field(default_factory=dict)

    def part_of(self, values: Values) -> type["Part"]:
        """The form of one with these values."""
        return self.kinds.get(values.get("type", ""), self.part)

    def values_of(self, value: dict) -> Values:
        """The values of the first kind that says exactly this."""
        if not self.kinds:
            return self.part.values_of(value)
        kind = next((kind for kind in self.kinds.values() if kind.can_show(value)), self.part)
        return kind.values_of(value) | {"type": kind.type}

    def fresh(self, kind: str = "") -> Values:
        """The values of a new one."""
        part = self.part_of({"type": kind})
        return part.fresh() | ({"type": part.type} if self.kinds else {})

    def items_of(self, value: dict, name: str) -> list[dict]:
        """Those in a value."""
        given = value.get(name)
        if given is None:
            return []
        return [given] if self.is_single else given

    def count(self, data: Mapping[str, str], address: str) -> int:
        """How many stand on the page, within what may."""
        given = data.get(address, "")
        number = int(given) if given.isdecimal() and len(given) < 4 else 0
        return min(max(number, self.least), self.most)

    def read(self, data: Mapping[str, str], address: str) -> list[Values]:
        """Their values among what the page sent."""
        return [self._read(data, f"{address}{index}") for index in range(self.count(data, address))]

    def written(self, items: list[Values], address: str) -> dict[str, str]:
        """What the page would send for them, and for those that must be there besides."""
        each = items + [self.fresh() for _missing in range(self.least - len(items))]
        data = {address: str(len(each))}
        for index, values in enumerate(each):
            prefix = f"{address}{index}"
            kind = {f"{prefix}-type": values.get("type", "")} if self.kinds else {}
            data |= self.part_of(values).written(values, prefix) | kind
        return data

    def forms(self, data: Mapping[str, str], address: str) -> list["Part"]:
        places = [f"{address}{index}" for index in range(self.count(data, address))]
        return [self._part_at(data, place)(data, prefix=place) for place in places]

    def _part_at(self, data: Mapping[str, str], prefix: str) -> type["Part"]:
        return self.part_of({"type": data.get(f"{prefix}-type", "")})

    def _read(self, data: Mapping[str, str], prefix: str) -> Values:
        part = self._part_at(data, prefix)
        return part.read(data, prefix) | ({"type": part.type} if self.kinds else {})


@dataclass
class PartList:
    """The parts of one kind on the page."""

    address: str
    rule: Repeated
    forms: list["Part"] = field(default_factory=list)

    @property
    def blank(self) -> "PartList":
        """The same without complaints."""
        return PartList(self.address, self.rule, [part.blank for part in self.forms])

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= self.rule.most

    @property
    def is_least(self) -> bool:
        return len(self.forms) <= self.rule.least


class Part(forms.Form):
    """Some fields, and parts that repeat, which say one JSON value.

    A kind of part declares its fields, `parts`, and, where the defaults do not do, `values_of(value)` and
    `value()`, which must be each other's inverse. `template_name` draws the fields; it gets `form`, and
    draws a list by `{% include "composing/parts.html" with list=form.lists.columns %}`.

    `acts` are what its own buttons do, `do=<act>:<address>:<argument>`: each takes its values and the
    argument, and answers the new values. `folded` are fields and parts that the page folds away until they
    say something.
    """

    template_name = "composing/fields.html"
    parts: ClassVar[dict[str, Repeated]] = {}
    acts: ClassVar[dict[str, Callable[[Values, str], Values]]] = {}
    type: ClassVar[str] = ""
    new: ClassVar[dict] = {}
    folded: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Mapping[str, str] | None = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.lists = {
            name: PartList(f"{prefix}-{name}", rule, rule.forms(data or {}, f"{prefix}-{name}"))
            for name, rule in self.all_parts().items()
        }

    @classmethod
    def all_parts(cls) -> dict[str, Repeated]:
        return cls.parts

    @classmethod
    def values_of(cls, value: dict) -> Values:
        """What stands in the fields for this value."""
        within = {
            name: [rule.values_of(each) for each in rule.items_of(value, name)]
            for name, rule in cls.parts.items()
        }
        return {name: value[name] for name in cls.base_fields if name in value} | within

    def value(self) -> dict:
        """What valid fields say; what is empty is left out.

        Also called while somebody writes, to draw the phone: then what is not valid is as it was typed where
        a text is asked for, and None elsewhere.
        """
        own = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        within = {name: said for name in self.parts if (said := self.said(name))}
        return own | {name: said[0] if self.parts[name].is_single else said for name, said in within.items()}

    def said(self, name: str) -> list[dict]:
        """The values of the parts of one kind."""
        return [part.value() for part in self.lists[name].forms]

    @classmethod
    def can_show(cls, value: dict) -> bool:
        """Whether the fields say exactly this. `values_of` may be asked about values of other kinds then."""
        form = cls.of(cls.values_of(value), "b0")
        return form.is_valid() and form.value() == value

    @classmethod
    def fresh(cls) -> Values:
        """What stands in the fields of a new one."""
        return cls.values_of(cls.new)

    @classmethod
    def of(cls, values: Values, prefix: str) -> Self:
        return cls(cls.written(values, prefix), prefix=prefix)

    @classmethod
    def read(cls, data: Mapping[str, str], prefix: str) -> Values:
        """The values among what the page sent."""
        values: Values = {name: data.get(f"{prefix}-{name}", "") for name in cls.base_fields}
        lists = {name: rule.read(data, f"{prefix}-{name}") for name, rule in cls.all_parts().items()}
        return values | lists

    @classmethod
    def written(cls, values: Values, prefix: str) -> dict[str, str]:
        """What the page would send for these values."""
        data = {f"{prefix}-{name}": _text(values.get(name)) for name in cls.base_fields}
        for name, rule in cls.all_parts().items():
            given = values.get(name)
            items = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
            data |= rule.written(items, f"{prefix}-{name}")
        return data

    @property
    def blank(self) -> Self:
        """The same fields without complaints, for while it is being written."""
        quiet = type(self)(self.data, prefix=str(self.prefix))
        quiet.hush()
        return quiet

    def hush(self) -> None:
        self._errors = ErrorDict()
        for part in self.within():
            part.hush()

    def is_valid(self) -> bool:
        each = [part.is_valid() for part in self.within()]
        return super().is_valid() and all(each)

    def fill_in(self) -> None:
        """Make `value()` possible although something is missing."""
        self.is_valid()
        for name in self.errors.keys() - {NON_FIELD_ERRORS}:
            typed = isinstance(self.fields[name], forms.CharField) and not isinstance(
                self.fields[name], forms.JSONField
            )
            self.cleaned_data[name] = self.data.get(self.add_prefix(name), "") if typed else None
        for part in self.within():
            part.fill_in()

    @property
    def near(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.folded]

    @property
    def far(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.folded]

    @property
    def near_lists(self) -> list[PartList]:
        return [each for name, each in self.lists.items() if name not in self.folded]

    @property
    def far_lists(self) -> list[PartList]:
        return [each for name, each in self.lists.items() if name in self.folded]

    @property
    def says_more(self) -> bool:
        """Whether something folded away has been said, or is wrong."""
        said = any(field.errors or field.data for field in self.far)
        return said or any(each.forms for each in self.far_lists)

    def within(self) -> list["Part"]:
        return [part for each in self.lists.values() for part in each.forms]

    def blame(self, path: list[str], text: str) -> None:
        """Show a problem at the field or part that `path` leads to, as far as there is one."""
        for position, key in enumerate(path):
            name, _bracket, index = key.rstrip("]").partition("[")
            parts = self.lists[name].forms if name in self.lists else []
            number = int(index) if index.isdecimal() else 0
            if number < len(parts):
                return parts[number].blame(path[position + 1 :], text)
            if key in self.fields:
                deeper = len(path) > position + 1
                return self._complain(key, f"{'.'.join(path[position:])}: {text}" if deeper else text)
        return self._complain(None, f"{'.'.join(path)}: {text}" if path else text)

    def _complain(self, name: str | None, text: str) -> None:
        if text not in self.errors.get(name or NON_FIELD_ERRORS, []):
            self.add_error(name, text)


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
