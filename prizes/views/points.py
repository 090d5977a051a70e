"""Pages of point campaigns: the list, the editor, who entered, and who gets points."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from coupons.dependants import Dependants
from prizes import belonging, pages, reward
from prizes.forms import PointCampaignForm, PointWordsForm, ResultForm
from prizes.models import DeliveryList, DeliveryRow, PointCampaign
from prizes.points import chat, commands, files, listing, results

# What can be done with a point campaign, and the right that it takes.
ACTS = {
    "open": "prizes.open_pointcampaign",
    "close": "prizes.open_pointcampaign",
    "copy": "prizes.add_pointcampaign",
    "delete": "prizes.delete_pointcampaign",
    "list": "prizes.add_deliverylist",
}
DONE = {
    "open": gettext_lazy("“%(name)s” is open."),
    "close": gettext_lazy("“%(name)s” is closed."),
}
AFTER = {"open": PointCampaign.Status.OPEN, "close": PointCampaign.Status.CLOSED}
ASKED = ("open", "close", "delete")  # before these, somebody is asked


@permission_required("prizes.view_pointcampaign", raise_exception=True)
@require_GET
def point_campaigns(request: Request) -> HttpResponse:
    shown = page(PointCampaign.objects.all(), key(request.GET.get("before", "")))
    campaigns = belonging.campaigns_of(shown.rows)
    rows = [(each, campaigns.get(each.ledger_owner)) for each in shown.rows]
    return render(request, "prizes/points/list.html", {"page": shown, "rows": rows})


@permission_required("prizes.add_pointcampaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _edited(request, None)


@permission_required("prizes.change_pointcampaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """All of a draft; of an opened one its words and prices."""
    return _edited(request, _get(pk))


@permission_required("prizes.view_pointcampaign", raise_exception=True)
@require_GET
def point_campaign(request: Request, pk: int) -> HttpResponse:
    return render(request, "prizes/points/campaign.html", pages.of_point_campaign(_get(pk)))


@permission_required("prizes.view_pointcampaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Open, close, copy or delete it, or have a list drawn up; what cannot be undone is asked for first."""
    if name not in ACTS or (request.method == "GET" and name not in ASKED):
        raise Http404
    if not request.user.has_perm(ACTS[name]):
        raise PermissionDenied
    found = _get(pk)
    if request.method == "GET":
        if found.status == AFTER.get(name):
            return redirect(found)
        context = {"campaign": found, "act": name}
        if name == "close":
            context["dependants"] = Dependants.of(reward.POINTS, pk, tap=chat.code(pk))
        return render(request, "prizes/points/ask.html", context)
    try:
        return _done(request, found, name)
    except AppError as error:
        if _get(pk).status == AFTER.get(name):  # by a second click: what was wanted is done
            messages.success(request, DONE[name] % {"name": found.name})
        else:
            messages.error(request, error.message)
        return redirect(found)


@permission_required("prizes.view_pointentry", raise_exception=True)
@require_GET
def entries(request: Request, pk: int) -> HttpResponse:
    """Who entered, newest first."""
    found = _get(pk)
    shown = page(found.entries.select_related("friend"), key(request.GET.get("before", "")))
    return render(request, "prizes/points/entries.html", {"campaign": found, "page": shown})


@permission_required("prizes.view_deliverylist", raise_exception=True)
@require_GET
def delivery_list(request: Request, pk: int, number: int) -> HttpResponse:
    """One list: who gets points, or who does not and why (`?reason=`)."""
    found = _list(pk, number)
    rows = found.rows.select_related("friend")
    reason = request.GET.get("reason", "")
    rows = rows.filter(reason=reason) if reason in DeliveryRow.Reason.values else rows.filter(reason="")
    context = {
        "list": found,
        "page": page(rows, key(request.GET.get("before", ""))),
        "reason": reason,
        "reasons": pages.reasons(found.pk),
        "codes": DeliveryRow.Reason.choices,
        "cost": listing.cost_yen(found) if found.counted_at else None,
        "form": ResultForm(),
    }
    return render(request, "prizes/points/delivery_list.html", context)


@permission_required("prizes.approve_deliverylist", raise_exception=True)
@require_http_methods(["GET", "POST"])
def approve(request: Request, pk: int, number: int) -> HttpResponse:
    """Fix a list for good; asked for first."""
    found = _list(pk, number)
    if request.method == "GET":
        context = {"list": found, "cost": listing.cost_yen(found)}
        return render(request, "prizes/points/approve.html", context)
    try:
        listing.approve(found, by=request.user)
        messages.success(request, _("The list is approved. It cannot be changed any more."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("delivery_list", pk, number)


@permission_required("prizes.change_deliveryrow", raise_exception=True)
@require_POST
def take_results(request: Request, pk: int, number: int) -> HttpResponse:
    """What the partner says became of each."""
    found, form = _list(pk, number), ResultForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file first."))
        return redirect("delivery_list", pk, number)
    try:
        taken = results.take(found, form.cleaned_data["file"].file, by=request.user)
        said = {"done": taken.done, "failed": taken.failed}
        messages.success(request, _("Taken over: %(done)s handed out, %(failed)s failed.") % said)
    except AppError as error:
        messages.error(request, error.message)
    return redirect("delivery_list", pk, number)


@permission_required("prizes.export_deliverylist", raise_exception=True)
@require_GET
def delivery_file(request: Request, pk: int, number: int) -> HttpResponse | StreamingHttpResponse:
    """The list as the partner takes it: number, user ID or customer number, points."""
    found = _list(pk, number)
    if found.counted_at is None:
        raise Http404
    file = files.begin(found, by=request.user)
    response = StreamingHttpResponse(file, content_type="text/csv; charset=utf-8")
    name = f"points-{pk}-{number}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _edited(request: Request, found: PointCampaign | None) -> HttpResponse:
    is_draft = found is None or found.status == PointCampaign.Status.DRAFT
    kind = PointCampaignForm if is_draft else PointWordsForm
    form = kind(request.POST or None, instance=found and _get(found.pk))
    if form.is_valid():
        try:
            facts = form.facts() | {"by": request.user}
            saved = commands.change(found, **facts) if found else commands.create(**facts)
            messages.success(request, _("Saved."))
            return redirect(saved)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "prizes/points/edit.html", {"form": form, "campaign": found})


def _done(request: Request, found: PointCampaign, name: str) -> HttpResponse:
    if name == "copy":
        return redirect(commands.copy(found, by=request.user))
    if name == "delete":
        commands.delete(found, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("point_campaigns")
    if name == "list":
        listing.ask(found, by=request.user)
    elif name == "open":
        commands.open_campaign(found, by=request.user)
        messages.success(request, DONE[name] % {"name": found.name})
    else:
        commands.close(found, by=request.user)
        messages.success(request, DONE[name] % {"name": found.name})
    return redirect(found)


def _get(pk: int) -> PointCampaign:
    return get_object_or_404(PointCampaign.objects.select_related("segment", "picture"), pk=pk)


def _list(pk: int, number: int) -> DeliveryList:
    return get_object_or_404(DeliveryList.objects.select_related("campaign"), campaign=pk, number=number)
