"""The ledger itself, on the page and as a file."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import activity, spreadsheets
from accounts.http import Request
from accounts.paging import key, page
from accounts.spreadsheets import Cell, Sheet
from billing.forms import EntriesForm, FileForm
from billing.models import LedgerEntry
from contracts import sight

MOST_ROWS = 200_000  # of one file


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def entries(request: Request) -> HttpResponse:
    """The entries that fit, newest first."""
    form = EntriesForm(request.GET)
    found = form.narrow(LedgerEntry.objects.filter(tenant=request.tenant.pk).select_related("created_by"))
    context = {
        "form": form,
        "page": page(found, key(request.GET.get("before", ""))),
        "is_narrowed": form.is_narrowed,
        "files": FileForm(),
    }
    return render(request, "billing/entries.html", context)


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def entries_file(request: Request) -> HttpResponse:
    """The newest of the entries that fit, as many as a file has rows."""
    form, wanted = EntriesForm(request.GET), FileForm(request.GET)
    kind = wanted.cleaned_data["file"] if wanted.is_valid() else spreadsheets.EXCEL
    found = form.narrow(LedgerEntry.objects.filter(tenant=request.tenant.pk)).select_related("created_by")
    sheet = _sheet(request, list(found.order_by("-pk")[:MOST_ROWS]))
    activity.record("ledger.exported", "ledger", by=request.user, rows=len(sheet.rows), file=kind)
    return spreadsheets.download([sheet], kind, "ledger")


def _sheet(request: Request, found: list[LedgerEntry]) -> Sheet:
    header = [_("Number"), _("Month"), _("Accepted by LINE"), _("Kind"), _("Ledger reference"), _("Name")]
    header += [_("Messages"), _("Free"), _("Paid"), _("Beyond the plan"), _("Amount"), _("Currency")]
    header += [_("Reason"), _("Booked by")]
    return Sheet("ledger", _("Ledger"), header, [_row(request, entry) for entry in found])


def _row(request: Request, entry: LedgerEntry) -> list[Cell]:
    seen = sight.of(request.user, request.tenant, entry.month)
    return [
        entry.pk,
        f"{entry.month:%Y-%m}",
        entry.accepted_at,
        entry.get_kind_display(),
        entry.reference,
        entry.label,
        entry.messages,
        entry.free_count,
        entry.paid_count,
        entry.unplanned_count,
        seen.of(entry),
        entry.currency,
        entry.why,
        entry.created_by.name if entry.created_by else "",
    ]
