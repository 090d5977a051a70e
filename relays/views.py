from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import current
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from channels.models import Channel
from relays import outside, services
from relays.errors import TestFailed
from relays.forms import DeliveryFilter, TargetForm
from relays.models import Delivery, Target

RECENT = 8


@permission_required("relays.view_target", raise_exception=True)
@require_GET
def relays(request: Request) -> HttpResponse:
    if url := request.GET.get("url"):  # from the channel's page: what the webhook was before
        return redirect(f"{reverse('relay_new')}?{urlencode({'url': url})}")
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    context = {"targets": _targets(), "channel": channel, "most": services.MOST_TARGETS}
    return render(request, "relays/list.html", context)


@permission_required("relays.add_target", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Enter a relay, test it, save it."""
    form = TargetForm(request.POST or None, initial={"url": request.GET.get("url", "")})
    if not Channel.objects.filter(tenant=current.tenant().pk).exists():
        return redirect("relays")
    if request.method == "POST" and form.is_valid():
        if request.POST.get("test"):
            _test(request, form)
        elif target := _accepted(form, lambda: services.create_target(**form.cleaned_data, by=request.user)):
            messages.success(request, _("Saved. Webhooks that come from now on go there."))
            return redirect(target)
    return render(request, "relays/edit.html", {"form": form})


@permission_required("relays.change_target", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    target = _target(pk)
    kept = {"name": target.name, "url": target.url, "event_types": target.event_types}
    form = TargetForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("test"):
            _test(request, form)
        elif _accepted(
            form, lambda: services.change_target(_target(pk), **form.cleaned_data, by=request.user)
        ):
            return redirect(target)
    return render(request, "relays/edit.html", {"form": form, "target": target})


@permission_required("relays.view_target", raise_exception=True)
@require_GET
def relay(request: Request, pk: int) -> HttpResponse:
    """One target: how it stands, and the log of what went there."""
    target = _target(pk)
    form = DeliveryFilter(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state")
    found = Delivery.objects.of(target).filter(**({"state": state} if state else {}))
    context = {
        "target": target,
        "form": form,
        "page": page(found, form.cleaned_data.get("before")),
        "state": state,
        "problem": outside.in_words(target.last_error),
    }
    return render(request, "relays/detail.html", context)


@permission_required("relays.view_target", raise_exception=True)
@require_GET
def delivery(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    target = _target(pk)
    found = get_object_or_404(Delivery.objects.of(target), pk=delivery_pk)
    tries = [each | {"error": outside.in_words(each["error"])} for each in found.tries]
    return render(request, "relays/delivery.html", {"target": target, "delivery": found, "tries": tries})


@permission_required("relays.change_target", raise_exception=True)
@require_POST
def send_again(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    target = _target(pk)
    try:
        services.send_again(get_object_or_404(Delivery.objects.of(target), pk=delivery_pk), by=request.user)
        messages.success(request, _("It is being sent again."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect(target)


@permission_required("relays.change_target", raise_exception=True)
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    target = _target(pk)
    services.pause(target, by=request.user)
    return redirect(target)


@permission_required("relays.change_target", raise_exception=True)
@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    target = _target(pk)
    services.resume(target, by=request.user)
    return redirect(target)


@permission_required("relays.delete_target", raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    target = _target(pk)
    if request.method == "POST":
        services.remove(target, by=request.user)
        messages.success(request, _("“%(name)s” gets no webhooks any more.") % {"name": target.name})
        return redirect("relays")
    waiting = Delivery.objects.of(target).waiting()[: services.MOST_COUNTED].count()
    return render(request, "relays/remove.html", {"target": target, "waiting": waiting})


def _target(pk: int) -> Target:
    return get_object_or_404(Target.objects.of(current.tenant()), pk=pk)


def _targets() -> list[tuple[Target, str, list[Delivery]]]:
    """Each with its problem in words and its last deliveries, oldest first."""
    targets = Target.objects.of(current.tenant()).order_by("pk")
    return [
        (target, outside.in_words(target.last_error), list(Delivery.objects.of(target)[:RECENT])[::-1])
        for target in targets
    ]


def _test(request: Request, form: TargetForm) -> None:
    """Say on the form what the tool answers; nothing is saved."""
    try:
        answer = services.test(form.cleaned_data["url"])
    except AppError as error:
        form.add_error("url", error.message)
        return
    if answer.is_good:
        words = {"status": answer.status, "ms": answer.took_ms}
        messages.success(request, _("The tool answered with %(status)s after %(ms)s ms.") % words)
    else:
        form.add_error("url", TestFailed(reason=outside.in_words(answer.error)).message)


def _accepted(form: TargetForm, save: Callable[[], Target]) -> Target | None:
    """What was saved; None if it was refused, and then the form says why."""
    try:
        return save()
    except AppError as error:
        form.add_error("url", error.message)
        return None
