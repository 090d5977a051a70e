"""Endpoints about who is in a segment: a sample, all of them page by page or as a file, why somebody is."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, FilteredRelation, Q
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from pyroaring import BitMap
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from friends.models import Friend
from segments import services
from segments.facts import exports
from segments.views.export import download

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    Base = GenericViewSet
else:
    Base = object

MOST_SAMPLED = 100
MOST_AT_ONCE = 5_000


class SampleQuery(serializers.Serializer):
    n = serializers.IntegerField(
        required=False,
        default=5,
        min_value=1,
        max_value=MOST_SAMPLED,
        help_text="How many at most; 5 if left out",
    )


class PeopleQuery(serializers.Serializer):
    limit = serializers.IntegerField(
        required=False,
        default=500,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=f"Friends per page, up to {MOST_AT_ONCE}; 500 if left out",
    )
    after = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=2**31 - 1,
        help_text="Number of a friend: those after it. `next` carries it",
    )


class ExportQuery(serializers.Serializer):
    encoding = serializers.ChoiceField(
        list(exports.ENCODINGS), required=False, default=exports.UTF8, help_text="`cp932` is Shift_JIS"
    )
    columns = serializers.CharField(
        required=False,
        help_text="Names with commas; `field:` and a key for a field of yours. All if left out",
    )

    def validate_columns(self, given: str) -> list[str]:
        names = [name.strip() for name in given.split(",")]
        known = [name for name, _label in exports.columns()]
        if not set(names) <= set(known):
            raise serializers.ValidationError(_("must be of: %(names)s") % {"names": ", ".join(known)})
        return names


class WhyQuery(serializers.Serializer):
    friend = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Number of the friend")


class SampleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Friend
        fields = ["id", "line_user_id", "display_name", "picture_url"]


class PersonSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(
        source="customer_number", allow_null=True, help_text="Number of the customer now linked, or null"
    )

    class Meta:
        model = Friend
        fields = ["id", "line_user_id", "customer"]


class PeopleSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="Friends in the segment at this moment")
    items = PersonSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="Address of the next page; null on the last")


class WhySerializer(serializers.Serializer):
    is_in = serializers.BooleanField()
    is_reachable = serializers.BooleanField(help_text="Whether a message reaches the friend")
    parts = serializers.DictField(
        child=serializers.BooleanField(),
        help_text="What is true of the friend, by path; of what only LINE can judge, true",
    )


class PeopleOfSegment(Base):
    """Actions on one segment."""

    @extend_schema(parameters=[SampleQuery], responses=SampleSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def sample(self, request: Request, pk: int) -> Response:
        """Some of its friends, spread evenly over all."""
        some = services.sample(self.get_object().tree, asked(request, SampleQuery)["n"])
        return Response(SampleSerializer(some, many=True).data)

    @extend_schema(parameters=[PeopleQuery], responses=PeopleSerializer)
    @action(detail=True, pagination_class=None)
    def friends(self, request: Request, pk: int) -> Response:
        """Who is in it now, by rising number. Each page is asked anew."""
        query = asked(request, PeopleQuery)
        found = services.members(self.get_object().tree)
        page = _page(found, **query)
        address = request.build_absolute_uri()
        more = page and found.rank(page[-1]) < len(found)
        body = {
            "total": len(found),
            "items": _people(page),
            "next": replace_query_param(address, "after", page[-1]) if more else None,
        }
        return Response(PeopleSerializer(body).data)

    @extend_schema(parameters=[ExportQuery], responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=True, pagination_class=None)
    def export(self, request: Request, pk: int) -> StreamingHttpResponse:
        """Who is in it now, as CSV. The file is written while it is sent; that you had it is on the log."""
        query = asked(request, ExportQuery)
        chosen = query.get("columns") or [name for name, _label in exports.columns()]
        user: Any = request.user
        return download(exports.begin(self.get_object(), columns=chosen, encoding=query["encoding"], by=user))

    @extend_schema(parameters=[WhyQuery], responses=WhySerializer)
    @action(detail=True, pagination_class=None)
    def explanation(self, request: Request, pk: int) -> Response:
        """Why a friend is in it, or is not: each condition by its path."""
        segment = self.get_object()
        friend = get_object_or_404(Friend, pk=asked(request, WhyQuery)["friend"])
        return Response(WhySerializer(services.explain(segment.tree, friend.pk)).data)


def asked(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    """The query string as this shape has it; anything else in it is refused."""
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    unknown = set(request.query_params) - set(query.fields)
    if unknown:
        text = _("There is no such parameter. There are: %(names)s.") % {"names": ", ".join(query.fields)}
        raise serializers.ValidationError(dict.fromkeys(sorted(unknown), [text]))
    return query.validated_data


def _page(found: BitMap, *, limit: int, after: int) -> list[int]:
    start = found.rank(after)
    return list(found[start : start + limit])


def _people(numbers: list[int]) -> list[Friend]:
    return list(
        Friend.objects.filter(pk__in=numbers)
        .annotate(
            active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
            customer_number=F("active_link__customer__number"),
        )
        .order_by("pk")
    )
