"""Endpoints: tap actions."""

from rest_framework import serializers
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin, UpdateModelMixin
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
    data = serializers.SerializerMethodField(help_text="What stands in the postback of a message")

    class Meta:
        model = TapAction
        fields = [
            *("id", "name", "data", "tags_put", "tags_taken", "field", "value", "broadcasts", "answer"),
            *("archived_at", "tap_count", "tapped_at"),
        ]
        read_only_fields = ["archived_at", "tap_count", "tapped_at"]

    def get_data(self, action: TapAction) -> str:
        return f"tap:{action.code}"


class TapActionViewSet(
    ListModelMixin, RetrieveModelMixin, CreateModelMixin, UpdateModelMixin, GenericViewSet
):
    """What follows when a friend taps a button or a picture of a message."""

    request: ApiRequest
    queryset = TapAction.objects.select_related("field").prefetch_related("tags_put", "tags_taken")
    serializer_class = TapActionSerializer
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_converter = "int"

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.save_tap_action(
            TapAction(), by=self.request.user, **serializer.validated_data
        )

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        assert serializer.instance is not None
        kept = {name: getattr(serializer.instance, name) for name in ("name", "field", "value", "broadcasts")}
        kept |= {"answer": serializer.instance.answer}
        kept |= {name: getattr(serializer.instance, name).all() for name in ("tags_put", "tags_taken")}
        services.save_tap_action(
            serializer.instance, by=self.request.user, **(kept | serializer.validated_data)
        )
