"""The A/B test of a broadcast in the client's admin: to look at."""

from unfold.admin import TabularInline

from accounts.http import Request
from accounts.rows import ReadOnly
from broadcasts.models import SplitTest, Variant


class OfBroadcast(ReadOnly, TabularInline):
    """Whoever sees the broadcast sees it."""

    extra = 0

    def has_view_permission(self, request: Request, obj: object = None) -> bool:
        return request.user.has_perm("broadcasts.view_broadcast")


class SplitTestInline(OfBroadcast):
    model = SplitTest
    fk_name = "broadcast"
    fields = readonly_fields = [
        *("sample_percent", "metric", "waits", "asks_person", "rest_count", "decides_at", "decided_at"),
        *("winner", "reason"),
    ]


class VariantInline(OfBroadcast):
    model = Variant
    fields = readonly_fields = ["letter", "audience_count", "unit_name"]
