"""Endpoints about segments as a whole: sizes by day, overlap, what uses one, ready-made ones."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from segments import ready, uses
from segments.api.people import asked
from segments.facts import overlap, sizes
from segments.models import Segment, SegmentSize

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    Base = GenericViewSet
else:
    Base = object

MOST_DAYS = 1_100


class SizesQuery(serializers.Serializer):
    days = serializers.IntegerField(
        required=False,
        default=90,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="How many days back, today included; 90 if left out",
    )


class OverlapQuery(serializers.Serializer):
    segments = serializers.RegexField(
        r"^\d{1,9}(,\d{1,9}){1,2}$", help_text="Numbers of two or three segments, with commas"
    )


class SizeSerializer(serializers.ModelSerializer):
    class Meta:
        model = SegmentSize
        fields = ["day", "total", "reachable", "version", "counted_at"]


class RegionSerializer(serializers.Serializer):
    segments = serializers.ListField(
        child=serializers.IntegerField(), help_text="In these, and in none of the others"
    )
    count = serializers.IntegerField()


class OverlapSerializer(serializers.Serializer):
    totals = serializers.DictField(
        child=serializers.IntegerField(), help_text="Sizes by number of the segment"
    )
    shared = serializers.IntegerField(help_text="Friends in all of them")
    union = serializers.IntegerField(help_text="Friends in at least one")
    regions = RegionSerializer(many=True)


class UseSerializer(serializers.Serializer):
    kind = serializers.CharField()
    id = serializers.IntegerField(source="pk", allow_null=True)
    name = serializers.CharField()
    state = serializers.CharField()
    keeps = serializers.BooleanField(help_text="While it is there, the segment cannot be deleted")


class ReadySerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    why = serializers.CharField(help_text="What it is good for")
    words = serializers.CharField(help_text="The conditions as a sentence")
    tree = serializers.JSONField(source="conditions", help_text="To be sent to `POST segments/`")
    asks_all = serializers.BooleanField(help_text="Finds people whom no message reaches")


class FactsOfSegments(Base):
    """Actions on one segment and on several."""

    @extend_schema(parameters=[SizesQuery], responses=SizeSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def sizes(self, request: Request, pk: int) -> Response:
        """How many were in it at the end of each day, oldest first.

        A day on which nobody counted is left out; today's figure is not final.
        """
        days = asked(request, SizesQuery)["days"]
        return Response(SizeSerializer(sizes.history(self.get_object(), days).sizes, many=True).data)

    @extend_schema(parameters=[OverlapQuery], responses=OverlapSerializer)
    @action(detail=False, pagination_class=None)
    def overlap(self, request: Request) -> Response:
        """How many friends two or three segments share, and who is only in one."""
        numbers = [int(text) for text in asked(request, OverlapQuery)["segments"].split(",")]
        known = Segment.objects.in_bulk(numbers)
        if len(known) < len(numbers):
            text = _("must be numbers of different segments")
            raise serializers.ValidationError({"segments": [text]})
        found = overlap.of([known[number] for number in numbers])
        body = {
            "totals": dict(zip(map(str, numbers), found.totals, strict=True)),
            "shared": found.shared,
            "union": found.union,
            "regions": [
                {"segments": [numbers[place] for place in region.inside], "count": region.count}
                for region in found.regions
            ],
        }
        return Response(OverlapSerializer(body).data)

    @extend_schema(responses=UseSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def uses(self, request: Request, pk: int) -> Response:
        """What uses it."""
        return Response(UseSerializer(uses.of(self.get_object()), many=True).data)

    @extend_schema(responses=ReadySerializer(many=True))
    @action(detail=False, pagination_class=None)
    def ready(self, request: Request) -> Response:
        """Ready-made segments, for the present settings of the client."""
        return Response(ReadySerializer(ready.all_ready(), many=True).data)
