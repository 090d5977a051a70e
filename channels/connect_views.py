"""Connecting a channel in three steps. Until the last, everything is in the browser's form, sealed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from channels import drafts, health, limits, services
from channels.drafts import Draft
from channels.forms import ChoiceForm, ConnectForm
from channels.models import Channel

Mode = Channel.Mode


@permission_required("channels.add_channel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def connect(request: Request) -> HttpResponse:
    """Each step's form names the step; what an earlier one brought is sealed in `draft`."""
    if Channel.objects.filter(tenant=request.tenant.pk).exists():
        return redirect("channel")
    step = {"choose": _choose, "confirm": _confirm}.get(request.POST.get("step", ""), _enter)
    try:
        return step(request)
    except AppError as refusal:
        return _form(request, ConnectForm(), refusal)


def _enter(request: Request) -> HttpResponse:
    """Ask LINE with what was entered, and show what it says."""
    form = ConnectForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form(request, form)
    given = {name: form.cleaned_data[name] for name in ("channel_id", "channel_secret")}
    try:
        account = services.look(request.tenant, login=form.login(), **given)
    except AppError as refusal:
        return _form(request, form, refusal)
    draft = Draft(account=account, login=form.login(), facts=form.facts(), **given)
    mode = "" if _is_of_others(request, draft) else Mode.RECEIVING
    choice = ChoiceForm(initial={"mode": mode}, types=account.types)
    return _account(request, draft, choice)


def _choose(request: Request) -> HttpResponse:
    """Say what the choice will do, and ask once more."""
    draft = _draft(request)
    form = ChoiceForm(request.POST, types=draft.account.types)
    if not form.is_valid():
        return _account(request, draft, form)
    draft.mode = form.cleaned_data["mode"]
    draft.facts = draft.facts._replace(account_type=form.cleaned_data["account_type"])
    return _ask(request, draft)


def _confirm(request: Request) -> HttpResponse:
    """LINE is asked again: what is saved is what works at this moment."""
    draft = _draft(request)
    if not draft.mode:
        return _account(request, draft, ChoiceForm(types=draft.account.types))
    try:
        channel = services.connect_channel(
            request.tenant,
            channel_id=draft.channel_id,
            channel_secret=draft.channel_secret,
            mode=draft.mode,
            facts=draft.facts,
            login=draft.login,
            by=request.user,
        )
    except AppError as refusal:
        return _ask(request, draft, refusal)
    health.check(request.tenant)
    messages.success(request, _("%(channel)s is connected.") % {"channel": channel})
    return redirect("channel")


def _form(request: Request, form: ConnectForm, refusal: AppError | None = None) -> HttpResponse:
    context = {"form": form, "refusal": refusal.message if refusal else ""}
    return render(request, "channels/connect.html", context)


def _account(request: Request, draft: Draft, form: ChoiceForm) -> HttpResponse:
    return render(request, "channels/connect_account.html", _context(request, draft) | {"form": form})


def _ask(request: Request, draft: Draft, refusal: AppError | None = None) -> HttpResponse:
    """The last question; after a refusal it can be answered again."""
    context = _context(request, draft) | {"refusal": refusal.message if refusal else ""}
    return render(request, "channels/connect_confirm.html", context)


def _context(request: Request, draft: Draft) -> dict:
    account = draft.account
    kind = draft.facts.account_type or account.types[0]
    has_login, reach = bool(draft.login.channel_id), account.reach
    return {
        "draft": draft,
        "account": account,
        "sealed": drafts.seal(draft, request.tenant, request.user),
        "type": Channel.AccountType(kind).label,
        "is_of_others": _is_of_others(request, draft),
        "cannot": limits.cannot(
            kind, receives=draft.mode != Mode.SEND_ONLY, has_login=has_login, reach=reach
        ),
        "cannot_send_only": limits.without_webhook(),
        "webhook_url": Channel(tenant=request.tenant).webhook_url,
    }


def _draft(request: Request) -> Draft:
    """Raises EntryExpired."""
    return drafts.unseal(request.POST.get("draft", ""), request.tenant, request.user)


def _is_of_others(request: Request, draft: Draft) -> bool:
    return draft.account.webhook_url not in ("", Channel(tenant=request.tenant).webhook_url)
