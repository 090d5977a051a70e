"""Who holds a coupon, and giving it by hand."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from coupons import codes, gifts, giving, redeeming
from coupons.forms import GiveForm
from coupons.models import Coupon, Gift, Ticket
from coupons.views.pages import get
from friends.models import Friend

TABS = {"open": {"used_count": 0}, "used": {"used_count__gt": 0}}
SHOWN_OF_FRIEND = 20


@permission_required("coupons.view_ticket", raise_exception=True)
@require_GET
def people(request: Request, pk: int) -> HttpResponse:
    """Who got it, newest first; by code, or by whether it was used."""
    coupon, tab, q = get(pk), request.GET.get("tab", ""), words(request.GET.get("q", ""))
    rows = Ticket.objects.filter(coupon=coupon, **TABS.get(tab, {})).select_related("coupon", "friend")
    if q:
        rows = rows.filter(code__in=codes.spellings(q))
    found = page(rows, key(request.GET.get("before", "")))
    context = {"coupon": coupon, "page": found, "tab": tab, "q": q}
    return render(request, "coupons/people.html", context)


@permission_required("coupons.start_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def give(request: Request, pk: int) -> HttpResponse:
    """Give it to a segment; those who got it that way stand below."""
    coupon = get(pk)
    form = GiveForm(request.POST or None)
    if form.is_valid():
        try:
            gifts.begin(coupon, form.cleaned_data["segment"], by=request.user)
            return redirect("own_coupon_give", pk)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"coupon": coupon, "form": form, "gifts": _gifts(coupon), "left": codes.left(coupon)}
    return render(request, "coupons/give.html", context)


@permission_required("coupons.start_coupon", raise_exception=True)
@require_GET
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the givings are; a part of the page."""
    return render(request, "coupons/gifts.html", {"coupon": get(pk), "gifts": _gifts(get(pk))})


@permission_required("coupons.start_coupon", raise_exception=True)
@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    gift = get_object_or_404(Gift, pk=pk)
    gifts.stop(gift, by=request.user)
    messages.success(request, _("Nobody more gets it. Who has it keeps it."))
    return redirect("own_coupon_give", gift.coupon_id)


@permission_required("coupons.change_ticket", raise_exception=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a coupon back from one friend, after a second look."""
    ticket = get_object_or_404(Ticket.objects.select_related("coupon", "friend"), pk=pk)
    if request.method == "POST":
        redeeming.withdraw(ticket, by=request.user)
        messages.success(request, _("The coupon was taken back."))
        return redirect("own_coupon_people", ticket.coupon_id)
    return render(request, "coupons/withdraw.html", {"ticket": ticket, "coupon": ticket.coupon})


@permission_required("coupons.view_ticket", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """The coupons of a friend; a part of the friend's page."""
    return _of_friend(request, get_object_or_404(Friend, pk=pk))


@permission_required("coupons.start_coupon", raise_exception=True)
@require_POST
def give_friend(request: Request, pk: int) -> HttpResponse:
    """Give a friend a coupon by hand; the part of their page is drawn anew."""
    friend = get_object_or_404(Friend, pk=pk)
    coupon = Coupon.objects.running().filter(pk=key(request.POST.get("coupon", "")) or 0).first()
    try:
        problem = _("Choose a coupon.") if coupon is None else _given(coupon, friend, request)
    except AppError as error:
        problem = error.message
    return _of_friend(request, friend, problem)


def _of_friend(request: Request, friend: Friend, problem: str = "") -> HttpResponse:
    tickets = Ticket.objects.filter(friend=friend).select_related("coupon")[:SHOWN_OF_FRIEND]
    may_give = request.user.has_perm("coupons.start_coupon")
    offered = Coupon.objects.running() if may_give else Coupon.objects.none()
    context = {"friend": friend, "tickets": tickets, "offered": offered, "problem": problem}
    return render(request, "coupons/of_friend.html", context)


def _given(coupon: Coupon, friend: Friend, request: Request) -> str:
    """Why nothing was given; "" if it was."""
    got: giving.Got = gifts.give_one(coupon, friend, by=request.user)
    return "" if got.is_new else _("They have this coupon already.")


def _gifts(coupon: Coupon) -> list[Gift]:
    return list(coupon.gifts.defer("friends")[:20])
