"""Endpoints: the versions of a scenario, and how two differ."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from scenarios.api.serializers import ScenarioVersionSerializer
from scenarios.flow import differing, reading
from scenarios.models import Scenario, Version


class ComparisonQuery(serializers.Serializer):
    """Two versions; without `to`, the draft."""

    since = serializers.IntegerField(help_text="Number of the earlier version")
    to = serializers.IntegerField(required=False, help_text="Number of the later version; else the draft")


class DifferenceSerializer(serializers.Serializer):
    """A part of the flow that is not the same in both."""

    part = serializers.CharField(help_text="`step`, or the part of the flow such as trigger or exits")
    step = serializers.CharField(allow_blank=True, help_text="Id of the step; empty: no step")
    change = serializers.ChoiceField(["added", "removed", "changed", "moved"])
    before = serializers.JSONField(allow_null=True, help_text="As JSON, without the steps below it")
    after = serializers.JSONField(allow_null=True, help_text="Likewise")


class ScenarioVersionViewSet(GenericViewSet):
    """Flows as they were published. None of them ever changes."""

    request: ApiRequest
    queryset = Version.objects.all()
    serializer_class = ScenarioVersionSerializer
    pagination_class = None
    permission_required = dict.fromkeys(("list", "compare"), "scenarios.view_version")

    @extend_schema(responses=ScenarioVersionSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """The newest 100, the last published first."""
        found = get_object_or_404(Scenario, pk=pk).versions.published()[:100]
        return Response(ScenarioVersionSerializer(found, many=True).data)

    @extend_schema(parameters=[ComparisonQuery], responses=DifferenceSerializer(many=True))
    def compare(self, request: ApiRequest, pk: int) -> Response:
        """How two versions differ, or a version and the draft: steps by their ids, the rest by part."""
        query = ComparisonQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        scenario = get_object_or_404(Scenario, pk=pk)
        before = _flow(scenario, query.validated_data["since"])
        after = _flow(scenario, query.validated_data.get("to"))
        found = differing.between(before, after)
        return Response(DifferenceSerializer(found, many=True).data)


def _flow(scenario: Scenario, number: int | None) -> reading.Flow:
    if number is None:
        return reading.parse(scenario.flow)
    return reading.parse(
        get_object_or_404(Version.objects.published(), scenario=scenario, number=number).flow
    )
