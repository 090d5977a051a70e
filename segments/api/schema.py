"""The endpoint that says how conditions are written."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from segments import tree
from segments.models import Segment


class SegmentSchemaViewSet(GenericViewSet):
    """The JSON Schema (draft 2020-12) of the conditions of segments: every type, its values, their units."""

    request: ApiRequest
    queryset = Segment.objects.none()
    pagination_class = None

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def retrieve(self, request: ApiRequest) -> Response:
        return Response(tree.schema())
