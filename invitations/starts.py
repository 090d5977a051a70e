"""Where an entry point leads: addresses at which linking begins, and words that begin it in the chat."""

from urllib.parse import quote, urlencode

from django.conf import settings

from accounts import current
from channels.models import Channel
from linking import contract
from linking.attempts import LINK_WORD
from linking.receivers import LINK
from routes import qr

QR_SIZE = 1200  # pixels: 10 cm at 300 dpi


def address(entry: str, variant: str = "") -> str:
    """What a message, a menu or a printed code opens: counts as a view, and goes on to linking."""
    return _with(f"{_base()}i/go/{entry}/", variant)


def begin(entry: str, variant: str = "") -> str:
    """Where linking begins: at LINE Login, or in the chat where the client has no Login channel.

    In the chat the word stands written, and the friend sends it; then the link counts as made there.
    Source: https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/
    """
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel and not channel.login_channel_id and channel.basic_id:
        return f"https://line.me/R/oaMessage/{quote(channel.basic_id)}/?{quote(LINK_WORD)}"
    return _with(contract.address(f"login/{entry}/"), variant)


def postback(entry: str) -> str:
    """The data of a postback action: a tap on it is answered in the chat, without a page being opened."""
    return f"{LINK}?{urlencode({'entry': entry})}"


def word() -> str:
    return LINK_WORD


def snippet(entry: str) -> str:
    """What is copied into a page of the shop."""
    return f'<script async src="{_base()}i/musubi.js" data-entry="{entry}"></script>'


def svg(entry: str) -> str:
    return qr.svg(address(entry), level="Q")


def png(entry: str) -> bytes:
    return qr.png(address(entry), size=QR_SIZE, level="Q")


def _base() -> str:
    return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/"


def _with(url: str, variant: str) -> str:
    return f"{url}?{urlencode({'variant': variant})}" if variant else url
