"""What a page with the bubbles' editor shows, and how it says no."""

from functools import partial

from django import forms
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.errors import AppError
from composing import offers, phone
from composing.bubbles import BUBBLES
from composing.draft import Draft, Incomplete
from composing.errors import InvalidMessages


def context(draft: Draft, *, show_errors: bool = False, asked: str = "") -> dict:
    """For `composing/bubbles.html` and `composing/phone.html`; `asked` is whose page it is, for `offers`."""
    kinds = [{"type": kind.type, "label": kind.label, "icon": kind.icon} for kind in BUBBLES.values()]
    return {
        "draft": draft,
        "kinds": kinds,
        "variables": SimpleLazyObject(partial(offers.of, asked)),
        "shown": phone.shown(draft.shown()),
        "show_errors": show_errors,
    }


def refuse(form: forms.BaseForm, draft: Draft, error: AppError | Incomplete) -> None:
    """Show at the bubbles what is wrong with them, and all else on the form."""
    if isinstance(error, Incomplete):
        form.add_error(None, _("A message is not complete."))
    elif isinstance(error, InvalidMessages):
        form.add_error(None, draft.blame(error) or _("A message is not within LINE's limits."))
    else:
        form.add_error(None, error.message)
