"""What pages of the shop and people on their way to linking open, below /i/. Nobody is signed in here.

Pages of any origin may read the snippet and its invitations: there is nothing in them about anybody.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_POST, require_safe

from accounts.http import network_address
from invitations import counting, offers, starts
from invitations.models import EntryPoint
from routes import origins, visits

SOURCE = Path(__file__).with_name("musubi.js")
DAY, YEAR = 86_400, 31_536_000  # seconds
MINUTES = 300


_pieces: dict[str, Path] = {}


def register_piece(name: str, source: Path) -> None:
    """Have the script served with more in it, where its address asks for it: `musubi.js?with=<name>`."""
    _pieces[name] = source


@cache
def snippet(piece: str = "") -> bytes:
    """The script as it is served: without comments and indentation."""
    sources = [SOURCE, *([_pieces[piece]] if piece in _pieces else [])]
    lines = (line.strip() for source in sources for line in source.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


def version(piece: str = "") -> str:
    """Of the script; with it in the address, browsers may keep the script for ever."""
    return hashlib.sha256(snippet(piece)).hexdigest()[:12]


def integrity(piece: str = "") -> str:
    """By which browsers know that the script is this one.

    Source: https://www.w3.org/TR/SRI/
    """
    return f"sha384-{base64.b64encode(hashlib.sha384(snippet(piece)).digest()).decode()}"


def _piece(request: HttpRequest) -> str:
    name = request.GET.get("with", "")
    return name if name in _pieces else ""


@login_not_required
@require_safe
@condition(etag_func=lambda request: quote_etag(version(_piece(request))))
def script(request: HttpRequest) -> HttpResponse:
    piece = _piece(request)
    response = HttpResponse(snippet(piece), content_type="text/javascript; charset=utf-8")
    if request.GET.get("v") == version(piece):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=DAY, stale_while_revalidate=7 * DAY)
    return _for_any_origin(response)


@login_not_required
@require_safe
def offered(request: HttpRequest, code: str) -> HttpResponse:
    """The invitations of an entry point, among which the page chooses by chance; none once it is archived."""
    entry_point = EntryPoint.objects.open().filter(code=code).first()
    shown = offers.of(entry_point) if entry_point else []
    response = JsonResponse({"invitations": shown}, status=200 if entry_point else 404)
    patch_cache_control(response, public=True, max_age=MINUTES)
    patch_vary_headers(response, ["Accept-Language"])
    return _for_any_origin(response)


@login_not_required
@csrf_exempt  # it counts, for anybody, and changes nothing else
@never_cache
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Count a view that the snippet reports. Machines and floods are answered alike, and not counted."""
    _count(request, request.POST.get("entry", ""), request.POST.get("variant", ""))
    return _for_any_origin(HttpResponse(status=204))


@login_not_required
@never_cache
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponseBase:
    """From a message, a menu or a printed code to where linking begins."""
    variant = request.GET.get("variant", "")
    if EntryPoint.objects.filter(code=code).exists():
        _count(request, code, variant)
    return redirect(starts.begin(code, variant))


def _count(request: HttpRequest, entry: str, variant: str) -> None:
    if not origins.read(request).is_machine and not visits.is_flood(network_address(request)):
        counting.count_view(entry, variant)


def _for_any_origin(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
