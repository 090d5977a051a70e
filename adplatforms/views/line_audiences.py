"""Segments kept at LINE as audiences: who would go, what LINE holds, and what has to be done about it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from adplatforms import errors
from adplatforms.forms import LineAudienceForm, RhythmForm
from adplatforms.line_audiences import commands, sizes, working
from adplatforms.models import LineAdAudience, LineAdVersion
from segments.reaching import audience_steps, audiences

LOOK, ADD = "adplatforms.view_adaudience", "adplatforms.add_adaudience"
PUSH, REMOVE = "adplatforms.export_adaudience", "adplatforms.delete_adaudience"
SHOWN = 10  # versions
LEAST_FOR_ADS = 100
PROBLEMS = {each.code: each for each in (errors.NobodyForLine, errors.JudgedByLine, errors.ComparisonBroken)}
State = LineAdVersion.State


@permission_required(ADD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A post leads to the question whether these people are to go; nothing has gone by then."""
    form = LineAudienceForm(request.POST or None, initial={"segment": request.GET.get("segment")})
    if form.is_valid():
        try:
            made = commands.create(**form.cleaned_data, by=request.user)
            may_push = request.user.has_perm(PUSH)
            return redirect("line_ad_audience_push" if may_push else "line_ad_audience", made.pk)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "adplatforms/line/new.html", {"form": form})


@permission_required(LOOK, raise_exception=True)
@require_GET
def audience(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    working.look_soon(found)
    return render(request, "adplatforms/line/audience.html", {"audience": found} | standing(found))


@permission_required(LOOK, raise_exception=True)
@require_GET
def state(request: Request, pk: int) -> HttpResponse:
    """What LINE holds; a part of the page that asks again while a version is being made."""
    found = _found(pk)
    return render(request, "adplatforms/line/state.html", {"audience": found} | standing(found))


@permission_required(LOOK, raise_exception=True)
@require_GET
def size(request: Request, pk: int) -> HttpResponse:
    """Who would go now, and how many LINE holds who may not any more; a part of the page."""
    return render(request, "adplatforms/line/size.html", _outlook(_found(pk)))


@permission_required(PUSH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def push(request: Request, pk: int) -> HttpResponse:
    """Ask before anybody goes; a post has them sent."""
    found = _found(pk)
    if request.method == "POST":
        try:
            commands.push(found, by=request.user)
            messages.success(request, _("LINE is getting these people. The page says when it has them all."))
        except AppError as error:
            messages.error(request, error.message)
        return redirect(found)
    context = _outlook(found)
    if "problem" in context:
        messages.error(request, context["problem"])
        return redirect(found)
    return render(request, "adplatforms/line/push.html", context)


@permission_required(PUSH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    form = RhythmForm(
        request.POST or None, initial={"rhythm": found.rhythm, "keeps_former": found.keeps_former}
    )
    if form.is_valid():
        commands.change(found, **form.cleaned_data, by=request.user)
        return redirect(found)
    return render(request, "adplatforms/line/edit.html", {"audience": found, "form": form})


@permission_required(REMOVE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    if request.method == "POST":
        commands.remove(found, by=request.user)
        messages.success(request, _("“%(name)s” is being deleted at LINE.") % {"name": found.name})
        return redirect("ad_audiences")
    context = {"audience": found, "versions": _versions(found, [State.CURRENT, State.FORMER, State.NEXT])}
    return render(request, "adplatforms/line/remove.html", context)


@permission_required(REMOVE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove_former(request: Request, pk: int) -> HttpResponse:
    """The one before alone, which was kept."""
    found = _found(pk)
    version = get_object_or_404(LineAdVersion.objects.light(), audience=found, state=State.FORMER)
    if request.method == "POST":
        try:
            commands.remove_former(version, by=request.user)
            messages.success(request, _("It is being deleted at LINE."))
        except AppError as error:
            messages.error(request, error.message)
        return redirect(found)
    context = {"audience": found, "versions": [_told(version)], "is_former": True}
    return render(request, "adplatforms/line/remove.html", context)


def standing(found: LineAdAudience) -> dict:
    """What its page says of LINE's side."""
    versions = [_told(each) for each in found.versions.light()[:SHOWN]]
    by_state = {each.state: each for each in reversed(versions)}
    newest = versions[0] if versions else None
    return {
        "versions": versions,
        "next": by_state.get(State.NEXT),
        "current": by_state.get(State.CURRENT),
        "former": by_state.get(State.FORMER),
        "failed": newest if newest and newest.state == State.FAILED else None,
        "in_vain": _why_in_vain(found.problem),
    }


def _why_in_vain(code: str) -> str:
    """In words, of what the last comparison was refused by; "" if by nothing."""
    if code in PROBLEMS:
        return PROBLEMS[code]().message
    if code == errors.TooManyForLine.code:
        most = f"{commands.MOST:,}"
        return _("LINE takes %(most)s people in an audience; these are more. Narrow the segment.") % {
            "most": most
        }
    return code and _("The segment cannot be asked as it is now. Open it and mend what it says.")


def _found(pk: int) -> LineAdAudience:
    return get_object_or_404(LineAdAudience.objects.select_related("segment"), pk=pk)


def _versions(found: LineAdAudience, wanted: list[str]) -> list[LineAdVersion]:
    return [_told(each) for each in found.versions.light().filter(state__in=wanted)]


def _told(version: LineAdVersion) -> LineAdVersion:
    """With its name at LINE, and what went wrong in words."""
    version.line_name = audience_steps.name_of(version.made)  # type: ignore[attr-defined]
    version.why = audiences.why(version.made)  # type: ignore[attr-defined]
    return version


def _outlook(found: LineAdAudience) -> dict:
    context: dict = {"audience": found, "least": LEAST_FOR_ADS}
    there = found.versions.select_related("made", "audience").filter(
        state__in=[State.CURRENT, State.FORMER], missing_at=None
    )
    context["unwelcome"] = sum(sizes.unwelcome(version) for version in there)
    context["has_versions"] = found.versions.exclude(state=State.GONE).exists()
    context["is_busy"] = found.versions.filter(state=State.NEXT).exists()
    try:
        context["size"] = sizes.of(found)
    except AppError as error:
        context["problem"] = error.message
    return context
