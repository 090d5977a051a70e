from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from connectors import bodies, health, services, words
from connectors.forms import CartForm, DeliveryFilter, NewCartForm, NewShopifyForm, SecretForm, ShopifyForm
from connectors.models import Connection, Delivery
from connectors.presets import PRESETS

CART_FIELDS = list(CartForm.base_fields)
SHOPIFY_FIELDS = list(ShopifyForm.base_fields)


@permission_required("connectors.view_connection", raise_exception=True)
@require_GET
def connections(request: Request) -> HttpResponse:
    found = [(connection, health.of(connection)) for connection in Connection.objects.order_by("pk")]
    return render(request, "connectors/list.html", {"connections": found})


@permission_required("connectors.add_connection", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new_shopify(request: Request) -> HttpResponse:
    form = NewShopifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data.pop("silence_days")
        made = _accepted(form, lambda: services.connect_shopify(**form.cleaned_data, by=request.user))
        if made:
            services.change(made, silence_days=days, by=request.user)
            messages.success(request, _("Saved. Now tell Shopify where to post."))
            return redirect("connection_setup", made.pk)
    return render(request, "connectors/edit.html", {"form": form})


@permission_required("connectors.add_connection", raise_exception=True)
@never_cache
@require_http_methods(["GET", "POST"])
def new_cart(request: Request) -> HttpResponse:
    """Enter a cart; its secret is shown in the answer, once."""
    form = NewCartForm(request.POST or None, initial=_start(request.GET.get("preset", "")))
    if request.method == "POST" and form.is_valid():
        made = _accepted(form, lambda: services.connect_other(**form.cleaned_data, by=request.user))
        if made:
            return _show_secret(request, *made)
    preset = PRESETS.get(form["preset"].value() or "")
    return render(request, "connectors/edit.html", {"form": form, "preset": preset})


@permission_required("connectors.change_connection", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    is_shopify = connection.kind == Connection.Kind.SHOPIFY
    fields = SHOPIFY_FIELDS if is_shopify else CART_FIELDS
    kept = {field: getattr(connection, field) for field in fields}
    form = (ShopifyForm if is_shopify else CartForm)(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        if _accepted(form, lambda: services.change(connection, **form.cleaned_data, by=request.user)):
            return redirect("connection", pk)
        connection.refresh_from_db()
    return render(request, "connectors/edit.html", {"form": form, "connection": connection})


@permission_required("connectors.view_connection", raise_exception=True)
@require_GET
def connection(request: Request, pk: int) -> HttpResponse:
    """One connection: how it stands, and the log of what came."""
    found = get_object_or_404(Connection, pk=pk)
    form = DeliveryFilter(request.GET)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in ("topic", "state", "query")}
    deliveries = Delivery.objects.filter(connection=found).defer("body_sealed").search(**given)
    context = {
        "connection": found,
        "address": words.address(found),
        "health": health.of(found),
        "form": form,
        "page": page(deliveries, form.cleaned_data.get("before")),
        "is_filtered": any(given.values()),
        "topics": found.topics.order_by("name"),
    }
    return render(request, "connectors/detail.html", context)


@permission_required("connectors.view_connection", raise_exception=True)
@require_GET
def setup(request: Request, pk: int) -> HttpResponse:
    """What to enter where, and what has arrived so far; polled while the page is open."""
    found = get_object_or_404(Connection, pk=pk)
    context = {"connection": found, "address": words.address(found), "preset": PRESETS.get(found.preset)}
    if found.kind == Connection.Kind.SHOPIFY:
        context["groups"] = words.arrivals(found)
    name = "arrivals" if request.htmx else "setup"
    return render(request, f"connectors/{name}.html", context)


@permission_required("connectors.change_connection", raise_exception=True)
@never_cache
@require_http_methods(["GET", "POST"])
def secret(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["secret"]
        made = _accepted(form, lambda: services.replace_secret(found, secret=given, by=request.user))
        if made and not given.strip():
            return _show_secret(request, found, made)
        if made:
            messages.success(request, _("Replaced. The former secret holds for 24 hours more."))
            return redirect(found)
    return render(request, "connectors/secret.html", {"connection": found, "form": form})


@permission_required("connectors.view_delivery", raise_exception=True)
@require_GET
def delivery(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    found = _delivery(pk, delivery_pk)
    return render(request, "connectors/delivery.html", {"connection": found.connection, "delivery": found})


@permission_required("connectors.view_body", raise_exception=True)
@never_cache
@require_POST
def body(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    """The body in clear, for who may see it; that they did is kept in the activity log."""
    found = _delivery(pk, delivery_pk)
    shop = found.connection
    activity.record("connection.body_read", shop, by=request.user, name=shop.name, delivery=found.pk)
    context = {"connection": shop, "delivery": found, "body": words.readable(bodies.unseal(found))}
    return render(request, "connectors/delivery.html", context)


@permission_required("connectors.change_connection", raise_exception=True)
@require_POST
def replay(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    found = _delivery(pk, delivery_pk)
    try:
        services.replay(found, by=request.user)
        messages.success(request, _("It is being taken over again."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found.connection)


@permission_required("connectors.change_connection", raise_exception=True)
@require_POST
def replay_failed(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    count = services.replay_failed(found, by=request.user)
    messages.success(request, _("%(count)s deliveries are being taken over again.") % {"count": count})
    return redirect(found)


@permission_required("connectors.change_connection", raise_exception=True)
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    services.pause(found, by=request.user)
    return redirect(found)


@permission_required("connectors.change_connection", raise_exception=True)
@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    services.resume(found, by=request.user)
    return redirect(found)


@permission_required("connectors.delete_connection", raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    if request.method == "POST":
        services.remove(found, by=request.user)
        messages.success(request, _("“%(name)s” is no longer connected.") % {"name": found.name})
        return redirect("connections")
    return render(request, "connectors/remove.html", {"connection": found, "health": health.of(found)})


def _delivery(pk: int, delivery_pk: int) -> Delivery:
    found = Delivery.objects.select_related("connection").filter(connection=pk)
    return get_object_or_404(found, pk=delivery_pk)


def _start(preset: str) -> dict[str, Any]:
    return {"preset": preset, **PRESETS[preset].settings} if preset in PRESETS else {}


def _show_secret(request: Request, connection: Connection, secret: str) -> HttpResponse:
    context = {"connection": connection, "secret": secret, "address": words.address(connection)}
    return render(request, "connectors/secret_once.html", context)


def _accepted(form: forms.Form, save: Callable[[], Any]) -> Any:
    """What was saved; None if it was refused, and then the form says why."""
    try:
        return save()
    except AppError as error:
        form.add_error(None, error.message)
        return None
