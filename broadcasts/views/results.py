"""Pages of what came of broadcasts: of one, of several side by side, of all of a period."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import key, words
from broadcasts import pages
from broadcasts.choosing import figures as texts
from broadcasts.models import Broadcast
from broadcasts.results import details, figures, listing, outcome, reached, rows, seen
from broadcasts.results.forms import CompareForm, PeriodForm
from broadcasts.views import found as shared

FUNNEL = ("delivered", "opened", "clicked", "ordered")
CHARTS = ("opened", "clicked", "ordered", "blocked")


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def result(request: Request, pk: int) -> HttpResponse:
    """All that is known of one send."""
    broadcast = shared.get(pk)
    context = {"broadcast": broadcast}
    if broadcast.started_at:
        context |= _result(broadcast, seen.by(request.user))
    return render(request, "broadcasts/results/result.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def results(request: Request) -> HttpResponse:
    """All sends of a period, in the order that is asked for, with their sums."""
    form = PeriodForm(request.GET)
    first, last = form.period()
    found = listing.of_period(first, last, **form.equal())
    sort = request.GET.get("sort", "")
    context = {
        "form": form,
        "first": first,
        "last": last,
        "table": listing.table(found, costs=seen.by(request.user), sort=sort),
        "sort": sort,
        "any": listing.begun().exists(),
    }
    return render(request, "broadcasts/results/list.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def compare(request: Request) -> HttpResponse:
    """A few sends side by side, and what is usual here."""
    form = CompareForm(request.GET)
    if not form.is_valid():
        return render(request, "broadcasts/results/compare.html", {"form": form}, status=400)
    costs, sort = seen.by(request.user), request.GET.get("sort", "")
    chosen = listing.begun().filter(pk__in=form.cleaned_data["b"]).order_by("-started_at")
    table = listing.table(chosen, costs=costs, sort=sort)
    average = listing.average(costs=costs)
    context = {
        "form": form,
        "table": table,
        "sort": sort,
        "average": average,
        "charts": [_chart(code, table, average) for code in CHARTS],
        "curves": [(send.broadcast, pages.hours(send.broadcast)) for send in table.sends],
    }
    return render(request, "broadcasts/results/compare.html", context)


@permission_required(["broadcasts.view_broadcast", "friends.view_friend"], raise_exception=True)
@require_GET
def receivers(request: Request, pk: int) -> HttpResponse:
    """The people whom it reached; by name, where one is sought."""
    broadcast = shared.get(pk)
    people, sought = outcome.receivers(broadcast), words(request.GET.get("q", ""))
    context = {
        "broadcast": broadcast,
        "q": sought,
        "count": len(people),
        "page": reached.page(people, sought=sought, before=key(request.GET.get("before", ""))),
    }
    return render(request, "broadcasts/results/receivers.html", context)


def _result(broadcast: Broadcast, costs: seen.Costs | None) -> dict:
    found = figures.of(broadcast)
    table = rows.of(found, costs=costs)
    copies = details.copies(broadcast)
    by_code = {row.code: row for row in table}
    links = details.links(broadcast, copies)
    return {
        "figures": found,
        "rows": table,
        "funnel": [by_code[code] for code in FUNNEL],
        "hours": pages.hours(broadcast),
        "bubbles": details.bubbles(broadcast, copies),
        "links": links,
        "knows_people": broadcast.tracks_people or any(row.link.page for row in links),
        "days": details.days(broadcast, copies),
        "held_out": outcome.held_out(broadcast),
        "texts": texts.of(broadcast, asks_line=False) if broadcast.variants.exists() else [],
    }


def _chart(code: str, table: listing.Table, average: dict[str, rows.Row]) -> dict:
    """One figure of each send as bars of thousandths, with the usual one beside them."""
    lines = [(send.broadcast.name, send.rows.get(code)) for send in table.sends]
    most = max((row.share or 0 for _name, row in [*lines, ("", average.get(code))] if row), default=0)
    return {
        "label": rows.LABELS[code],
        "lines": [(name, row, _thousandths(row, most)) for name, row in lines],
        "average": (average.get(code), _thousandths(average.get(code), most)),
    }


def _thousandths(row: rows.Row | None, most: float) -> int:
    return round(1_000 * (row.share or 0) / most) if row and most else 0
