"""Endpoints: auto-replies."""

from rest_framework import serializers
from rest_framework.viewsets import ModelViewSet

from accounts.http import ApiRequest
from autoreplies import services
from autoreplies.models import AutoReply
from friends.models import Tag


class AutoReplySerializer(serializers.ModelSerializer):
    words = serializers.ListField(
        child=serializers.CharField(max_length=services.LONGEST_WORD),
        required=False,
        help_text="Keywords; compared without differences of width and case",
    )
    messages = serializers.ListField(child=serializers.JSONField(), help_text="1 to 5 LINE message objects")
    tags = serializers.PrimaryKeyRelatedField(
        many=True, queryset=Tag.objects.all(), required=False, help_text="Put on the friend who is answered"
    )

    class Meta:
        model = AutoReply
        fields = [
            "id",
            "trigger",
            "name",
            "words",
            "match",
            "when",
            "messages",
            "tags",
            "is_on",
            "position",
            "given_count",
            "given_at",
        ]
        read_only_fields = ["position", "given_count", "given_at"]


class AutoReplyViewSet(ModelViewSet):
    """What the account answers by itself, free of charge. The first rule that fits answers."""

    request: ApiRequest
    queryset = AutoReply.objects.prefetch_related("tags")
    serializer_class = AutoReplySerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_converter = "int"

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.save_auto_reply(
            AutoReply(), by=self.request.user, **serializer.validated_data
        )

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        assert serializer.instance is not None
        services.save_auto_reply(serializer.instance, by=self.request.user, **serializer.validated_data)

    def perform_destroy(self, instance: AutoReply) -> None:
        services.delete_auto_reply(instance, by=self.request.user)
