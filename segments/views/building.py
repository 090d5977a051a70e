"""Writing a segment: the builder, which answers every change with the counts."""

import json

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from segments import services, uses
from segments.building import acts, beginning, builder
from segments.building.builder import Condition, Draft, Incomplete
from segments.errors import InvalidTree
from segments.forms.segment import SegmentForm
from segments.models import Segment


@permission_required("segments.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    begun = beginning.of(request.GET)
    form = SegmentForm(_saved(request), initial={"name": begun.name} | request.POST.dict())
    draft = _sent(request) if request.POST else builder.of_tree(begun.tree)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            return redirect("segment", services.create_segment(name, draft.tree(), by=request.user).pk)
        except (AppError, Incomplete) as error:
            _refuse(form, draft, error)
    return render(request, "segments/edit.html", _editor(form, draft, request))


@permission_required("segments.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    first = {"name": found.name, "version": found.version}
    form = SegmentForm(_saved(request), initial=first | request.POST.dict())
    draft = _sent(request) if request.POST else builder.of_tree(found.tree)
    context: dict = {"segment": found}
    if form.is_valid():
        context["uses"] = [] if "confirmed" in request.POST else _uses_touched(found, draft)
        if not context["uses"]:
            try:
                return redirect("segment", _changed(found, form, draft, request).pk)
            except (AppError, Incomplete) as error:
                _refuse(form, draft, error)
    return render(request, "segments/edit.html", _editor(form, draft, request) | context)


@permission_required("segments.view_segment", raise_exception=True)
@require_POST
def build(request: Request) -> HttpResponse:
    """The conditions after an act, or, while somebody types in a field, only what is beside the fields."""
    draft = _sent(request)
    context = answered(draft) | _for_programs(draft, request)
    if "do" in request.POST:
        return render(request, "segments/built.html", context)
    answer = render(request, "segments/noted.html", context)
    answer["HX-Reswap"] = "none"
    return answer


def answered(draft: Draft, *, with_blanks: bool = False) -> dict:
    """The draft with its counts and a sample, or with what is wrong where it is wrong."""
    context: dict = {"draft": draft, "groups": builder.GROUPS}
    try:
        sentence = draft.say()
        looked = None if draft.node is None or draft.problem else services.look(draft.node)
    except InvalidTree as error:
        draft.blame(error)
        sentence, looked = "", None
    draft.show(with_blanks=with_blanks)
    if looked is None:
        return context | {"problem": draft.problem}
    draft.note(looked)
    return context | {
        "sentence": sentence,
        "counted": looked.counted,
        "base": max(looked.counted.reachable, *looked.counted.parts.values()),
        "sample": [(friend, _reasons(draft, looked.holds[friend.pk])) for friend in looked.sample],
    }


def _saved(request: Request) -> dict | None:
    """What is to be saved; None while only a button of the builder was pressed."""
    return request.POST if request.POST and "do" not in request.POST else None


def _sent(request: Request) -> Draft:
    return acts.do(builder.of_form(request.POST), request.POST.get("do", ""))


def _editor(form: SegmentForm, draft: Draft, request: Request) -> dict:
    shown = answered(draft, with_blanks=form.is_bound) | _for_programs(draft, request)
    return shown | {"form": form, "menu": builder.menu()}


def _for_programs(draft: Draft, request: Request) -> dict:
    """How a program asks the same, if the draft is shown as JSON."""
    if draft.root is not None:
        return {}
    address = request.build_absolute_uri(reverse("api-segment-schema"))
    asked = json.dumps({"tree": draft.node.as_json() if draft.node else {"all": []}}, ensure_ascii=False)
    return {"count_address": address.replace("segment-schema", "segments/count"), "asked": asked}


def _uses_touched(found: Segment, draft: Draft) -> list[uses.Use]:
    """What asks for the segment, if its conditions are about to change."""
    try:
        is_same = draft.tree() == found.tree
    except (InvalidTree, Incomplete):
        return []
    return [] if is_same else uses.of(found)


def _changed(found: Segment, form: SegmentForm, draft: Draft, request: Request) -> Segment:
    return services.change_segment(
        found,
        name=form.cleaned_data["name"],
        raw=draft.tree(),
        version=form.cleaned_data["version"] or 0,
        by=request.user,
    )


def _refuse(form: SegmentForm, draft: Draft, error: AppError | Incomplete) -> None:
    if isinstance(error, InvalidTree):
        draft.blame(error)
    if isinstance(error, Incomplete):
        form.add_error(None, _("A condition is not complete."))
    else:
        form.add_error(None, error.message)


def _reasons(draft: Draft, holds: set[str]) -> list[str]:
    """Which of several ways leads a friend into the tree: conditions of which one is enough."""
    ways = [part for part in draft.parts() if isinstance(part, Condition) and _is_one_of_several(part)]
    return [part.words for part in ways if part.path in holds]


def _is_one_of_several(part: Condition) -> bool:
    path = part.path or ""
    return "any[" in path and "not." not in path
