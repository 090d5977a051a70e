"""Endpoints: shop connections and what came by them."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from connectors import health, services, words
from connectors.models import Connection, Delivery


class ConnectionSerializer(serializers.ModelSerializer):
    address = serializers.SerializerMethodField(help_text="Where the shop posts")
    standing = serializers.SerializerMethodField(help_text="new, works, fails, silent or paused")
    failed = serializers.SerializerMethodField(help_text="Of the last 1,000 deliveries")

    class Meta:
        model = Connection
        fields = [
            "id",
            "name",
            "kind",
            "shop_domain",
            "address",
            "standing",
            "failed",
            "received_at",
            "paused_at",
            "created_at",
        ]

    def get_address(self, connection: Connection) -> str:
        return words.address(connection)

    def get_standing(self, connection: Connection) -> str:
        return str(self._health(connection).standing)

    def get_failed(self, connection: Connection) -> int:
        return self._health(connection).failed

    def _health(self, connection: Connection) -> health.Health:
        kept = cast("dict[str, Any]", self.context).setdefault("health", {})
        if connection.pk not in kept:
            kept[connection.pk] = health.of(connection)
        return kept[connection.pk]


class ShopDeliverySerializer(serializers.ModelSerializer):
    remark = serializers.CharField(read_only=True, help_text="Why it was ignored or failed")
    names = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Numbers and IDs that it concerns"
    )

    class Meta:
        model = Delivery
        fields = ["id", "topic", "state", "remark", "names", "happened_at", "received_at", "finished_at"]


class ShopDeliveryFilter(serializers.Serializer):
    state = serializers.ChoiceField(Delivery.State.choices, required=False)


class ReplayedDeliveriesSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="Deliveries that are taken over again")


class ConnectionViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Shops that post their customers, orders and products."""

    request: ApiRequest
    queryset = Connection.objects.all()
    serializer_class = ConnectionSerializer
    lookup_value_converter = "int"
    permission_required = {
        "deliveries": "connectors.view_delivery",
        "replay": "connectors.change_connection",
    }

    @extend_schema(parameters=[ShopDeliveryFilter], responses={200: ShopDeliverySerializer(many=True)})
    @action(detail=True, methods=["get"])
    def deliveries(self, request: ApiRequest, pk: int) -> Response:
        """What came in the last 14 days, newest first. Bodies are not shown."""
        asked = ShopDeliveryFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = self.get_object().deliveries.filter(**asked.validated_data)
        page = self.paginate_queryset(found.defer("body_sealed"))
        return self.get_paginated_response(ShopDeliverySerializer(page, many=True).data)

    @extend_schema(request=None, responses={200: ReplayedDeliveriesSerializer})
    @action(detail=True, methods=["post"])
    def replay(self, request: ApiRequest, pk: int) -> Response:
        """Take all that failed over once more, after the cause was mended."""
        return Response({"count": services.replay_failed(self.get_object(), by=request.user)})
