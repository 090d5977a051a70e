"""Endpoints: the status board."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.models import Broadcast
from broadcasts.status import period, send
from broadcasts.status.responses import Response as Reaction
from broadcasts.status.responses import tree_of_period

REACTIONS = [each.value for each in Reaction]


class StatusQuery(serializers.Serializer):
    days = serializers.ChoiceField(list(period.DAYS), default=30, help_text="The last days, today included")


class PeriodClassSerializer(serializers.Serializer):
    response = serializers.ChoiceField(REACTIONS)
    count = serializers.IntegerField()
    before = serializers.IntegerField(help_text="In as many days before")
    opened = serializers.IntegerField(
        allow_null=True, help_text="How many opened, estimated by the share that LINE counted"
    )
    tree = serializers.SerializerMethodField(help_text="The conditions of a segment of them")

    def get_tree(self, found: period.Class) -> dict:
        return tree_of_period(found.response, self.context["days"])


class PeriodBoardSerializer(serializers.Serializer):
    days = serializers.IntegerField()
    friends = serializers.IntegerField()
    sends = serializers.IntegerField()
    open_rate = serializers.FloatField(allow_null=True, help_text="null: LINE has counted none, or hides it")
    classes = PeriodClassSerializer(many=True)
    moved = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="From class to class, from the days before to the last ones; `new` came, `gone` blocked",
    )


class SendClassSerializer(serializers.Serializer):
    response = serializers.ChoiceField(REACTIONS)
    count = serializers.IntegerField(allow_null=True, help_text="null: LINE hides it, or has not told it yet")
    tree = serializers.JSONField(
        allow_null=True, help_text="The conditions of a segment of them; null: nobody can tell who they are"
    )
    is_by_line = serializers.BooleanField(help_text="Reached by narrowcast, 50 people or more")


class SendBoardSerializer(serializers.Serializer):
    broadcast = serializers.IntegerField(source="broadcast.pk")
    delivered = serializers.IntegerField(source="figures.delivered")
    classes = SendClassSerializer(many=True)


class StatusBoardViewSet(GenericViewSet):
    """Friends by how they respond, over a period and to one send."""

    request: ApiRequest
    queryset = Broadcast.objects.defer("audience", "body")
    lookup_value_converter = "int"

    @extend_schema(parameters=[StatusQuery], responses=PeriodBoardSerializer, operation_id="status_board")
    def list(self, request: ApiRequest) -> Response:
        """Over the last days, beside as many before."""
        asked = StatusQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        days = int(asked.validated_data["days"])
        return Response(PeriodBoardSerializer(period.board(days), context={"days": days}).data)

    @extend_schema(responses=SendBoardSerializer)
    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """Of one broadcast, by its number."""
        return Response(SendBoardSerializer(send.board(get_object_or_404(self.queryset, pk=pk))).data)
