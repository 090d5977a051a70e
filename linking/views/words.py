"""What the pages for friends have in common. None is a dead end: each says what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import current
from accounts.errors import AppError
from channels.models import Channel
from linking import returning
from linking.attempts import UNLINK_WORD
from linking.errors import LineAway, NoLogin

STATUSES: dict[type[AppError], int] = {LineAway: 503, NoLogin: 404}


def page(request: HttpRequest, name: str, context: dict, *, status: int = 200) -> HttpResponse:
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    shown = {
        "account": (channel.name if channel else "") or current.tenant().name,
        "account_address": channel.add_friend_url if channel and channel.basic_id else "",
        "word": UNLINK_WORD,
    }
    return render(request, f"linking/{name}.html", shown | context, status=status)


def ended(request: HttpRequest, refusal: AppError, *, again: str = "", back: str = "") -> HttpResponse:
    """A way that ended here: why, and where to begin again or to go back to, if there is such a place."""
    context = {"message": refusal.message, "again": again, "back": _back(back)}
    return page(request, "ended", context, status=STATUSES.get(type(refusal), 410))


def declined(request: HttpRequest, *, again: str = "", back: str = "") -> HttpResponse:
    """They did not agree at LINE."""
    context = {
        "title": _("Nothing was linked"),
        "message": _("You did not agree in LINE, so nothing was linked. You can do it at any time."),
        "again": again,
        "back": _back(back),
    }
    return page(request, "ended", context)


def _back(return_url: str) -> str:
    return returning.with_answer(return_url, linked="0") if return_url else ""
