"""Answers from a file: into a survey, or into one that is made from the file."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from imports import services as imports
from imports.forms import UploadForm
from imports.models import ImportRun
from surveys.incoming import guessing, kinds, making
from surveys.models import Survey


class NewSurveyForm(forms.Form):
    name = forms.CharField(label=_("Name of the survey"), max_length=Survey.NAME_LENGTH)


@permission_required(kinds.PERMISSION, raise_exception=True)
@require_GET
def survey_import(request: Request, pk: int) -> HttpResponse:
    """On to the upload of answers to this survey; of one that was never published, what to do first."""
    survey = get_object_or_404(Survey, pk=pk)
    kind = kinds.find(f"{kinds.PREFIX}{survey.pk}")
    if kind:
        return redirect("import_new", kind.name)
    return render(request, "surveys/results/import.html", {"survey": survey})


@permission_required([kinds.PERMISSION, "surveys.add_survey"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def from_file(request: Request) -> HttpResponse:
    """A file of answers to a survey that was made elsewhere."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = imports.upload(kinds.NewSurveyKind(), file, name=file.name, by=request.user)
            return redirect("survey_from_run", run.pk)
        except AppError as error:
            form.add_error("file", error.message)
    return render(request, "surveys/results/from_file.html", {"form": form})


@permission_required([kinds.PERMISSION, "surveys.add_survey"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def from_run(request: Request, pk: int) -> HttpResponse:
    """What its columns ask; then the survey is made and the answers are checked."""
    run = get_object_or_404(ImportRun, pk=pk, kind=kinds.NEW, state=ImportRun.State.UPLOADED)
    form = NewSurveyForm(request.POST or None, initial={"name": run.name.rpartition(".")[0][:100]})
    try:
        seen = guessing.look(run)
    except AppError as error:
        return render(
            request, "surveys/results/from_file.html", {"form": UploadForm(), "problem": error.message}
        )
    chosen = _chosen(request, seen)
    if request.method == "POST" and form.is_valid():
        try:
            making.make(form.cleaned_data["name"], run, seen, chosen, by=request.user)
            return redirect("import_run", run.pk)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"run": run, "form": form, "meanings": guessing.MEANINGS}
    context["columns"] = list(zip(seen, chosen, strict=True))
    return render(request, "surveys/results/from_run.html", context)


def _chosen(request: Request, seen: list[guessing.Seen]) -> list[str]:
    """As the form says, one for each column; what is not known there is left out."""
    if request.method != "POST":
        return guessing.meanings(seen)
    known = {name for name, _label in guessing.MEANINGS}
    given = [each if each in known else "" for each in request.POST.getlist("column")]
    return [*given, *[""] * len(seen)][: len(seen)]
