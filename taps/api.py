"""Endpoints: tap actions."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from friends.models import FriendField, Tag
from taps import services
from taps.models import TapAction


class TapActionSerializer(serializers.ModelSerializer):
    tags_put = serializers.PrimaryKeyRelatedField(many=True, queryset=Tag.objects.all(), required=False)
    tags_taken = serializers.PrimaryKeyRelatedField(many=True, queryset=Tag.objects.all(), required=False)
    field = serializers.SlugRelatedField(  # type: ignore[assignment]  # it does not stay on the class
        slug_field="key",
        queryset=FriendField.objects.in_use(),
        required=False,
        allow_null=True,
        help_text="Key of the friend field that is filled in",
    )
    data = serializers.SerializerMethodField(  # type: ignore[assignment]  # it does not stay on the class
        help_text="What stands in the postback of a message"
    )

    class Meta:
        model = TapAction
        fields = [
            *("id", "name", "data", "tags_put", "tags_taken", "field", "value", "broadcasts", "answer"),
            *("archived_at", "tap_count", "tapped_at"),
        ]
        read_only_fields = ["archived_at", "tap_count", "tapped_at"]

    def get_data(self, action: TapAction) -> str:
        return f"tap:{action.code}"


class TapActionViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """What follows when a friend taps a button or a picture of a message."""

    request: ApiRequest
    queryset = TapAction.objects.select_related("field").prefetch_related("tags_put", "tags_taken")
    serializer_class = TapActionSerializer
    lookup_value_converter = "int"
    permission_required = {"archive": "taps.change_tapaction", "restore": "taps.change_tapaction"}  # noqa: RUF012

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.save_tap_action(
            TapAction(), by=self.request.user, **serializer.validated_data
        )

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given."""
        action = self.get_object()
        body = self.get_serializer(action, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        kept = {name: getattr(action, name) for name in ("name", "field", "value", "broadcasts", "answer")}
        kept |= {name: getattr(action, name).all() for name in ("tags_put", "tags_taken")}
        changed = services.save_tap_action(action, by=request.user, **(kept | body.validated_data))
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def archive(self, request: ApiRequest, pk: int) -> Response:
        """Offer it no more; in messages that were sent it goes on working."""
        services.archive(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @archive.mapping.delete
    def restore(self, request: ApiRequest, pk: int) -> Response:
        """Offer it again."""
        services.restore(self.get_object(), by=request.user)
        return Response(status=204)
