"""The page of a month's cost, and what one send cost, to be shown elsewhere."""

from collections.abc import Mapping
from datetime import date

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import SIZE, Page, key, words
from billing import bill, ledger, months, plans, purposes, three_views
from billing.forms import MonthForm
from billing.models import LedgerEntry
from billing.pricing import price_accepted
from billing.purposes import Purpose
from billing.three_views import View, Views
from contracts import sight

Sends = list[tuple[str, Views]]


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def cost(request: Request) -> HttpResponse:
    """What a month has cost, by bracket, by purpose and by send, and by which prices."""
    tenant_id = request.tenant.pk
    present = months.month_of(timezone.now(), months.zone_of(tenant_id))
    form = MonthForm(request.GET if "month" in request.GET else {"month": f"{present:%Y-%m}"})
    month = form.cleaned_data["month"] if form.is_valid() else present
    seen = sight.of(request.user, request.tenant, month)
    terms = plans.terms(tenant_id, month)
    total, notices = ledger.month_total(tenant_id, month), ledger.notice_total(tenant_id, month)
    context = {
        "form": form,
        "month": month,
        "is_present": month == present,
        "sight": seen,
        "currency": terms.tariff.currency,
        "total": total,
        "notices": notices,
        "bill": bill.of_month(seen, terms.tariff, total, notices),
        "parts": price_accepted(terms.tariff, 0, total.messages).parts,
        "terms": terms,
        "table": terms.table,
    }
    return render(request, "billing/cost.html", context | _sends(request, month, shows_net=seen.shows_net))


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def owner_cost(request: Request) -> HttpResponse:
    """What one send cost in the three views: a part of its own page. `?owner=broadcast:7`"""
    views = three_views.of_owner(request.tenant.pk, words(request.GET.get("owner", "")))
    if views is None:
        return render(request, "billing/owner_cost.html")
    month = timezone.localtime(views.begun_at).date().replace(day=1)
    seen = sight.of(request.user, request.tenant, month)
    shown = View if seen.shows_net else [View.MARGINAL]
    context = {
        "sight": seen,
        "month": month,
        "currency": views.currency,
        "rows": [(view, views.seen(view)) for view in shown],
    }
    return render(request, "billing/owner_cost.html", context)


def _sends(request: Request, month: date, *, shows_net: bool) -> dict[str, object]:
    """The sums by purpose, and the sends of the one that is asked for, in the view that is asked for.

    Share and list price are LINE's net, so that there is a choice only for who sees it.
    """
    views = three_views.of_month(request.tenant.pk, month)
    asked, named = request.GET.get("view"), request.GET.get("purpose")
    view = View(asked) if shows_net and asked in View.values else View.MARGINAL
    purpose = Purpose(named) if named in Purpose.values else None
    found = [
        (owner, each)
        for owner, each in views.items()
        if not purpose or purposes.of_owner(owner, each.total) == purpose
    ]
    page = _page(found, key(request.GET.get("before", "")))
    return {
        "views": list(View) if shows_net else [],
        "view": view,
        "purpose": purpose,
        "purposes": purposes.sums(views.items(), view),
        "has_sends": bool(views),
        "page": Page(_rows(request.tenant.pk, month, page.rows, view), page.next),
    }


def _page(found: Sends, before: int | None) -> Page:
    """As `accounts.paging.page`, of what is in memory: a share of the bill needs the whole month."""
    left = [row for row in found if before is None or row[1].first_id < before]
    return Page(left[:SIZE], left[SIZE - 1][1].first_id if len(left) > SIZE else None)


def _rows(tenant_id: int, month: date, sends: Sends, view: View) -> list[Mapping[str, object]]:
    """What the table shows of each send."""
    entries = LedgerEntry.objects.of_month(tenant_id, month)
    labels = entries.of_owners([owner for owner, _ in sends]).labels_by_owner()
    return [
        {
            "kind": owner.partition(":")[0],
            "number": owner.partition(":")[2],
            "owner": owner,
            "label": labels.get(owner) or owner,
            "begun_at": views.begun_at,
            "total": views.total,
            "seen": views.seen(view),
        }
        for owner, views in sends
    ]
