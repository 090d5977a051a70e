"""Totals of a real history of purchases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django_tenants.utils import tenant_context

from events.models import Event
from shops import totals
from shops.models import CustomerTotals
from tests.cdnow import Purchase

TOKYO = ZoneInfo("Asia/Tokyo")


def sums(bought: Sequence[Purchase]) -> list:
    """Number, sum, first and last purchase, by plain Python."""
    days = [purchase.day for purchase in bought]
    amount = sum(purchase.amount for purchase in bought)
    return [len(bought), amount, midnight(min(days)), midnight(max(days))]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, TOKYO).astimezone(UTC)


def test_totals_of_a_real_history_equal_those_of_plain_python(db, cdnow):
    with tenant_context(cdnow.tenant):
        found = CustomerTotals.objects.values_list(
            "customer__number", "orders", "amount", "first_at", "last_at"
        )

        assert cdnow.report.counts == {"created": 69_659, "updated": 0}
        assert cdnow.report.refused == []
        assert {number: kept for number, *kept in map(list, found)} == {
            number: sums(bought) for number, bought in cdnow.histories.items()
        }
        assert len(cdnow.histories) == 23_570
        assert Event.objects.filter(type="bought").count() == 69_659
        assert totals.different() == []
