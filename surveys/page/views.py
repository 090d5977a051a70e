"""The page on which a friend answers. Who it is says the token in the address."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import machines
from friends import personal
from friends.models import Friend
from linking import doors, floods, inside
from linking.errors import TooFast
from surveys.answering import taking
from surveys.answering.kept import current
from surveys.errors import Ended, Refused
from surveys.models import Response, Survey
from surveys.page.shown import shown
from surveys.page.typed import said

PAGE = "survey"  # its kind among personal addresses
MOST = 120  # requests of one friend a minute; an address of a mobile network is that of thousands


@login_not_required
@never_cache
@require_safe
def door(request: HttpRequest, number: int) -> HttpResponse:
    """For whoever comes without an address of their own: opens the survey in LINE, which says who it is."""
    is_there = Survey.objects.filter(pk=number).exclude(status=Survey.Status.DRAFT).exists()
    return doors.lead(request, PAGE, number) if is_there and inside.address(PAGE) else _not_known(request)


@login_not_required
@never_cache
@csrf_exempt  # who it is says the token in the address, nothing that a browser sends by itself
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """The question at which the friend stands; sent, the answer is kept and the next one shown."""
    known = personal.read(PAGE, token)
    survey = Survey.objects.select_related("version").filter(pk=known[0]).first() if known else None
    if known is None or survey is None or not Friend.objects.filter(pk=known[1]).exists():
        return _not_known(request)
    if floods.is_flood("survey", f"{survey.pk}/{known[1]}", most=MOST):
        return _refused(request, survey, TooFast().message, status=429)
    try:
        return _taken(request, survey, known[1])
    except Refused as refusal:
        return _refused(request, survey, refusal.message)


def _taken(request: HttpRequest, survey: Survey, friend_id: int) -> HttpResponse:
    if machines.is_behind(request):
        return render(request, "surveys/page/start.html", {"survey": survey})
    last = taking.latest(survey, friend_id)
    if last and last.state == Response.State.FINISHED and (survey.is_once or not _begins(request)):
        return _end(request, survey, last)
    response = taking.begin(survey, friend_id, channel=Response.Channel.PAGE)
    return _answered(request, response) if request.method == "POST" else _ask(request, response)


def _answered(request: HttpRequest, response: Response) -> HttpResponse:
    if request.POST.get("act") == "back":
        taking.go_back(response)
        return redirect(request.path)
    question = current(response)
    if question is None or request.POST.get("question") != question.id:
        return redirect(request.path)  # sent from a page that has been left
    given = said(question, request.POST)
    try:
        taking.answer(response, question.id, given, by_step=True)
    except Ended:
        raise
    except Refused as refusal:
        return _ask(request, response, given=given, problem=refusal.message)
    return redirect(request.path)


def _ask(request: HttpRequest, response: Response, **typed: object) -> HttpResponse:
    given = typed.get("given")
    context = {
        "survey": response.survey,
        "shown": shown(response, said=given),  # type: ignore[arg-type]
        "problem": typed.get("problem", ""),
    }
    status = 422 if typed.get("problem") else 200
    return render(request, "surveys/page/question.html", context, status=status)


def _end(request: HttpRequest, survey: Survey, response: Response) -> HttpResponse:
    again = not survey.is_once and survey.status == Survey.Status.RUNNING
    return render(
        request, "surveys/page/end.html", {"survey": survey, "response": response, "may_again": again}
    )


def _begins(request: HttpRequest) -> bool:
    """Whether they want to take part once more, where that is allowed."""
    return request.method == "POST" and request.POST.get("act") == "again"


def _refused(request: HttpRequest, survey: Survey, words: str, *, status: int = 200) -> HttpResponse:
    context = {"survey": survey, "message": words}
    return render(request, "surveys/page/refused.html", context, status=status)


def _not_known(request: HttpRequest) -> HttpResponse:
    return render(request, "surveys/page/not_known.html", status=404)
