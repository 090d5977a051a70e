"""Whether plan and budgets cover one more send, with all that other broadcasts will still need."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts import current
from billing import budgets, forecast, months
from broadcasts import belonging
from broadcasts.models import Batch, Broadcast, PlatformSend, TestSend
from campaigns.models import Campaign

LOCK = 7_301  # any number that nobody else locks by
# Begun and not over: of these some may still leave.
UNDER_WAY = (Broadcast.Status.SENDING, Broadcast.Status.PAUSED, Broadcast.Status.TESTING)
OPEN = (Batch.State.PENDING, Batch.State.CLAIMED, Batch.State.WAITING)


def check(messages: int, at: datetime, *, leave_out: Broadcast) -> None:
    """Raise PlanExceeded or BudgetExceeded if so many messages do not fit in the month of `at`.

    Until the caller's transaction ends nobody else of this client may ask, as after `hold`.
    """
    hold()
    forecast.check(current.tenant().pk, messages, at, committed_messages(at, leave_out=leave_out))
    check_budgets(messages, at, campaign=belonging.campaign_of(leave_out), leave_out=leave_out)


def check_start(messages: int, *, leave_out: Broadcast) -> None:
    """The same for one that begins now. Of budgets it takes what those before it have left: what is scheduled
    for later is asked when its own time comes.
    """
    hold()
    now = timezone.now()
    forecast.check(current.tenant().pk, messages, now, committed_messages(now, leave_out=leave_out))
    begin_within_budgets(messages, leave_out=leave_out)


def begin_within_budgets(messages: int, *, leave_out: Broadcast) -> None:
    """Raise BudgetExceeded if it cannot begin now; the caller holds."""
    campaign = belonging.campaign_of(leave_out)
    check_budgets(messages, timezone.now(), campaign=campaign, leave_out=leave_out, only_begun=True)


def check_budgets(
    messages: int,
    at: datetime,
    *,
    campaign: Campaign | None = None,
    leave_out: Broadcast | None = None,
    only_begun: bool = False,
) -> None:
    """Raise BudgetExceeded; where that decides, the caller holds. What is to come is counted before what is
    used, so that a batch that is booked meanwhile counts twice rather than not at all.
    """
    among = belonging.numbers_of(campaign.pk) if campaign else []
    asked: dict[str, Any] = {"leave_out": leave_out, "only_begun": only_begun}
    budgets.check(
        current.tenant().pk,
        messages=messages,
        at=at,
        campaign_id=campaign.pk if campaign else None,
        campaign_scheduled=committed_messages(at, among=among, **asked) if campaign else 0,
        already_scheduled=committed_messages(at, **asked) + tests_under_way(),
    )


def hold() -> None:
    """Wait until nobody else of this client lays out or schedules a send, until the transaction ends.

    So two cannot both be told that the last messages of the month, or of a friend's week, are theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])


def committed_messages(
    at: datetime,
    *,
    leave_out: Broadcast | None = None,
    among: Collection[int] | None = None,
    only_begun: bool = False,
) -> int:
    """Messages that all (other) broadcasts, or those `among` these, will still need in the month of `at`.

    Those scheduled count by their size then, those under way or paused by what has not left. One that was
    paused before it was laid out may leave at any time.
    """
    zone = months.zone_of(current.tenant().pk)
    start, end = months.span(months.month_of(at, zone), zone)
    others = Broadcast.objects.exclude(pk=leave_out.pk) if leave_out else Broadcast.objects.all()
    if among is not None:
        others = others.filter(pk__in=among)
    is_present = start <= timezone.now() < end
    if only_begun:
        return not_left(others) if is_present else 0
    waiting = others.waiting().filter(send_at__gte=start, send_at__lt=end)
    scheduled = waiting.aggregate(sum=Sum("estimated_count"))["sum"] or 0
    return scheduled + (_owed(others) if is_present else 0)


def to_come(at: datetime, owners: Collection[str] | None) -> int:
    """Likewise of those whom the ledger knows by these names; None: of all."""
    return committed_messages(at, among=None if owners is None else belonging.numbers(owners))


def tests_under_way() -> int:
    """Test sends that LINE has not answered yet."""
    return TestSend.objects.filter(state=TestSend.State.PENDING).count()


def _owed(broadcasts: QuerySet[Broadcast]) -> int:
    """What the present month still owes of those that have begun, or were kept from beginning."""
    held = broadcasts.filter(status=Broadcast.Status.PAUSED, started_at=None)
    return not_left(broadcasts) + (held.aggregate(sum=Sum("estimated_count"))["sum"] or 0)


def not_left(broadcasts: QuerySet[Broadcast]) -> int:
    """Messages that those of the broadcasts that are under way may still need."""
    under_way = broadcasts.filter(status__in=UNDER_WAY)
    open_ones = Batch.objects.filter(state__in=OPEN, broadcast__in=under_way)
    narrowcasts = PlatformSend.objects.open().filter(method=Broadcast.Method.NARROWCAST)
    by_line = narrowcasts.filter(Q(broadcast__in=under_way) | Q(state=PlatformSend.State.RUNNING))
    by_line = by_line.filter(broadcast__in=broadcasts)
    counts = [
        open_ones.aggregate(sum=Sum("friend_count"))["sum"],
        by_line.aggregate(sum=Sum("most"))["sum"],
    ]
    return sum(count or 0 for count in counts)
