"""The editor: every change is kept as it is made, and the phone beside it shows it."""

import orjson
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from surveys import services
from surveys.editing import acts, shown, typed
from surveys.editing.acts import Page
from surveys.models import Survey
from surveys.page.shown import sample
from surveys.questions import checking, read, types

SAVE, LOOK = "save", "look"


@permission_required("surveys.change_survey", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Sent with an act, the questions are kept as the form holds them, and the act is done on them."""
    found = get_object_or_404(Survey, pk=pk)
    if request.method == "GET":
        return _draw(request, found, Page(found.questions, at=key(request.GET.get("at", "")) or 0))
    act = (request.POST.getlist("act") or [SAVE])[-1]
    typed_in = Page(
        typed.questions(request.POST),
        typed.removed(request.POST.get("removed", "")),
        key(request.POST.get("at", "")) or 0,
    )
    page = acts.done(typed_in, act)
    problem = ""
    try:
        _keep(found, page.questions, key(request.POST.get("revision", "")) or 0, request)
    except AppError as error:
        problem = error.message
    if not request.htmx and not problem:
        return redirect(request.path)
    return _draw(request, found, page, problem=problem, is_quiet=act in (SAVE, LOOK))


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def preview(request: Request, pk: int) -> HttpResponse:
    """The page of a question as friends see it; nothing is kept."""
    found = get_object_or_404(Survey, pk=pk)
    questions = [each for each in read(found.questions) if types.known(each.type)]
    at = min(key(request.GET.get("at", "")) or 0, max(len(questions) - 1, 0))
    context = {
        "survey": found,
        "shown": sample(questions, at) if questions else None,
        "is_preview": True,
        "next": at + 1 if at + 1 < len(questions) else None,
        "before": at - 1 if at else None,
    }
    return render(request, "surveys/page/preview.html", context)


def _keep(survey: Survey, questions: list[dict], revision: int, request: Request) -> None:
    """What says the same as before is not written."""
    if services.differs(survey, questions) or revision != survey.revision:
        services.write(survey, questions, revision=revision, by=request.user)


def _draw(
    request: Request, survey: Survey, page: Page, *, problem: str = "", is_quiet: bool = False
) -> HttpResponse:
    """The whole editor; after a change of words only the phone, so that nobody's typing is disturbed."""
    questions = read(page.questions)
    context = {
        "survey": survey,
        "page": page,
        "cards": shown.cards(questions),
        "faults": [each for each in checking.faults(questions) if not each.question],
        "fault_count": len(checking.faults(questions)),
        "removed": orjson.dumps(page.removed).decode() if page.removed else "",
        "shown": shown.in_chat(questions, page.at),
        "types": types.all_types(),
        "problem": problem,
        **shown.offered(),
    }
    if not request.htmx:
        return render(request, "surveys/edit.html", context, status=409 if problem else 200)
    response = render(request, f"surveys/editor/{'side' if is_quiet else 'editor'}.html", context)
    if is_quiet:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#side", "outerHTML"
    return response
