from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from autoreplies import hours, matching, services
from autoreplies.forms import AutoReplyForm, HoursForm, TryForm, initial_hours
from autoreplies.models import AutoReply
from channels.models import Channel
from composing import draft as drafts
from composing import editor
from composing.draft import Incomplete

TEXT = {"type": "text", "text": ""}


@permission_required("autoreplies.view_autoreply", raise_exception=True)
@require_GET
def auto_replies(request: Request) -> HttpResponse:
    rules = list(AutoReply.objects.prefetch_related("tags"))
    kinds = [(kind, [rule for rule in rules if rule.trigger == kind]) for kind in AutoReply.Trigger]
    business = hours.of_client()
    context = {
        "kinds": kinds,
        "form": TryForm(),
        "hours": business,
        "is_open": business.is_open(timezone.now()),
        "channel": Channel.objects.filter(tenant=request.tenant).first(),
    }
    return render(request, "autoreplies/list.html", context)


@permission_required("autoreplies.view_autoreply", raise_exception=True)
@require_POST
def attempt(request: Request) -> HttpResponse:
    """Which rule would answer a text that a friend writes now."""
    form = TryForm(request.POST)
    context: dict = {"form": form}
    if form.is_valid():
        context |= {
            "is_tried": True,
            "rule": matching.rules().for_text(form.cleaned_data["text"], timezone.now()),
        }
    return render(request, "autoreplies/tried.html", context)


@permission_required("autoreplies.add_autoreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    asked = request.GET.get("trigger")
    trigger = asked if asked in AutoReply.Trigger.values else AutoReply.Trigger.KEYWORD
    return _edit(request, AutoReply(trigger=trigger, messages=[TEXT]))


@permission_required("autoreplies.change_autoreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(AutoReply, pk=pk))


@permission_required("autoreplies.change_autoreply", raise_exception=True)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """The acts of one click: on, off, up."""
    rule = get_object_or_404(AutoReply, pk=pk)
    try:
        ACTS[name](rule, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    return redirect("auto_replies")


@permission_required("autoreplies.delete_autoreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    rule = get_object_or_404(AutoReply, pk=pk)
    if request.method == "POST":
        services.delete_auto_reply(rule, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": rule.name})
        return redirect("auto_replies")
    return render(request, "autoreplies/delete.html", {"rule": rule})


@permission_required("autoreplies.change_openinghours", raise_exception=True)
@require_http_methods(["GET", "POST"])
def business_hours(request: Request) -> HttpResponse:
    kept = hours.of_client()
    form = HoursForm(request.POST or None, initial=initial_hours(list(kept.week), sorted(kept.closed)))
    if form.is_valid():
        try:
            services.save_hours(form.cleaned_data["week"], form.cleaned_data["closed_days"], by=request.user)
            messages.success(request, _("The business hours are saved."))
            return redirect("auto_replies")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "autoreplies/hours.html", {"form": form, "zone": kept.zone.key})


ACTS: dict[str, Callable] = {
    "on": lambda rule, by: services.switch(rule, is_on=True, by=by),
    "off": lambda rule, by: services.switch(rule, is_on=False, by=by),
    "up": services.move_up,
}


def _edit(request: Request, rule: AutoReply) -> HttpResponse:
    form = AutoReplyForm(request.POST or None, instance=rule)
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(rule.messages)
    if form.is_valid():
        try:
            services.save_auto_reply(rule, messages=draft.messages(), by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is saved.") % {"name": rule.name})
            return redirect("auto_replies")
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    context = editor.context(draft, show_errors=form.is_bound) | {"form": form, "rule": rule}
    return render(request, "autoreplies/edit.html", context)
