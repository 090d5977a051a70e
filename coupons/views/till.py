"""Redeeming in the shop: scan or type the code, look whether it is valid, confirm."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from coupons import faces, redeeming
from coupons.forms import ScanForm, UndoForm, UseForm
from coupons.models import Redemption
from coupons.redeeming import UNDO, Purchase

NEWEST = 10


@permission_required("coupons.redeem_coupon", raise_exception=True)
@never_cache
@require_GET
def scan(request: Request) -> HttpResponse:
    """The page of the till; with `?code=…`, whose coupon that is and whether it is valid."""
    form = ScanForm(request.GET if request.GET.get("code") else None)
    context: dict = {"form": form, "newest": _newest(request)}
    if form.is_bound and form.is_valid():
        context |= _looked_up(form.cleaned_data["code"], request)
    return render(request, "coupons/scan.html", context)


@permission_required("coupons.redeem_coupon", raise_exception=True)
@require_http_methods(["POST"])
def redeem(request: Request) -> HttpResponse:
    scanned, form = ScanForm(request.POST), UseForm(request.POST)
    context: dict = {"form": scanned, "newest": _newest(request), "use": form}
    try:
        if scanned.is_valid() and form.is_valid():
            used = _use(scanned.cleaned_data["code"], form.cleaned_data, request)
            request.session["coupon_place"] = form.cleaned_data["place"]
            return redirect("coupon_used", used.pk)
        context |= _looked_up(request.POST.get("code", ""), request) | {"use": form}
    except AppError as refusal:
        context["refusal"] = refusal.message
    return render(request, "coupons/scan.html", context)


@permission_required("coupons.redeem_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def used(request: Request, pk: int) -> HttpResponse:
    """A use that was just made, and taking it back within some minutes."""
    rows = Redemption.objects.select_related("coupon", "ticket__friend")
    found = get_object_or_404(rows, pk=pk)
    form = UndoForm(request.POST or None)
    if form.is_valid():
        try:
            is_manager = request.user.has_perm("coupons.change_redemption")
            take_back = redeeming.cancel if is_manager else redeeming.undo
            take_back(found, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("The use was taken back. The coupon is valid again."))
            return redirect("coupon_scan")
        except AppError as error:
            form.add_error(None, error.message)
    may_undo = request.user.has_perm("coupons.change_redemption") or found.at > timezone.now() - UNDO
    context = {"used": found, "form": form, "may_undo": may_undo and found.cancelled_at is None}
    return render(request, "coupons/used.html", context)


def _looked_up(code: str, request: Request) -> dict:
    """What the code is, and a form to use it; or why it cannot be used."""
    face = None
    try:
        ticket = redeeming.find(code)
        face = faces.of(ticket)
        redeeming.check(ticket, way=Redemption.Way.SCAN)
    except AppError as refusal:
        return {"refusal": refusal.message, "face": face}
    initial = {"key": uuid4().hex, "place": request.session.get("coupon_place", "")}
    return {"face": face, "use": UseForm(initial=initial)}


def _use(code: str, given: dict, request: Request) -> Redemption:
    purchase = Purchase(given["order_number"], given["amount"], place=given["place"])
    ticket = redeeming.find(code)
    key = f"scan:{given['key']}"
    return redeeming.redeem(ticket, way=Redemption.Way.SCAN, purchase=purchase, key=key, by=request.user)


def _newest(request: Request) -> list[Redemption]:
    """What this person redeemed last."""
    mine = Redemption.objects.filter(by_id=request.user.pk, way=Redemption.Way.SCAN)
    return list(mine.select_related("coupon", "ticket")[:NEWEST])
