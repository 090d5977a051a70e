"""A client's channel: how it is, what remains to be done at LINE, and the commands that change it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from channels import checklist, health, limits, login, rotation, services, webhook
from channels.forms import DetailsForm, LeaveForm, LoginForm, SecretForm, StepForm
from channels.models import Channel, ChannelCheck

HISTORY = 30


@permission_required("channels.view_channel", raise_exception=True)
@require_GET
def channel(request: Request) -> HttpResponse:
    """Everything about the channel, or how to connect one."""
    found = Channel.objects.select_related("tenant").filter(tenant=request.tenant.pk).first()
    if found is None:
        return render(request, "channels/none.html")
    all_checks = ChannelCheck.objects.filter(tenant=request.tenant.pk)
    checks = {row.kind: row for row in all_checks.present()}
    context = {
        "channel": found,
        "checks": [checks[kind] for kind in ChannelCheck.Kind.values if kind in checks],
        "steps": checklist.steps(found, checks),
        "cannot": limits.of(found),
        "history": all_checks.exclude(until=None)[:HISTORY],
    }
    return render(request, "channels/channel.html", context)


@permission_required("channels.change_channel", raise_exception=True)
@require_POST
def check(request: Request) -> HttpResponse:
    """Look at the channel now."""
    _channel(request)
    health.check(request.tenant)
    messages.success(request, _("Checked. What LINE says now is below."))
    return redirect("channel")


@permission_required("channels.change_channel", raise_exception=True)
@require_POST
def point_webhook(request: Request) -> HttpResponse:
    """Set the webhook's address at LINE again, and have it tested."""
    found = _channel(request)
    try:
        webhook.check_webhook(found)
    except AppError as refusal:
        messages.error(request, refusal.message)
        return redirect("channel")
    health.check(request.tenant)
    if found.webhook_problem:
        problem = {"reason": found.webhook_problem}
        messages.warning(request, _("LINE cannot deliver to Musubi: %(reason)s") % problem)
    else:
        messages.success(request, _("The webhook is set, and LINE reaches it."))
    return redirect("channel")


@permission_required("channels.change_channel", raise_exception=True)
@require_POST
def tick_off(request: Request) -> HttpResponse:
    """Note a step that somebody did in LINE's console, or take the note back."""
    form = StepForm(request.POST)
    if not form.is_valid() or form.cleaned_data["step"] not in checklist.BY_HAND:
        raise Http404
    services.tick_off(_channel(request), by=request.user, **form.cleaned_data)
    return redirect("channel")


@permission_required("channels.change_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def secret(request: Request) -> HttpResponse:
    """Enter a secret that was reissued at LINE."""
    found, form = _channel(request), SecretForm(_given(request))

    def replace() -> str:
        rotation.begin_rotation(found, by=request.user, **form.cleaned_data)
        return _("The new secret is in use. What the old one signed is accepted for 24 hours.")

    return _carry_out(request, "channels/secret.html", found, form, replace)


@permission_required("channels.change_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def finish_rotation(request: Request) -> HttpResponse:
    """Let the old secret go before its day is over."""
    found = _channel(request)
    if not found.is_rotating:
        return redirect("channel")

    def finish() -> str:
        rotation.finish_rotation(found, by=request.user)
        return _("Only the present secret is accepted now.")

    return _carry_out(request, "channels/finish_rotation.html", found, Form(_given(request)), finish)


@permission_required("channels.change_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def mode(request: Request) -> HttpResponse:
    """Switch between receiving the webhook and sending only, after saying what that means."""
    found = _channel(request)
    form = LeaveForm(_given(request), initial={"hand_over_to": found.previous_webhook_url})

    def leave() -> str:
        webhook.send_only(found, by=request.user, **form.cleaned_data)
        health.check(request.tenant)
        return _("This client sends only now. The webhook belongs to another tool.")

    def receive() -> str:
        webhook.receive_webhook(found, by=request.user)
        health.check(request.tenant)
        return _("This client receives the webhook now.")

    context = {"cannot_send_only": limits.without_webhook()}
    act = leave if found.receives else receive
    return _carry_out(request, "channels/mode.html", found, form, act, **context)


@permission_required("channels.change_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def login_channel(request: Request) -> HttpResponse:
    """Connect, change or remove the LINE Login channel."""
    found = _channel(request)
    form = LoginForm(
        _given(request), initial={"login_channel_id": found.login_channel_id, "liff_id": found.liff_id}
    )

    def change() -> str:
        login.connect_login(found, form.login(), by=request.user)
        health.check(request.tenant)
        return _("LINE Login is connected.") if found.login_channel_id else _("LINE Login is no longer used.")

    return _carry_out(request, "channels/login.html", found, form, change)


@permission_required("channels.change_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def details(request: Request) -> HttpResponse:
    """Account type and provider."""
    found = _channel(request)
    kept = {name: getattr(found, name) for name in services.Facts._fields}
    form = DetailsForm(_given(request), initial=kept)

    def note() -> str:
        services.note_facts(found, form.facts(), by=request.user)
        return _("Saved.")

    return _carry_out(request, "channels/details.html", found, form, note)


def _channel(request: Request) -> Channel:
    return get_object_or_404(Channel.objects.select_related("tenant"), tenant=request.tenant.pk)


def _given(request: Request) -> QueryDict | None:
    """What a form is bound to; also an empty form that was sent."""
    return request.POST if request.method == "POST" else None


def _carry_out(
    request: Request, template: str, channel: Channel, form: Form, act: Callable[[], str], **context: object
) -> HttpResponse:
    """Show the form, or do what it asks: back to the channel with what `act` says, or the refusal shown."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act())
        except AppError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("channel")
    return render(request, template, {"channel": channel, "form": form} | context)
