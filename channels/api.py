"""Endpoint: the client's channel and how it is. Secrets are not among its facts."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from channels import limits
from channels.models import Channel, ChannelCheck


class CheckSerializer(serializers.ModelSerializer):
    title = serializers.CharField(help_text="What was found, in words of the language asked for")
    advice = serializers.CharField(help_text="What to do about it; empty where there is nothing to do")

    class Meta:
        model = ChannelCheck
        fields = ["kind", "state", "finding", "title", "advice", "since", "checked_at"]
        extra_kwargs = {"finding": {"help_text": "Stable, such as webhook_off"}}


class ChannelSerializer(serializers.ModelSerializer):
    webhook_url = serializers.CharField(help_text="Where LINE delivers, if this client receives the webhook")
    add_friend_url = serializers.CharField()
    is_rotating = serializers.BooleanField(help_text="Whether the secret before this one is still accepted")
    checks = serializers.SerializerMethodField(help_text="What holds now")
    cannot = serializers.SerializerMethodField(help_text="What this account cannot do, in words")

    class Meta:
        model = Channel
        fields = [
            "channel_id",
            "bot_user_id",
            "basic_id",
            "name",
            "picture_url",
            "mode",
            "account_type",
            "provider_id",
            "provider_name",
            "login_channel_id",
            "liff_id",
            "webhook_url",
            "add_friend_url",
            "connected_at",
            "secret_since",
            "is_rotating",
            "old_secret_until",
            "checks",
            "cannot",
        ]

    @extend_schema_field(CheckSerializer(many=True))
    def get_checks(self, channel: Channel) -> list[dict[str, Any]]:
        present = ChannelCheck.objects.present().filter(tenant=channel.tenant_id).order_by("kind")
        return list(CheckSerializer(present, many=True).data)

    def get_cannot(self, channel: Channel) -> list[str]:
        return limits.of(channel)


class ChannelViewSet(GenericViewSet):
    """The LINE Official Account of this client: there is one. 404 while none is connected."""

    queryset = Channel.objects.select_related("tenant")
    serializer_class = ChannelSerializer
    pagination_class = None

    def retrieve(self, request: Request) -> Response:
        """Facts of the channel, its checks, and what it cannot do."""
        channel = get_object_or_404(self.get_queryset(), tenant=current.tenant().pk)
        return Response(ChannelSerializer(channel).data)
