"""Pages: notification messages by telephone number, what became of them, and what nobody knows."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.models import User
from accounts.paging import page
from channels.models import Channel
from customers.models import Customer
from scenarios.models import NoticeSend, Scenario
from scenarios.notices import checking, days, services, showing
from scenarios.notices.forms import NoticeFilter, SettleForm


@permission_required("scenarios.view_noticesend", raise_exception=True)
@require_GET
def notices(request: Request) -> HttpResponse:
    """Every notice, newest first, and what became of it; LINE's count of each day beside ours."""
    form = NoticeFilter(request.GET)
    form.is_valid()
    found = page(form.narrow(NoticeSend.objects.all()), form.cleaned_data.get("before"))
    context = {
        "form": form,
        "page": found,
        "rows": showing.rows(found.rows),
        "unknown": NoticeSend.objects.unknown().exists(),
        "has_price": checking.has_price(),
        "channel": Channel.objects.filter(tenant=request.tenant.pk).first(),
        "days": days.recent(timezone.now()),
        "within": days.SHOWN.days,
    }
    return render(request, "scenarios/notices/list.html", context)


@permission_required("scenarios.view_noticesend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def notice(request: Request, pk: int) -> HttpResponse:
    """One notice; where nobody knows what became of it, somebody may say what they found out."""
    found = get_object_or_404(NoticeSend, pk=pk)
    if request.method == "GET":
        return render(request, "scenarios/notices/notice.html", _context(found, SettleForm()))
    if not request.user.has_perm("scenarios.change_entry"):
        raise PermissionDenied
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            services.settle(found, delivered=form.is_delivered, by=request.user)
            messages.success(request, _("It is written down. Nothing was sent again."))
            return redirect("notice", found.pk)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "scenarios/notices/notice.html", _context(found, form), status=409)


def _context(found: NoticeSend, form: SettleForm) -> dict:
    return {
        "notice": found,
        "form": form,
        "lines": showing.lines(found),
        "scenario": Scenario.objects.filter(pk=found.scenario_id or 0).first(),
        "customer": Customer.objects.filter(pk=found.customer_id or 0).first(),
        "settled_by": User.objects.filter(pk=found.settled_by_id or 0).first(),
    }
