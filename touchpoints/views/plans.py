"""Pages of plans: all of them, one period of one, its settings, starting all, closing."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from broadcasts import belonging
from campaigns.models import Campaign
from touchpoints import basis, closing, costing, judging, pages, plans, starting
from touchpoints.forms import FrameForm, PlanForm, initial_of
from touchpoints.models import Period, Plan
from touchpoints.plans import Frame
from touchpoints.views import found as rows

DAYS = 30  # of a first period of which nobody says its end
REMOVED = 10  # that are offered to be put back, the newest
PERIODS = 24  # in the history of a plan, the newest


@permission_required("touchpoints.view_plan", raise_exception=True)
@require_GET
def touchpoints(request: Request) -> HttpResponse:
    kept = Plan.objects.kept().select_related("campaign")
    found = page(kept, key(request.GET.get("before", "")))
    opened = {each.plan_id: each for each in Period.objects.filter(plan__in=found.rows, closed_at=None)}
    context = {
        "page": found,
        "rows": [(each, opened[each.pk]) for each in found.rows],
        "removed": Plan.objects.exclude(removed_at=None).order_by("-removed_at")[:REMOVED],
        "today": timezone.localdate(),
    }
    return render(request, "touchpoints/list.html", context)


@permission_required("touchpoints.view_plan", raise_exception=True)
@require_GET
def of_campaign(request: Request, campaign: int) -> HttpResponse:
    """Those of a campaign; a part of the campaign's own page."""
    found = get_object_or_404(Campaign, pk=campaign)
    context = {"campaign": found, "plans": Plan.objects.kept().filter(campaign=found)}
    return render(request, "touchpoints/of_campaign.html", context)


@permission_required("touchpoints.view_plan", raise_exception=True)
@require_GET
def plan(request: Request, pk: int) -> HttpResponse:
    """Classes with their sizes and what is planned, and how people moved."""
    found = rows.plan(pk)
    period = rows.period(found, request)
    shown = pages.shown(period)
    context = {
        "plan": found,
        "period": period,
        "shown": shown,
        "moved": pages.movement_to_show(period, shown.judged),
        "periods": found.periods.order_by("-number")[:PERIODS],
        "basis": basis.words(period),
        "is_over": period.is_open and period.ends_on < timezone.localdate(),
        "may_change": period.is_open
        and not found.removed_at
        and request.user.has_perm("touchpoints.change_plan"),
        "may_start": request.user.has_perm("broadcasts.add_broadcast"),
    }
    return render(request, "touchpoints/plan.html", context)


@permission_required("touchpoints.add_plan", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """`?campaign=7` and `?days=30` fill in what they say."""
    campaign = belonging.open_campaign(request.GET.get("campaign", ""))
    form = PlanForm(request.POST or None, initial=_first(request, campaign) | {"campaign": campaign})
    if form.is_valid():
        try:
            made = plans.create(
                name=form.cleaned_data["name"],
                campaign=form.cleaned_data["campaign"],
                note=form.cleaned_data["note"],
                frame=form.frame(),
                by=request.user,
            )
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "touchpoints/edit.html", {"form": form, "campaign": campaign})


@permission_required("touchpoints.change_plan", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = rows.plan(pk)
    period = plans.open_period(found)
    first = {"name": found.name, "campaign": found.campaign, "note": found.note}
    form = PlanForm(request.POST or None, initial=initial_of(period) | first)
    form.keep(found)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "campaign", "note")}
        try:
            plans.change(found, **given, has_campaign=True, frame=form.frame(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "touchpoints/edit.html", {"form": form, "plan": found, "period": period})


@permission_required("touchpoints.add_plan", raise_exception=True)
@require_http_methods(["GET", "POST"])
def copy(request: Request, pk: int) -> HttpResponse:
    """Another plan with the same classes and messages, for another campaign perhaps."""
    found = rows.plan(pk)
    period = plans.open_period(found)
    first = {"name": _("%(name)s (copy)") % {"name": found.name[:80]}, "note": found.note}
    form = PlanForm(request.POST or None, initial=initial_of(plans.following(period)) | first)
    if form.is_valid():
        try:
            made = plans.copy(
                found,
                name=form.cleaned_data["name"],
                campaign=form.cleaned_data["campaign"],
                frame=form.frame(),
                by=request.user,
            )
            messages.success(request, _("The plan is copied. Nothing of it is started yet."))
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "touchpoints/edit.html", {"form": form, "plan": found, "is_copy": True})


@permission_required("touchpoints.delete_plan", raise_exception=True)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Or put it back, so that nothing is lost by a wrong click."""
    found = rows.plan(pk)
    if found.removed_at:
        plans.restore(found, by=request.user)
        messages.success(request, _("“%(name)s” is put back.") % {"name": found.name})
        return redirect(found)
    plans.remove(found, by=request.user)
    messages.success(
        request, _("“%(name)s” is removed. It can be put back below the list.") % {"name": found.name}
    )
    return redirect("touchpoints")


@permission_required(["touchpoints.change_plan", "broadcasts.add_broadcast"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def start(request: Request, pk: int) -> HttpResponse:
    """All that is planned, as drafts: asked again with the number of messages and what they cost."""
    found = rows.plan(pk)
    period = plans.open_period(found)
    problem = ""
    if request.method == "POST":
        try:
            made = starting.start_all(period, by=request.user)
            said = _(
                "Started: %(count)s. Drafts leave nothing by themselves: schedule each when it is right."
            )
            messages.success(request, said % {"count": len(made)})
            return redirect(found)
        except AppError as error:
            problem = error.message
    cost = costing.expected(judging.judge(period))
    context = {"plan": found, "period": period, "cost": cost, "problem": problem}
    return render(request, "touchpoints/start.html", context)


@permission_required("touchpoints.change_plan", raise_exception=True)
@require_http_methods(["GET", "POST"])
def close(request: Request, pk: int) -> HttpResponse:
    """`?period=1`, so that sent twice it does not close the next one, too."""
    found = rows.plan(pk)
    period = rows.period(found, request)
    if not period.is_open:
        messages.info(request, _("This period was closed already."))
        return redirect(found)
    form = FrameForm(request.POST or None, initial=initial_of(plans.following(period)))
    if form.is_valid():
        try:
            closing.close(period, frame=form.frame(), by=request.user)
            messages.success(request, _("The period is closed; this is the next one."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"plan": found, "period": period, "form": form, "waiting": _unsent(period)}
    return render(request, "touchpoints/close.html", context)


@permission_required("touchpoints.change_plan", raise_exception=True)
@require_http_methods(["GET", "POST"])
def reopen(request: Request, pk: int) -> HttpResponse:
    """Undo the closing of `?period=`."""
    found = rows.plan(pk)
    period = rows.period(found, request)
    problem = ""
    if request.method == "POST":
        try:
            closing.reopen(period, by=request.user)
            messages.success(request, _("The period is open again."))
            return redirect(found)
        except AppError as error:
            problem = error.message
    context = {"plan": found, "period": period, "problem": problem}
    return render(request, "touchpoints/reopen.html", context)


def _first(request: Request, campaign: Campaign | None) -> dict:
    """What a new plan begins with: this month, or the campaign's days."""
    today = timezone.localdate()
    first, last = today, today + timedelta(days=DAYS - 1)
    if campaign:
        first = campaign.starts_on
        last = campaign.ends_on or first + timedelta(days=DAYS - 1)
    days = key(request.GET.get("days", ""))
    if days and days <= Period.MOST_DAYS:
        return initial_of(Frame(first, last, Period.Basis.DAYS, days))
    return initial_of(Frame(first, last))


def _unsent(period: Period) -> list:
    """Classes whose drafts have not left yet."""
    return [
        each
        for each in period.ordered()
        if each.broadcast and each.broadcast.status in (*each.broadcast.EDITABLE, "scheduled")
    ]
