"""LINE's own count of notification messages, by days in Japan; asked for where any were delivered."""

from datetime import date, datetime, time, timedelta

from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts import board, current
from billing.reconciling.facts import JAPAN, midnight
from channels.access import client_for
from channels.models import Channel
from line import wire
from line.client import LineClient
from scenarios.models import NoticeDay, NoticeSend
from scenarios.notices.work import COUNTS

READY_BY = time(10, 30)  # LINE has counted the day before by then, mostly
AGAIN = timedelta(hours=2)
ASKED_FOR = timedelta(days=10)  # after that LINE will not have counted it either
A_DAY = timedelta(days=1)


def read() -> None:
    """Ask LINE for the days that it has not counted yet; woken again while there are some.

    Raises LineError; the days read before it stay.
    """
    seen = board.version(COUNTS)
    now = timezone.now()
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is not None:
        client = client_for(channel)
        for day in _uncounted(now):
            _record(day, *_asked(client, day), at=now)
    board.settle(COUNTS, _next_moment(now) if channel else None, seen=seen)


def _uncounted(now: datetime) -> list[date]:
    """Days that are over, on which some were delivered."""
    today = now.astimezone(JAPAN).date()
    since = today - ASKED_FOR
    delivered = NoticeSend.objects.delivered_since(midnight(since)).filter(delivered_at__lt=midnight(today))
    days = delivered.annotate(day=TruncDate("delivered_at", tzinfo=JAPAN)).values_list("day", flat=True)
    known = NoticeDay.objects.filter(day__gte=since, templated__isnull=False, flexible__isnull=False)
    return sorted(set(days.distinct().order_by()) - set(known.values_list("day", flat=True)))


def _asked(client: LineClient, day: date) -> tuple[int | None, int | None]:
    templated = wire.run(client.get_templated_notice_count(day))
    return templated, wire.run(client.get_delivery_count("pnp", day))


def _record(day: date, templated: int | None, flexible: int | None, *, at: datetime) -> None:
    told = {"templated": templated, "flexible": flexible, "read_at": at}
    NoticeDay.objects.update_or_create(day=day, defaults=told)


def _next_moment(now: datetime) -> datetime | None:
    if _uncounted(now):
        return now + AGAIN
    today = now.astimezone(JAPAN).date()
    if NoticeSend.objects.delivered_since(midnight(today)).exists():
        return datetime.combine(today + A_DAY, READY_BY, JAPAN)
    return None
