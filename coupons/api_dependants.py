"""What depends on a thing, for programs that are about to close it."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.http import ApiRequest
from composing.uses import Use
from coupons.dependants import Dependants

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as Base
else:
    Base = object


class DependantSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="What it is, in words, such as Broadcast")
    name = serializers.CharField()
    state = serializers.CharField(help_text="In words; empty: it has none")
    address = serializers.SerializerMethodField(help_text="Its page in the dashboard")

    def get_address(self, use: Use) -> str:
        return self.context["request"].build_absolute_uri(use.address)


class DependantsSerializer(serializers.Serializer):
    leading = DependantSerializer(many=True, help_text="Messages by which friends still come to it")
    giving = DependantSerializer(many=True, help_text="Surveys, prizes, scenarios and the like that give it")


class Dependent(Base):
    """Of things that messages lead to; `page_kind` is the kind of their personal addresses."""

    request: ApiRequest
    page_kind: str
    filter_serializer: type[serializers.Serializer] | None = None

    def tap_of(self, thing: Any) -> str:
        """The code of buttons that lead to it."""
        return ""

    @extend_schema(responses=DependantsSerializer)
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def dependants(self, request: ApiRequest, pk: int) -> Response:
        """What still leads friends to it or gives it. Change that before you close it."""
        thing = self.get_object()
        found = Dependants.of(self.page_kind, pk, tap=self.tap_of(thing))
        return Response(DependantsSerializer(found, context=self.get_serializer_context()).data)
