"""What a broadcast will cost, before it is sent."""

from datetime import datetime

from django.utils import timezone

from accounts import current
from billing import forecast
from billing.forecast import Forecast
from broadcasts import quota
from broadcasts.models import Broadcast
from segments import services as segments
from segments.models import Segment


def of_broadcast(broadcast: Broadcast, at: datetime | None = None) -> Forecast:
    """For the segment's present size, at the time it is scheduled for, or `at`, or now."""
    return of_segment(broadcast.segment, at or broadcast.send_at, leave_out=broadcast)


def of_segment(
    segment: Segment, at: datetime | None = None, *, leave_out: Broadcast | None = None
) -> Forecast:
    """For one message to everyone in the segment, on top of all that is scheduled in that month."""
    at = at or timezone.now()
    scheduled = quota.committed_messages(at, leave_out=leave_out)
    count = segments.count(segment.tree).total
    return forecast.forecast(current.tenant().pk, messages=count, at=at, already_scheduled=scheduled)
