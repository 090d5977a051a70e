"""Pages of the shop: what is sold, what was ordered, what comes in."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from customers.models import Customer
from events import registry, types
from events.models import Event, Refusal
from shops import overview, services
from shops.forms import OrderFilter, ProductFilter, SettingsForm
from shops.models import CustomerTotals, Order, Product, ProductChange, ShopSettings
from shops.orders import cancel_order

RECENT = 10
HISTORY = 50


@permission_required("shops.view_order", raise_exception=True)
@require_GET
def shop(request: Request) -> HttpResponse:
    may_see_refusals = request.user.has_perm("events.view_refusal")
    context = overview.present() | {
        "latest": Order.objects.select_related("customer").order_by("-id")[:RECENT],
        "changes": ProductChange.objects.select_related("product__parent")[:RECENT],
        "refusals": Refusal.objects.all()[:RECENT] if may_see_refusals else [],
    }
    return render(request, "shops/overview.html", context)


@permission_required("shops.view_order", raise_exception=True)
@require_GET
def orders(request: Request) -> HttpResponse:
    form = OrderFilter(request.GET)
    found = page(form.orders(), form.cleaned_data.get("before"))
    return render(request, "shops/orders.html", {"form": form, "page": found})


@permission_required("shops.view_order", raise_exception=True)
@require_GET
def order(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Order.objects.select_related("customer"), pk=pk)
    codes = {line.get("product") for line in found.lines}
    products = {product.code: product for product in Product.objects.filter(code__in=codes - {None})}
    lines = [(line, products.get(line.get("product"))) for line in found.lines]
    return render(request, "shops/order.html", {"order": found, "lines": lines})


@permission_required("shops.change_order", raise_exception=True)
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Order, pk=pk)
    try:
        cancel_order(found, by=request.user)
        messages.success(request, _("The order counts as cancelled now."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)


@permission_required("shops.view_product", raise_exception=True)
@require_GET
def products(request: Request) -> HttpResponse:
    form = ProductFilter(request.GET)
    found = page(form.products(), form.cleaned_data.get("before"))
    return render(request, "shops/products.html", {"form": form, "page": found})


@permission_required("shops.view_product", raise_exception=True)
@require_GET
def product(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.select_related("parent"), pk=pk)
    family = Q(product=found) | Q(product__parent=found)
    changes = ProductChange.objects.filter(family).select_related("product__parent")[:HISTORY]
    context = {"product": found, "variants": found.variants.order_by("id"), "changes": changes}
    return render(request, "shops/product.html", context)


@permission_required("shops.view_order", raise_exception=True)
@require_GET
def customer_orders(request: Request, pk: int) -> HttpResponse:
    """The part of a customer's page that has their orders and totals."""
    found = get_object_or_404(Customer, pk=pk)
    context = {
        "customer": found,
        "totals": CustomerTotals.objects.filter(customer=found, orders__gt=0).first(),
        "orders": Order.objects.filter(customer=found).order_by("-placed_at")[:RECENT],
        "currency": ShopSettings.present().currency,
    }
    return render(request, "shops/customer_orders.html", context)


@permission_required("events.view_event", raise_exception=True)
@require_GET
def incoming(request: Request) -> HttpResponse:
    """What customers did last; what friends do in LINE is told of on their own pages."""
    found = page(Event.objects.exclude(customer_id=None), _before(request))
    words = types.labels(event.type for event in found.rows)
    rows = [
        (event, words[event.type], details)
        for event, details in zip(found.rows, registry.details_of(found.rows), strict=True)
    ]
    return render(request, "shops/incoming.html", {"page": found, "rows": rows})


@permission_required("shops.change_shopsettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=ShopSettings.present())
    if form.is_valid():
        try:
            services.count_in(form.cleaned_data["currency"], by=request.user)
            messages.success(request, _("Saved."))
            return redirect("shop")
        except AppError as error:
            form.add_error("currency", error.message)
    return render(request, "shops/settings.html", {"form": form})


def _before(request: Request) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
