"""The page on which things are added to a campaign, taken out of it, and moved from another."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import words
from campaigns import members as known
from campaigns import pages, services
from campaigns.models import Campaign


@permission_required("campaigns.change_campaign", raise_exception=True)
@require_http_methods(["GET", "POST"])
def members(request: Request, pk: int) -> HttpResponse:
    """Search over all kinds of things; what is found says to which campaign it belongs now."""
    campaign = get_object_or_404(Campaign, pk=pk)
    if request.method == "POST":
        _assign(request, campaign)
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    sought, kind = words(request.GET.get("q", "")), request.GET.get("kind", "")
    found = known.search(sought, kind)
    belongs = services.of_many(member.owner for member in found)
    context = pages.shown(campaign, request.user) | {
        "campaign": campaign,
        "found": [
            (member, belongs.get(member.owner)) for member in found if belongs.get(member.owner) != campaign
        ],
        "kinds": known.kinds(),
        "kind": kind,
        "words": sought,
    }
    return render(request, "campaigns/members.html", context)


def _assign(request: Request, campaign: Campaign) -> None:
    owner = request.POST.get("owner", "")
    member = known.of([owner]).get(owner)
    is_out = "out" in request.POST
    if member is None:
        raise Http404
    try:
        if not is_out:
            services.assign(owner, campaign, by=request.user)
            messages.success(request, _("“%(name)s” belongs to the campaign now.") % {"name": member.name})
        elif services.of(owner) == campaign:
            services.assign(owner, None, by=request.user)
            messages.success(request, _("“%(name)s” is taken out.") % {"name": member.name})
    except AppError as error:
        messages.error(request, error.message)
