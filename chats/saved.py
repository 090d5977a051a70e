"""Pages of saved replies, and of how people are told of chats."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from chats import services
from chats.forms import PreferenceForm, SavedReplyForm
from chats.models import Preference, SavedReply


@permission_required("chats.view_savedreply", raise_exception=True)
@require_GET
def saved_replies(request: Request) -> HttpResponse:
    return render(request, "chats/saved_replies.html", {"saved_replies": SavedReply.objects.all()})


@permission_required("chats.add_savedreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _edit(request, SavedReply())


@permission_required("chats.change_savedreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(SavedReply, pk=pk))


@permission_required("chats.delete_savedreply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    """Asks first."""
    found = get_object_or_404(SavedReply, pk=pk)
    if request.method == "GET":
        return render(request, "chats/saved_reply_delete.html", {"saved_reply": found})
    services.delete_saved_reply(found, by=request.user)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": found.title})
    return redirect("saved_replies")


@permission_required("chats.change_preference", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = PreferenceForm(sent, instance=Preference.objects.first() or Preference())
    if form.is_valid():
        services.set_alerts(form.cleaned_data["alert_minutes"], by=request.user)
        messages.success(request, _("The settings are saved."))
        return redirect("chats")
    return render(request, "chats/settings.html", {"form": form})


def _edit(request: Request, saved_reply: SavedReply) -> HttpResponse:
    form = SavedReplyForm(request.POST if request.method == "POST" else None, instance=saved_reply)
    if form.is_valid():
        services.save_reply(saved_reply, **form.cleaned_data, by=request.user)
        messages.success(request, _("“%(title)s” is saved.") % {"title": saved_reply.title})
        return redirect("saved_replies")
    return render(request, "chats/saved_reply.html", {"form": form, "saved_reply": saved_reply})
