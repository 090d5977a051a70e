"""Endpoints: what came of a scenario, where its people stand, and what nobody knows."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from contracts.fields import AmountField
from scenarios.api.entries import ScenarioSendSerializer
from scenarios.engine import settling
from scenarios.models import Entry, Scenario, Send, Version
from scenarios.results import figures, positions
from segments.kinds import HIGHEST_ROW

MOST = 500  # sends at once


class ResultsQuery(serializers.Serializer):
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=HIGHEST_ROW, help_text="Of one version; else of all"
    )


class WayFiguresSerializer(serializers.Serializer):
    """What went one way: by LINE, by mail, or as notification messages."""

    sent = serializers.IntegerField()
    clicked = serializers.IntegerField(allow_null=True, help_text="People, where they are known")
    clicks = serializers.IntegerField()
    goals = serializers.IntegerField(help_text="People who reached the goal after it")
    orders = serializers.IntegerField(source="ordered.orders")
    revenue = serializers.IntegerField(
        source="ordered.revenue", help_text="Of these orders, each counted once"
    )
    cost = AmountField(allow_null=True, help_text="null for who may not see the ledger; before tax")


class StepFiguresSerializer(serializers.Serializer):
    step = serializers.CharField(source="id")
    entered = serializers.IntegerField()
    inside = serializers.IntegerField(help_text="Who stand there now")
    ways = serializers.DictField(child=serializers.IntegerField(), help_text="How many left by each way")
    became = serializers.DictField(
        child=serializers.IntegerField(), help_text="What came of it: sent, capped, …"
    )
    left = serializers.DictField(
        child=serializers.IntegerField(), help_text="Who left the scenario from here, by reason"
    )
    refused = serializers.IntegerField(help_text="By LINE")
    unknown = serializers.IntegerField(help_text="Of which nobody knows whether they arrived")
    opened = serializers.IntegerField(
        source="opened.people", default=None, allow_null=True, help_text="As LINE counts; null: hidden"
    )
    by = serializers.DictField(child=WayFiguresSerializer(), help_text="By `line`, `mail`, `notice`")


class ScenarioResultsSerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text="So long after a message orders count")
    entered = serializers.IntegerField()
    inside = serializers.IntegerField()
    goals = serializers.IntegerField()
    ended = serializers.DictField(child=serializers.IntegerField(), help_text="Who are out, by reason")
    by = serializers.DictField(child=WayFiguresSerializer(), help_text="LINE and mail side by side")
    steps = StepFiguresSerializer(many=True)


class StandingSerializer(serializers.Serializer):
    step = serializers.CharField()
    people = serializers.IntegerField()


class PassedSerializer(serializers.Serializer):
    step = serializers.CharField()
    via = serializers.CharField()
    people = serializers.IntegerField()


class PositionsSerializer(serializers.Serializer):
    inside = serializers.IntegerField()
    now = StandingSerializer(many=True, help_text="Who stand at each step")
    passed = PassedSerializer(many=True, help_text="How many have left each step, by each way")


class UnsettledSendSerializer(ScenarioSendSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend")

    class Meta(ScenarioSendSerializer.Meta):
        fields = [*ScenarioSendSerializer.Meta.fields, "entry", "friend", "first_tried_at"]


class SendSettlementSerializer(serializers.Serializer):
    """What somebody has found out."""

    sends = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST
    )
    arrived = serializers.BooleanField()


class SettledSerializer(serializers.Serializer):
    settled = serializers.IntegerField()


class ScenarioResultsViewSet(GenericViewSet):
    """What came of a scenario, step by step."""

    request: ApiRequest
    queryset = Scenario.objects.select_related("version")
    serializer_class = ScenarioResultsSerializer
    pagination_class = None

    @extend_schema(parameters=[ResultsQuery], responses=ScenarioResultsSerializer)
    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """Entered, sent, opened, clicked, goal, revenue and cost, of all versions or of one."""
        query = ResultsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        scenario, number = self.get_object(), query.validated_data.get("version")
        published = Version.objects.published().filter(scenario=scenario)
        version = get_object_or_404(published, number=number) if number else None
        found = figures.of(scenario, version, user=request.user)
        return Response(ScenarioResultsSerializer(found).data)

    @extend_schema(responses=PositionsSerializer)
    def positions(self, request: ApiRequest, pk: int) -> Response:
        """Where the people inside stand now. Cheap enough to be asked every few seconds."""
        found = positions.of(self.get_object())
        now = [{"step": step, "people": count} for step, count in found.now.items()]
        passed = [{"step": step, "via": via, "people": count} for (step, via), count in found.passed.items()]
        said = {"inside": found.inside, "now": now, "passed": passed}
        return Response(PositionsSerializer(said).data)


class UnsettledSendViewSet(GenericViewSet):
    """Pushes of unknown outcome: they are never sent again, and a person says what became of them."""

    request: ApiRequest
    queryset = Entry.objects.all()
    serializer_class = UnsettledSendSerializer
    pagination_class = None
    permission_required = {  # noqa: RUF012
        "list": "scenarios.view_send",
        "settle": "scenarios.change_entry",
    }

    @extend_schema(responses=UnsettledSendSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """Those that wait for a person, at most 500."""
        found: list[Send] = list(settling.unknown(get_object_or_404(Scenario, pk=pk))[:MOST])
        return Response(UnsettledSendSerializer(found, many=True).data)

    @extend_schema(request=SendSettlementSerializer, responses=SettledSerializer)
    def settle(self, request: ApiRequest, pk: int) -> Response:
        """Write down whether they arrived: all or none of them. What did is booked; there is no way back.

        Refused with 409 if one of them does not wait for it.
        """
        given: Any = SendSettlementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        scenario = get_object_or_404(Scenario, pk=pk)
        count = settling.settle(scenario, asked["sends"], arrived=asked["arrived"], by=request.user)
        return Response({"settled": count})
