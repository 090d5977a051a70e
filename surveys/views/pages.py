"""The list of surveys, one of them, and what is done with a whole one."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from composing import taps
from coupons import rewards
from coupons.dependants import Dependants
from friends import personal
from friends.models import Friend
from linking import inside
from routes import qr
from surveys import listing, services
from surveys.answering.kept import answers_of
from surveys.forms import NewSurveyForm, SettingsForm, SurveyFilter, settings_of
from surveys.models import Response, Survey
from surveys.page.views import PAGE
from surveys.questions import checking, read, types

PUBLISH = "surveys.publish_survey"
MOST_OF_FRIEND = 20


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def surveys(request: Request) -> HttpResponse:
    form = SurveyFilter(request.GET)
    rows = listing.found(**form.asked).defer("questions")
    found = page(rows, key(request.GET.get("before", "")))
    context = {"form": form, "page": found, "rows": listing.rows(found.rows), "most": listing.MOST}
    if request.htmx and not request.htmx.boosted:
        return render(request, "surveys/rows.html", context)
    return render(request, "surveys/list.html", context)


@permission_required("surveys.add_survey", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = NewSurveyForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create(**form.cleaned_data, by=request.user)
            return redirect("survey_edit", made.pk)
        except AppError as error:
            form.add_error("name", error.message)
    return render(request, "surveys/new.html", {"form": form})


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def survey(request: Request, pk: int) -> HttpResponse:
    """How it stands, and how friends come to it."""
    found = _found(pk)
    address = personal.door(PAGE, found.pk)
    context = {
        "survey": found,
        "row": listing.row(found),
        "most": listing.MOST,
        "address": address,
        "variable": f"{{{{{PAGE}.{found.pk}}}}}",
        "tap": f"{taps.PREFIX}{found.code}",
        "reward": rewards.say(found.reward) if found.reward else "",
        "is_changed": found.version is not None and found.version.questions != found.questions,
        "asked": read(found.version.questions if found.version else found.questions),
        "has_liff": bool(inside.address(PAGE)),
    }
    return render(request, "surveys/survey.html", context)


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """The numbers, asked again every few seconds while the page is open."""
    found = _found(pk)
    return render(
        request,
        "surveys/numbers.html",
        {"survey": found, "row": listing.row(found), "most": listing.MOST},
    )


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def qr_code(request: Request, pk: int) -> HttpResponse:
    """For print, of any size: it opens the survey in LINE."""
    drawn = qr.svg(personal.door(PAGE, _found(pk).pk))
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'inline; filename="survey-{pk}.svg"'
    return response


@permission_required("surveys.change_survey", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    form = SettingsForm(request.POST or None, initial=settings_of(found))
    if form.is_valid():
        try:
            services.change(found, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "surveys/settings.html", {"survey": found, "form": form})


@permission_required(PUBLISH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def publish(request: Request, pk: int) -> HttpResponse:
    """What stands against it, and what will happen."""
    found = _found(pk)
    if request.method == "POST":
        revision = key(request.POST.get("revision", ""))
        try:
            services.publish(found, revision=revision or 0, by=request.user)
            messages.success(request, _("The survey is open. Put its address or button into a message."))
            return redirect(found)
        except AppError as error:
            messages.error(request, error.message)
            found.refresh_from_db()
    questions = read(found.questions)
    context = {
        "survey": found,
        "row": listing.row(found),
        "faults": sorted(
            (_numbered(found, each.question), each.words) for each in checking.faults(questions)
        ),
        "questions": questions,
        "reward": rewards.say(found.reward) if found.reward else "",
    }
    return render(request, "surveys/publish.html", context)


@permission_required(PUBLISH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def close(request: Request, pk: int) -> HttpResponse:
    """Asks first, telling how many are answering."""
    said = _("The survey is closed. Nobody can answer any more.")
    return _asked(request, pk, "surveys/close.html", services.close, said)


@permission_required("surveys.delete_survey", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    return _asked(request, pk, "surveys/delete.html", services.delete, _("Deleted."), to="surveys")


@permission_required("surveys.add_survey", raise_exception=True)
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    made = services.copy(_found(pk), by=request.user)
    messages.success(request, _("This is the copy. Change what is to be different."))
    return redirect("survey_edit", made.pk)


@permission_required("surveys.view_response", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """What a friend answered, on their page."""
    friend = get_object_or_404(Friend, pk=pk)
    rows = Response.objects.filter(friend=friend).select_related("survey", "version")
    shown = rows.prefetch_related("answers").order_by("-changed_at")[:MOST_OF_FRIEND]
    return render(request, "surveys/of_friend.html", {"responses": [_answered(each) for each in shown]})


def _answered(response: Response) -> tuple[Response, list[tuple[str, str]]]:
    """The response with the words of each question and answer."""
    answers = answers_of(response)
    asked = [each for each in read(response.version.questions) if each.id in answers]
    return response, [(each.title, types.words(each, answers[each.id]) or "–") for each in asked]


def _asked(
    request: Request, pk: int, template: str, command: Callable, said: str, *, to: str = ""
) -> HttpResponse:
    found = _found(pk)
    if request.method == "POST":
        try:
            command(found, by=request.user)
            messages.success(request, said)
            return redirect(to) if to else redirect(found)
        except AppError as error:
            if command is services.close and _found(pk).status == Survey.Status.CLOSED:
                messages.success(request, said)  # by a second click: what was wanted is done
                return redirect(found)
            messages.error(request, error.message)
    elif command is services.close and found.status == Survey.Status.CLOSED:
        return redirect(found)
    context = {"survey": found, "row": listing.row(found), "most": listing.MOST}
    if command is services.close:
        context["dependants"] = Dependants.of(PAGE, pk, tap=found.code)
    return render(request, template, context)


def _found(pk: int) -> Survey:
    return get_object_or_404(Survey.objects.select_related("version"), pk=pk)


def _numbered(survey: Survey, question: str) -> int:
    """The place of a question as people count; 0 for the whole survey."""
    ids = [each["id"] for each in survey.questions]
    return ids.index(question) + 1 if question in ids else 0
