"""The card inside LINE. Nothing of it leaves before LINE has confirmed whose page it is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import current
from cards import services
from cards.errors import NoCard
from cards.models import CardSettings
from linking import inside

PAGE, ENTRY = "card", "card"  # the page's name below the LIFF address; the entry point of who is not linked


@login_not_required
@never_cache
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """An address to give away: opens the card in LINE."""
    opened = inside.address(PAGE) if CardSettings.present().is_on else ""
    if not opened:
        return render(request, "linking/ended.html", {"message": NoCard().message}, status=404)
    return redirect(opened)


@login_not_required
@never_cache
@csrf_exempt  # who it is says LINE's token in the body, nothing that a browser sends by itself
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest) -> HttpResponseBase:
    return inside.page(request, _answer, title=_("Membership card"), style="cards/card.css")


def address() -> str:
    """To give away: in messages, menus and print."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/m/"
    return f"{settings.BASE_URL}/{path}"


def _answer(request: HttpRequest) -> HttpResponse:
    face = services.show(inside.person_of(request.POST.get("id_token", "")))
    if face is None:
        context = {"address": inside.address("link", entry=ENTRY)}
        return render(request, "cards/not_linked.html", context)
    return render(request, "cards/face.html", {"face": face, "is_in_line": True})
