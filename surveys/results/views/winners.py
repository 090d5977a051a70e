"""Drawings of winners: announced, drawn, looked at, as a file, as a list to write to."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import activity, paging, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from accounts.spreadsheets import Cell, Sheet
from segments.lists import commands as lists
from surveys.models import Survey, Winner, WinnerDraw
from surveys.results import drawing
from surveys.results.forms import DrawForm

DRAW = "surveys.add_winnerdraw"
SEE = ["surveys.view_winner", "friends.view_friend"]


@permission_required("surveys.view_winnerdraw", raise_exception=True)
@require_http_methods(["GET", "POST"])
def winners(request: Request, pk: int) -> HttpResponse:
    """Drawings of a survey, and a new one to announce."""
    survey = get_object_or_404(Survey, pk=pk)
    form = DrawForm(request.POST or None)
    if request.method == "POST":
        return _announce(request, survey, form)
    return _show(request, survey, form)


@permission_required(SEE, raise_exception=True)
@require_GET
def draw(request: Request, pk: int) -> HttpResponse:
    """One drawing: what was announced, who takes part or who has won, and how to check it."""
    found = get_object_or_404(WinnerDraw.objects.select_related("survey"), pk=pk)
    after = paging.key(request.GET.get("after", "")) or 0
    won = found.winners.filter(place__gt=after, place__lte=after + paging.SIZE)
    context = {"draw": found, "survey": found.survey, "after": after}
    context["winners"] = list(won.select_related("response__friend").order_by("place"))
    if found.winners.filter(place__gt=after + paging.SIZE).exists():
        context["next"] = after + paging.SIZE
    if found.drawn_at is None:
        context["entrants"] = len(drawing.entrants(found))
    return render(request, "surveys/results/draw.html", context)


@permission_required(DRAW, raise_exception=True)
@require_POST
def draw_now(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(WinnerDraw, pk=pk)
    try:
        drawing.draw(found, by=request.user)
    except AppError as error:
        messages.warning(request, error.message)
    return redirect("survey_draw", found.pk)


@permission_required([*SEE, "surveys.export_response"], raise_exception=True)
@require_GET
def draw_file(request: Request, pk: int) -> HttpResponse:
    """The winners in their order."""
    found = get_object_or_404(WinnerDraw, pk=pk, drawn_at__isnull=False)
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    activity.record("survey.winners_exported", found, by=request.user, file=kind)
    return spreadsheets.download([_sheet(found)], kind, f"winners-{found.pk}")


@permission_required(["segments.add_friendlist", *SEE], raise_exception=True)
@require_POST
def draw_list(request: Request, pk: int) -> HttpResponse:
    """The winners as a list of friends, to whom a broadcast can go."""
    found = get_object_or_404(WinnerDraw.objects.select_related("survey"), pk=pk, drawn_at__isnull=False)
    name = _("Winners of %(survey)s: %(prize)s") % {
        "survey": found.survey.name[:30],
        "prize": found.name[:30],
    }
    try:
        made = lists.create_list(name, by=request.user)
    except AppError as error:
        messages.warning(request, error.message)
        return redirect("survey_draw", found.pk)
    friends = found.winners.exclude(response__friend=None).values_list("response__friend_id", flat=True)
    lists.put(made, list(friends), by=request.user)
    return redirect("friend_list", made.pk)


def _announce(request: Request, survey: Survey, form: DrawForm) -> HttpResponse:
    if not request.user.has_perm(DRAW):
        raise PermissionDenied
    if not form.is_valid():
        return _show(request, survey, form)
    return redirect("survey_draw", drawing.announce(survey, **form.cleaned_data, by=request.user).pk)


def _show(request: Request, survey: Survey, form: DrawForm) -> HttpResponse:
    page = paging.page(survey.winner_draws.all(), paging.key(request.GET.get("before", "")), size=20)
    return render(request, "surveys/results/winners.html", {"survey": survey, "form": form, "page": page})


def _sheet(found: WinnerDraw) -> Sheet:
    header = [
        _("Place drawn"),
        _("Response"),
        _("Friend number"),
        _("LINE user ID"),
        _("Display name"),
        _("Status"),
    ]
    rows = found.winners.select_related("response__friend").order_by("place")
    return Sheet("winners", _("Winners"), header, [_line(each) for each in rows])


def _line(won: Winner) -> list[Cell]:
    friend = won.response.friend
    begin: list[Cell] = [won.place, won.response_id, won.response.friend_id]
    if friend is None:
        return [*begin, "", "", ""]
    return [*begin, friend.line_user_id, str(friend), friend.get_status_display()]
