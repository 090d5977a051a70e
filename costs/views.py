"""Pages of what was spent and what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.spreadsheets import EXCEL, download
from broadcasts.models import Broadcast
from costs import chart, details, pages, services, sheets, spending
from costs.forms import AskForm, FileForm, ToolFeeForm
from costs.models import FeeSettings
from costs.periods import month_of
from costs.returns import report
from costs.rows import By
from costs.spending import Eyes

LOOK = "billing.view_ledgerentry"
MOST_ROWS = 300  # on one page; a file has all


@permission_required(LOOK, raise_exception=True)
@require_GET
def returns(request: Request) -> HttpResponse:
    """The table that is asked for, with its sums and how they were reckoned."""
    form = AskForm(request.GET)
    found = report(_eyes(request), form.asked(_by(request)))
    period, seen = found.asked.period, _eyes(request).sight(found.asked.period.months[-1])
    rows = pages.ordered(found, request.GET.get("sort", ""))
    context = {
        "form": form,
        "report": found,
        "period": period,
        "presets": pages.presets(period, timezone.localdate()),
        "kinds": By,
        "rows": [(row, pages.cells(row, found)) for row in rows[:MOST_ROWS]],
        "left_count": max(0, len(rows) - MOST_ROWS),
        "total": pages.cells(found.total, found),
        "parts": pages.parts(found.total.spend, found, shows_net=seen.shows_net),
        "rewards": pages.rewards(found.total, found),
        "figures": pages.figures(found.total, found, is_all=True),
        "spend": pages.money(found.total.spend.total, found),
        "revenue": pages.revenue(found.total, found),
        "sort": request.GET.get("sort", ""),
    }
    return render(request, "costs/returns.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def returns_chart(request: Request) -> HttpResponse:
    """Spend and revenue of twelve months until the last of the period; a part of the page."""
    form = AskForm(request.GET)
    shown = chart.of_year(_eyes(request), form.asked(By.MONTH))
    return render(request, "costs/chart.html", {"chart": shown})


@permission_required(LOOK, raise_exception=True)
@require_GET
def one_return(request: Request, by: str, key: str) -> HttpResponse:
    """One row, taken apart: what it cost and why, what came of it, and the arithmetic."""
    if by not in By:
        raise Http404
    form = AskForm(request.GET)
    found = report(_eyes(request), form.asked(By(by)))
    row = found.row(key)
    if row is None:
        raise Http404
    seen = _eyes(request).sight(found.asked.period.months[-1])
    context = {
        "report": found,
        "row": row,
        "period": found.asked.period,
        "spend": pages.money(row.spend.total, found),
        "parts": pages.parts(row.spend, found, shows_net=seen.shows_net),
        "rewards": pages.rewards(row, found),
        "figures": pages.figures(row, found, is_all=found.asked.by == By.MONTH),
        "monthly": pages.monthly(found.lines.get(key, []), found),
        "within": details.within(_eyes(request), found, row),
        "month_ends": found.asked.period.within(month_of(key)).last if found.asked.by == By.MONTH else None,
    }
    return render(request, "costs/return.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def returns_file(request: Request) -> HttpResponse:
    """The table as a file, all of its rows."""
    form, file = AskForm(request.GET), FileForm(request.GET)
    found = report(_eyes(request), form.asked(_by(request)))
    kind = file.cleaned_data["kind"] if file.is_valid() else EXCEL
    activity.record("returns.exported", "costs", by=request.user, file=kind, rows=len(found.rows))
    period = found.asked.period
    name = f"returns-{found.asked.by}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    return download([sheets.of_report(found)], kind, name)


@permission_required([LOOK, "broadcasts.view_broadcast"], raise_exception=True)
@require_GET
def cost_of_send(request: Request, pk: int) -> HttpResponse:
    """What one send has cost and what each thing that came of it; a part of its result."""
    broadcast = get_object_or_404(Broadcast.objects.defer("audience", "holdout", "body"), pk=pk)
    found = details.of_send(_eyes(request), broadcast)
    if found is None:
        return HttpResponse()
    row = found.row(broadcast.ledger_owner)
    assert row
    seen = _eyes(request).sight(found.asked.period.months[-1])
    context = {
        "broadcast": broadcast,
        "row": row,
        "period": found.asked.period,
        "spend": pages.money(row.spend.total, found),
        "parts": pages.parts(row.spend, found, shows_net=seen.shows_net),
        "rewards": pages.rewards(row, found),
        "figures": pages.figures(row, found),
    }
    return render(request, "costs/of_send.html", context)


@permission_required("costs.view_feesettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def tool_fees(request: Request) -> HttpResponse:
    """What tools cost by the month, and since when."""
    may_change = request.user.has_perm("costs.add_feesettings")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = ToolFeeForm(request.POST or None, initial={"since": f"{timezone.localdate():%Y-%m}"})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_tool_fee(**form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. It counts in the return on spend from that month on."))
            return redirect("cost_fees")
        except AppError as error:
            form.add_error(None, error.message)
    context = {
        "form": form if may_change else None,
        "fees": FeeSettings.objects.all()[:MOST_ROWS],
        "currency": spending.currency(request.tenant.pk, timezone.localdate().replace(day=1)),
    }
    return render(request, "costs/fees.html", context)


def _eyes(request: Request) -> Eyes:
    return Eyes(request.tenant, request.user)


def _by(request: Request) -> By:
    asked = request.GET.get("by", "")
    return By(asked) if asked in By else By.SEND
