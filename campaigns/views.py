"""Pages of campaigns: what they are for, what belongs to them, what they cost."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from billing import budgets
from campaigns import members, pages, services
from campaigns.forms import BelongingForm, CampaignForm
from campaigns.models import Campaign


@permission_required("campaigns.view_campaign", raise_exception=True)
@require_GET
def campaigns(request: Request) -> HttpResponse:
    is_archive = request.GET.get("tab") == "archived"
    rows = Campaign.objects.filter(archived_at__isnull=not is_archive)
    found = page(rows, key(request.GET.get("before", "")))
    context = {
        "page": found,
        "rows": pages.rows(found.rows, request.user),
        "is_archive": is_archive,
        "currency": pages.currency(),
    }
    return render(request, "campaigns/list.html", context)


@permission_required("campaigns.view_campaign", raise_exception=True)
@require_GET
def campaign(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    standings = budgets.of_month(request.tenant.pk, timezone.now()) if _sees_cost(request) else []
    context = pages.shown(found, request.user) | {
        "campaign": found,
        "standing": next((each for each in standings if each.budget.campaign_id == pk), None),
        "currency": pages.currency(),
        "responsible": pages.responsible(found),
    }
    return render(request, "campaigns/campaign.html", context)


@permission_required("campaigns.add_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = CampaignForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            made = services.create(**form.facts(), by=request.user)
            messages.success(request, _("The campaign is made. Choose it where a broadcast is written."))
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "campaigns/edit.html", {"form": form})


@permission_required("campaigns.change_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    form = CampaignForm(request.POST or None, instance=_get(pk))
    if form.is_valid():
        try:
            services.change(found, **form.facts(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "campaigns/edit.html", {"form": form, "campaign": found})


@permission_required("campaigns.change_campaign", raise_exception=True)
@require_POST
def archive(request: Request, pk: int) -> HttpResponse:
    """Or take it out of the archive again, so that nothing is lost by a wrong click."""
    found = _get(pk)
    if found.archived_at:
        services.restore(found, by=request.user)
        messages.success(request, _("“%(name)s” is restored.") % {"name": found.name})
    else:
        services.archive(found, by=request.user)
        messages.success(
            request, _("“%(name)s” is archived. Nothing more is added to it.") % {"name": found.name}
        )
    return redirect(found)


@permission_required("campaigns.view_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def belonging(request: Request, owner: str) -> HttpResponse:
    """The campaign of a thing, and the choice of another; a part of the thing's own page."""
    thing = members.of([owner]).get(owner)
    if thing is None:
        raise Http404
    present = services.of(owner)
    form = BelongingForm(request.POST or None, present=present)
    may_change = request.user.has_perm("campaigns.change_campaign")
    if request.method == "POST" and may_change and form.is_valid():
        try:
            present = services.assign(owner, form.cleaned_data["campaign"], by=request.user)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"owner": owner, "present": present, "form": form, "may_change": may_change}
    return render(request, "campaigns/belonging.html", context)


def _sees_cost(request: Request) -> bool:
    return request.user.has_perm("billing.view_budget")


def _get(pk: int) -> Campaign:
    return get_object_or_404(Campaign, pk=pk)
