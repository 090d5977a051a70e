"""Endpoints: destinations of conversions, and what each was told."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from adplatforms import services
from adplatforms.handing import files, secrets
from adplatforms.models import ConversionFile, Delivery, Destination, Handover
from adplatforms.models.delivery import Reason
from adplatforms.views.files import as_file
from attribution.models import Point
from relays import outside

CHANGE = "adplatforms.change_destination"


class AdDestinationSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=Destination.NAME_LENGTH)
    kind = serializers.ChoiceField(choices=Destination.Kind.choices, help_text="It stays")
    # Whether an address may be used the service says, and what to do if it may not.
    url = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="https, port 443; empty for files"
    )
    points = serializers.PrimaryKeyRelatedField(
        many=True, queryset=Point.objects.open(), help_text="Ids of conversion points"
    )
    click_ids = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, help_text="Such as gclid, by preference"
    )
    consent = serializers.ChoiceField(choices=Destination.Consent.choices, required=False)
    since = MomentField(required=False, help_text="At most 90 days back; now if left out. It stays")
    secret = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        max_length=1_000,
        help_text="The platform’s token. Left out or empty: the one that is kept stays",
    )
    standing = serializers.ChoiceField(Destination.Standing.choices, read_only=True)
    problem = serializers.SerializerMethodField(help_text="Why the last request failed; empty if it did not")

    class Meta:
        model = Destination
        fields = [
            "id",
            "name",
            "kind",
            "url",
            "secret",
            "source_id",
            "event_name",
            "page_url",
            "points",
            "click_ids",
            "click_choice",
            "window_days",
            "needs_click",
            "sends_contacts",
            "consent",
            "order_id",
            "delay_hours",
            "since",
            "standing",
            "problem",
            "paused_at",
            "failing_since",
            "succeeded_at",
            "created_at",
        ]
        read_only_fields = ["paused_at", "failing_since", "succeeded_at", "created_at"]

    def get_problem(self, destination: Destination) -> str:
        return outside.in_words(destination.last_error)

    def create(self, given: dict[str, Any]) -> Destination:
        return services.create_destination(by=self.context["request"].user, **given)

    def update(self, destination: Destination, given: dict[str, Any]) -> Destination:
        changes = {name: value for name, value in given.items() if name not in ("kind", "since")}
        return services.change_destination(destination, by=self.context["request"].user, **changes)


class AdSecretSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="By which the webhook is signed; whsec_…")


class AdTestSerializer(serializers.Serializer):
    code = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="The platform’s own test code"
    )


class AdTriedSerializer(serializers.Serializer):
    is_good = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True, help_text="null: there was no answer")
    took_ms = serializers.IntegerField()
    problem = serializers.CharField()
    answer = serializers.CharField(help_text="The beginning of its text")
    request = serializers.CharField(help_text="The body that was sent, without the token")


class AdAttemptSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="null: there was no answer")
    took_ms = serializers.IntegerField()
    problem = serializers.SerializerMethodField()

    def get_problem(self, attempt: dict) -> str:
        return outside.in_words(attempt["error"])


class AdDeliverySerializer(serializers.ModelSerializer):
    key = serializers.CharField(help_text="By which the receiver knows a repetition")
    destination = serializers.IntegerField(source="destination_id")
    conversion = serializers.IntegerField(source="handover_id", help_text="Id of the conversion handed over")
    attempts = AdAttemptSerializer(many=True, source="past_tries")

    class Meta:
        model = Delivery
        fields = [
            "id",
            "key",
            "destination",
            "conversion",
            "number",
            "kind",
            "amount",
            "state",
            "reason",
            "due_at",
            "ended_at",
            "attempts",
        ]


class AdDeliveryFilter(serializers.Serializer):
    destination = serializers.IntegerField(required=False, help_text="Id of a destination")
    conversion = serializers.IntegerField(required=False, help_text="Id of a conversion handed over")
    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False)


class AdConversionSerializer(serializers.ModelSerializer):
    destination = serializers.IntegerField(source="destination_id")
    point = serializers.IntegerField(source="point_id")
    conversion = serializers.IntegerField(source="source", help_text="Number of the order, or of the event")
    friend = serializers.IntegerField(source="friend_id", allow_null=True)
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="null: it does not count any more"
    )

    class Meta:
        model = Handover
        fields = [
            "id",
            "event_id",
            "destination",
            "point",
            "conversion",
            "friend",
            "customer_id",
            "at",
            "amount",
            "told",
            "click_name",
            "clicked_at",
            "state",
            "reason",
        ]


class AdConversionFilter(serializers.Serializer):
    destination = serializers.IntegerField(required=False, help_text="Id of a destination")
    state = serializers.ChoiceField(choices=Handover.State.choices, required=False)
    reason = serializers.ChoiceField(choices=Reason.choices, required=False)


class AdFileSerializer(serializers.ModelSerializer):
    part = serializers.ChoiceField(choices=ConversionFile.Part.choices)

    class Meta:
        model = ConversionFile
        fields = ["id", "part", "count", "made_at"]
        read_only_fields = ["count", "made_at"]


class AdDestinationViewSet(
    ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet
):
    """Who is told of conversions: platforms, programs of the client’s own, and files."""

    request: ApiRequest
    queryset = Destination.objects.prefetch_related("points")
    serializer_class = AdDestinationSerializer
    lookup_value_converter = "int"
    permission_required = dict.fromkeys(
        ("pause", "resume", "secret", "renew", "tests", "make_file", "file"), CHANGE
    ) | {"files": "adplatforms.view_destination"}

    def perform_destroy(self, instance: Destination) -> None:
        services.remove(instance, by=self.request.user)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given. Kind and `since` stay; what was told stays told."""
        body = self.get_serializer(self.get_object(), data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(self.get_serializer(body.save()).data)

    @extend_schema(request=None, responses={200: AdDestinationSerializer})
    @action(detail=True, methods=["put"])
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Send nothing until it is resumed. Conversions wait."""
        destination = self.get_object()
        services.pause(destination, by=request.user)
        return Response(self.get_serializer(destination).data)

    @extend_schema(request=None, responses={200: AdDestinationSerializer})
    @pause.mapping.delete
    def resume(self, request: ApiRequest, pk: int) -> Response:
        """Send what has waited, and what comes."""
        destination = self.get_object()
        services.resume(destination, by=request.user)
        return Response(self.get_serializer(destination).data)

    @extend_schema(responses={200: AdSecretSerializer})
    @action(detail=True, methods=["get"])
    def secret(self, request: ApiRequest, pk: int) -> Response:
        """The secret by which our webhook is signed; 404 for the other kinds."""
        destination = get_object_or_404(Destination, pk=pk, kind=Destination.Kind.WEBHOOK)
        return Response({"secret": secrets.present(destination)})

    @extend_schema(request=None, responses={200: AdSecretSerializer})
    @secret.mapping.post
    def renew(self, request: ApiRequest, pk: int) -> Response:
        """A new secret. For a day the former one signs too."""
        return Response({"secret": services.renew_secret(self.get_object(), by=request.user)})

    @extend_schema(request=AdTestSerializer, responses={200: AdTriedSerializer})
    @action(detail=True, methods=["post"])
    def tests(self, request: ApiRequest, pk: int) -> Response:
        """Send a made-up conversion of ¥1, and tell what came back."""
        body = AdTestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        tried = services.try_out(self.get_object(), **body.validated_data, by=request.user)
        answer = tried.answer
        said = {
            "is_good": answer.is_good,
            "status": answer.status,
            "took_ms": answer.took_ms,
            "problem": outside.in_words(answer.error),
            "answer": answer.text,
            "request": tried.request.shown,
        }
        return Response(AdTriedSerializer(said).data)

    @extend_schema(responses={200: AdFileSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def files(self, request: ApiRequest, pk: int) -> Response:
        """Files that were made, newest first."""
        page = self.paginate_queryset(self.get_object().files.all())
        return self.get_paginated_response(AdFileSerializer(page, many=True).data)

    @extend_schema(request=AdFileSerializer, responses={201: AdFileSerializer})
    @files.mapping.post
    def make_file(self, request: ApiRequest, pk: int) -> Response:
        """A file of what is new since the last one; its lines count as told."""
        body = AdFileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = files.make(self.get_object(), body.validated_data["part"], by=request.user)
        return Response(AdFileSerializer(made).data, status=201)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="files/<int:file>/content")
    def file(self, request: ApiRequest, pk: int, file: int) -> HttpResponse:
        """The lines of a file, as CSV."""
        made = get_object_or_404(ConversionFile, pk=file, destination=pk)
        return as_file(files.content(made), f"conversions-{pk}-{made.pk}")


class AdConversionViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Conversions as each destination knows them, and why one is not told. Newest first."""

    queryset = Handover.objects.all()
    serializer_class = AdConversionSerializer
    filter_serializer = AdConversionFilter
    lookup_value_converter = "int"

    def narrow(self, queryset: QuerySet[Handover], **exact: object) -> QuerySet[Handover]:
        return queryset.filter(**exact)


class AdDeliveryViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What was told, with every attempt. Newest first."""

    queryset = Delivery.objects.select_related("handover")
    serializer_class = AdDeliverySerializer
    filter_serializer = AdDeliveryFilter
    lookup_value_converter = "int"
    permission_required = {"again": CHANGE}  # noqa: RUF012

    def narrow(
        self, queryset: QuerySet[Delivery], *, conversion: int | None = None, **exact: object
    ) -> QuerySet[Delivery]:
        of_one = {} if conversion is None else {"handover": conversion}
        return queryset.filter(**exact, **of_one)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def again(self, request: ApiRequest, pk: int) -> Response:
        """Send what has failed once more, now, with a schedule of its own."""
        services.send_again(self.get_object(), by=request.user)
        return Response(status=204)
