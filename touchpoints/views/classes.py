"""Pages of one class: what it holds, what its people get, starting it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from segments.building import acts, builder
from segments.building.builder import Draft, Incomplete
from segments.errors import InvalidTree
from segments.views.building import answered
from touchpoints import classes, costing, judging, plans, starting
from touchpoints.forms import ClassForm, PlannedForm
from touchpoints.models import Kind, Level, TouchClass
from touchpoints.views import found as rows

CHANGE = "touchpoints.change_plan"
START = [CHANGE, "broadcasts.add_broadcast"]


@permission_required(CHANGE, raise_exception=True)
@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """A ready-made one that was taken out."""
    found = rows.plan(pk)
    kind = request.POST.get("kind", "")
    if kind not in Kind or kind in (Kind.OWN, Kind.REST):
        raise Http404
    try:
        made = classes.add_ready(plans.open_period(found), kind, by=request.user)
        messages.success(request, _("“%(name)s” is added.") % {"name": made.label})
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request, pk: int) -> HttpResponse:
    """One of the client's own, with the builder of segments."""
    found = rows.plan(pk)
    first = {"color": classes.free_color(plans.open_period(found)), "level": Level.INTERESTED}
    form = ClassForm(_saved(request), initial=first | request.POST.dict())
    draft = _sent(request) if request.POST else builder.of_tree({"all": []})
    if form.is_valid():
        try:
            facts = form.cleaned_data
            classes.add_own(plans.open_period(found), **facts, raw=draft.tree(), by=request.user)
            return redirect(found)
        except (AppError, Incomplete) as error:
            _refuse(form, draft, error)
    return render(request, "touchpoints/own.html", _building(form, draft) | {"plan": found})


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def conditions(request: Request, pk: int) -> HttpResponse:
    """Those of an own class."""
    found = rows.touch_class(pk)
    if not found.is_own:
        raise Http404
    first = {name: getattr(found, name) for name in ("name", "color", "level")}
    form = ClassForm(_saved(request), initial=first | request.POST.dict())
    draft = _sent(request) if request.POST else builder.of_tree(found.tree or {"all": []})
    if form.is_valid():
        try:
            classes.change(found, **form.cleaned_data, raw=draft.tree(), by=request.user)
            return redirect(found.period)
        except (AppError, Incomplete) as error:
            _refuse(form, draft, error)
    context = _building(form, draft) | {"plan": found.period.plan, "class": found}
    return render(request, "touchpoints/own.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """How it looks, and what its people get."""
    found = rows.touch_class(pk)
    first = {name: getattr(found, name) for name in ("name", "color", "level")}
    form = ClassForm(request.POST or None, initial=first)
    planned = PlannedForm(request.POST or None, planned=found)
    can_plan = found.takes_messages and not found.is_started
    if form.is_valid() and (not can_plan or planned.is_valid()):
        try:
            with transaction.atomic():  # what is refused of one leaves the other as it was
                classes.change(found, **form.cleaned_data, by=request.user)
                if can_plan:
                    classes.plan(found, **planned.facts(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(f"{found.period.get_absolute_url()}#class-{found.pk}")
        except AppError as error:
            form.add_error(None, error.message)
    context = {
        "class": found,
        "plan": found.period.plan,
        "form": form,
        "planned": planned,
        "can_plan": can_plan,
    }
    return render(request, "touchpoints/class.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """One place up or down."""
    found = rows.touch_class(pk)
    way = request.POST.get("way", "")
    if way not in (classes.UP, classes.DOWN):
        raise Http404
    try:
        classes.step(found, way, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(f"{found.period.get_absolute_url()}#class-{pk}")


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    return _asked(request, rows.touch_class(pk), "remove", classes.remove)


@permission_required(START, raise_exception=True)
@require_http_methods(["GET", "POST"])
def start(request: Request, pk: int) -> HttpResponse:
    """Its draft; started already, the draft that is there. Who enters a scenario is asked for first."""
    found = rows.touch_class(pk)
    problem = ""
    if request.method == "POST":
        try:
            found = starting.start(found, by=request.user)
            if found.broadcast:
                return redirect(found.broadcast)
            messages.success(request, _("They enter the scenario when its time has come."))
            return redirect(found.period)
        except AppError as error:
            problem = error.message
    cost = costing.expected(judging.judge(found.period)).of(found) if found.period.is_open else None
    context = {"class": found, "plan": found.period.plan, "expected": cost, "problem": problem}
    return render(request, "touchpoints/start_one.html", context)


@permission_required(START, raise_exception=True)
@require_http_methods(["GET", "POST"])
def detach(request: Request, pk: int) -> HttpResponse:
    return _asked(request, rows.touch_class(pk), "detach", starting.detach)


def _asked(request: Request, found: TouchClass, verb: str, do) -> HttpResponse:
    """What cannot be undone by a click is asked for first."""
    problem = ""
    if request.method == "POST":
        try:
            do(found, by=request.user)
            messages.success(request, _("Done."))
            return redirect(found.period)
        except AppError as error:
            problem = error.message
    context = {"class": found, "plan": found.period.plan, "verb": verb, "problem": problem}
    return render(request, "touchpoints/ask.html", context)


def _saved(request: Request) -> dict | None:
    """What is to be saved; None while only a button of the builder was pressed."""
    return request.POST if request.POST and "do" not in request.POST else None


def _sent(request: Request) -> Draft:
    return acts.do(builder.of_form(request.POST), request.POST.get("do", ""))


def _building(form: ClassForm, draft: Draft) -> dict:
    return answered(draft, with_blanks=form.is_bound) | {"form": form, "menu": builder.menu()}


def _refuse(form: ClassForm, draft: Draft, error: AppError | Incomplete) -> None:
    if isinstance(error, InvalidTree):
        draft.blame(error)
    if isinstance(error, Incomplete):
        form.add_error(None, _("A condition is not complete."))
    else:
        form.add_error(None, error.message)
