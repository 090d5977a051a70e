"""What somebody passes on the way to the account: link, sign-in, LIFF. Public; what each page says is in
words.py.
"""

import logging
from functools import partial

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts import current
from accounts.http import network_address
from channels.login import login_client_for
from channels.models import Channel
from line.errors import LineError
from line.login import BadIdToken
from routes import origins, qr, signing_in, visits, words
from routes.errors import SignInOver
from routes.models import Route, Visit

logger = logging.getLogger(__name__)
Way, Device = Visit.Way, Visit.Device
# What LIFF's script loads and asks, beside the script itself.
LIFF_HOSTS = ["https://*.line-scdn.net", "https://*.line.me"]


@login_not_required
@never_cache
@require_safe
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Where a route's link and QR code lead: the visit is kept, and the browser sent on."""
    route = Route.objects.of_code(code)
    channel = _channel()
    if route is None or channel is None:
        return words.lost(request, channel)
    if not route.is_open(timezone.now()):
        return words.closed(request, channel, route)
    origin = origins.read(request)
    if origin.is_machine or visits.is_flood(network_address(request)):
        return words.add(request, channel)
    way = visits.way_of(channel, origin.device)
    visit = visits.record(route, origin, way, carried=request.GET.get("v", ""))
    return lead_on(request, channel, visit)


def lead_on(request: HttpRequest, channel: Channel, visit: Visit) -> HttpResponse:
    """From a visit that was kept on to LINE, by the way that fits the device."""
    client = login_client_for(channel)
    if visit.way == Way.PLAIN or client is None:
        return redirect(channel.add_friend_url) if channel.basic_id else words.add(request, channel)
    if visit.way == Way.LIFF:
        signing_in.begin_liff(visit)
        return redirect(signing_in.liff_address(visit, channel))
    if visit.device == Device.PHONE:
        return redirect(signing_in.begin(visit, client))
    context = {
        "code": qr.svg(visits.address_of(visit.route, key=visit.key)),
        "address": reverse("route_sign_in", args=[visit.key]),
        "title": _("Add %(account)s in LINE") % {"account": words.account_name(channel)},
    }
    return words.page(request, channel, "desk", context)


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """To LINE Login, for who has no phone at hand."""
    channel, visit = _channel(), visits.find(key)
    client = login_client_for(channel) if channel else None
    if visit is None or client is None:
        return words.lost(request, channel)
    return redirect(signing_in.begin(visit, client))


@login_not_required
@never_cache
@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """Back from LINE Login, with a code or with what went wrong."""
    channel = _channel()
    client = login_client_for(channel) if channel else None
    try:
        found = signing_in.find(request.GET.get("state", ""))
        if "error" in request.GET or client is None:
            signing_in.decline(found)
            return words.declined(request, channel)
        code, changed = request.GET.get("code", ""), request.GET.get("friendship_status_changed")
        arrival = signing_in.finish(found, client, code=code, changed=changed)
        return words.welcome(request, channel, arrival)
    except SignInOver as error:
        return words.word(request, channel, _("This page cannot be used"), error.message, status=410)
    except (LineError, BadIdToken) as error:
        logger.warning("routes.sign_in_failed", extra={"reason": type(error).__name__})
        return words.failed(request, channel)


@login_not_required
@never_cache
@csrf_exempt  # who it is says LINE's token in the body, nothing that a browser sends by itself
@require_http_methods(["GET", "POST"])
def liff(request: HttpRequest) -> HttpResponseBase:
    """The page that opens inside LINE; it comes back with the tokens of who looks at it."""
    channel = _channel()
    client = login_client_for(channel) if channel else None
    if channel is None or client is None or not channel.liff_id:
        return words.lost(request, channel)
    if request.method == "POST":
        return _known_by_liff(request, client)
    visit = _liff_visit(request)
    if visit is None and "liff.state" not in request.GET:
        return words.lost(request, channel)
    return csp_update(_liff_policy())(partial(_liff_page, channel=channel, visit=visit))(request)


def _liff_visit(request: HttpRequest) -> Visit | None:
    """The visit that led here; a LIFF link that was handed out itself begins one.

    LIFF opens the page with all parameters packed in `liff.state` first; then only a key is read.
    Source: https://developers.line.biz/en/docs/liff/opening-liff-app/
    """
    packed = QueryDict(request.GET.get("liff.state", "").partition("?")[2])
    if key := request.GET.get("v") or packed.get("v"):
        return visits.find(key)
    route = Route.objects.of_code(request.GET.get("r", ""))
    if route is None or not route.is_open(timezone.now()) or visits.is_flood(network_address(request)):
        return None
    visit = visits.record(route, origins.read(request), Way.LIFF)
    signing_in.begin_liff(visit)
    return visit


def _liff_policy() -> dict[str, list[str]]:
    """Where the SDK comes from, and what it loads and asks."""
    origin = "/".join(settings.LIFF_SDK_URL.split("/")[:3])
    return {"script-src": [origin, *LIFF_HOSTS], "connect-src": [SELF, origin, *LIFF_HOSTS]}


def _liff_page(request: HttpRequest, channel: Channel, visit: Visit | None) -> HttpResponse:
    context = {
        "sdk": settings.LIFF_SDK_URL,
        "liff_id": channel.liff_id,
        "visit": visit.key if visit else "",
        "address": words.account_address(channel),
        "title": words.account_name(channel),
    }
    return words.page(request, channel, "liff", context)


def _known_by_liff(request: HttpRequest, client) -> HttpResponse:
    visit = visits.find(request.POST.get("v", ""))
    if visit is None or visits.is_flood(network_address(request)):
        return JsonResponse({"code": "unknown_visit"}, status=404)
    tokens = {name: request.POST.get(name, "") for name in ("id_token", "access_token")}
    try:
        arrival = signing_in.finish_liff(visit, client, **tokens)
    except BadIdToken:
        return JsonResponse({"code": "bad_token"}, status=400)
    except LineError as error:
        logger.warning("routes.liff_failed", extra={"reason": type(error).__name__})
        return JsonResponse({"code": "line_away"}, status=503)
    return JsonResponse({"is_friend": words.is_friend(arrival)})


def _channel() -> Channel | None:
    return Channel.objects.filter(tenant=current.tenant().pk).first()
