"""Coupons on the dashboard: the list, one coupon, its form, what is done with it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from coupons import belonging, codes, results, services, warning, words
from coupons.dependants import Dependants
from coupons.forms import CouponForm
from coupons.models import Coupon
from coupons.reward import PAGE
from friends import personal

ACTS: dict[str, tuple[Callable, str]] = {
    "start": (services.start, "coupons.start_coupon"),
    "close": (services.close, "coupons.start_coupon"),
    "delete": (services.delete, "coupons.delete_coupon"),
}
OPEN = [Coupon.Status.DRAFT, Coupon.Status.RUNNING]
AFTER = {"start": Coupon.Status.RUNNING, "close": Coupon.Status.CLOSED}
DONE = {
    "start": gettext_lazy("“%(name)s” runs."),
    "close": gettext_lazy("“%(name)s” is closed."),
    "delete": gettext_lazy("“%(name)s” is deleted."),
}


@permission_required("coupons.view_coupon", raise_exception=True)
@require_GET
def coupons(request: Request) -> HttpResponse:
    tab = request.GET.get("tab", "")
    rows = Coupon.objects.filter(status__in=[Coupon.Status.CLOSED] if tab == "closed" else OPEN)
    found = page(rows, key(request.GET.get("before", "")))
    counted = results.some(found.rows)
    campaigns = belonging.campaigns_of(found.rows)
    shown = [
        {
            "coupon": each,
            "state": each.state(),
            "gives": words.gives(each),
            "given": counted[each.pk][0],
            "used": counted[each.pk][1],
            "is_low": warning.is_low(each),
            "campaign": campaigns.get(each.ledger_owner),
        }
        for each in found.rows
    ]
    context = {"page": found, "rows": shown, "tab": tab, "most": results.COUNTED_TO}
    return render(request, "coupons/list.html", context)


@permission_required("coupons.view_coupon", raise_exception=True)
@require_GET
def coupon(request: Request, pk: int) -> HttpResponse:
    found = get(pk)
    context = {
        "coupon": found,
        "state": found.state(),
        "gives": words.gives(found),
        "ways": words.ways(found),
        "missing": services.missing(found) if found.status == Coupon.Status.DRAFT else "",
        "left": codes.left(found),
        "is_low": warning.is_low(found),
        "figures": results.of(found),
        "variable": f"{{{{{PAGE}.{found.pk}}}}}",
        "door": personal.door(PAGE, found.pk),
    }
    return render(request, "coupons/coupon.html", context)


@permission_required("coupons.add_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = CouponForm(request.POST or None)
    if form.is_valid():
        made = services.create(**form.facts(), by=request.user)
        messages.success(request, _("The coupon is a draft. Start it when it is right."))
        return redirect(made)
    return render(request, "coupons/edit.html", {"form": form})


@permission_required("coupons.change_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = get(pk)
    fixed = services.FIXED if found.status == Coupon.Status.RUNNING else frozenset()
    form = CouponForm(request.POST or None, instance=get(pk), fixed=fixed)
    if form.is_valid():
        try:
            services.change(found, **form.facts(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "coupons/edit.html", {"form": form, "coupon": found})


@permission_required("coupons.add_coupon", raise_exception=True)
@require_http_methods(["POST"])
def copy(request: Request, pk: int) -> HttpResponse:
    made = services.copy(get(pk), by=request.user)
    messages.success(request, _("This is the copy. It is a draft."))
    return redirect("own_coupon_edit", made.pk)


@permission_required("coupons.view_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def act(request: Request, pk: int, verb: str) -> HttpResponse:
    """A second look before what cannot be undone, and the act."""
    if verb not in ACTS:
        raise Http404
    command, permission = ACTS[verb]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    found, problem = get(pk), ""
    if request.method == "POST":
        try:
            command(found, by=request.user)
            messages.success(request, DONE[verb] % {"name": found.name})
            return redirect("own_coupons") if verb == "delete" else redirect(found)
        except AppError as error:
            problem = error.message
    if get(pk).status == AFTER.get(verb):
        if problem:  # by a second click: what was wanted is done
            messages.success(request, DONE[verb] % {"name": found.name})
        return redirect(found)
    context = {"coupon": found, "verb": verb, "problem": problem, "left": codes.left(found)}
    context["dependants"] = Dependants.of(PAGE, pk) if verb == "close" else None
    return render(request, "coupons/act.html", context)


def get(pk: int) -> Coupon:
    return get_object_or_404(Coupon.objects.select_related("picture"), pk=pk)
