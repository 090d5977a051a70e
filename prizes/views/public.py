"""The pages that friends open, below /p/: drawing, entering, and the proof of a lottery."""

import csv
import io
from collections.abc import Callable, Iterator
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_tenants.utils import tenant_context

from accounts import current
from accounts.errors import AppError
from accounts.paging import key
from friends import personal
from linking import doors
from prizes.forms import ContactForm
from prizes.lotteries import audit, drawing, sheets, showing, winning
from prizes.models import Lottery, PointCampaign, PointEntry, Win
from prizes.points import entering
from prizes.points import showing as showing_points
from prizes.reward import LOTTERY, POINTS


def for_friends(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is not found says so to a friend, not to somebody who could sign in."""

    @wraps(view)
    def told(request: HttpRequest, *args: str | int, **given: str | int) -> HttpResponse:
        try:
            return view(request, *args, **given)
        except Http404:
            return render(request, "prizes/public/wrong.html", status=404)

    return told


@login_not_required
@never_cache
@csrf_exempt  # what allows is the address, which nobody else's page knows
@require_http_methods(["GET", "HEAD", "POST"])
@for_friends
def draw(request: HttpRequest, token: str) -> HttpResponse:
    """The friend's page of a lottery; a post is one turn, and the same turn again shows the same."""
    lottery, friend = _lottery(token)
    if request.method == "POST":
        asked = key(request.POST.get("turn", "")) or 0
        try:
            drawn = drawing.draw(lottery, friend, turn=asked)
        except AppError as refusal:
            context = showing.page(lottery, friend, token, refusal=refusal.message)
            return render(request, "prizes/public/draw.html", context)
        return redirect(f"{request.path}?turn={drawn.turn}")
    turn = key(request.GET.get("turn", ""))
    return render(request, "prizes/public/draw.html", showing.page(lottery, friend, token, turn=turn))


@login_not_required
@never_cache
@csrf_exempt  # what allows is the address, which nobody else's page knows
@require_http_methods(["GET", "HEAD", "POST"])
@for_friends
def tell_address(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Where the winner wants a prize sent."""
    lottery, friend = _lottery(token)
    win = get_object_or_404(Win.objects.select_related("prize"), pk=number, lottery=lottery, friend=friend)
    if not win.prize.is_sent or win.state != Win.State.TO_SEND:
        return redirect("lottery_page", token)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        winning.tell_address(win, form.cleaned_data)
        return redirect("lottery_page", token)
    context = {"lottery": lottery, "win": win, "form": form, "token": token}
    return render(request, "prizes/public/address.html", context)


@login_not_required
@never_cache
@require_safe
def lottery_door(request: HttpRequest, number: int) -> HttpResponse:
    """For whoever comes without an address of their own."""
    return doors.lead(request, LOTTERY, number)


@login_not_required
@never_cache
@require_safe
@for_friends
def proof(request: HttpRequest, commitment: str) -> HttpResponse:
    """For anybody: odds, the hash of the seed, after the end the seed, and how to draw again."""
    lottery = get_object_or_404(Lottery, commitment=commitment)
    context = showing.rules(lottery) | {"lottery": lottery, "audit": audit.kept(lottery)}
    return render(request, "prizes/public/proof.html", context)


@login_not_required
@never_cache
@require_safe
def proof_file(request: HttpRequest, commitment: str) -> HttpResponse:
    """All draws of a lottery that is closed; nobody is named in it."""
    lottery = get_object_or_404(Lottery, commitment=commitment, status=Lottery.Status.CLOSED)
    tenant = current.tenant()

    def lines() -> Iterator[bytes]:
        with tenant_context(tenant), timezone.override(tenant.time_zone):  # the response has begun
            for row in sheets.draws(lottery):
                text = io.StringIO()
                csv.writer(text).writerow(row)
                yield text.getvalue().encode()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draws-{lottery.pk}.csv"'
    return response  # type: ignore[return-value]  # like any other to who answers


@login_not_required
@never_cache
@csrf_exempt  # what allows is the address, which nobody else's page knows
@require_http_methods(["GET", "HEAD", "POST"])
@for_friends
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The friend's page of a point campaign; a post enters them, once."""
    campaign, friend = _campaign(token)
    refusal = ""
    if request.method == "POST":
        try:
            entering.enter(campaign, friend, way=PointEntry.Way.PAGE)
            return redirect("points_page", token)
        except AppError as error:
            refusal = error.message
    context = showing_points.page(campaign, friend, refusal=refusal)
    return render(request, "prizes/public/points.html", context)


@login_not_required
@never_cache
@require_safe
def points_door(request: HttpRequest, number: int) -> HttpResponse:
    """Likewise for a point campaign."""
    return doors.lead(request, POINTS, number)


def _lottery(token: str) -> tuple[Lottery, int]:
    """Of a draft too, so that its author can look at it; nothing can be drawn there."""
    found = personal.read(LOTTERY, token)
    if found is None:
        raise Http404
    return get_object_or_404(Lottery.objects.select_related("picture", "segment"), pk=found[0]), found[1]


def _campaign(token: str) -> tuple[PointCampaign, int]:
    found = personal.read(POINTS, token)
    if found is None:
        raise Http404
    return get_object_or_404(PointCampaign.objects.select_related("picture"), pk=found[0]), found[1]
