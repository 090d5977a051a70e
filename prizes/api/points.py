"""Endpoints: point campaigns, who entered, and the lists by which points are handed out."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from coupons.api_dependants import Dependent
from prizes.api.sending import Deliveries
from prizes.models import DeliveryList, DeliveryRow, PointCampaign, PointEntry
from prizes.points import actions, chat, commands, entering, listing
from prizes.reward import POINTS
from segments.kinds import HIGHEST_ROW
from segments.models import Segment

MOST_FRIENDS = 1_000
ACTION = {
    "type": "object",
    "nullable": True,
    "required": ["event"],
    "properties": {
        "event": {"type": "string", "description": "Type of event"},
        "times": {"type": "integer", "minimum": 1, "maximum": actions.MOST_TIMES, "default": 1},
        "property": {"type": "string", "description": "Property that has to be `least` or more"},
        "least": {"type": "number", "minimum": 0},
    },
    "description": "What has to be done in the period; null: entering is enough",
}


@extend_schema_field(ACTION)
class ActionField(serializers.JSONField):
    """What is wrong in it the command says."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give an object with a type of event, or null.")
        return data


class PointCampaignSerializer(serializers.ModelSerializer):
    segment: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, allow_null=True, default=None
    )
    action = ActionField(required=False, allow_null=True, default=None)
    starts_at = MomentField()
    ends_at = MomentField()

    class Meta:
        model = PointCampaign
        fields = [
            "id",
            "name",
            "title",
            "text",
            "rules",
            "starts_at",
            "ends_at",
            "kind",
            "points",
            "unit_price",
            "fee_yen",
            "known_by",
            "segment",
            "is_asked_again",
            "action",
            "most",
            "enters_on_page",
            "status",
            "opened_at",
            "closed_at",
        ]
        read_only_fields = ["status", "opened_at", "closed_at"]


class PointCampaignFilter(serializers.Serializer):
    status = serializers.ChoiceField(PointCampaign.Status.choices, required=False)


class PointEntrySerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id")

    class Meta:
        model = PointEntry
        fields = ["id", "friend", "way", "source", "entered_at"]


class EnteredSerializer(serializers.Serializer):
    friends: serializers.ListField = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=HIGHEST_ROW),
        min_length=1,
        max_length=MOST_FRIENDS,
    )


class DeliveryListSerializer(serializers.ModelSerializer):
    cost_yen = serializers.SerializerMethodField(
        help_text="Points × price + fee, without points whose handing out has failed; before tax"
    )

    class Meta:
        model = DeliveryList
        fields = [
            "number",
            "state",
            "entered",
            "eligible",
            "points",
            "cost_yen",
            "digest",
            "asked_at",
            "counted_at",
            "approved_at",
        ]
        extra_kwargs = {  # noqa: RUF012
            "digest": {"help_text": "SHA-256 of what was approved: lines `place,identity,points`"}
        }

    @extend_schema_field(serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True))
    def get_cost_yen(self, each: DeliveryList) -> str | None:
        return None if each.counted_at is None else f"{listing.cost_yen(each):.4f}"


class DeliveryRowSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id")

    class Meta:
        model = DeliveryRow
        fields = ["id", "place", "friend", "reason", "points", "result", "result_note", "result_at"]
        extra_kwargs = {  # noqa: RUF012
            "place": {"help_text": "Number among those who get points; null: gets none"},
            "reason": {"help_text": "Why they get none; empty: they do"},
        }


class PointCampaignViewSet(
    Deliveries, Dependent, ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet
):
    """Point campaigns, newest first: friends enter, a list is drawn up, approved and handed to a partner."""

    request: ApiRequest
    queryset = PointCampaign.objects.all()
    serializer_class = PointCampaignSerializer
    filter_serializer = PointCampaignFilter
    page_kind = POINTS
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "open": "prizes.open_pointcampaign",
        "close": "prizes.open_pointcampaign",
        "entries": "prizes.view_pointentry",
        "enter": "prizes.add_pointentry",
        "lists": "prizes.view_deliverylist",
        "draw_up": "prizes.add_deliverylist",
        "rows": "prizes.view_deliveryrow",
        "approve": "prizes.approve_deliverylist",
        "deliveries": "prizes.export_deliverylist",
        "take_results": "prizes.change_deliveryrow",
    }

    def tap_of(self, thing: PointCampaign) -> str:
        return chat.code(thing.pk)

    def narrow(
        self, queryset: QuerySet[PointCampaign], *, status: str | None = None
    ) -> QuerySet[PointCampaign]:
        return queryset if status is None else queryset.filter(status=status)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = commands.create(**serializer.validated_data, by=self.request.user)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given. Once it is open, words and prices only."""
        campaign = self.get_object()
        body = self.get_serializer(campaign, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = commands.change(campaign, **body.validated_data, by=request.user)
        return Response(PointCampaignSerializer(changed).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take away a draft; who entered is kept for good."""
        commands.delete(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses=PointCampaignSerializer)
    @action(detail=True, methods=["put"])
    def open(self, request: ApiRequest, pk: int) -> Response:
        """Let friends enter in the period. It cannot be undone."""
        return Response(
            PointCampaignSerializer(commands.open_campaign(self.get_object(), by=request.user)).data
        )

    @extend_schema(request=None, responses=PointCampaignSerializer)
    @action(detail=True, methods=["put"])
    def close(self, request: ApiRequest, pk: int) -> Response:
        """Let nobody enter any more. It cannot be undone."""
        return Response(PointCampaignSerializer(commands.close(self.get_object(), by=request.user)).data)

    @extend_schema(responses=PointEntrySerializer(many=True))
    @action(detail=True, filter_serializer=None)
    def entries(self, request: ApiRequest, pk: int) -> Response:
        """Who entered, newest first."""
        return self._paged(self.get_object().entries.all(), PointEntrySerializer)

    @extend_schema(request=EnteredSerializer, responses=EnteredSerializer)
    @entries.mapping.post
    def enter(self, request: ApiRequest, pk: int) -> Response:
        """Enter these friends; those who are in it now. Who may not enter is left out."""
        body = EnteredSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data["friends"]
        entered = entering.enter_many(self.get_object(), asked, way=PointEntry.Way.API, source="api")
        return Response({"friends": sorted(entered)})

    @extend_schema(responses=DeliveryListSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def lists(self, request: ApiRequest, pk: int) -> Response:
        """The delivery lists, the newest first; one is approved at most."""
        return Response(DeliveryListSerializer(self.get_object().lists.all(), many=True).data)

    @extend_schema(request=None, responses={202: DeliveryListSerializer})
    @lists.mapping.post
    def draw_up(self, request: ApiRequest, pk: int) -> Response:
        """Have a list drawn up, by a worker; it replaces one that was not approved."""
        made = listing.ask(self.get_object(), by=request.user)
        return Response(DeliveryListSerializer(made).data, status=202)

    @extend_schema(responses=DeliveryRowSerializer(many=True))
    @action(detail=True, filter_serializer=None, url_path="lists/<int:number>/rows")
    def rows(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Everybody on a list, with the reason of who gets none."""
        return self._paged(self._list(number).rows.all(), DeliveryRowSerializer)

    @extend_schema(request=None, responses=DeliveryListSerializer)
    @action(detail=True, methods=["put"], url_path="lists/<int:number>/approval")
    def approve(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Fix a list for good. It cannot be undone."""
        return Response(DeliveryListSerializer(listing.approve(self._list(number), by=request.user)).data)

    def _list(self, number: int) -> DeliveryList:
        return get_object_or_404(DeliveryList, campaign=self.get_object(), number=number)

    def _paged(self, rows: QuerySet, kind: type[serializers.BaseSerializer]) -> Response:
        return self.get_paginated_response(kind(self.paginate_queryset(rows), many=True).data)
