from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from channels.models import Channel
from friends import attributes, charts, insight
from friends.models import AudienceDay, Demographics

DAYS = 90


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def friend_attributes(request: Request) -> HttpResponse:
    """What LINE estimates of the friends, and how reach and blocks went."""
    estimate = Demographics.objects.first()
    latest = AudienceDay.objects.first()
    days = AudienceDay.objects.filter(day__gt=latest.day - timedelta(days=DAYS)) if latest else []
    figures = {row.day: {"reach": row.reach, "blocks": row.blocks} for row in days}
    context = {
        "estimate": estimate,
        "parts": attributes.parts(estimate) if estimate else [],
        "latest": latest,
        "chart": charts.draw(figures, ["reach", "blocks"]),
        "is_connected": Channel.objects.filter(tenant=request.tenant.pk).exists(),
    }
    return render(request, "friends/attributes.html", context)


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def fetch(request: Request) -> HttpResponse:
    """Ask LINE now."""
    try:
        insight.ask()
        messages.success(request, _("LINE will be asked within a minute. Reload the page then."))
    except AppError as error:
        messages.warning(request, error.message)
    return redirect("friend_attributes")
