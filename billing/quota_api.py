"""Endpoints: the month's messages, where the month will end, and LINE's counts of days beside ours."""

from datetime import date

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from billing import live
from billing.api import MonthField
from billing.models import LedgerEntry
from billing.reconciling import days
from billing.reconciling.comparing import NAMES, Why


class QuotaBandSerializer(serializers.Serializer):
    day = serializers.DateField()
    low = serializers.IntegerField()
    expected = serializers.IntegerField()
    high = serializers.IntegerField()


class QuotaMonthEndSerializer(serializers.Serializer):
    expected = serializers.IntegerField(source="last.expected")
    low = serializers.IntegerField(source="last.low")
    high = serializers.IntegerField(source="last.high")
    months = serializers.IntegerField(
        help_text="Months before this one that it stands on; 0: what is scheduled"
    )
    days = QuotaBandSerializer(many=True, help_text="Used by the end of each day from today on")


class QuotaSerializer(serializers.Serializer):
    """Messages of the present month, in the client's time zone."""

    month = MonthField(source="live.status.month")
    limit = serializers.IntegerField(
        source="live.status.limit", allow_null=True, help_text="LINE's own, else the plan's; null: none"
    )
    is_lines_limit = serializers.BooleanField(source="live.status.is_lines_limit")
    used = serializers.IntegerField(source="live.status.used")
    sent_by_us = serializers.IntegerField(source="live.status.sent_by_us")
    sent_outside = serializers.IntegerField(
        source="live.status.sent_outside", help_text="By the account's console and other tools"
    )
    reserved = serializers.IntegerField(
        source="live.committed.reserved", help_text="Set aside by LINE for narrowcasts that it is sending"
    )
    scheduled = serializers.IntegerField(
        source="live.committed.scheduled", help_text="Scheduled or under way, and not sent yet"
    )
    kept_back = serializers.IntegerField(
        source="live.kept_back", help_text="What is left of the reserve for scenarios, notices and replies"
    )
    remaining = serializers.IntegerField(
        source="live.remaining",
        allow_null=True,
        help_text="After used, reserved and scheduled; null: no limit",
    )
    free = serializers.IntegerField(
        source="live.free", allow_null=True, help_text="Of it, what further sends to many may use"
    )
    missing = serializers.IntegerField(
        source="live.missing", help_text="By how many what is scheduled goes beyond the limit"
    )
    used_by_line = serializers.IntegerField(
        source="live.status.used_by_line", allow_null=True, help_text="LINE's own count, approximate"
    )
    read_at = serializers.DateTimeField(
        source="live.status.read_at", allow_null=True, help_text="When LINE was asked; null: not this month"
    )
    month_end = QuotaMonthEndSerializer(source="end")


class CountedKindSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(
        choices=NAMES,
        source="name",
        help_text="LINE's name: api… by the API, others by the account's console",
    )
    ours = serializers.IntegerField(source="gap.ours")
    by_line = serializers.IntegerField(source="gap.lines", allow_null=True, help_text="null: not told")
    booked_outside = serializers.IntegerField(source="booked.outside")
    booked_correction = serializers.IntegerField(source="booked.correction")
    reasons = serializers.ListField(
        child=serializers.ChoiceField(choices=[why.value for why in Why]), source="gap.reasons"
    )
    explained = serializers.ListField(child=serializers.CharField(), source="reasons")


class CountedDaySerializer(serializers.Serializer):
    day = serializers.DateField(help_text="In Japan's time")
    counted_at = serializers.DateTimeField(allow_null=True, help_text="When LINE told; null: not yet")
    ours = serializers.IntegerField(help_text="What LINE accepted from Musubi")
    by_line = serializers.IntegerField(allow_null=True)
    difference = serializers.IntegerField(allow_null=True)
    outside = serializers.IntegerField(help_text="Booked as sent outside Musubi")
    correction = serializers.IntegerField(help_text="Booked as a correction of our count")
    kinds = CountedKindSerializer(many=True, source="lines")


class CountedDaysSerializer(serializers.Serializer):
    month = MonthField()
    ours = serializers.IntegerField()
    by_line = serializers.IntegerField(help_text="Of the days that LINE has told")
    difference = serializers.IntegerField()
    outside = serializers.IntegerField()
    correction = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Days that LINE has not counted yet")
    used_by_line = serializers.IntegerField(source="reading.used", allow_null=True, default=None)
    booked = serializers.IntegerField(source="booked_messages", help_text="The ledger at LINE's last answer")
    rest = serializers.IntegerField(
        allow_null=True, help_text="What LINE's count of the month has beyond it; shown, not booked"
    )
    days = CountedDaySerializer(many=True, source="rows", help_text="Those that are over, the newest first")


class CountedDaysFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11; the present one if left out")


class QuotaViewSet(GenericViewSet):
    """How much of the month's messages is used, coming and left, and how LINE's counts agree with ours."""

    queryset = LedgerEntry.objects.none()
    pagination_class = None

    @extend_schema(responses=QuotaSerializer, operation_id="quota")
    def retrieve(self, request: Request) -> Response:
        """Now, with where the month will end."""
        tenant, now = current.tenant(), timezone.now()
        found = live.now(tenant, now)
        end = live.course(tenant, found, now).end
        return Response(QuotaSerializer({"live": found, "end": end}).data)

    @extend_schema(parameters=[CountedDaysFilter], responses=CountedDaysSerializer, operation_id="quota_days")
    def days(self, request: Request) -> Response:
        """LINE's counts of each day beside ours, what was booked for the difference, and why."""
        asked = CountedDaysFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today = days.today_of(timezone.now())
        month: date = asked.validated_data.get("month") or today.replace(day=1)
        return Response(CountedDaysSerializer(days.of_month(current.tenant().pk, month, today=today)).data)
