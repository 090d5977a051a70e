"""Endpoints for those who send and hand out: where prizes go, who gets points, what became of them."""

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts import activity
from accounts.http import ApiRequest
from prizes.lotteries import winning
from prizes.models import DeliveryList, DeliveryRow, Win
from prizes.points import results
from prizes.points.results import Told

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as Base
else:
    Base = object

MOST_RESULTS = 10_000  # in one request


class WinContactSerializer(serializers.Serializer):
    """`name` to `phone` are null until the winner has told them."""

    id = serializers.IntegerField()
    friend = serializers.IntegerField()
    prize = serializers.IntegerField()
    prize_name = serializers.CharField()
    state = serializers.ChoiceField(Win.State.choices)
    told_at = serializers.DateTimeField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    postal_code = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)


class PointDeliverySerializer(serializers.ModelSerializer):
    class Meta:
        model = DeliveryRow
        fields = ["place", "identity", "points", "result", "result_note", "result_at"]
        extra_kwargs = {  # noqa: RUF012
            "identity": {"help_text": "LINE user ID or customer number, as the campaign says"}
        }


class PointDeliveryResultSerializer(serializers.Serializer):
    identity = serializers.CharField(max_length=100)
    result = serializers.ChoiceField(DeliveryRow.Result.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PointDeliveryResultsInputSerializer(serializers.Serializer):
    results = serializers.ListField(
        child=PointDeliveryResultSerializer(),
        min_length=1,
        max_length=MOST_RESULTS,
        help_text="Each person once",
    )


class PointDeliveryResultsSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    failed = serializers.IntegerField()


class WinContacts(Base):
    """Where won things are sent."""

    request: ApiRequest

    @extend_schema(responses=WinContactSerializer(many=True))
    @action(detail=True, filter_serializer=None, url_path="wins/contacts")
    def contacts(self, request: ApiRequest, pk: int) -> Response:
        """Prizes that are to be sent, newest first, with the address as far as the winner has told it.

        Each call is on the activity log.
        """
        lottery = self.get_object()
        rows = Win.objects.filter(lottery=lottery, prize__is_sent=True).select_related("prize")
        shown = self.paginate_queryset(rows.filter(state__in=winning.BY_HAND)) or []
        activity.record("lottery.addresses_read", lottery, by=request.user, rows=len(shown))
        told = winning.contacts(shown)
        body = [_contact(win, told.get(win.pk, {})) for win in shown]
        return self.get_paginated_response(WinContactSerializer(body, many=True).data)


class Deliveries(Base):
    """What a partner takes and answers."""

    request: ApiRequest

    @extend_schema(responses=PointDeliverySerializer(many=True))
    @action(detail=True, filter_serializer=None, url_path="lists/<int:number>/deliveries")
    def deliveries(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Who gets points of a list, by user ID or customer number; the last place first.

        Each call is on the activity log.
        """
        found = self._delivery_list(number)
        shown = self.paginate_queryset(found.rows.filter(reason="")) or []
        activity.record("delivery_list.exported", found, by=request.user, people=len(shown))
        return self.get_paginated_response(PointDeliverySerializer(shown, many=True).data)

    @extend_schema(request=PointDeliveryResultsInputSerializer, responses=PointDeliveryResultsSerializer)
    @deliveries.mapping.put
    def take_results(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Say what became of each on an approved list; told again, the newest holds. All of them or none."""
        found = self._delivery_list(number)
        body = PointDeliveryResultsInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        told = [Told(line, **each) for line, each in enumerate(body.validated_data["results"], start=1)]
        taken = results.take_told(found, told, by=request.user)
        return Response(PointDeliveryResultsSerializer(taken._asdict()).data)

    def _delivery_list(self, number: int) -> DeliveryList:
        return get_object_or_404(DeliveryList, campaign=self.get_object(), number=number)


def _contact(win: Win, told: dict[str, str]) -> dict[str, Any]:
    own = {"id": win.pk, "friend": win.friend_id, "prize": win.prize_id, "prize_name": win.prize.name}
    own |= {"state": win.state, "told_at": win.told_at}
    return own | {name: told.get(name) for name in winning.CONTACT}
