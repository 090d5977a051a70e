from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import Request
from accounts.models import Tenant
from broadcasts.results import progress
from dashboard import console as all_clients
from dashboard import overview
from dashboard.context import has_console
from scenarios.engine import refusals
from scenarios.models import Halt

RECENT = 5
MOST_REFUSED = 20


@require_GET
def start(request: Request) -> HttpResponse:
    """To the console, or to the only client there is."""
    if has_console(request.user):
        return redirect("console")
    client = Tenant.objects.of(request.user).first()
    return redirect(f"/c/{client.slug}/") if client else render(request, "dashboard/nothing.html")


@require_GET
def console(request: Request) -> HttpResponse:
    """All clients, or with `?show=attention` those that need somebody."""
    everyone = all_clients.rows(request.user, timezone.now())
    needy = [row for row in everyone if row.needs_attention]
    shown = request.GET.get("show", "")
    tabs = [("", _("All"), len(everyone)), ("attention", _("Needs attention"), len(needy))]
    context = {"rows": needy if shown == "attention" else everyone, "tabs": tabs, "shown": shown}
    return render(request, "dashboard/console.html", context)


@login_not_required
@require_GET
def favicon(request: Request) -> HttpResponse:
    """For what asks for it without reading a page."""
    return redirect(static("dashboard/mark.svg"))


@login_not_required
@require_POST
def language(request: Request) -> HttpResponse:
    """Remember the language: for the user, and in a cookie for the pages before signing in."""
    chosen = request.POST.get("language")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, secure=settings.HTTPS, samesite="Lax"
    )
    return response


@require_GET
def home(request: Request) -> HttpResponse:
    """What a client wants to see first: the month's messages, its friends, its sends."""
    can = request.user.has_perm
    context: dict = {
        "channel": overview.channel(request.tenant),
        "channel_troubles": overview.channel_troubles(request.tenant),
    }
    if can("billing.view_ledgerentry"):
        context["month"] = overview.month(request.tenant, timezone.now())
    if can("friends.view_friend"):
        context["friends"] = overview.friends()
    if can("scenarios.view_scenario"):
        context |= {"halt": Halt.present(), "refused": refusals.scenarios()[:MOST_REFUSED]}
    if can("broadcasts.view_broadcast"):
        recent = overview.last_sends(RECENT)
        results = progress.of_many(recent)
        context |= {
            "coming": overview.next_sends(RECENT),
            "recent": [(broadcast, results[broadcast.pk]) for broadcast in recent],
            "troubled": overview.troubled(),
        }
        if can("broadcasts.approve_broadcast") or can("broadcasts.send_broadcast"):
            context["awaiting"] = overview.awaiting()
        context["is_new"] = not (context["channel"] and (context["recent"] or context["coming"]))
    return render(request, "dashboard/home.html", context)
