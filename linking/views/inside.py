"""Linking and one's own link on a page inside LINE. Public: LINE's ID token says who it is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from linking import browsers, contract, doors, entries, inside, unlinking, wording
from linking.attempts import UNLINK_WORD
from linking.errors import NoLogin
from linking.models import Link
from linking.sessions import begin_inside
from linking.views import words


@login_not_required
@never_cache
@csrf_exempt  # who it is says LINE's token in the body, nothing that a browser sends by itself
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponseBase:
    """Who is not linked goes on to show which customer they are; who is sees their link."""
    return inside.page(request, _lead_on, title=_("Link your account"))


@login_not_required
@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponseBase:
    """One's own link: whose record, since when, what was agreed to; and the button that ends it."""
    return inside.page(request, _show_or_end, title=_("Your link"))


@login_not_required
@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest) -> HttpResponseBase:
    """Leads on to somebody's own page about a thing: their coupon, their survey."""
    return inside.page(request, doors.opened, title=_("One moment"))


@login_not_required
@never_cache
@require_GET
def open_inside(request: HttpRequest, page: str) -> HttpResponse:
    """An address that works anywhere: it opens the page inside LINE."""
    query = {name: entries.clean(request.GET.get(name, "")) for name in ("entry", "variant")}
    address = inside.address(page, **query)
    return redirect(address) if address else words.ended(request, NoLogin())


def _lead_on(request: HttpRequest) -> HttpResponse:
    number, person = inside.known(request.POST.get("id_token", ""), request.POST.get("access_token", ""))
    if Link.objects.active().filter(friend=number).exists() and "again" not in request.GET:
        return _present(request, number)
    word = browsers.word_of(request) or browsers.new_word()
    entry, variant = (entries.clean(request.GET.get(name, "")) for name in ("entry", "variant"))
    key = begin_inside(number, person, entry=entry, variant=variant, browser=word)
    return browsers.mark(JsonResponse({"next": contract.address("prove/", key=key)}), word)


def _show_or_end(request: HttpRequest) -> HttpResponse:
    number = inside.person_of(request.POST.get("id_token", ""))
    if request.POST.get("act") == "unlink":
        unlinking.unlink_friend(number, how=Link.Ended.BY_FRIEND)
        return render(request, "linking/inside/unlinked.html", {"again": inside.address("link")})
    return _present(request, number)


def _present(request: HttpRequest, number: int) -> HttpResponse:
    found = Link.objects.active().filter(friend=number).select_related("customer").first()
    if found is None:
        return render(request, "linking/inside/none.html", {"address": inside.address("link")})
    context = {"link": found, "customer": wording.masked(found.customer), "word": UNLINK_WORD}
    return render(request, "linking/inside/link.html", context)
