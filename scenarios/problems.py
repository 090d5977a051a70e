"""Why something could not be done, kept so that each reader has it in their own language."""

import orjson
from django.utils import translation
from django.utils.translation import gettext

from accounts.errors import AppError

MOST = 600  # letters that are kept


def said(text: str, **about: str) -> str:
    """One of our texts (`gettext_noop`) with what fills it, as it is kept."""
    return f"{text}|{orjson.dumps(about).decode()}"


def of(error: AppError) -> str:
    """A refusal as it is kept."""
    with translation.override(None):  # the text itself, in no language
        return said(error.text(), **{name: str(value) for name, value in error.context.items()})


def in_words(kept: str) -> str:
    """What was kept, in the language of the moment; words of others are as they were."""
    text, bar, about = kept.rpartition("|")
    if not bar:
        return gettext(kept) if kept else ""
    try:
        return gettext(text) % orjson.loads(about)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return kept
