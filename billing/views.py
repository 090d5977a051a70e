from datetime import date, datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import key, page
from billing import ledger, months, plans, quota
from billing.forms import MonthForm
from billing.models import LedgerEntry, LedgerEntryQuerySet, PriceTable, Total
from billing.plans import Terms
from billing.pricing import price_accepted


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def cost(request: Request) -> HttpResponse:
    """What a month has cost, by bracket and by send, and by which prices."""
    tenant_id, now = request.tenant.pk, timezone.now()
    present = months.month_of(now, months.zone_of(tenant_id))
    form = MonthForm(request.GET if "month" in request.GET else {"month": f"{present:%Y-%m}"})
    month = form.cleaned_data["month"] if form.is_valid() else present
    terms = plans.terms(tenant_id, month)
    total = ledger.month_total(tenant_id, month)
    entries = LedgerEntry.objects.of_month(tenant_id, month)
    context = {
        "form": form,
        "month": month,
        "is_present": month == present,
        "total": total,
        "parts": price_accepted(terms.tariff, 0, total.messages).parts,
        "terms": terms,
        "table": _table(terms, month),
        "status": quota.status(tenant_id, now) if month == present else None,
        "owners": _owners(entries),
    }
    return render(request, "billing/cost.html", context)


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def entries(request: Request) -> HttpResponse:
    """The ledger itself, newest first."""
    rows = LedgerEntry.objects.filter(tenant=request.tenant.pk)
    found = page(rows, key(request.GET.get("before", "")))
    return render(request, "billing/entries.html", {"page": found})


def _owners(entries: LedgerEntryQuerySet) -> list[tuple[tuple[str, str, str], str, datetime, Total]]:
    """What the entries are for, its name, when LINE accepted the first and the sums; the newest first."""
    labels, sums = entries.labels_by_owner(), entries.totals_by_owner()
    newest_first = sorted(entries.begun_by_owner().items(), key=lambda begun: begun[1], reverse=True)
    return [(owner.partition(":"), labels[owner], at, sums[owner]) for owner, at in newest_first]


def _table(terms: Terms, month: date) -> PriceTable | None:
    return PriceTable.objects.in_force(month).filter(plan=terms.plan).first() if terms.plan else None
