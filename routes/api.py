"""Endpoints: acquisition routes with their counts, and who came by them."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from friends.models import Tag
from routes import counts, services, visits
from routes.models import Arrival, Folder, Route, RouteQuerySet

MESSAGES = {
    "type": "array",
    "minItems": 1,
    "maxItems": 5,
    "items": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
    "description": "LINE message objects that greet those who come by the route; null: the usual greeting",
}


@extend_schema_field(MESSAGES)
class GreetingField(serializers.JSONField):
    """What is wrong in it the service says, with its place."""


class RouteSerializer(serializers.ModelSerializer):
    address = serializers.SerializerMethodField(help_text="What people open; also what its QR code says")
    folder = serializers.SlugRelatedField(
        slug_field="name", queryset=Folder.objects.all(), required=False, allow_null=True, default=None
    )
    tags = serializers.PrimaryKeyRelatedField(queryset=Tag.objects.all(), many=True, required=False)
    messages = GreetingField(required=False, allow_null=True, default=None)
    starts_at = MomentField(required=False, allow_null=True, default=None)
    ends_at = MomentField(required=False, allow_null=True, default=None)

    class Meta:
        model = Route
        fields = [
            "id",
            "name",
            "label",
            "folder",
            "media",
            "code",
            "address",
            "messages",
            "tags",
            "tags_for_all",
            "starts_at",
            "ends_at",
            "archived_at",
            "created_at",
        ]
        read_only_fields = ["code", "archived_at", "created_at"]

    @extend_schema_field(serializers.URLField())
    def get_address(self, route: Route) -> str:
        return visits.address_of(route)


class RouteFilter(serializers.Serializer):
    folder = serializers.CharField(required=False, help_text="Name of a folder")
    code = serializers.CharField(required=False)
    archived = serializers.BooleanField(required=False, allow_null=True, help_text="Left out: both")


class CountsSerializer(serializers.Serializer):
    """null: cannot be known, since the link led to the account without a sign-in."""

    visits = serializers.IntegerField(help_text="Openings by people; machines are left out")
    sign_ins = serializers.IntegerField(allow_null=True)
    new = serializers.IntegerField(allow_null=True)
    returned = serializers.IntegerField(allow_null=True, help_text="Unblocked the account")
    already = serializers.IntegerField(allow_null=True, help_text="Were friends before")
    not_yet = serializers.IntegerField(allow_null=True, help_text="Signed in and did not add the account")
    blocked = serializers.IntegerField(allow_null=True, help_text="Of the gained, blocked by now")


class RouteViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """Ways to the account, each with a link and a QR code. Newest first."""

    request: ApiRequest
    queryset = Route.objects.select_related("folder").prefetch_related("tags")
    serializer_class = RouteSerializer
    filter_serializer = RouteFilter
    lookup_value_converter = "int"
    permission_required = {"archive": "routes.change_route", "restore": "routes.change_route"}

    def narrow(
        self,
        queryset: RouteQuerySet,
        *,
        folder: str | None = None,
        archived: bool | None = None,
        code: str | None = None,
    ) -> RouteQuerySet:
        if folder is not None:
            queryset = queryset.filter(folder__name=folder)
        if archived is not None:
            queryset = queryset.filter(archived_at__isnull=not archived)
        return queryset if code is None else queryset.filter(code=code)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.create_route(**serializer.validated_data, by=self.request.user)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given; the link stays."""
        body = self.get_serializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        route = services.change_route(self.get_object(), by=self.request.user, **body.validated_data)
        return Response(RouteSerializer(route).data)

    @extend_schema(responses=CountsSerializer)
    @action(detail=True, methods=["get"])
    def counts(self, request: Request, pk: int) -> Response:
        """How many opened the link, signed in, became friends, and blocked the account since."""
        route = self.get_object()
        return Response(CountsSerializer(counts.of_routes([route.pk])[route.pk]).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def archive(self, request: Request, pk: int) -> Response:
        """Its link says that it has ended, and offers the account all the same. Again changes nothing."""
        services.archive(self.get_object(), by=self.request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @archive.mapping.delete
    def restore(self, request: Request, pk: int) -> Response:
        """Open it again. Doing it again changes nothing."""
        services.restore(self.get_object(), by=self.request.user)
        return Response(status=204)


class ArrivalSerializer(serializers.ModelSerializer):
    line_user_id = serializers.CharField(source="friend.line_user_id")
    opened_at = serializers.DateTimeField(source="visit.at")
    device = serializers.CharField(source="visit.device")
    referrer = serializers.CharField(source="visit.referrer", help_text="Host of the page before, or empty")
    utm = serializers.DictField(source="visit.utm", help_text="source, medium, campaign, term, content")
    click_ids = serializers.DictField(source="visit.click_ids", help_text="By parameter, such as gclid")

    class Meta:
        model = Arrival
        fields = [
            "id",
            "friend",
            "line_user_id",
            "route",
            "kind",
            "at",
            "followed_at",
            "is_newest",
            "opened_at",
            "device",
            "referrer",
            "utm",
            "click_ids",
        ]
        extra_kwargs = {
            "followed_at": {"help_text": "The follow that the visit explains, or null"},
            "is_newest": {"help_text": "Whether it explains the friend's newest follow"},
        }


class ArrivalFilter(serializers.Serializer):
    friend = serializers.IntegerField(required=False, help_text="Number of a friend")
    route = serializers.IntegerField(required=False, help_text="Id of a route")
    kind = serializers.ChoiceField(Arrival.Kind.choices, required=False)
    is_newest = serializers.BooleanField(required=False, allow_null=True)


class ArrivalViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People who came by a route and signed in, with campaign and ad. Newest first."""

    queryset = Arrival.objects.select_related("visit", "friend")
    serializer_class = ArrivalSerializer
    filter_serializer = ArrivalFilter
    lookup_value_converter = "int"

    def narrow(self, queryset, **given: object):
        return queryset.filter(**{name: value for name, value in given.items() if value is not None})
