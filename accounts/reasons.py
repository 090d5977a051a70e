"""Why something could not be done, kept so that each reader has it in their own language.

A task works for nobody in particular: what it refuses is read later,
in Japanese by some and in English by others.
"""

from typing import TYPE_CHECKING, Any

import orjson
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from accounts.errors import AppError

MOST = 600  # letters that are kept
BEGIN = "|{"  # of what fills a text of ours


class Reason:
    """One of our texts with what fills it, or words of others as they are; empty: there is none.

    As a string it is in the language of the moment.
    """

    def __init__(self, kept: str = "") -> None:
        self.kept = kept

    @classmethod
    def of(cls, said: "Said") -> "Reason":
        """A refusal, or words; a reason stays what it is."""
        if isinstance(said, Reason):
            return said
        if isinstance(said, AppError):
            return cls(of(said))
        words = str(said)
        return reason("%(words)s", words=words) if BEGIN in words else cls(words)

    def __str__(self) -> str:
        return in_words(self.kept)

    def __repr__(self) -> str:
        return f"Reason({self.kept!r})"

    def __bool__(self) -> bool:
        return bool(self.kept)

    def __contains__(self, words: str) -> bool:
        return words in str(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Reason):
            return self.kept == other.kept
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __len__(self) -> int:
        return len(str(self))

    def __hash__(self) -> int:
        return hash(self.kept)


Said = Reason | AppError | str


def reason(text: str, /, **about: object) -> Reason:
    """One of our texts (`gettext_noop`) with what fills it, among which may be other reasons."""
    return Reason(said(text, **about))


def together(*several: Said) -> Reason:
    """These, one after the other; the empty ones are left out."""
    named = {f"r{place}": found for place, each in enumerate(several) if (found := Reason.of(each))}
    return reason(" ".join(f"%({name})s" for name in named), **named) if named else Reason()


def said(text: str, /, **about: object) -> str:
    """The same as it is kept."""
    filled = {name: _fill(value) for name, value in about.items()}
    return f"{text}|{orjson.dumps(filled).decode()}"


def of(error: AppError) -> str:
    """A refusal as it is kept."""
    if error.has_own_words:
        return Reason.of(error.message).kept
    with translation.override(None):  # the text itself, in no language
        return said(error.text(), **error.context)


def in_words(kept: str) -> str:
    """What was kept, in the language of the moment; words of others are as they were."""
    text, begin, about = kept.partition(BEGIN)
    if not begin:
        return gettext(kept) if kept else ""
    try:
        filled = {name: _filled(value) for name, value in orjson.loads("{" + about).items()}
        return gettext(text) % filled
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return kept


def fitting(kept: str) -> str:
    """As a column takes it: what is too long becomes words in the language of the moment, cut."""
    return kept if len(kept) <= MOST else in_words(kept)[:MOST]


def _fill(value: object) -> object:
    """As JSON; what has a language of its own, a reason or a label, is translated with the whole."""
    if isinstance(value, Promise):
        with translation.override(None):
            return {"kept": str(value)}
    if isinstance(value, Reason | AppError):
        return {"kept": Reason.of(value).kept}
    return value if isinstance(value, int) else str(value)


def _filled(value: object) -> object:
    return in_words(value["kept"]) if isinstance(value, dict) else value


class _Attribute(DeferredAttribute):
    """What is given to it is a reason at once, not only when it has been stored."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        is_other = value is None or hasattr(value, "resolve_expression")
        instance.__dict__[self.field.attname] = value if is_other else Reason.of(value)


if TYPE_CHECKING:
    Text = models.CharField[Said | models.expressions.Combinable, Reason]
else:
    Text = models.CharField


class ReasonField(Text):
    """A column for a reason. It takes a refusal or words, too."""

    descriptor_class = _Attribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": MOST} | kwargs))

    def from_db_value(self, value: str | None, *_about: object) -> Reason | None:
        return None if value is None else Reason(value)

    def to_python(self, value: Said | None) -> Reason | None:
        """Of a string: as it is kept."""
        if value is None:
            return None
        return Reason(value) if isinstance(value, str) else Reason.of(value)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def get_prep_value(self, value: Said | None) -> str | None:
        if value is None:
            return None
        return fitting(Reason.of(value).kept)
