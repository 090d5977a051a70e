"""Contracts in the agency's console. No client ever sees these pages."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.models import Tenant
from accounts.paging import key, page, words
from contracts import examples, services
from contracts.forms import ContractForm
from contracts.models import Contract
from contracts.standing import Standing

VIEW, CHANGE = "contracts.view_contract", "contracts.change_contract"
MOST_MESSAGES = 100_000_000


@permission_required(VIEW, raise_exception=True)
@require_GET
def contracts(request: Request) -> HttpResponse:
    """All clients of the agency, with the terms that hold now and those to come."""
    sought, lacking = words(request.GET.get("q", "")), request.GET.get("show") == "lacking"
    tenants = _clients(request, VIEW)
    counts = {"all": tenants.count(), "lacking": Contract.objects.lacking(tenants, _this_month()).count()}
    rows = Contract.objects.lacking(tenants, _this_month()) if lacking else tenants
    found = page(rows.filter(name__icontains=sought) if sought else rows, key(request.GET.get("before", "")))
    context = {
        "page": found,
        "rows": [Standing(tenant, list(tenant.contracts.all()), _this_month()) for tenant in found.rows],
        "words": sought,
        "shown": "lacking" if lacking else "all",
        "counts": counts,
    }
    return render(request, "contracts/list.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def client(request: Request, slug: str) -> HttpResponse:
    """The terms of one client: now, to come and before."""
    tenant = get_object_or_404(_clients(request, VIEW), slug=slug)
    until = services.issued_until(tenant.pk)
    standing = Standing(tenant, list(tenant.contracts.all()), _this_month(), issued_until=until)
    may_change = _clients(request, CHANGE).filter(pk=tenant.pk).exists()
    return render(request, "contracts/client.html", {"standing": standing, "may_change": may_change})


@permission_required("contracts.add_contract", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request, slug: str) -> HttpResponse:
    """New terms, begun as a copy of the last."""
    tenant = get_object_or_404(_clients(request, "contracts.add_contract"), slug=slug)
    last = tenant.contracts.first()
    form = ContractForm(request.POST or None, like=last, initial=_initial(tenant, last))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_contract(tenant, by=request.user, options=form.options, **form.terms)
            messages.success(request, _("The new terms are saved."))
            return redirect("client_contracts", tenant.slug)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "contracts/edit.html", {"form": form, "client": tenant, "last": last})


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def contract(request: Request, slug: str, pk: int) -> HttpResponse:
    """Terms that nothing stands on yet, to correct."""
    found = _contract(request, slug, pk)
    form = ContractForm(request.POST or None, like=found, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_contract(found, by=request.user, options=form.options, **form.terms)
            messages.success(request, _("The terms are corrected."))
            return redirect("client_contracts", slug)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "client": found.tenant, "contract": found, "is_used": services.is_used(found)}
    return render(request, "contracts/edit.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def take_back(request: Request, slug: str, pk: int) -> HttpResponse:
    found = _contract(request, slug, pk)
    context = {"client": found.tenant, "contract": found, "before": _before(found)}
    if request.method == "POST":
        try:
            services.take_back(found, by=request.user)
            messages.success(request, _("The terms are taken back."))
            return redirect("client_contracts", slug)
        except AppError as error:
            context["refusal"] = error.message
    return render(request, "contracts/take_back.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_GET
def example(request: Request, slug: str) -> HttpResponse:
    """What a month would come to under the terms that are being written; nothing is saved."""
    tenant = get_object_or_404(_clients(request, CHANGE), slug=slug)
    form = ContractForm(request.GET, instance=Contract(tenant=tenant))
    context: dict[str, object] = {"form": form, "client": tenant, "count": _count(request)}
    if form.is_valid():
        terms = form.prices
        line = examples.line_month(tenant.pk, form.cleaned_data["valid_from"], _count(request))
        context |= {
            "terms": terms,
            "line": line,
            "example": examples.example(terms, line),
            "other": examples.other_formula(terms, line),
        }
    return render(request, "contracts/example.html", context)


def _clients(request: Request, permission: str) -> QuerySet[Tenant]:
    contracts = Prefetch("contracts", Contract.objects.order_by("-valid_from").prefetch_related("options"))
    return Tenant.objects.allowing(request.user, permission).prefetch_related(contracts)


def _contract(request: Request, slug: str, pk: int) -> Contract:
    tenants = Tenant.objects.allowing(request.user, CHANGE)
    return get_object_or_404(
        Contract.objects.select_related("tenant"), pk=pk, tenant__slug=slug, tenant__in=tenants
    )


def _initial(tenant: Tenant, last: Contract | None) -> dict[str, object]:
    """What stands in a new form: the last terms, from the first month that is open."""
    month = _this_month()
    closed = services.issued_until(tenant.pk)
    month = max([month, *(_next(day) for day in (closed, last and last.valid_from) if day)])
    kept = {name: getattr(last, name) for name in ContractForm.Meta.fields} if last else {}
    currency = last.currency if last else examples.line_month(tenant.pk, month, 0).currency
    return kept | {"valid_from": month, "currency": currency}


def _before(contract: Contract) -> Contract | None:
    """The terms that hold if these are taken back."""
    earlier = contract.tenant.contracts.filter(valid_from__lt=contract.valid_from)
    return earlier.order_by("-valid_from").first()


def _count(request: Request) -> int:
    given = key(request.GET.get("messages", ""))
    return min(given, MOST_MESSAGES) if given is not None else examples.USUAL_MESSAGES


def _this_month() -> date:
    return timezone.localdate().replace(day=1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
