"""What the pages for friends say. None is a dead end: whatever fails, the account can still be added."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from channels.models import Channel
from routes.models import Arrival, Route

Kind = Arrival.Kind


def welcome(request: HttpRequest, channel: Channel | None, arrival: Arrival) -> HttpResponse:
    if is_friend(arrival):
        text = _("You can close this page and go back to the chat.")
        return word(request, channel, _("Thank you for adding us"), text, label=_("Open the chat"))
    text = _("Messages and offers come to your LINE chat. You can block the account at any time.")
    return word(request, channel, _("Add the account to go on"), text)


def is_friend(arrival: Arrival) -> bool:
    return bool(arrival.is_friend) or arrival.kind in {Kind.NEW, Kind.RETURNED, Kind.ALREADY}


def add(request: HttpRequest, channel: Channel) -> HttpResponse:
    return word(request, channel, _("Add %(account)s in LINE") % {"account": account_name(channel)}, "")


def closed(request: HttpRequest, channel: Channel, route: Route) -> HttpResponse:
    is_over = route.has_ended(timezone.now())
    title = _("This offer has ended") if is_over else _("This offer has not begun yet")
    return word(request, channel, title, _("You can add the account all the same."), status=410)


def lost(request: HttpRequest, channel: Channel | None) -> HttpResponse:
    text = _("The address is not complete, or no longer used. Open it again from where you found it.")
    return word(request, channel, _("There is nothing at this address"), text, status=404)


def declined(request: HttpRequest, channel: Channel | None) -> HttpResponse:
    return word(request, channel, _("You did not sign in"), _("You can add the account all the same."))


def failed(request: HttpRequest, channel: Channel | None) -> HttpResponse:
    text = _("LINE could not tell us who you are just now. You can add the account all the same.")
    return word(request, channel, _("One more step"), text, status=503)


def word(
    request: HttpRequest,
    channel: Channel | None,
    title: str,
    text: str,
    *,
    label: str | None = None,
    status: int = 200,
) -> HttpResponse:
    link = account_address(channel) if channel else ""
    context = {"title": title, "text": text, "address": link, "label": label or _("Add as a friend")}
    return page(request, channel, "word", context, status=status)


def page(
    request: HttpRequest, channel: Channel | None, name: str, context: dict, *, status: int = 200
) -> HttpResponse:
    shown = {"account": account_name(channel), "picture": channel.picture_url if channel else ""}
    return render(request, f"routes/public/{name}.html", shown | context, status=status)


def account_name(channel: Channel | None) -> str:
    return (channel.name if channel else "") or current.tenant().name


def account_address(channel: Channel) -> str:
    """Where the account is added, or its chat opens; "" while its ID is not known."""
    return channel.add_friend_url if channel.basic_id else ""
