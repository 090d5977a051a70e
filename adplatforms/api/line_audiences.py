"""Endpoints: segments kept at LINE as audiences."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from adplatforms.line_audiences import commands, sizes
from adplatforms.models import LineAdAudience, LineAdVersion
from segments.models import Audience
from segments.reaching import audience_steps, audiences

LOOK, EXPORT = "adplatforms.view_adaudience", "adplatforms.export_adaudience"
State = LineAdVersion.State


class LineAdVersionSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(
        choices=State.choices,
        help_text="`next`: being made; `current`: in place at LINE; `former`: the one before, kept",
    )
    making = serializers.ChoiceField(
        source="made.state", choices=Audience.State.choices, help_text="How far LINE’s audience is"
    )
    why = serializers.SerializerMethodField(help_text="What went wrong and what to do; empty if nothing did")
    line_name = serializers.SerializerMethodField(help_text="Its name in LINE’s console")
    line_id = serializers.IntegerField(source="made.line_id", allow_null=True, help_text="`audienceGroupId`")
    uploaded = serializers.IntegerField(source="made.sent_count", help_text="People uploaded so far")
    out = serializers.IntegerField(help_text="People given to LINE")
    is_lost = serializers.BooleanField(
        help_text="LINE had it and has it no longer, or not as something to use: push again"
    )
    line_status = serializers.CharField(help_text="LINE’s word, such as READY or EXPIRED, as last looked at")
    missing_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was noticed that somebody deleted it at LINE"
    )
    expires_at = serializers.DateTimeField(help_text="When LINE forgets it")

    class Meta:
        model = LineAdVersion
        fields = [
            *("number", "state", "making", "why", "line_name", "line_id", "uploaded"),
            *("total", "out", "refused", "never_asked", "not_linked"),
            *("is_lost", "line_status", "line_count", "missing_at", "looked_at", "expires_at"),
            *("created_at", "settled_at"),
        ]
        read_only_fields = fields

    def to_representation(self, version: LineAdVersion) -> dict[str, Any]:
        """What was never in place cannot be lost."""
        shown = super().to_representation(version)
        return shown | {"is_lost": version.is_at_line and version.is_lost}

    def get_why(self, version: LineAdVersion) -> str:
        return str(audiences.why(version.made))

    def get_line_name(self, version: LineAdVersion) -> str:
        return audience_steps.name_of(version.made)


class LineAdAudienceSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=LineAdAudience.NAME_LENGTH)
    rhythm = serializers.ChoiceField(
        choices=LineAdAudience.Rhythm.choices,
        required=False,
        help_text="How often it is brought up to date, from the first push on",
    )
    only_agreed = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Only people who agreed to ads; else also those whom nobody asked. Who said no never goes",
    )
    keeps_former = serializers.BooleanField(
        required=False, default=False, help_text="Whether LINE keeps the version before, too"
    )
    problem = serializers.CharField(
        read_only=True, help_text="Code of what its last time was refused by; empty if nothing"
    )

    class Meta:
        model = LineAdAudience
        fields = [
            *("id", "name", "segment", "rhythm", "only_agreed", "keeps_former"),
            *("problem", "compared_at", "due_at", "created_at"),
        ]
        read_only_fields = ["compared_at", "due_at", "created_at"]

    def create(self, given: dict[str, Any]) -> LineAdAudience:
        return commands.create(by=self.context["request"].user, **given)


class LineAdRhythmSerializer(serializers.Serializer):
    rhythm = serializers.ChoiceField(choices=LineAdAudience.Rhythm.choices, required=False)
    keeps_former = serializers.BooleanField(required=False)


class LineAdSizeSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="People in the segment")
    out = serializers.IntegerField(help_text="Of these, go to LINE")
    agreed = serializers.IntegerField(help_text="Agreed to ads")
    refused = serializers.IntegerField(help_text="Said no to ads, or were erased: they never go")
    never_asked = serializers.IntegerField(help_text="Customers whom nobody asked")
    not_linked = serializers.IntegerField(help_text="Not linked to a customer")
    unwelcome = serializers.IntegerField(
        help_text="LINE holds them, and they may not go any more: push again, and they are gone"
    )


class LineAdAudienceViewSet(
    ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet
):
    """Segments that LINE holds as audiences by user ID, for its ads and its own console. Newest first."""

    request: ApiRequest
    queryset = LineAdAudience.objects.all()
    serializer_class = LineAdAudienceSerializer
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "partial_update": EXPORT,  # from then on people go by themselves
        "size": LOOK,
        "versions": LOOK,
        "push": EXPORT,
        "remove_former": "adplatforms.delete_adaudience",
        **{
            name: f"adplatforms.{verb}_adaudience"
            for name, verb in (
                ("list", "view"),
                ("retrieve", "view"),
                ("create", "add"),
                ("destroy", "delete"),
            )
        },
    }

    @extend_schema(request=LineAdRhythmSerializer, responses={200: LineAdAudienceSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """How often it is brought up to date, and whether the version before is kept."""
        body = LineAdRhythmSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        changed = commands.change(self.get_object(), **body.validated_data, by=request.user)
        return Response(self.get_serializer(changed).data)

    def perform_destroy(self, instance: LineAdAudience) -> None:
        """Delete it here and, with all its versions, at LINE."""
        commands.remove(instance, by=self.request.user)

    @extend_schema(responses={200: LineAdSizeSerializer})
    @action(detail=True, methods=["get"])
    def size(self, request: ApiRequest, pk: int) -> Response:
        """Who would go now, why the others would not, and whom LINE holds who may not go any more."""
        audience = self.get_object()
        found = sizes.of(audience)
        names = ("agreed", "refused", "never_asked", "not_linked", "out")
        counts = {name: len(getattr(found, name)) for name in names}
        there = self._versions(audience).filter(state__in=[State.CURRENT, State.FORMER], missing_at=None)
        unwelcome = sum(map(sizes.unwelcome, there.defer(None).select_related("audience")))
        said = counts | {"total": found.total, "unwelcome": unwelcome}
        return Response(LineAdSizeSerializer(said).data)

    @extend_schema(responses={200: LineAdVersionSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def versions(self, request: ApiRequest, pk: int) -> Response:
        """What LINE was given, newest first."""
        page = self.paginate_queryset(self._versions(self.get_object()))
        return self.get_paginated_response(LineAdVersionSerializer(page, many=True).data)

    @extend_schema(request=None, responses={201: LineAdVersionSerializer})
    @versions.mapping.post
    def push(self, request: ApiRequest, pk: int) -> Response:
        """Give LINE those who may go now, as a new version; once it is ready, the one before is deleted.

        422 `line_ad_audience_up_to_date` if LINE has exactly these people.
        """
        made = commands.push(self.get_object(), by=request.user)
        return Response(LineAdVersionSerializer(made).data, status=201)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="former")
    def remove_former(self, request: ApiRequest, pk: int) -> Response:
        """Delete the version before at LINE, which was kept."""
        former = self._versions(self.get_object()).filter(state=State.FORMER).first()
        if former is not None:
            commands.remove_former(former, by=request.user)
        return Response(status=204)

    def _versions(self, audience: LineAdAudience) -> QuerySet[LineAdVersion]:
        return audience.versions.light()
