"""Pages of plan and actual: the board of all campaigns, trees of indicators, friends by day."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import activity, people
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from accounts.spreadsheets import EXCEL, FORMATS, download
from campaigns.models import Campaign
from costs.spending import Eyes
from planning import audience, counting, pages, proposing, purses, sheets, trees, windows, wording
from planning.forms import NumberForm, RecountForm
from planning.models import Count, Kpi
from planning.windows import Window

CLIENT = "client"
ON_A_PAGE = 20
REMOVED = 10  # that are offered to be put back, the newest
MOVES = [
    ("up", _lazy("One place up"), "↑"),
    ("down", _lazy("One place down"), "↓"),
    ("in", _lazy("Below the one before"), "→"),
    ("out", _lazy("Out to its parent’s place"), "←"),
]


@permission_required(["planning.view_kpi", "campaigns.view_campaign"], raise_exception=True)
@require_GET
def plan(request: Request) -> HttpResponse:
    """The client's own indicators in short, and all campaigns with their first one."""
    counting.keep_going()
    is_archive = request.GET.get("tab") == "archived"
    rows = Campaign.objects.filter(archived_at__isnull=not is_archive)
    found = page(rows, key(request.GET.get("before", "")), size=ON_A_PAGE)
    today, names = counting.today(), pages.named(people.members())
    window = windows.of(None, "", today)
    own = pages.tree(eyes_of(request), None, window, names)
    context = {
        "page": found,
        "rows": pages.board(eyes_of(request), found.rows, today, names),
        "is_archive": is_archive,
        "own": [row for row in own if not row.depth],
        "lights": pages.lights(row.found for row in own),
        "window": window,
        "count": Count.present(),
    }
    return render(request, "planning/plan.html", context)


@permission_required("planning.view_kpi", raise_exception=True)
@require_GET
def tree(request: Request, whose: str) -> HttpResponse:
    """Indicators of a campaign or of the client against their targets of a month."""
    counting.keep_going()
    campaign = campaign_of(whose)
    window = windows.of(campaign, request.GET.get("month", ""), counting.today())
    eyes, names = eyes_of(request), pages.named(people.members())
    rows = pages.tree(eyes, campaign, window, names)
    earlier, later = windows.around(campaign, window.month)
    context = {
        "campaign": campaign,
        "whose": whose,
        "window": window,
        "earlier": earlier,
        "later": later,
        "rows": rows,
        "roots": [row for row in rows if not row.depth],
        "lights": pages.lights(row.found for row in rows),
        "contradictions": pages.contradictions(
            (row.found for row in rows), purses.of(request.tenant.pk, window.month)
        ),
        "money": pages.money(eyes, campaign, window),
        "is_editing": "edit" in request.GET and request.user.has_perm("planning.change_kpi"),
        "has_whole": bool(campaign and campaign.ends_on),
        "moves": MOVES,
        "removed": _removed(campaign),
        "count": Count.present(),
        "recount": RecountForm(initial={"first": window.period.first}),
    }
    return render(request, "planning/tree.html", context)


@permission_required("planning.view_kpi", raise_exception=True)
@require_GET
def part(request: Request, whose: str) -> HttpResponse:
    """The first indicators in short; a part of the campaign's own page."""
    campaign = campaign_of(whose)
    window = windows.of(campaign, "", counting.today())
    rows = pages.tree(eyes_of(request), campaign, window, {})
    context = {
        "campaign": campaign,
        "whose": whose,
        "window": window,
        "own": [row for row in rows if not row.depth],
        "lights": pages.lights(row.found for row in rows),
        "has_any": bool(rows),
    }
    return render(request, "planning/part.html", context)


@permission_required("planning.change_kpi", raise_exception=True)
@require_POST
def targets(request: Request, whose: str) -> HttpResponse:
    """All targets of a month: fields `target-<number>`. What cannot be read is said, the rest kept."""
    campaign = campaign_of(whose)
    window = windows.of(campaign, request.POST.get("month", ""), counting.today())
    if window.is_whole:
        raise Http404
    _set_targets(request, campaign, window)
    return redirect(f"{tree_address(whose)}?month={window.name}")


def _set_targets(request: Request, campaign: Campaign | None, window: Window) -> None:
    before = {row.kpi.pk: row.typed for row in pages.tree(eyes_of(request), campaign, window, {})}
    saved = 0
    for kpi in Kpi.objects.of(campaign):
        given = request.POST.get(f"target-{kpi.pk}")
        if given is None or given == before.get(kpi.pk):
            continue
        form = NumberForm({"value": given})
        if not form.is_valid():
            messages.error(request, f"{wording.name(kpi)}: {_('Enter a number.')}")
            continue
        try:
            value = form.number(wording.unit_of(kpi))
            trees.set_target(kpi, window.month, value, eyes=eyes_of(request), by=request.user)
            saved += 1
        except AppError as error:
            messages.error(request, f"{wording.name(kpi)}: {error.message}")
    if saved:
        messages.success(request, _("Saved."))


@permission_required("planning.add_kpi", raise_exception=True)
@require_http_methods(["GET", "POST"])
def propose(request: Request, whose: str) -> HttpResponse:
    """A tree for the purpose with targets from the client's own past, to choose from before it is made."""
    campaign = campaign_of(whose)
    window = windows.of(campaign, request.GET.get("month", ""), counting.today())
    asked = request.GET.get("purpose", "")
    purpose = asked if asked in Campaign.Purpose else campaign.purpose if campaign else ""
    found = proposing.proposed(eyes_of(request), campaign, purpose or Campaign.Purpose.SALES, window)
    problem = ""
    if request.method == "POST":
        try:
            made, unread = proposing.take(
                eyes_of(request), campaign, found, request.POST, window, by=request.user
            )
            messages.success(request, _("Added: %(count)s.") % {"count": len(made)})
            for kpi in unread:
                messages.error(request, f"{wording.name(kpi)}: {_('Enter a number.')}")
            return redirect(f"{tree_address(whose)}?month={window.name}")
        except AppError as error:
            problem = error.message
    context = {
        "campaign": campaign,
        "whose": whose,
        "window": window,
        "rows": found,
        "purposes": Campaign.Purpose,
        "purpose": purpose or Campaign.Purpose.SALES,
        "problem": problem,
        "has_past": any(row.typed for row in found),
    }
    return render(request, "planning/proposal.html", context)


@permission_required("planning.change_kpi", raise_exception=True)
@require_POST
def recount(request: Request) -> HttpResponse:
    """Have days counted again, in the background."""
    form = RecountForm(request.POST)
    try:
        if form.is_valid():
            counting.ask_again(form.cleaned_data["first"], by=request.user)
            messages.success(request, _("The days are counted again. It takes a minute or two."))
        else:
            messages.error(request, _("Enter a day."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(tree_address(whose_of(campaign_of(request.POST.get("whose", CLIENT)))))


@permission_required("planning.view_actual", raise_exception=True)
@require_GET
def days(request: Request) -> HttpResponse:
    """Friends, target reach, blocks and net growth day by day."""
    counting.keep_going()
    found = audience.of(eyes_of(request), audience.asked(request.GET.get("days", "")))
    context = {"found": found, "choices": audience.CHOICES, "formats": FORMATS, "count": Count.present()}
    return render(request, "planning/days.html", context)


@permission_required("planning.view_actual", raise_exception=True)
@require_GET
def days_file(request: Request) -> HttpResponse:
    found = audience.of(eyes_of(request), audience.asked(request.GET.get("days", "")))
    kind = request.GET.get("kind", "")
    activity.record("planning.days_exported", "planning", by=request.user, days=len(found.rows))
    kind = kind if kind in FORMATS else EXCEL
    return download([sheets.of_days(found)], kind, "friends-by-day")


def _removed(campaign: Campaign | None) -> list[tuple[Kpi, str]]:
    rows = Kpi.objects.filter(campaign=campaign).exclude(removed_at=None).order_by("-removed_at")
    return [(kpi, wording.name(kpi)) for kpi in rows[:REMOVED]]


def campaign_of(whose: str) -> Campaign | None:
    """None for the client's own tree. Raises Http404."""
    if whose == CLIENT:
        return None
    return get_object_or_404(Campaign, pk=key(whose) or 0)


def tree_address(whose: str) -> str:
    return reverse("plan_tree", args=[whose])


def whose_of(campaign: Campaign | None) -> str:
    """As addresses name it."""
    return str(campaign.pk) if campaign else CLIENT


def eyes_of(request: Request) -> Eyes:
    return Eyes(request.tenant, request.user)
