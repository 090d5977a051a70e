"""Pages: the client's LINE plan, and what another would change."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import words
from billing import plan_changes, plans, quota
from billing.models import Subscription
from billing.plan_forms import PlanChangeForm
from contracts import sight


@permission_required("billing.view_subscription", raise_exception=True)
@require_GET
def plan(request: Request) -> HttpResponse:
    """The plan the client has and will have, and what this month would cost in each of its country."""
    tenant_id, now = request.tenant.pk, timezone.now()
    standing = plan_changes.standing(tenant_id, now)
    tables = plans.tables(tenant_id, standing.month, words(request.GET.get("country", "")))
    used = quota.status(tenant_id, now).used
    context = {
        "standing": standing,
        "table": standing.present.table,
        "rows": [(table, table.tariff().month_cost(used)) for table in tables],
        "used": used,
        "countries": [] if standing.present.plan else plans.countries(),
        "country": tables[0].plan.country if tables else "",
        "sight": sight.of(request.user, tenant_id, standing.month),
        "history": Subscription.objects.filter(tenant=tenant_id).select_related("plan", "created_by"),
    }
    return render(request, "billing/plan.html", context)


@permission_required("billing.add_subscription", raise_exception=True)
@require_http_methods(["GET", "POST"])
def change(request: Request) -> HttpResponse:
    """What another plan or limit would change in money; sent, it is registered."""
    tenant_id, now = request.tenant.pk, timezone.now()
    month = plan_changes.standing(tenant_id, now).month
    form = PlanChangeForm(request.POST or request.GET, country=plans.country_of(tenant_id, month))
    found, is_valid = None, form.is_valid()
    if form.cleaned_data.get("plan"):
        try:
            found = plan_changes.preview(tenant_id, at=now, **form.wanted)
            if request.method == "POST" and is_valid:
                plan_changes.change(tenant_id, at=now, by=request.user, **form.wanted)
                messages.success(request, _("Registered. Change it in LINE Official Account Manager too."))
                return redirect("cost_plan")
        except AppError as refusal:
            form.add_error(None, refusal.message)
    return render(request, "billing/plan_change.html", {"form": form, "found": found})


@permission_required("billing.add_subscription", raise_exception=True)
@require_POST
def take_back(request: Request) -> HttpResponse:
    try:
        plan_changes.take_back(request.tenant.pk, at=timezone.now(), by=request.user)
    except AppError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Taken back: the present plan goes on."))
    return redirect("cost_plan")
