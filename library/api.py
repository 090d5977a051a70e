"""Endpoints: files that messages show."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from accounts.errors import NotFound
from accounts.http import ApiRequest
from library import services
from library.models import Folder, MediaFile, MediaFileQuerySet


class MediaFileSerializer(serializers.ModelSerializer):
    """A file. What it shows never changes, so its addresses may be kept for good."""

    address = serializers.CharField(read_only=True, help_text="For a message: LINE and friends fetch it here")
    preview = serializers.CharField(
        source="preview_address", read_only=True, help_text="A small picture; empty for audio"
    )
    base = serializers.CharField(read_only=True, help_text="`baseUrl` of an imagemap with this picture")
    folder = serializers.CharField(source="folder.name", default=None, read_only=True)

    class Meta:
        model = MediaFile
        fields = [
            "id",
            "kind",
            "name",
            "folder",
            "address",
            "preview",
            "base",
            "media_type",
            "size",
            "width",
            "height",
            "duration_ms",
            "created_at",
            "archived_at",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {"size": {"help_text": "In bytes"}}


class MediaFileInputSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="JPEG, PNG or WEBP up to 30 MB; MP4, M4A or MP3 up to 200 MB")
    name = serializers.CharField(
        required=False, max_length=MediaFile.NAME_LENGTH, help_text="The file’s own name if left out"
    )
    folder = serializers.CharField(required=False, help_text="Name of a folder that is there")


class MediaFileChangeSerializer(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=MediaFile.NAME_LENGTH)
    is_archived = serializers.BooleanField(required=False)


class MediaFileFilter(serializers.Serializer):
    kind = serializers.ChoiceField(MediaFile.Kind.choices, required=False)
    is_archived = serializers.BooleanField(required=False)


class MediaFileViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Pictures, videos and audio that messages show, in the sizes LINE asks for."""

    request: ApiRequest
    queryset = MediaFile.objects.stored().select_related("folder")
    serializer_class = MediaFileSerializer
    filter_serializer = MediaFileFilter
    lookup_value_converter = "int"
    parser_classes = [*api_settings.DEFAULT_PARSER_CLASSES, MultiPartParser]  # type: ignore[list-item]

    def narrow(
        self, files: MediaFileQuerySet, kind: str = "", is_archived: bool | None = None
    ) -> MediaFileQuerySet:
        if is_archived is not None:
            files = files.filter(archived_at__isnull=not is_archived)
        return files.filter(kind=kind) if kind else files

    @extend_schema(
        request={"multipart/form-data": MediaFileInputSerializer},
        responses={200: MediaFileSerializer, 201: MediaFileSerializer},
    )
    def create(self, request: ApiRequest) -> Response:
        """Keep a file. 200 if the same content is there already: the same content is one file."""
        body = MediaFileInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        added = services.add(
            given["file"], name=given.get("name", ""), folder=_folder(given.get("folder")), by=request.user
        )
        return Response(MediaFileSerializer(added.file).data, status=201 if added.is_new else 200)

    @extend_schema(request=MediaFileChangeSerializer, responses={200: MediaFileSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Another name; archive it or take it back into use."""
        body = MediaFileChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        file, given = self.get_object(), body.validated_data
        if "name" in given:
            services.change_file(file, name=given["name"], by=request.user)
        if "is_archived" in given:
            (services.archive if given["is_archived"] else services.restore)(file, by=request.user)
            file.refresh_from_db()
        return Response(MediaFileSerializer(file).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Delete what no message shows."""
        services.delete_file(self.get_object(), by=request.user)
        return Response(status=204)


def _folder(name: str | None) -> Folder | None:
    """Raises NotFound."""
    if not name:
        return None
    found = Folder.objects.filter(name=name).first()
    if found is None:
        raise NotFound(what=_("Folder"), name=name)
    return found
