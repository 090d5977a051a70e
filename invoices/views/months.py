"""The month of all clients of an agency: what is used, drafted and issued, and what hinders."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import Request
from accounts.models import Agency, Tenant
from accounts.paging import key, page, words
from billing import usage
from billing.forms import MonthForm
from billing.usage import ClientMonth
from invoices import closing, dates, drift, hindrances
from invoices.hindrances import Hindrance
from invoices.models import Document, Wish
from invoices.views.reach import ADD, ISSUE, agencies, agency, needs

State = Document.State


@dataclass(frozen=True)
class Row:
    client: ClientMonth
    document: Document | None
    hindrances: list[Hindrance]
    problem: str
    drift: Decimal | None

    @property
    def billed(self) -> Decimal:
        """Before tax: on the document, else as it would be."""
        return self.document.subtotal if self.document else self.client.billed

    @property
    def currency(self) -> str:
        return self.document.currency if self.document else self.client.terms.currency


@needs()
@require_GET
def months(request: Request) -> HttpResponse:
    here, month, form = agency(request), *_month(request)
    shown = request.GET.get("show", "")
    clients = Tenant.objects.filter(agency=here)
    found = page(_narrowed(clients, month, shown), key(request.GET.get("before", "")))
    context = {
        "agency": here,
        "agencies": agencies(request),
        "month": month,
        "form": form,
        "shown": shown,
        "tabs": _tabs(clients, month),
        "page": found,
        "rows": _rows(found.rows, month),
        "billed": _billed(here, month),
        "query": _query(here, month),
        "before_month": dates.month_after(month, -1),
        "after_month": dates.month_after(month),
    } | _progress(here, month)
    return render(request, "invoices/months.html", context)


@needs(ADD)
@require_POST
def draft_all(request: Request) -> HttpResponse:
    """Of all clients of the agency, or of the one that is named."""
    here, month, _form = agency(request, ADD), *_month(request)
    clients = Tenant.objects.filter(agency=here)
    if named := words(request.POST.get("client", "")):
        clients = clients.filter(slug=named)
    count = closing.want(clients, month, Wish.Act.DRAFT, by=request.user)
    messages.success(request, _("Drafts are being made. Clients: %(count)s") % {"count": count})
    return redirect(f"{reverse('invoices')}?{_query(here, month)}")


@needs(ISSUE)
@require_http_methods(["GET", "POST"])
def issue_all(request: Request) -> HttpResponse:
    """Everything of the month that is reviewed, once somebody has confirmed it."""
    here, month, _form = agency(request, ISSUE), *_month(request)
    ready = Document.objects.invoices().light().filter(agency=here, month=month, state=State.REVIEWED)
    if request.method == "POST":
        clients = Tenant.objects.filter(pk__in=ready.values("tenant"))
        closing.want(clients, month, Wish.Act.ISSUE, by=request.user)
        return redirect(f"{reverse('invoices')}?{_query(here, month)}")
    context = {
        "agency": here,
        "month": month,
        "ready": ready.select_related("tenant").order_by("tenant__name"),
        "query": _query(here, month),
    }
    return render(request, "invoices/issue_all.html", context)


@needs()
@require_GET
def progress(request: Request) -> HttpResponse:
    """How far the work is; the whole page anew once it is done."""
    here, month, _form = agency(request), *_month(request)
    context = _progress(here, month)
    response = render(
        request, "invoices/progress.html", context | {"query": _query(here, month), "month": month}
    )
    if not context["under_way"]:
        response["HX-Refresh"] = "true"
    return response


def _month(request: Request) -> tuple[date, MonthForm]:
    """The month that is asked for, else the last that is over."""
    last = dates.month_after(timezone.localdate().replace(day=1), -1)
    given = request.POST.get("month") or request.GET.get("month")
    form = MonthForm({"month": given or f"{last:%Y-%m}"})
    return (form.cleaned_data["month"] if form.is_valid() else last), form


def _query(here: Agency, month: date) -> str:
    return f"month={month:%Y-%m}&agency={here.slug}"


def _narrowed(clients: QuerySet[Tenant], month: date, shown: str) -> QuerySet[Tenant]:
    invoices = Document.objects.invoices().filter(month=month)
    if shown == "none":
        return clients.exclude(pk__in=invoices.values("tenant"))
    if shown in State.values:
        return clients.filter(pk__in=invoices.filter(state=shown).values("tenant"))
    return clients


def _tabs(clients: QuerySet[Tenant], month: date) -> list[tuple[str, str, int]]:
    """Code, name and number of clients."""
    invoices = Document.objects.invoices().filter(tenant__in=clients, month=month)
    counts = invoices.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in State.values})
    whole = clients.count()
    found = [(str(code), str(name), counts[code]) for code, name in State.choices]
    return [("", _("All"), whole), ("none", _("Not drafted"), whole - sum(counts.values())), *found]


def _rows(tenants: list[Tenant], month: date) -> list[Row]:
    """By name."""
    ids = [tenant.pk for tenant in tenants]
    clients = usage.of_clients(Tenant.objects.filter(pk__in=ids).order_by("name"), month)
    invoices = Document.objects.invoices().light().filter(tenant__in=ids, month=month)
    documents = {found.tenant_id: found for found in invoices.prefetch_related("lines")}
    hindering, problems = hindrances.of_clients(clients), closing.problems(ids, month)
    return [
        Row(
            client,
            documents.get(client.tenant.pk),
            hindering[client.tenant.pk],
            str(problems.get(client.tenant.pk, "")),
            _drift(client, documents.get(client.tenant.pk)),
        )
        for client in clients
    ]


def _drift(client: ClientMonth, document: Document | None) -> Decimal | None:
    """What has changed since the invoice, looked at closely only where the sums differ; None: nothing."""
    if document is None or not document.is_issued:
        return None
    billed = sum(line.amount for line in document.lines.all() if line.is_reckoned)
    found = drift.of(document) if billed != client.billed else None
    return found.amount if found else None


def _billed(here: Agency, month: date) -> list[tuple[str, Decimal]]:
    """Before tax, by currency, over all invoices of the month."""
    rows = Document.objects.invoices().filter(agency=here, month=month).values("currency")
    return [(row["currency"], row["sum"]) for row in rows.annotate(sum=Sum("subtotal")).order_by("currency")]


def _progress(here: Agency, month: date) -> dict:
    found = [(name, closing.progress(here, month, act)) for act, name in Wish.Act.choices]
    return {"under_way": [(name, each) for name, each in found if each.is_under_way]}
