"""A friend's own coupon, below /cp/: opened by the address that is theirs, shown at the till, used by a tap.

The address is known to nobody but whom it was sent to (decision 0035), so it is what allows.
"""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import machines
from accounts.errors import AppError
from accounts.paging import words
from coupons import faces, giving, redeeming
from coupons.errors import AddressWrong
from coupons.models import Coupon, Redemption, Ticket
from coupons.reward import PAGE
from friends import personal
from linking import doors

JUST_NOW = 600  # seconds in which a use by tap is shown to the staff


@login_not_required
@never_cache
@require_safe
def door(request: HttpRequest, number: int) -> HttpResponse:
    return doors.lead(request, PAGE, number)


@login_not_required
@never_cache
@require_safe
def coupon(request: HttpRequest, token: str) -> HttpResponse:
    """The coupon. Whoever opens their address for the first time gets it; a link preview gets none."""
    try:
        found, friend = _read(token)
        if machines.is_behind(request):
            return render(request, "coupons/public/preview.html", {"coupon": found})
        ticket = _opened(found, friend)
    except AppError as refusal:
        return _refused(request, refusal)
    return render(request, "coupons/public/coupon.html", _shown(ticket, token))


@login_not_required
@never_cache
@csrf_exempt  # what allows is the address, which nobody else's page knows
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, token: str) -> HttpResponse:
    """The second look before a use by tap, and the use. The staff of the shop does it."""
    try:
        found, friend = _read(token)
        ticket = giving.claim(found, friend)
        if request.method == "POST":
            redeeming.redeem(ticket, way=Redemption.Way.TAP, key=_key(request, ticket), by=None)
            return redirect("friends_coupon", token)
        redeeming.check(ticket, way=Redemption.Way.TAP)
    except AppError as refusal:
        return _refused(request, refusal, token)
    context = _shown(ticket, token) | {"key": uuid4().hex}
    return render(request, "coupons/public/use.html", context)


def _read(token: str) -> tuple[Coupon, int]:
    read = personal.read(PAGE, token)
    found = Coupon.objects.select_related("picture").filter(pk=read[0]).first() if read else None
    if read is None or found is None:
        raise AddressWrong
    return found, read[1]


def _opened(coupon: Coupon, friend: int) -> Ticket:
    ticket = giving.claim(coupon, friend)
    if ticket.opened_at is None:
        ticket.opened_at = timezone.now()
        ticket.save(update_fields=["opened_at"])
    return ticket


def _key(request: HttpRequest, ticket: Ticket) -> str:
    return f"tap:{ticket.pk}:{words(request.POST.get('key', ''), 40)}"


def _shown(ticket: Ticket, token: str) -> dict[str, object]:
    now = timezone.now()
    last = ticket.redemptions.counted().filter(way=Redemption.Way.TAP).order_by("-at").first()
    is_fresh = last is not None and (now - last.at).total_seconds() < JUST_NOW
    return {"face": faces.of(ticket), "token": token, "just_used": last if is_fresh else None, "now": now}


def _refused(request: HttpRequest, refusal: AppError, token: str = "") -> HttpResponse:
    status = 404 if isinstance(refusal, AddressWrong) else 410
    context = {"message": refusal.message, "token": "" if status == 404 else token}  # noqa: PLR2004
    return render(request, "coupons/public/refused.html", context, status=status)
