"""Endpoints: until when days are counted, counting them again, and who can be responsible."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import people
from accounts.http import ApiRequest
from planning import counting
from planning.models import Count, Kpi


class DayCountSerializer(serializers.Serializer):
    counted_until = serializers.DateField(allow_null=True, help_text="The last day of which figures are told")
    from_day = serializers.DateField(
        allow_null=True, help_text="From when on days are being counted again; null: they are not"
    )
    counted_at = serializers.DateTimeField(allow_null=True)


class RecountSerializer(serializers.Serializer):
    since = serializers.DateField(help_text="The first day that is counted again, at most 400 days ago")


class DayCountViewSet(GenericViewSet):
    """The days of which figures are counted: each night, and again when somebody asks."""

    request: ApiRequest
    queryset = Count.objects.none()
    serializer_class = DayCountSerializer
    permission_required = {  # noqa: RUF012  (read only)
        "retrieve": "planning.view_actual",
        "create": "planning.change_kpi",
    }

    def retrieve(self, request: ApiRequest) -> Response:
        """How far the count is."""
        return Response(DayCountSerializer(Count.present()).data)

    @extend_schema(request=RecountSerializer, responses={202: DayCountSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Have days counted again, in the background; it takes a minute or two."""
        body = RecountSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        counting.ask_again(body.validated_data["since"], by=request.user)
        return Response(DayCountSerializer(Count.present()).data, status=202)


class ResponsiblePersonSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.SerializerMethodField()

    def get_name(self, person) -> str:
        return person.name or person.email


class ResponsiblePeopleViewSet(GenericViewSet):
    """People who may enter this client, of whom one can be responsible for an indicator or a campaign."""

    request: ApiRequest
    queryset = Kpi.objects.none()
    serializer_class = ResponsiblePersonSerializer
    pagination_class = None
    permission_required = {"list": "planning.view_kpi"}  # noqa: RUF012  (read only)

    @extend_schema(responses={200: ResponsiblePersonSerializer(many=True)})
    def list(self, request: ApiRequest) -> Response:
        """By name, with the number that `responsible` takes."""
        return Response(ResponsiblePersonSerializer(people.members(), many=True).data)
