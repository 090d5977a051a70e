"""Writing a segment: the builder, which answers every change with the counts."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from segments import builder, ready, services
from segments.builder import Draft, Incomplete
from segments.errors import InvalidTree
from segments.forms import SegmentForm
from segments.models import Segment
from segments.tree import Json

EVERYONE: Json = {"all": []}


@permission_required("segments.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    begun = ready.of(request.GET.get("ready", ""))
    form = SegmentForm(request.POST or None, initial={"name": begun.name} if begun else {})
    first = begun.conditions() if begun else EVERYONE
    draft = builder.of_form(request.POST) if request.POST else builder.of_tree(first)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            return redirect("segment", services.create_segment(name, draft.tree(), by=request.user).pk)
        except (AppError, Incomplete) as error:
            _refuse(form, draft, error)
    return render(request, "segments/edit.html", _editor(form, draft))


@permission_required("segments.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    form = SegmentForm(request.POST or None, initial={"name": found.name, "version": found.version})
    draft = builder.of_form(request.POST) if request.POST else builder.of_tree(found.tree)
    if form.is_valid():
        try:
            services.change_segment(
                found,
                name=form.cleaned_data["name"],
                raw=draft.tree(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
            )
            return redirect("segment", found.pk)
        except (AppError, Incomplete) as error:
            _refuse(form, draft, error)
    return render(request, "segments/edit.html", _editor(form, draft) | {"segment": found})


@permission_required("segments.view_segment", raise_exception=True)
@require_POST
def build(request: Request) -> HttpResponse:
    """The conditions after a change on the page, with how many are in each and a few of them."""
    return render(request, "segments/builder.html", answered(builder.of_form(request.POST)))


def _editor(form: SegmentForm, draft: Draft) -> dict:
    return answered(draft) | {"form": form, "show_errors": form.is_bound}


def answered(draft: Draft) -> dict:
    """The draft with its counts and a sample, or with what is wrong where it is wrong."""
    context = {"draft": draft, "kinds": builder.kinds(), "groups": builder.GROUPS}
    try:
        raw = draft.tree()
        counted, sample = services.count(raw), services.sample(raw)
    except Incomplete:
        return context
    except InvalidTree as error:
        draft.blame(error)
        return context | {"problem": error.message}
    draft.note(counted)
    return context | {"counted": counted, "sample": sample}


def _refuse(form: SegmentForm, draft: Draft, error: AppError | Incomplete) -> None:
    if isinstance(error, Incomplete):
        form.add_error(None, _("A condition is not complete."))
    else:
        form.add_error(None, error.message)
