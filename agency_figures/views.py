"""The board of all clients in the agency's console, and as a file."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import activity
from accounts.http import Request
from accounts.models import User
from accounts.spreadsheets import EXCEL, FORMATS, download
from agency_figures import board, figures, forms, medians, pages
from agency_figures.board import VIEW
from agency_figures.models import Light

MOST_ROWS = 200  # on one page; a file has all


@permission_required(VIEW, raise_exception=True)
@require_GET
def all_clients(request: Request) -> HttpResponse:
    """Figures of a month client by client: so far, forecast, target, light, and against the month before."""
    asked = forms.asked(request.GET, _yesterday())
    seen = board.seen_by(request.user)
    found = board.of(board.clients_of(request.user), seen, asked)
    following = (asked.month + timedelta(days=31)).replace(day=1)
    context = {
        "board": found,
        "asked": asked,
        "rows": [(client, pages.cells(client, found)) for client in found.clients[:MOST_ROWS]],
        "left_count": max(0, len(found.clients) - MOST_ROWS),
        "strips": pages.strips(found),
        "lights": [(light, pages.BADGES[light], count) for light, count in found.lights],
        "known": figures.known(),
        "choices": Light.choices,
        "people": _people(board.responsible_of(seen, asked.month)),
        "later": following if following <= _yesterday() else None,
        "final_on": _final_on(asked.month),
        "formats": FORMATS,
    }
    return render(request, "agency_figures/board.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def file(request: Request) -> HttpResponse:
    """All rows of what is looked at."""
    asked = forms.asked(request.GET, _yesterday())
    found = board.of(board.clients_of(request.user), board.seen_by(request.user), asked)
    kind = request.GET.get("kind", "")
    activity.record("agency_figures.exported", "agency_figures", by=request.user, clients=len(found.clients))
    return download([pages.sheet(found)], kind if kind in FORMATS else EXCEL, f"clients-{asked.month:%Y-%m}")


def _people(numbers: list[int]) -> list[tuple[int, str]]:
    users = User.objects.filter(pk__in=numbers).order_by("name", "email")
    return [(user.pk, user.name or user.email) for user in users]


def _final_on(month: date) -> date | None:
    """From when on its figures stay; None if they do already."""
    day = medians.final_on(month)
    return day if timezone.localdate() < day else None


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
