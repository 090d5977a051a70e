"""Endpoint: the bounds between the classes of buyers, and how many buyers each class has."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from segments import rfm
from segments.models import RfmSettings
from segments.rfm import CLASSES, LARGEST, LONGEST, Bounds


def _four(most: int, text: str) -> serializers.ListField:
    entry = serializers.IntegerField(min_value=1, max_value=most)
    return serializers.ListField(child=entry, min_length=4, max_length=4, help_text=text)


class BoundsSerializer(serializers.Serializer):
    within_days = serializers.IntegerField(
        min_value=1, max_value=LONGEST, help_text="Orders of so many days count"
    )
    recency_days = _four(LONGEST, "Days since the last order, rising: fewer than the first is mark 5")
    orders = _four(10_000, "Number of orders, rising: the last or more is mark 5")
    amounts = _four(LARGEST, "Spent altogether, in the client's currency, rising: the last or more is mark 5")


class ClassSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="As the leaf `rfm` has it in `class`")
    title = serializers.CharField(help_text="In the language of Accept-Language")
    recency = serializers.ListField(child=serializers.IntegerField())
    frequency = serializers.ListField(child=serializers.IntegerField())
    customers = serializers.IntegerField()
    friends = serializers.IntegerField(help_text="Of these, linked friends whom a message reaches")


class RfmSerializer(BoundsSerializer):
    classes = ClassSerializer(many=True, read_only=True)


class RfmViewSet(GenericViewSet):
    """By which bounds buyers are sorted into classes by recency, frequency and money (RFM)."""

    request: ApiRequest
    queryset = RfmSettings.objects.all()
    serializer_class = RfmSerializer
    pagination_class = None

    @extend_schema(responses={200: RfmSerializer})
    def retrieve(self, request: ApiRequest) -> Response:
        return Response(_told(rfm.present()))

    @extend_schema(request=BoundsSerializer, responses={200: RfmSerializer})
    def update(self, request: ApiRequest) -> Response:
        """Let other bounds hold from now on, in every segment."""
        body = BoundsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(_told(rfm.change(Bounds(**body.validated_data), by=request.user)))


def _told(bounds: Bounds) -> dict:
    cells = rfm.table(bounds)
    classes = []
    for name, each in CLASSES.items():
        found = [cells[place] for place in each.cells() if place in cells]
        sums = {
            "customers": sum(cell.customers for cell in found),
            "friends": sum(cell.friends for cell in found),
        }
        said = {"name": name, "title": each.label, "recency": each.recency, "frequency": each.frequency}
        classes.append(said | sums)
    return RfmSerializer(asdict(bounds) | {"classes": classes}).data
