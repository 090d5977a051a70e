"""LINE's coupons of the account: read once a day and when somebody asks, told to those who write."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import activity, board, current
from accounts.models import User
from accounts.reasons import Reason, reason
from channels.access import client_for
from channels.models import Channel
from library.models import CouponReading, LineCoupon
from line import wire
from line.client import LineClient
from line.errors import LineError

logger = logging.getLogger(__name__)
KIND = "coupons"
EVERY, AGAIN = timedelta(days=1), timedelta(hours=1)
PAGE = 100  # the most that LINE lists at once
AT_ONCE = 10  # of 200 a second that LINE allows
DAY = "%Y/%m/%d"
State = LineCoupon.State
_listeners: list[Callable[[datetime], None]] = []


def on_read(listener: Callable[[datetime], None]) -> None:
    """Have this called with the moment at which LINE was asked, each time all coupons were read."""
    _listeners.append(listener)


def ask(*, by: User | None) -> None:
    """Have the coupons read anew, soon; `reading()` tells when it is done."""
    CouponReading.objects.update_or_create(pk=1, defaults={"asked_at": timezone.now()})
    board.call(KIND)
    activity.record("coupons.asked", "coupons", by=by)


def reading() -> CouponReading:
    return CouponReading.objects.filter(pk=1).first() or CouponReading()


def refresh() -> datetime | None:
    """Read the present client's coupons. When to do so again; None while there is no channel."""
    begun_at = timezone.now()
    channel = Channel.objects.filter(tenant=current.tenant()).first()
    if channel is None:
        _note(begun_at, reason(gettext_noop("No LINE channel is connected yet.")))
        return None
    kept, open_ones = _ids(LineCoupon.objects.all()), _ids(LineCoupon.objects.open(begun_at))
    try:
        found, missing = wire.run(_read(client_for(channel), kept, open_ones))
    except LineError as error:
        logger.warning("coupons.not_read", extra={"channel": channel.pk, "reason": str(error)})
        _note(begun_at, reason(gettext_noop("LINE could not be asked: %(reason)s"), reason=error))
        return timezone.now() + AGAIN
    for content in found:
        keep(content, begun_at)
    LineCoupon.objects.filter(coupon_id__in=missing, gone_at=None).update(gone_at=begun_at)
    _note(begun_at, Reason())
    for listener in _listeners:
        listener(begun_at)
    return timezone.now() + EVERY


def status(coupon_id: str, at: datetime | None = None) -> LineCoupon.State | None:
    """What the coupon is at that moment (now, if none is given); None: it was never read here."""
    found = LineCoupon.objects.filter(coupon_id=coupon_id).first()
    return found.state(at) if found else None


def choices(chosen: str = "") -> list[tuple[str, str]]:
    """LINE's id and words for each coupon that can be sent, and for the chosen one in any case."""
    rows = list(LineCoupon.objects.open(timezone.now()))
    if chosen and chosen not in {each.coupon_id for each in rows}:
        rows += LineCoupon.objects.filter(coupon_id=chosen)
    return [(each.coupon_id, _words(each)) for each in rows]


async def _read(client: LineClient, kept: set[str], open_ones: set[str]) -> tuple[list[dict], list[str]]:
    """New coupons and those that are not running any more, in full; and the ids that LINE does not know."""
    running = await _running(client)
    asked = [*(running - kept), *(open_ones - running)]
    gate = asyncio.Semaphore(AT_ONCE)
    contents = await asyncio.gather(*(_detail(client, coupon_id, gate) for coupon_id in asked))
    found = [content for content in contents if content is not None]
    missing = [coupon_id for coupon_id, content in zip(asked, contents, strict=True) if content is None]
    return found, missing


async def _running(client: LineClient) -> set[str]:
    found: set[str] = set()
    start = None
    while True:
        page = await client.list_coupon(status="RUNNING", start=start, limit=PAGE)
        found |= {item["couponId"] for item in page.items}
        start = page.next
        if start is None:
            return found


async def _detail(client: LineClient, coupon_id: str, gate: asyncio.Semaphore) -> dict | None:
    async with gate:
        return await client.get_coupon_detail(coupon_id)


def _ids(coupons: QuerySet[LineCoupon]) -> set[str]:
    return set(coupons.values_list("coupon_id", flat=True))


def keep(content: dict, now: datetime) -> None:
    """Note what LINE has told of a coupon."""
    given = {
        "title": str(content.get("title", ""))[:100],
        "starts_at": _moment(content.get("startTimestamp")),
        "ends_at": _moment(content.get("endTimestamp")),
        "content": content,
        "closed_at": now if content.get("status") == "CLOSED" else None,
        "gone_at": None,
        "fetched_at": now,
    }
    LineCoupon.objects.update_or_create(coupon_id=content["couponId"], defaults=given)


def _moment(seconds: object) -> datetime | None:
    """LINE tells seconds since 1970, and a far year where there is no end."""
    if not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        return None


def _note(at: datetime, problem: Reason) -> None:
    CouponReading.objects.update_or_create(pk=1, defaults={"read_at": at, "problem": problem})


def _words(coupon: LineCoupon) -> str:
    words = f"{coupon.title} ({_day(coupon.starts_at)} – {_day(coupon.ends_at)})"
    state = coupon.state()
    return words if state in (State.RUNNING, State.COMING) else f"{words} · {state.label}"


def _day(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime(DAY) if moment else ""
