"""Endpoints: the calendar, and the rules that hold for all sends."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.models import Broadcast, SendingRules
from broadcasts.timing import calendar, rules
from contracts.fields import ShownField

MOST_DAYS = 92  # of the calendar at once
USUAL = timedelta(days=30)


class CalendarQuery(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="First day by the client's clock; else today")
    until = serializers.DateField(required=False, help_text="Last day, included; else 30 days later")

    def period(self) -> tuple[date, date]:
        """Raises ValidationError if that is no period."""
        self.is_valid(raise_exception=True)
        first = self.validated_data.get("since", timezone.localdate())
        last = self.validated_data.get("until") or first + min(USUAL, date.max - first)
        if not 0 <= (last - first).days < MOST_DAYS or not 2000 <= first.year < 2100:
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        return first, last


class EntrySerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    name = serializers.CharField()
    broadcast = serializers.IntegerField(source="broadcast.pk", allow_null=True, default=None)
    status = serializers.CharField(source="broadcast.status", default="to_come")
    series = serializers.IntegerField(allow_null=True)
    planned_on = serializers.DateField(allow_null=True, help_text="Names the date of the series")
    planned = serializers.IntegerField(allow_null=True, help_text="Messages it still needs; null: not known")
    sent = serializers.IntegerField(help_text="Messages it has needed")


class DaySerializer(serializers.Serializer):
    day = serializers.DateField()
    entries = EntrySerializer(many=True)
    planned = serializers.IntegerField()
    sent = serializers.IntegerField()
    remaining = serializers.IntegerField(
        allow_null=True, help_text="Messages left at its end; null: no limit, or the month is over"
    )
    amount = ShownField(
        source="cost.amount", help_text="What was sent has cost and what is planned will, before tax"
    )


class CalendarViewSet(GenericViewSet):
    """All sends by day, with what the plan leaves at the end of each."""

    queryset = Broadcast.objects.all()
    serializer_class = DaySerializer
    pagination_class = None

    @extend_schema(parameters=[CalendarQuery], responses=DaySerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Up to 92 days: drafts with a time, scheduled ones, dates of series to come, what has left."""
        first, last = CalendarQuery(data=request.query_params).period()
        context = self.get_serializer_context()
        return Response(DaySerializer(calendar.days(first, last), many=True, context=context).data)


class SendingRulesSerializer(serializers.ModelSerializer):
    cap_count = serializers.IntegerField(allow_null=True, required=False, min_value=1, max_value=50)
    cap_days = serializers.IntegerField(required=False, min_value=1, max_value=366)

    class Meta:
        model = SendingRules
        fields = ["quiet_from", "quiet_until", "cap_count", "cap_days", "week_starts_on"]
        validators: list = []
        extra_kwargs = {
            "quiet_from": {"help_text": "By the client's clock; null: no quiet hours"},
            "week_starts_on": {"help_text": "Of the calendar: 0 Monday, 6 Sunday"},
        }

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        begins, ends = (
            given.get(name, getattr(self.instance, name, None)) for name in ("quiet_from", "quiet_until")
        )
        if (begins is None) != (ends is None) or (begins is not None and begins == ends):
            raise ValidationError({"quiet_until": _("Quiet hours need two different times, or none.")})
        return given


class SendingRulesViewSet(GenericViewSet):
    """Quiet hours and the frequency cap, which hold for all sends."""

    request: ApiRequest
    queryset = SendingRules.objects.all()
    serializer_class = SendingRulesSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest) -> Response:
        return Response(SendingRulesSerializer(SendingRules.present()).data)

    def update(self, request: ApiRequest) -> Response:
        """Let other rules hold from now on, for what is being sent, too."""
        present = SendingRules.present()
        given = SendingRulesSerializer(present, data=request.data)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(present, name, value)
        return Response(SendingRulesSerializer(rules.change(present, by=request.user)).data)
