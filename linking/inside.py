"""Pages that open inside LINE, for who is known by an ID token: linking, one's own link, the card.

A page is opened at `address(…)`. All pages share the client's one LIFF app, whose endpoint is that of routes'
links: what is added to the LIFF address is added to the endpoint, so a page of ours lives below /f/liff/. Its
script (linking/inside.js) posts the token to the page's own address; the view asks `person_of`, and answers
with a piece of HTML to show or with `{"next": address}` to go to.
Source: https://developers.line.biz/en/docs/liff/opening-liff-app/
"""

import logging
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from accounts import current
from accounts.errors import AppError
from accounts.http import network_address
from channels import signing_in
from channels.login import login_client_for
from channels.models import Channel
from channels.signing_in import Person
from friends import services as friends
from line.errors import LineError
from line.login import BadIdToken
from linking import floods
from linking.errors import LineAway, NoLogin, NotProven, TooFast

logger = logging.getLogger(__name__)
# What LIFF's script loads and asks, beside the script itself.
MOST = 1_200  # requests of one network address a minute; in mobile networks thousands share one
LIFF_HOSTS = ["https://*.line-scdn.net", "https://*.line.me"]


def address(page: str, **query: str) -> str:
    """What opens the page inside LINE, such as `address("link", entry="menu")`; "" without a LIFF app."""
    channel = _channel()
    if channel is None or not channel.liff_id or not channel.login_channel_id:
        return ""
    given = {name: value for name, value in query.items() if value}
    return f"{settings.LIFF_BASE}/{channel.liff_id}/{page}/" + (f"?{urlencode(given)}" if given else "")


def person_of(id_token: str) -> int:
    """The number of the friend whose LIFF page holds this token; who is new gets a row of status unknown.

    LINE verifies it for our Login channel. Raises NoLogin, NotProven, LineAway.
    """
    return known(id_token)[0]


def known(id_token: str, access_token: str = "") -> tuple[int, Person]:
    """As `person_of`, with what LINE says of them; with an access token also whether they are a friend."""
    channel = _channel()
    client = login_client_for(channel) if channel else None
    if client is None:
        raise NoLogin
    try:
        person = signing_in.ask_liff(client, id_token=id_token, access_token=access_token)
    except BadIdToken as error:
        raise NotProven from error
    except LineError as error:
        logger.warning("linking.liff_failed", extra={"reason": type(error).__name__})
        raise LineAway from error
    with transaction.atomic():
        return friends.know([person.line_user_id])[person.line_user_id], person


def page(
    request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse], **context: object
) -> HttpResponseBase:
    """The whole of a view: to GET the page with LIFF's script, to POST what `answer` says.

    A refusal of ours is told as JSON, `{"code", "detail"}`, and shown by the script. The view is exempt from
    the CSRF check: who it is says the token in the body, nothing that a browser sends by itself.
    """
    if request.method == "POST":
        return _answered(request, answer)
    channel = _channel()
    shown = {"sdk": settings.LIFF_SDK_URL, "liff_id": channel.liff_id if channel else ""} | context
    return csp_update(_policy())(partial(render, template_name="linking/inside.html", context=shown))(request)


def _answered(request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    try:
        if floods.is_flood("inside", network_address(request), most=MOST):
            raise TooFast
        return answer(request)
    except AppError as refusal:
        status = STATUSES.get(type(refusal), 422)
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=status)


STATUSES: dict[type[AppError], int] = {NotProven: 400, NoLogin: 404, TooFast: 429, LineAway: 503}


def _policy() -> dict[str, list[str]]:
    """Where the SDK comes from, and what it loads and asks."""
    origin = "/".join(settings.LIFF_SDK_URL.split("/")[:3])
    return {"script-src": [origin, *LIFF_HOSTS], "connect-src": [SELF, origin, *LIFF_HOSTS]}


def _channel() -> Channel | None:
    return Channel.objects.filter(tenant=current.tenant().pk).first()
