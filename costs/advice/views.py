"""The page of advice: the plan and habits at once, what takes longer as parts that come after."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from costs.advice import habits, plan, quiet, reckoning, sends
from costs.advice.forms import QuietForm, SendsForm
from costs.spending import Eyes

VIEW = "billing.view_ledgerentry"


@permission_required(VIEW, raise_exception=True)
@require_GET
def show(request: Request) -> HttpResponse:
    """What the figures advise. Settings of its parts stand in the address."""
    tenant_id, now = request.tenant.pk, timezone.now()
    found = plan.of(tenant_id, now)
    may_see = request.user.has_perm
    context = {
        "plan": found,
        "free_left": habits.free_left(found.history, tenant_id),
        "far_cap": habits.far_cap(found.history, tenant_id, found.month),
        "sees_friends": may_see("segments.view_segment"),
        "sees_sends": may_see("broadcasts.view_broadcast"),
        "query": request.GET.urlencode(),
    }
    return render(request, "costs/advice/show.html", context)


@permission_required([VIEW, "segments.view_segment"], raise_exception=True)
@require_GET
def quiet_friends(request: Request) -> HttpResponse:
    """Friends who never click; a part of the page."""
    asked = QuietForm(request.GET if "times" in request.GET else None).asked()
    row = reckoning.ask(asked)
    found = reckoning.found(row)
    advice = quiet.of(request.tenant.pk, asked, found) if found else None
    context = {
        "form": QuietForm(initial=QuietForm.fields_of(asked)),
        "asked": asked,
        "row": row,
        "advice": advice,
        "saved": advice.saved(Eyes(request.tenant, request.user)) if advice else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "costs/advice/quiet.html", context)


@permission_required([VIEW, "segments.add_segment"], raise_exception=True)
@require_POST
def make_segment(request: Request) -> HttpResponse:
    """A segment of everybody but those who never click."""
    try:
        made = quiet.make_segment(QuietForm(request.POST).asked(), by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("cost_advice")
    messages.success(request, _("The segment is made: choose it for your next broadcast."))
    return redirect("segment", made.pk)


@permission_required([VIEW, "broadcasts.view_broadcast"], raise_exception=True)
@require_GET
def worst_sends(request: Request) -> HttpResponse:
    """Sends with the worst cost per click; a part of the page."""
    days = SendsForm(request.GET).days()
    context = {
        "form": SendsForm(initial={"sends_days": days}),
        "advice": sends.of(Eyes(request.tenant, request.user), days, timezone.now()),
    }
    return render(request, "costs/advice/sends.html", context)
