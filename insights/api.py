"""Endpoints: cross tables of friends, funnels, when friends click."""

from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.models import Broadcast
from insights import crossing, funnels, hours, sides, ways
from insights.crossing import Table
from insights.forms import MOST_DAYS, USUAL, is_period
from insights.hours import OfPeriod
from insights.models import Funnel
from insights.ways import Walked, Way
from segments.models import Segment
from surveys.results.api import AssociationSerializer, CrossedSideSerializer, TestedAnswerSerializer


class FriendSideSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="As cross tables and funnels take it, such as tag:3 or route")
    label = serializers.CharField()  # type: ignore[assignment]  # a field: it does not stay on the class
    group = serializers.CharField()


class FriendCrossQuery(serializers.Serializer):
    row = serializers.CharField(max_length=60, help_text="Code of a side")
    column = serializers.CharField(max_length=60, help_text="Code of another")
    segment = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, help_text="Only friends of this segment"
    )


class FriendCellSerializer(serializers.Serializer):
    count = serializers.IntegerField(source="cell.count")
    of_row = serializers.FloatField(source="cell.of_row")
    of_column = serializers.FloatField(source="cell.of_column")
    expected = serializers.FloatField(help_text="People whom chance alone would let one expect")
    sign = serializers.IntegerField(
        source="cell.sign", help_text="1: more than chance explains, -1: fewer, 0: neither"
    )
    tree = serializers.JSONField(
        allow_null=True, help_text="The segment of these people; null where it cannot be said as one"
    )


class FriendCrossSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="Who have something on both sides")
    rows = CrossedSideSerializer(many=True, help_text="The 20 largest, then others")
    columns = CrossedSideSerializer(many=True)
    cells = serializers.ListField(child=FriendCellSerializer(many=True), help_text="Row by row")
    association = AssociationSerializer(
        allow_null=True, help_text="Of the whole table; null where several answers may be given"
    )
    tested = TestedAnswerSerializer(many=True, help_text="Each answer by itself, where several may be given")
    verdict = serializers.CharField()


class FriendSideViewSet(GenericViewSet):
    """What friends are told apart by, and cross tables of it."""

    request: ApiRequest
    queryset = Segment.objects.all()
    serializer_class = FriendSideSerializer
    pagination_class = None
    permission_required: ClassVar[dict[str, str]] = {
        "sides": "segments.view_segment",
        "cross": "friends.view_friend",
    }

    @extend_schema(responses=FriendSideSerializer(many=True))
    def sides(self, request: ApiRequest) -> Response:
        """All sides, with their codes."""
        found = [
            {"code": code, "label": words, "group": group}
            for group, choices in sides.offered()
            for code, words in choices
        ]
        return Response(FriendSideSerializer(found, many=True).data)

    @extend_schema(parameters=[FriendCrossQuery], responses=FriendCrossSerializer)
    def cross(self, request: ApiRequest) -> Response:
        """One side against another, with what may be said of it, and the segment of each cell."""
        query = FriendCrossQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response(FriendCrossSerializer(_crossed(crossing.of(**query.validated_data))).data)


class KeptFunnelSerializer(serializers.ModelSerializer):
    steps = serializers.ListField(
        child=serializers.DictField(),
        help_text="2 to 8 of event and, where it is narrowed, where: comparisons as segments have them",
    )
    name = serializers.CharField(max_length=Funnel.NAME_LENGTH)
    side = serializers.CharField(required=False, allow_blank=True, max_length=60, help_text="Code of a side")
    window_days = serializers.IntegerField(
        min_value=1, max_value=Funnel.MOST_WINDOW, required=False, help_text="From the first step to the last"
    )
    period_days = serializers.IntegerField(
        min_value=1,
        max_value=Funnel.MOST_DAYS,
        required=False,
        help_text="Who began in the last days, where first and last are null",
    )

    class Meta:
        model = Funnel
        fields = [
            "id",
            "name",
            "steps",
            "window_days",
            "segment",
            "period_days",
            "first",
            "last",
            "side",
            "created_at",
            "changed_at",
        ]
        read_only_fields = ["created_at", "changed_at"]

    def create(self, given: dict) -> Funnel:
        return funnels.create(by=self.context["request"].user, **given)

    def update(self, funnel: Funnel, given: dict) -> Funnel:
        return funnels.change(funnel, by=self.context["request"].user, **given)


class FunnelResultQuery(serializers.Serializer):
    side = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Code of a side; else the funnel's own"
    )


class FunnelStepSerializer(serializers.Serializer):
    words = serializers.CharField()
    people = serializers.IntegerField()
    of_before = serializers.FloatField(allow_null=True, help_text="Share of the step before")
    of_first = serializers.FloatField(allow_null=True)
    wait_seconds = serializers.FloatField(allow_null=True, help_text="Median time since the step before")


class FunnelWaySerializer(serializers.Serializer):
    key = serializers.CharField(allow_null=True, help_text="Of the side's group; null: everybody")
    words = serializers.CharField()
    steps = FunnelStepSerializer(many=True)


class FunnelResultSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    window_days = serializers.IntegerField()
    whole = FunnelWaySerializer()
    parts = FunnelWaySerializer(many=True)


class FunnelViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet):
    """Steps that people are hoped to take one after the other."""

    request: ApiRequest
    queryset = Funnel.objects.all()
    serializer_class = KeptFunnelSerializer
    lookup_value_converter = "int"
    permission_required: ClassVar[dict[str, str]] = {"result": "insights.view_funnel"}

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given."""
        body = self.get_serializer(self.get_object(), data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(self.get_serializer(body.save()).data)

    def perform_destroy(self, instance: Funnel) -> None:
        funnels.delete(instance, by=self.request.user)

    @extend_schema(parameters=[FunnelResultQuery], responses=FunnelResultSerializer)
    def result(self, request: ApiRequest, pk: int) -> Response:
        """How far people came, and how far each group of a side.

        Everybody counts once, by the beginning in the period from which they came farthest. Each step is a
        later event than the one before; the last that counts lies within the window from the first.
        """
        query = FunnelResultQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        funnel = self.get_object()
        walked = ways.of(funnels.asked(funnel, side=query.validated_data.get("side")))
        return Response(FunnelResultSerializer(_walked(funnel, walked)).data)


class HoursQuery(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="First day of sends; else 90 days ago")
    until = serializers.DateField(required=False, help_text="Last day, included; else today")

    def period(self) -> tuple[date, date]:
        """Raises ValidationError if it is none."""
        self.is_valid(raise_exception=True)
        today = timezone.localdate()
        first = self.validated_data.get("since", today - USUAL)
        last = self.validated_data.get("until", today)
        if not is_period(first, last):
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        return first, last


class ClickHourSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Hours since the send began, from 0 to 71")
    taps = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Who clicked for the first time, where it is known who")
    taps_so_far = serializers.IntegerField()
    people_so_far = serializers.IntegerField()


class HourOfSendingSerializer(serializers.Serializer):
    hour = serializers.IntegerField()
    sends = serializers.IntegerField()
    rate = serializers.FloatField(help_text="Mean over the sends of the share of receivers who clicked")


class BestHourSerializer(serializers.Serializer):
    hour = serializers.IntegerField(source="group")
    rate = serializers.FloatField()
    others = serializers.FloatField()
    p = serializers.FloatField(help_text="How likely chance makes some hour stand out as far")
    is_clear = serializers.BooleanField(help_text="Only then it is a recommendation")


class ClickHoursSerializer(serializers.Serializer):
    since = serializers.DateField(source="first")
    until = serializers.DateField(source="last")
    sends = serializers.IntegerField()
    hours = ClickHourSerializer(source="curve.hours", many=True)
    clock = serializers.SerializerMethodField(
        help_text="Taps by weekday (Monday first) and hour of the clock"
    )
    by_hour = HourOfSendingSerializer(many=True)
    best = BestHourSerializer(allow_null=True)
    advice = serializers.CharField()

    @extend_schema_field(serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())))
    def get_clock(self, found: OfPeriod) -> list[list[int]]:
        return [[square.count for square in row] for row in found.squares]


class OpensByDaySerializer(serializers.Serializer):
    day = serializers.IntegerField(source="number", help_text="After the send")
    delivered = serializers.IntegerField(source="figures.delivered")
    opened = serializers.IntegerField(source="figures.opened", allow_null=True)
    clicked = serializers.IntegerField(source="figures.clicked", allow_null=True)


class SendHoursSerializer(serializers.Serializer):
    hours = ClickHourSerializer(source="curve.hours", many=True)
    days = OpensByDaySerializer(many=True, help_text="As LINE tells them; null: hidden")


class ClickHoursViewSet(GenericViewSet):
    """When friends click."""

    request: ApiRequest
    queryset = Broadcast.objects.filter(started_at__isnull=False)
    serializer_class = ClickHoursSerializer
    pagination_class = None
    permission_required: ClassVar[dict[str, str]] = dict.fromkeys(
        ("retrieve", "of_send"), "broadcasts.view_linkclick"
    )

    @extend_schema(parameters=[HoursQuery])
    def retrieve(self, request: ApiRequest) -> Response:
        """Of the newest 300 sends of a period: by hour after the send, by the clock, by hour of sending."""
        found = hours.of_period(*HoursQuery(data=request.query_params).period())
        return Response(ClickHoursSerializer(found).data)

    @extend_schema(responses=SendHoursSerializer)
    def of_send(self, request: ApiRequest, pk: int) -> Response:
        """Of one send: clicks by hour for three days, opens by day."""
        return Response(SendHoursSerializer(hours.of_send(self.get_object())).data)


def _crossed(table: Table) -> dict[str, Any]:
    found = table.crossed

    def side(named: Any, people: Any) -> list[dict[str, Any]]:
        return [
            {"key": key, "words": words, "people": count}
            for (key, words), count in zip(named, people, strict=True)
        ]

    return {
        "people": found.table.people,
        "rows": side(found.rows, found.table.rows),
        "columns": side(found.columns, found.table.columns),
        "cells": table.places,
        "association": found.association,
        "tested": found.tested,
        "verdict": found.verdict,
    }


def _walked(funnel: Funnel, walked: Walked) -> dict[str, Any]:
    words = funnels.words_of(funnel)
    return {
        "since": walked.asked.first,
        "until": walked.asked.last,
        "window_days": funnel.window_days,
        "whole": _way(walked.whole, words),
        "parts": [_way(way, words) for way in walked.parts],
    }


def _way(way: Way, words: list[str]) -> dict[str, Any]:
    steps = [
        {
            "words": words[place],
            "people": step.people,
            "of_before": way.of_before(place),
            "of_first": way.of_first(place),
            "wait_seconds": None if step.wait is None else step.wait.total_seconds(),
        }
        for place, step in enumerate(way.steps)
    ]
    return {"key": way.key, "words": way.words, "steps": steps}
