"""Ready-made scenarios: all of them, and one with what it sends, to make a draft of."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from coupons.models import Coupon
from scenarios.flow import reading, words
from scenarios.models import Scenario
from scenarios.ready import base, needs, sample, starting
from scenarios.ready.base import Ready
from scenarios.ready.forms import WishesForm
from scenarios.ready.rewards import CODE

VIEW, ADD = "scenarios.view_scenario", "scenarios.add_scenario"


@dataclass(frozen=True)
class Tile:
    """A ready-made scenario, and what of the client's data it still misses."""

    ready: Ready
    missing: list[needs.Answer]


@permission_required(VIEW, raise_exception=True)
@require_GET
def gallery(request: Request) -> HttpResponse:
    sections = base.sections()
    known = needs.Known(need for entries in sections.values() for each in entries for need in each.needs)
    shown = {
        base.GROUPS[group]: [_tile(each, known) for each in entries] for group, entries in sections.items()
    }
    return render(request, "scenarios/ready/gallery.html", {"sections": shown})


@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def ready_made(request: Request, code: str) -> HttpResponse:
    """What it sends and what it needs; posted, a draft of it."""
    found = base.of(code)
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = WishesForm(found, data, asked=request.GET)
    return _begin(request, found, form) if request.method == "POST" else _page(request, found, form)


@permission_required(VIEW, raise_exception=True)
@require_GET
def of_coupon(request: Request, pk: int) -> HttpResponse:
    """Which scenarios give a coupon of the client's own, and which recall its end; a part of its page."""
    get_object_or_404(Coupon, pk=pk)
    rows = list(Scenario.objects.kept().naming_coupon(pk))
    reminding = [each for each in rows if each.made_of == CODE]
    context = {
        "number": pk,
        "code": CODE,
        "reminding": reminding,
        "giving": [each for each in rows if each not in reminding],
    }
    return render(request, "scenarios/ready/of_coupon.html", context)


@permission_required(ADD, raise_exception=True)
def _begin(request: Request, found: Ready, form: WishesForm) -> HttpResponse:
    if form.is_valid():
        try:
            draft = starting.begin(found, form.wishes(), by=request.user)
            said = _("The draft “%(name)s” is made: look it through, then let it run.")
            messages.success(request, said % {"name": draft})
            return redirect(draft)
        except AppError as error:
            form.add_error(None, error.message)
    return _page(request, found, form)


def _page(request: Request, found: Ready, form: WishesForm) -> HttpResponse:
    known, wishes = needs.Known(found.needs), form.wishes()
    flow = reading.parse(found.flow(wishes))
    said = words.of_flow(flow)
    context = {
        "ready": found,
        "form": form,
        "answers": needs.answers(found.needs, known),
        "said": said,
        "shots": sample.shots(flow, wishes, said.steps),
    }
    return render(request, "scenarios/ready/one.html", context)


def _tile(ready: Ready, known: needs.Known) -> Tile:
    return Tile(ready, [each for each in needs.answers(ready.needs, known) if not each.is_met])
