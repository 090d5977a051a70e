"""LINE's coupons on the dashboard."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from library import coupon_making
from library import coupons as line_coupons
from library.coupon_forms import LineCouponForm
from library.errors import LineSilent
from library.models import CouponCreation, LineCoupon

SHOWN = timedelta(days=1)  # how long a creation that came to nothing is told of


@permission_required("library.view_linecoupon", raise_exception=True)
@require_GET
def coupons(request: Request) -> HttpResponse:
    found = page(LineCoupon.objects.all(), key(request.GET.get("before", "")))
    creations = CouponCreation.objects.exclude(state=CouponCreation.State.MADE)
    recent = creations.filter(asked_at__gte=timezone.now() - SHOWN)
    context = {"page": found, "reading": line_coupons.reading(), "creations": recent}
    return render(request, "library/coupons/list.html", context)


@permission_required("library.change_linecoupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Make a coupon at LINE."""
    form = LineCouponForm(request.POST or None)
    if form.is_valid():
        try:
            made = coupon_making.create(form.content(), by=request.user)
            messages.success(request, _("LINE has made the coupon “%(title)s”.") % {"title": made.title})
            return redirect("line_coupon", made.coupon_id)
        except LineSilent as error:
            messages.warning(request, error.message)
            return redirect("coupons")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "library/coupons/new.html", {"form": form})


@permission_required("library.view_linecoupon", raise_exception=True)
@require_GET
def coupon(request: Request, coupon_id: str) -> HttpResponse:
    found = get_object_or_404(LineCoupon, coupon_id=coupon_id)
    return render(request, "library/coupons/coupon.html", {"coupon": found, "content": found.content})


@permission_required("library.change_linecoupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def close(request: Request, coupon_id: str) -> HttpResponse:
    """End a coupon at LINE, after a second look."""
    found, problem = get_object_or_404(LineCoupon, coupon_id=coupon_id), ""
    if request.method == "POST":
        try:
            coupon_making.close(found, by=request.user)
            messages.success(request, _("LINE has closed the coupon “%(title)s”.") % {"title": found.title})
            return redirect("line_coupon", coupon_id)
        except LineSilent:
            problem = _("LINE did not answer. Try again: closing twice does no harm.")
        except AppError as error:
            problem = error.message
    return render(request, "library/coupons/close.html", {"coupon": found, "problem": problem})


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
    found = LineCoupon.objects.filter(coupon_id=words(request.GET.get("id", ""))).first()
    return render(request, "library/coupons/card.html", {"coupon": found})
