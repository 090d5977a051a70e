"""Where somebody who opens a link comes from, as far as their browser says: campaign, ad, page, device."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import machines
from routes.models import Visit

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
# What ad systems add to an address, by which they know a click again; and whose they are.
CLICK_IDS = {
    "gclid": _("Google Ads"),
    "gbraid": _("Google Ads"),
    "wbraid": _("Google Ads"),
    "dclid": _("Google Display"),
    "yclid": _("Yahoo! Ads"),
    "ldtag_cl": _("LINE Ads"),
    "fbclid": _("Meta Ads"),
    "ttclid": _("TikTok Ads"),
    "twclid": _("X Ads"),
    "msclkid": _("Microsoft Ads"),
    "li_fat_id": _("LinkedIn Ads"),
    "sccid": _("Snapchat Ads"),
    "epik": _("Pinterest Ads"),
}
CLICK_ID_LENGTH = 500
PHONE = re.compile(r"iPhone|iPod|iPad|Android|Mobile|Windows Phone", re.IGNORECASE)
LINE_APP = re.compile(r"\bLine/\d", re.IGNORECASE)


@dataclass(frozen=True)
class Origin:
    """What one request tells. Texts are cut to what can be kept, and free of control characters."""

    utm: dict[str, str]
    click_ids: dict[str, str]
    referrer: str
    device: str
    is_in_line: bool
    is_machine: bool


def read(request: HttpRequest) -> Origin:
    agent = request.headers.get("User-Agent", "")
    is_phone = PHONE.search(agent) is not None
    return Origin(
        utm={name: text for name in UTM if (text := _given(request, name, Visit.TEXT_LENGTH))},
        click_ids={name: text for name in CLICK_IDS if (text := _given(request, name, CLICK_ID_LENGTH))},
        referrer=_host(request.headers.get("Referer", "")),
        device=Visit.Device.PHONE if is_phone else Visit.Device.PC,
        is_in_line=LINE_APP.search(agent) is not None,
        is_machine=machines.is_behind(request),
    )


def _given(request: HttpRequest, name: str, length: int) -> str:
    return "".join(sign for sign in request.GET.get(name, "") if sign.isprintable()).strip()[:length]


def _host(address: str) -> str:
    """The host of the page before, without the rest: paths and queries may be private."""
    try:
        return (urlsplit(address).hostname or "")[: Visit.TEXT_LENGTH]
    except ValueError:
        return ""
