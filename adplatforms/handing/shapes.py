"""How each platform is told: its limits, its click IDs, its form of contacts, and the body of a request.

Each form is as the platform documented it on `documented`; none was tried against the platform. What a
platform does not document is not sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from adplatforms.hashing import Hashes
from adplatforms.models import Delivery, Destination

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Body = dict[str, Any] | list[dict[str, Any]]
Kind = Delivery.Kind
READ_ON = date(2026, 11, 22)
FOREVER = timedelta(days=36_500)
TYPES = {
    Kind.CONVERSION: "conversion",
    Kind.RESTATEMENT: "conversion.restated",
    Kind.RETRACTION: "conversion.retracted",
}


@dataclass(frozen=True)
class Told:
    """What is said of one conversion. `hashes` are empty where nothing may be said of who it was."""

    key: str
    event_id: str
    number: int
    kind: str
    event_name: str
    point: str
    at: datetime
    said_at: datetime
    amount: Decimal | None
    currency: str
    order_id: str
    source_id: str
    page_url: str
    client: str
    zone: str
    click_name: str = ""
    click_value: str = ""
    clicked_at: datetime | None = None
    hashes: Hashes = Hashes()


@dataclass(frozen=True)
class Shape:
    """One kind of destination. `usual_url` is what the platform documents, with its own ID left open.

    `corrects`: it can be told that a conversion is worth something else, or does not count; `revives`: that
    one counts again after that. `token` names the platform's word for its access token, if it has one.
    `oldest` is how old a conversion may be when it is told.
    """

    write: Callable[[Told], Body]
    click_ids: tuple[str, ...]
    oldest: timedelta = FOREVER
    corrects: bool = False
    revives: bool = False
    token: "StrOrPromise" = ""
    proves_by: str = ""
    usual_url: str = ""
    id_label: "StrOrPromise" = ""
    needs_page: bool = False
    note: "StrOrPromise" = ""
    source: str = ""


def of(kind: str) -> Shape:
    return SHAPES[Destination.Kind(kind)]


def webhook(told: Told) -> Body:
    """Our own: documented in docs/ad-platforms.md."""
    click = None
    if told.click_value:
        click = {"name": told.click_name, "value": told.click_value, "at": told.clicked_at}
    return {
        "id": told.key,
        "type": TYPES[Kind(told.kind)],
        "event_id": told.event_id,
        "number": told.number,
        "client": told.client,
        "event": told.event_name,
        "point": told.point,
        "occurred_at": told.at,
        "sent_at": told.said_at,
        "value": _number(told.amount),
        "currency": told.currency,
        "order_id": told.order_id,
        "click": click,
        "user": _user(told.hashes, "email_sha256", "phone_sha256"),
    }


def meta(told: Told) -> Body:
    """Source: https://developers.facebook.com/docs/marketing-api/conversions-api/parameters"""
    user: dict[str, Any] = {}
    if told.hashes.email:
        user["em"] = [told.hashes.email]
    if told.hashes.phone_digits:
        user["ph"] = [told.hashes.phone_digits]
    if told.click_name == "fbclid" and told.clicked_at:
        user["fbc"] = f"fb.1.{round(told.clicked_at.timestamp() * 1000)}.{told.click_value}"
    event = {
        "event_name": told.event_name,
        "event_time": int(told.at.timestamp()),
        "event_id": told.event_id,
        "action_source": "other",
        "user_data": user,
        "custom_data": {
            "value": _number(told.amount),
            "currency": told.currency,
            "order_id": told.order_id,
        },
    }
    return {"data": [event]}


def google(told: Told) -> Body:
    """Source: https://developers.google.com/google-ads/api/docs/conversions/upload-offline"""
    if told.kind != Kind.CONVERSION:
        return _google_adjustment(told)
    conversion: dict[str, Any] = {
        "conversionAction": told.source_id,
        "conversionDateTime": _moment(told.at, told.zone),
        "conversionValue": _number(told.amount),
        "currencyCode": told.currency,
        "orderId": told.order_id,
    }
    if told.click_name in ("gclid", "gbraid", "wbraid"):
        conversion[told.click_name] = told.click_value
    if told.hashes:
        found = {"hashedEmail": told.hashes.email_google, "hashedPhoneNumber": told.hashes.phone}
        conversion["userIdentifiers"] = [{name: value} for name, value in found.items() if value]
    return {"conversions": [conversion], "partialFailure": True}


def _google_adjustment(told: Told) -> Body:
    """Source: https://developers.google.com/google-ads/api/docs/conversions/upload-adjustments"""
    adjustment: dict[str, Any] = {
        "conversionAction": told.source_id,
        "adjustmentType": told.kind.upper(),
        "orderId": told.order_id,
        "adjustmentDateTime": _moment(told.said_at, told.zone),
    }
    if told.kind == Kind.RESTATEMENT:
        adjustment["restatementValue"] = {
            "adjustedValue": _number(told.amount),
            "currencyCode": told.currency,
        }
    return {"conversionAdjustments": [adjustment], "partialFailure": True}


def x(told: Told) -> Body:
    """Source: https://docs.x.com/x-ads-api/measurement/web-conversions"""
    identifiers = [{"twclid": told.click_value}] if told.click_name == "twclid" else []
    found = _user(told.hashes, "hashed_email", "hashed_phone_number")
    identifiers += [{name: value} for name, value in found.items()]
    conversion = {
        "conversion_time": told.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "event_id": told.source_id,
        "identifiers": identifiers,
        "conversion_id": told.event_id,
        "price_currency": told.currency,
        "value": str(_number(told.amount)),
    }
    return {"conversions": [conversion]}


def tiktok(told: Told) -> Body:
    """Source: https://business-api.tiktok.com/portal/docs?id=1771100865818625"""
    user = _user(told.hashes, "email", "phone")
    if told.click_name == "ttclid":
        user["ttclid"] = told.click_value
    event = {
        "event": told.event_name,
        "event_time": int(told.at.timestamp()),
        "event_id": told.event_id,
        "user": user,
        "page": {"url": told.page_url},
        "properties": {
            "value": _number(told.amount),
            "currency": told.currency,
            "order_id": told.order_id,
        },
    }
    return {"event_source": "web", "event_source_id": told.source_id, "data": [event]}


def line(told: Told) -> Body:
    """Source: https://github.com/line/line-conversion-api-server-tag"""
    user = _user(told.hashes, "email", "phone")
    if told.click_name == "ldtag_cl":
        user["click_id"] = told.click_value
    return [
        {
            "event": {
                "source_type": "web",
                "event_type": "conversion",
                "event_name": told.event_name,
                "deduplication_key": told.event_id,
                "event_timestamp": int(told.at.timestamp()),
            },
            "user": user,
            "web": {"url": told.page_url},
            "custom": {"value": _number(told.amount), "currency": told.currency},
        }
    ]


def as_test(kind: str, body: Body, code: str) -> Body:
    """The body as the platform takes it for a test, as far as it has one; `code` is one of its own.

    Meta and TikTok ask for a code of theirs, Google and LINE have a word for it, X has none.
    """
    if kind in (Destination.Kind.META, Destination.Kind.TIKTOK) and isinstance(body, dict):
        return body | ({"test_event_code": code} if code else {})
    if kind == Destination.Kind.GOOGLE and isinstance(body, dict):
        return body | {"validateOnly": True}
    if kind == Destination.Kind.LINE and isinstance(body, list):
        return [each | {"event": each["event"] | {"test_flag": True}} for each in body]
    if kind == Destination.Kind.WEBHOOK and isinstance(body, dict):
        return body | {"type": "test"}
    return body


def _user(hashes: Hashes, email: str, phone: str) -> dict[str, str]:
    return {name: value for name, value in ((email, hashes.email), (phone, hashes.phone)) if value}


def _number(amount: Decimal | None) -> int | float | None:
    """As JSON has it: whole where it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _moment(at: datetime, zone: str) -> str:
    """As Google Ads writes it: 2026-11-22 14:05:00+09:00."""
    return at.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="seconds")


GOOGLE_CLICKS = ("gclid", "gbraid", "wbraid")
MORE_CLICKS = (
    "dclid",
    "yclid",
    "ldtag_cl",
    "fbclid",
    "ttclid",
    "twclid",
    "msclkid",
    "li_fat_id",
    "sccid",
    "epik",
)
ALL_CLICKS = (*GOOGLE_CLICKS, *MORE_CLICKS)
SHAPES: dict[Destination.Kind, Shape] = {
    Destination.Kind.WEBHOOK: Shape(webhook, ALL_CLICKS, corrects=True, revives=True),
    Destination.Kind.META: Shape(
        meta,
        ("fbclid",),
        oldest=timedelta(days=7),
        token=_("Access token"),
        usual_url="https://graph.facebook.com/v25.0/PIXEL_ID/events",
        note=_(
            "Meta takes conversions of the last 7 days and no corrections: wait until orders are rarely "
            "cancelled any more, but less than 7 days."
        ),
        source="https://developers.facebook.com/docs/marketing-api/conversions-api/parameters",
    ),
    Destination.Kind.GOOGLE: Shape(
        google,
        GOOGLE_CLICKS,
        oldest=timedelta(days=90),
        corrects=True,
        token=_("Token for your program"),
        proves_by="Authorization",
        id_label=_("Conversion action (customers/…/conversionActions/…)"),
        note=_(
            "Google asks for a sign-in that is renewed every hour, so the address is that of a program of "
            "yours which passes conversions to uploadClickConversions and corrections to "
            "uploadConversionAdjustments. Without one, take the file for Google Ads."
        ),
        source="https://developers.google.com/google-ads/api/docs/conversions/upload-offline",
    ),
    Destination.Kind.X: Shape(
        x,
        ("twclid",),
        token=_("Token for your program"),
        proves_by="Authorization",
        id_label=_("Event ID (tw-…-…)"),
        note=_(
            "X asks for requests signed by OAuth 1.0a, so the address is that of a program of yours which "
            "passes them on. X takes no corrections."
        ),
        source="https://docs.x.com/x-ads-api/measurement/web-conversions",
    ),
    Destination.Kind.TIKTOK: Shape(
        tiktok,
        ("ttclid",),
        token=_("Access token"),
        proves_by="Access-Token",
        usual_url="https://business-api.tiktok.com/open_api/v1.3/event/track/",
        id_label=_("Pixel code"),
        needs_page=True,
        note=_("TikTok takes no corrections."),
        source="https://business-api.tiktok.com/portal/docs?id=1771100865818625",
    ),
    Destination.Kind.LINE: Shape(
        line,
        ("ldtag_cl",),
        token=_("Access token of the LINE Tag"),
        proves_by="X-Line-TagAccessToken",
        usual_url="https://conversion-api.tr.line.me/v1/TAG_ID/events",
        needs_page=True,
        note=_("LINE takes no corrections."),
        source="https://github.com/line/line-conversion-api-server-tag",
    ),
    Destination.Kind.GOOGLE_FILE: Shape(
        google,
        ("gclid",),
        oldest=timedelta(days=90),
        corrects=True,
        note=_("Corrections are a file of their own, which Google Ads takes as conversion adjustments."),
        source="https://support.google.com/google-ads/answer/7014069",
    ),
    Destination.Kind.FILE: Shape(webhook, ALL_CLICKS, corrects=True, revives=True),
}
