"""Results as files."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import activity, spreadsheets
from accounts.http import Request
from accounts.spreadsheets import Cell, Sheet, download
from broadcasts import pages
from broadcasts.models import Broadcast, LinkClick
from broadcasts.results import listing, seen, sheets
from broadcasts.results.forms import CompareForm, FileForm, PeriodForm, SendFileForm
from broadcasts.tracking import naming
from broadcasts.views import found as shared
from friends.models import Friend

MOST_CLICKS = 200_000  # rows of one file


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def export(request: Request, pk: int) -> HttpResponse:
    """Which file of one send."""
    context = _asked(shared.get(pk), SendFileForm())
    return render(request, "broadcasts/results/export.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def send_file(request: Request, pk: int) -> HttpResponse:
    """The result of one send: all tables in one Excel file, or one of them as CSV."""
    broadcast = shared.get(pk)
    form = SendFileForm(request.GET)
    if not form.is_valid() or not broadcast.started_at:
        return render(request, "broadcasts/results/export.html", _asked(broadcast, form), status=400)
    found = sheets.of_send(broadcast, costs=seen.by(request.user))
    asked = form.cleaned_data
    if asked["kind"] != spreadsheets.EXCEL:
        found = [sheet for sheet in found if sheet.code == (asked["table"] or "figures")]
    activity.record("broadcast.result_exported", broadcast, by=request.user, file=asked["kind"])
    return download(found, asked["kind"], f"result-{broadcast.pk}")


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def period_file(request: Request) -> HttpResponse:
    """All sends of a period, with their sums."""
    form = PeriodForm(request.GET)
    first, last = form.period()
    found = listing.of_period(first, last, **form.equal())
    return _of_sends(request, found, f"results-{first:%Y%m%d}-{last:%Y%m%d}")


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def compared_file(request: Request) -> HttpResponse:
    """The sends that are compared."""
    form = CompareForm(request.GET)
    if not form.is_valid():
        return render(request, "broadcasts/results/compare.html", {"form": form}, status=400)
    found = listing.begun().filter(pk__in=form.cleaned_data["b"]).order_by("-started_at")
    return _of_sends(request, found, "compared")


@permission_required(["broadcasts.view_linkclick", "friends.export_friend"], raise_exception=True)
@require_GET
def clicks_file(request: Request, pk: int) -> HttpResponse:
    """Who clicked on what and when, newest first, as far as it is known."""
    broadcast = shared.get(pk)
    form = FileForm(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else spreadsheets.EXCEL
    sheet = _clicks(broadcast)
    activity.record("broadcast.clicks_exported", broadcast, by=request.user, rows=len(sheet.rows), file=kind)
    return download([sheet], kind, f"clicks-{broadcast.pk}")


def _asked(broadcast: Broadcast, form: SendFileForm) -> dict:
    return {"broadcast": broadcast, "form": form, "knows_people": pages.knows_people(broadcast)}


def _of_sends(request: Request, found, name: str) -> HttpResponse:
    form = FileForm(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else spreadsheets.EXCEL
    costs = seen.by(request.user)
    table = listing.table(found, costs=costs, sort=request.GET.get("sort", ""))
    activity.record("results.exported", "broadcasts", by=request.user, file=kind, sends=len(table.sends))
    return download([sheets.of_sends(table, with_costs=costs is not None)], kind, name)


def _clicks(broadcast: Broadcast) -> Sheet:
    clicks = LinkClick.objects.of_people().filter(link__broadcast=broadcast).select_related("link")
    found = list(clicks.order_by("-pk")[:MOST_CLICKS])
    naming.titled(click.link for click in found)
    friends = Friend.objects.in_bulk({click.friend_id for click in found})
    header = [_("Friend number"), _("LINE user ID"), _("Display name"), _("Bubble"), _("Address")]
    header += [_("Date and time"), _("First click")]
    return Sheet(
        "clicks", _("Who clicked"), header, [_click(click, friends.get(click.friend_id)) for click in found]
    )


def _click(click: LinkClick, friend: Friend | None) -> list[Cell]:
    return [
        click.friend_id,
        friend.line_user_id if friend else "",
        friend.display_name if friend else "",
        click.link.bubble,
        click.link.title or click.link.url,
        click.at,
        _("yes") if click.is_first else _("no"),
    ]
