"""The quota of the month: how it stands, where it will end, and how LINE's counts of days agree with ours."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from billing import live, quota_chart
from billing.forms import MonthForm
from billing.reconciling import days


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def quota(request: Request) -> HttpResponse:
    """How the present month stands and will end; below it the days of any month, with both counts."""
    now = timezone.now()
    today = days.today_of(now)
    found = live.now(request.tenant, now)
    course = live.course(request.tenant, found, now)
    form = MonthForm(request.GET if "month" in request.GET else {"month": f"{today:%Y-%m}"})
    month = form.cleaned_data["month"] if form.is_valid() else today.replace(day=1)
    context = {
        "live": found,
        "end": course.end,
        "passed_on": course.end.passes(found.status.limit),
        "chart": quota_chart.draw(found.status.month, course, found.status.limit),
        "form": form,
        "days": days.of_month(request.tenant.pk, month, today=today),
        "yesterday": today - live.A_DAY,
    }
    return render(request, "billing/quota.html", context)


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def quota_live(request: Request) -> HttpResponse:
    """The bar alone, which pages ask for again and again."""
    return render(request, "billing/quota_live.html", {"live": live.now(request.tenant, timezone.now())})
