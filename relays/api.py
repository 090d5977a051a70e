"""Endpoints: relays and what went to them."""

from datetime import datetime

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from relays import addresses, outside, services
from relays.models import Delivery, Target


class TargetSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=Target.NAME_LENGTH)
    # Whether an address may be used the service says, and what to do if it may not.
    url = serializers.CharField(max_length=addresses.LONGEST, help_text="https, port 443, open to everybody")
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=30),
        required=False,
        help_text="Empty: everything, byte for byte with LINE's signature",
    )
    untested = serializers.BooleanField(
        write_only=True,
        required=False,
        help_text="Save it although the address does not answer a test with 2xx",
    )
    standing = serializers.ChoiceField(Target.Standing.choices, read_only=True)
    problem = serializers.SerializerMethodField(help_text="Why the last attempt failed; empty if it did not")

    class Meta:
        model = Target
        fields = [
            "id",
            "name",
            "url",
            "event_types",
            "untested",
            "standing",
            "problem",
            "paused_at",
            "failing_since",
            "succeeded_at",
            "created_at",
        ]
        read_only_fields = ["paused_at", "failing_since", "succeeded_at", "created_at"]

    def get_problem(self, target: Target) -> str:
        return outside.in_words(target.last_error)


class AttemptSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="null: there was no answer")
    took_ms = serializers.IntegerField()
    problem = serializers.SerializerMethodField()

    def get_problem(self, attempt: dict) -> str:
        return outside.in_words(attempt["error"])


class DeliverySerializer(serializers.ModelSerializer):
    next_try_at = serializers.SerializerMethodField()
    attempts = AttemptSerializer(many=True, source="tries")

    class Meta:
        model = Delivery
        fields = ["id", "body_received_at", "event_types", "state", "next_try_at", "finished_at", "attempts"]

    def get_next_try_at(self, delivery: Delivery) -> datetime | None:
        return delivery.due_at if delivery.state == Delivery.State.NEW else None


class RelayViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet):
    """Other tools of the client's that get the webhook as it came."""

    request: ApiRequest
    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    lookup_value_converter = "int"
    permission_required = {
        "pause": "relays.change_target",
        "resume": "relays.change_target",
        "deliveries": "relays.view_target",
    }

    def get_queryset(self) -> QuerySet[Target]:
        return Target.objects.of(current.tenant())

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.create_target(**serializer.validated_data, by=self.request.user)

    def perform_destroy(self, instance: Target) -> None:
        services.remove(instance, by=self.request.user)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is named. A new address is tested."""
        changes = self.get_serializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        target = services.change_target(self.get_object(), **changes.validated_data, by=request.user)
        return Response(TargetSerializer(target).data)

    @extend_schema(request=None, responses={200: TargetSerializer})
    @action(detail=True, methods=["put"])
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Send nothing until it is resumed. What comes in meanwhile is kept for 28 hours."""
        target = self.get_object()
        services.pause(target, by=request.user)
        return Response(TargetSerializer(target).data)

    @extend_schema(request=None, responses={200: TargetSerializer})
    @pause.mapping.delete
    def resume(self, request: ApiRequest, pk: int) -> Response:
        """Send what has waited, and what comes."""
        target = self.get_object()
        services.resume(target, by=request.user)
        return Response(TargetSerializer(target).data)

    @extend_schema(responses={200: DeliverySerializer(many=True)})
    @action(detail=True, methods=["get"])
    def deliveries(self, request: ApiRequest, pk: int) -> Response:
        """What went or goes there, newest first."""
        page = self.paginate_queryset(Delivery.objects.of(self.get_object()))
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)
