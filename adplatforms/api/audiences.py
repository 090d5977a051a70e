"""Endpoints: audiences for ads and their files."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from adplatforms.audiences import commands, sizes
from adplatforms.models import AdAudience, AdAudienceFile
from adplatforms.views.audiences import as_file

LOOK, EXPORT = "adplatforms.view_adaudience", "adplatforms.export_adaudience"


class AdAudienceSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=AdAudience.NAME_LENGTH)
    form = serializers.ChoiceField(choices=AdAudience.Form.choices, help_text="Platform whose columns it has")

    class Meta:
        model = AdAudience
        fields = ["id", "name", "segment", "form", "contacts", "created_at"]
        read_only_fields = ["created_at"]

    def create(self, given: dict[str, Any]) -> AdAudience:
        return commands.create(by=self.context["request"].user, **given)


class AdAudienceSizeSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="People in the segment")
    linked = serializers.IntegerField(help_text="Of these, linked to a customer")
    with_contact = serializers.IntegerField(help_text="Of these, with a contact that is chosen")
    out = serializers.IntegerField(help_text="Of these, agreed to ads: they go out")
    withdrawn = serializers.IntegerField(help_text="With a contact, but do not agree")
    never_asked = serializers.IntegerField(help_text="With a contact, but nobody asked them")
    removable = serializers.IntegerField(help_text="Given out before, and to be taken off again")


class AdAudienceFileSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=AdAudienceFile.Kind.choices)
    percent = serializers.IntegerField(read_only=True)
    problem = serializers.CharField(
        source="why", read_only=True, help_text="Why it failed; empty if it did not. Make another one then"
    )

    class Meta:
        model = AdAudienceFile
        fields = [
            "id",
            "audience",
            "kind",
            "state",
            "problem",
            "percent",
            "total",
            "rows",
            "size",
            "created_at",
            "made_at",
            "expires_at",
            "download_count",
        ]
        read_only_fields = [name for name in fields if name != "kind"]


class AdAudienceViewSet(
    ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet
):
    """Segments whose people a platform may know by hashed contacts."""

    request: ApiRequest
    queryset = AdAudience.objects.all()
    serializer_class = AdAudienceSerializer
    lookup_value_converter = "int"
    permission_required = {"size": LOOK, "files": LOOK, "make": EXPORT, "file": EXPORT}  # noqa: RUF012

    def perform_destroy(self, instance: AdAudience) -> None:
        commands.remove(instance, by=self.request.user)

    @extend_schema(responses={200: AdAudienceSizeSerializer})
    @action(detail=True, methods=["get"])
    def size(self, request: ApiRequest, pk: int) -> Response:
        """How many can be given out now, and why the others cannot."""
        audience = self.get_object()
        found = sizes.of(audience, sizes.people(audience))
        names = ("total", "linked", "with_contact", "out", "withdrawn", "never_asked")
        said = {name: getattr(found, name) for name in names} | {"removable": sizes.removable(audience)}
        return Response(AdAudienceSizeSerializer(said).data)

    @extend_schema(responses={200: AdAudienceFileSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def files(self, request: ApiRequest, pk: int) -> Response:
        """Its files, newest first. One is ready when `state` says so."""
        page = self.paginate_queryset(self.get_object().files.all())
        return self.get_paginated_response(AdAudienceFileSerializer(page, many=True).data)

    @extend_schema(request=AdAudienceFileSerializer, responses={201: AdAudienceFileSerializer})
    @files.mapping.post
    def make(self, request: ApiRequest, pk: int) -> Response:
        """Have a file made of those to add, or of those to take off the platform’s list again."""
        body = AdAudienceFileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        is_removal = body.validated_data["kind"] == AdAudienceFile.Kind.REMOVE
        begin = commands.begin_removal if is_removal else commands.begin_export
        made = begin(self.get_object(), by=request.user)
        return Response(AdAudienceFileSerializer(made).data, status=201)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="files/<int:file>/content")
    def file(self, request: ApiRequest, pk: int, file: int) -> HttpResponseBase:
        """The hashes. Whoever is in a removal file counts as removed from now on."""
        found = get_object_or_404(AdAudienceFile.objects.select_related("audience"), pk=file, audience=pk)
        return as_file(found, commands.download(found, by=request.user))
