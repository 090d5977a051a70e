"""The endpoint that says how flows are written."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from scenarios.flow import reading
from scenarios.models import Scenario


class ScenarioSchemaViewSet(GenericViewSet):
    """The JSON Schema (draft 2020-12) of flows: every trigger and step, their values, their units."""

    request: ApiRequest
    queryset = Scenario.objects.none()
    pagination_class = None

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def retrieve(self, request: ApiRequest) -> Response:
        """How flows are written. The conditions in them are described by `GET segment-schema/`."""
        return Response(reading.schema())
