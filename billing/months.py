from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts import current
from accounts.models import Tenant

HOME = ZoneInfo("Asia/Tokyo")


def zone_of(tenant_id: int) -> ZoneInfo:
    """The time zone in which the tenant's months begin. Raises Tenant.DoesNotExist."""
    present = current.tenant_or_none()
    if present and present.pk == tenant_id:
        return ZoneInfo(present.time_zone)
    return ZoneInfo(Tenant.objects.values_list("time_zone", flat=True).get(pk=tenant_id))


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month in which LINE counts a message accepted at `at`.

    LINE names no time zone for a month's boundary. Its daily counts are in Japan's time, so the
    account's own is taken to hold for the month too.
    """
    return at.astimezone(zone).date().replace(day=1)


def span(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of the month, and of the one after it."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    start, end = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, after))
    return start, end
