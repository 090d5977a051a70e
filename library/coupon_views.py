"""LINE's coupons on the dashboard."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import Request
from accounts.paging import key, page
from library import coupons as line_coupons
from library.models import LineCoupon


@permission_required("library.view_linecoupon", raise_exception=True)
@require_GET
def coupons(request: Request) -> HttpResponse:
    found = page(LineCoupon.objects.all(), key(request.GET.get("before", "")))
    return render(request, "library/coupons/list.html", {"page": found, "reading": line_coupons.reading()})


@permission_required("library.change_linecoupon", raise_exception=True)
@require_POST
def refresh(request: Request) -> HttpResponse:
    """Ask LINE again; the page tells when it is done."""
    line_coupons.ask(by=request.user)
    return redirect("coupons")


@permission_required("library.view_linecoupon", raise_exception=True)
@require_GET
def reading(request: Request) -> HttpResponse:
    """How far the reading is; a part of the page, which is drawn anew once it is done."""
    state = line_coupons.reading()
    answer = render(request, "library/coupons/reading.html", {"reading": state})
    if not state.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


@permission_required("library.view_linecoupon", raise_exception=True)
@require_GET
def card(request: Request) -> HttpResponse:
    """A coupon as the phone shows it; a part of other pages."""
    found = LineCoupon.objects.filter(coupon_id=request.GET.get("id", "")[:100]).first()
    return render(request, "library/coupons/card.html", {"coupon": found})
