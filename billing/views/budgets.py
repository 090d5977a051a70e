"""Pages of budgets: how they stand, setting and lifting them, and what is kept back."""

from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from billing import plans
from billing.budgeting import commands, reserve, standing
from billing.budgeting.forms import BudgetForm, LiftForm, NewBudgetForm, ReserveForm
from billing.models import Budget, usual_warnings
from contracts import sight as sights
from contracts.sight import Sight

SAID = 30  # warnings and lifts on the page of a budget, the newest


@permission_required("billing.view_budget", raise_exception=True)
@require_GET
def budgets(request: Request) -> HttpResponse:
    """How all budgets of the present month stand, those of other months, and the reserve."""
    tenant_id, now = request.tenant.pk, timezone.now()
    month = standing.month_of(tenant_id, now)
    standings = standing.of_month(tenant_id, now)
    shown = [each.budget.pk for each in standings]
    others = Budget.objects.kept(tenant_id).exclude(pk__in=shown)
    context = {
        "month": month,
        "standings": standings,
        "others": [(each, standing.name_of(each)) for each in others],
        "terms": plans.terms(tenant_id, month),
        **_reserve(tenant_id, month),
    }
    return render(request, "billing/budgeting/list.html", context)


@permission_required("billing.view_budget", raise_exception=True)
@require_GET
def strip(request: Request) -> HttpResponse:
    """What people should hear of budgets now; a part of other pages."""
    standings = standing.of_month(request.tenant.pk, timezone.now())
    notable = [each for each in standings if each.is_notable]
    return render(request, "billing/budgeting/strip.html", {"standings": notable})


@permission_required("billing.add_budget", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    initial = {"campaign": key(request.GET.get("campaign", "")), "warn_percents": usual_warnings()}
    form = NewBudgetForm(request.POST or None, initial=initial, sight=_sight(request, timezone.now()))
    if form.is_valid():
        try:
            commands.set_budget(request.tenant.pk, **form.facts(), by=request.user)
            messages.success(request, _("The budget is set."))
            return redirect("cost_budgets")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "billing/budgeting/edit.html", {"form": form})


@permission_required("billing.view_budget", raise_exception=True)
@require_http_methods(["GET", "POST"])
def budget(request: Request, pk: int) -> HttpResponse:
    """How it stands, what was said of it, who lifted it; and its form for whoever may change it."""
    found, now = _get(request, pk), timezone.now()
    sight = _sight(request, now)
    form = BudgetForm(request.POST or None, initial=BudgetForm.of(found, sight), sight=sight)
    may_change = request.user.has_perm("billing.change_budget")
    if may_change and form.is_valid():
        commands.change(found, **form.facts(), by=request.user)
        messages.success(request, _("The budget is changed."))
        return redirect("cost_budget", found.pk)
    context = {
        "budget": found,
        "name": standing.name_of(found),
        "standing": _standing(found, now),
        "form": form if may_change else None,
        "lifts": found.lifts.select_related("by")[:SAID],
        "alerts": found.alerts.all()[:SAID],
    }
    return render(request, "billing/budgeting/budget.html", context)


@permission_required("billing.delete_budget", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = _get(request, pk)
    if request.method == "POST":
        commands.delete(found, by=request.user)
        messages.success(request, _("The budget is deleted."))
        return redirect("cost_budgets")
    context = {"budget": found, "name": standing.name_of(found)}
    return render(request, "billing/budgeting/delete.html", context)


@permission_required("billing.add_budgetlift", raise_exception=True)
@require_http_methods(["GET", "POST"])
def lift(request: Request, pk: int) -> HttpResponse:
    """Let sends go on beyond it, for the rest of this month; what that lets go is shown before."""
    found, now = _get(request, pk), timezone.now()
    stands = _standing(found, now)
    if stands is None:
        raise Http404
    form = LiftForm(request.POST or None, sight=_sight(request, now))
    if form.is_valid():
        try:
            commands.lift(found, at=now, **form.cleaned_data, by=request.user)
            messages.success(request, _("The budget is lifted. What it had stopped goes on by itself."))
            return redirect("cost_budget", found.pk)
        except AppError as error:
            form.add_error("up_to", error.message)
    context = {"budget": found, "name": standing.name_of(found), "form": form, "standing": stands}
    return render(request, "billing/budgeting/lift.html", context)


@permission_required("billing.add_reserve", raise_exception=True)
@require_http_methods(["GET", "POST"])
def keep_back(request: Request) -> HttpResponse:
    """How many messages of each month what goes to many must leave, from this month on."""
    tenant_id = request.tenant.pk
    month = standing.month_of(tenant_id, timezone.now())
    present = _reserve(tenant_id, month)
    form = ReserveForm(request.POST or None, initial={"messages": present["kept"]})
    if form.is_valid():
        commands.keep_back(tenant_id, form.cleaned_data["messages"], since=month, by=request.user)
        messages.success(request, _("The reserve is set."))
        return redirect("cost_budgets")
    return render(request, "billing/budgeting/reserve.html", {"form": form, "month": month, **present})


def _reserve(tenant_id: int, month: date) -> dict[str, int]:
    held = reserve.in_force(tenant_id, month)
    used = reserve.used(tenant_id, month)
    kept = held.messages if held else 0
    return {"kept": kept, "kept_used": min(used, kept), "kept_left": max(0, kept - used)}


def _standing(budget: Budget, now: datetime) -> standing.Standing | None:
    """None for one that holds in another month only, or while the month's own holds instead."""
    held = Budget.objects.in_force(budget.tenant_id, standing.month_of(budget.tenant_id, now))
    return standing.of_budget(budget, now) if budget in held else None


def _sight(request: Request, now: datetime) -> Sight:
    return sights.of(request.user, request.tenant, standing.month_of(request.tenant.pk, now))


def _get(request: Request, pk: int) -> Budget:
    return get_object_or_404(Budget.objects.kept(request.tenant.pk), pk=pk)
