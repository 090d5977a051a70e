"""What broadcasts still need of a month by day, and what LINE may have sent of them without our knowing."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from accounts import current
from billing import months
from billing.quota import Committed
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import quota

LINES_OWN_PACE = timedelta(days=1)  # in which LINE sends what it has accepted


def committed(at: datetime) -> Committed:
    """Of all broadcasts, in the month of `at`: as `quota.committed_messages`, by day and by who holds it."""
    zone = months.zone_of(current.tenant().pk)
    start, end = months.span(months.month_of(at, zone), zone)
    now = timezone.now()
    rows = Broadcast.objects.waiting().filter(send_at__gte=start, send_at__lt=end).order_by()
    by_day = rows.values_list(TruncDate("send_at", tzinfo=zone)).annotate(sum=Sum("estimated_count"))
    today = now.astimezone(zone).date()
    coming: Counter = Counter()
    for day, messages in by_day:
        coming[max(day, today)] += messages or 0
    if not start <= now < end:
        return Committed(dict(coming))
    reserved = _with_line()
    coming[today] += max(0, quota.committed_messages(at) - coming.total() - reserved)
    return Committed(dict(coming), reserved)


def unsettled(start: datetime, end: datetime) -> Counter:
    """Messages, by way of sending, of requests tried between these moments whose outcome is not known yet."""
    states, asked = Batch.State, PlatformSend.State
    batches = Batch.objects.exclude(method=Broadcast.Method.BROADCAST).filter(
        Q(state=states.NEEDS_CHECK) | Q(is_uncertain=True, state__in=quota.OPEN),
        first_tried_at__gte=start,
        first_tried_at__lt=end,
    )
    sends = PlatformSend.objects.annotate(tried_at=Coalesce("accepted_at", "first_tried_at")).filter(
        Q(state__in=[asked.RUNNING, asked.NEEDS_CHECK]) | Q(state=asked.PENDING, is_uncertain=True),
        tried_at__gte=start - LINES_OWN_PACE,
        tried_at__lt=end,
    )
    return _by_method(batches, "friend_count") + _by_method(sends, "most")


def _with_line() -> int:
    running = PlatformSend.objects.filter(
        state=PlatformSend.State.RUNNING, method=Broadcast.Method.NARROWCAST
    )
    return running.aggregate(sum=Sum("most"))["sum"] or 0


def _by_method(rows: QuerySet, count: str) -> Counter:
    return Counter(dict(rows.order_by().values_list("method").annotate(sum=Sum(count))))
