"""Kinds of values that only flows have, besides those of `segments.kinds`."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from segments import tree
from segments.errors import InvalidTree
from segments.kinds import Unfit

KEY = re.compile(r"[a-z0-9_]{1,20}")


@dataclass(frozen=True)
class Key:
    """A short name within a flow: of a step, or of a way."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not KEY.fullmatch(value):
            raise Unfit(_("must be a name of 1 to 20 of a–z, 0–9 and _"))
        return value

    def schema(self) -> dict:
        return {"type": "string", "pattern": f"^{KEY.pattern}$"}


@dataclass(frozen=True)
class TimeOfDay:
    """A time by the client's clock, as 09:30."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise Unfit(_("must be a time like 09:30"))
        return value

    def schema(self) -> dict:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


@dataclass(frozen=True)
class Tree:
    """A tree of conditions (`segments.tree`)."""

    def read(self, value: object) -> dict:
        if not isinstance(value, dict):
            raise Unfit(_("must be an object"))
        try:
            return tree.parse(value).as_json()
        except InvalidTree as problem:
            raise Unfit(problem.message, path=problem.path) from problem

    def schema(self) -> dict:
        return {"type": "object"}


@dataclass(frozen=True)
class Messages:
    """LINE message objects. A draft may have none yet; whether LINE would take them is checked later."""

    def read(self, value: object) -> list[dict]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise Unfit(_("must be a list"))
        return value

    def schema(self) -> dict:
        return {"type": "array", "items": {"type": "object"}, "maxItems": 5}


@dataclass(frozen=True)
class Anything:
    """An object, as it is; who uses it reads it."""

    def read(self, value: object) -> dict:
        if not isinstance(value, dict):
            raise Unfit(_("must be an object"))
        return value

    def schema(self) -> dict:
        return {"type": "object"}


@dataclass(frozen=True)
class LongText:
    """A text that may have lines."""

    most: int

    def read(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > self.most or "\0" in value:
            raise Unfit(_("must be a text of up to %(most)s characters") % {"most": self.most})
        return value

    def schema(self) -> dict:
        return {"type": "string", "maxLength": self.most}
