"""Endpoints: files of any kind, what is wrong with their rows, what came of them."""

import io
from typing import Any, cast

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from imports import access, kinds, services
from imports.kinds import Kind
from imports.models import ImportFault, ImportRun

LONGEST_TEXT = 1_000_000
ANY = "imports.view_importrun"
EACH = "as kinds/ says, e.g. customers.import_customer"  # for the document
BODIES = ["multipart/form-data", "application/json"]


class MayImport(BasePermission):
    """What the kind in question needs; lists are for whoever may import or see anything."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        if getattr(view, "detail", False):
            return True  # the object decides
        kind = kinds.of(_kind_name(request)) if request.method == "POST" else None
        self._say(kind.permission if kind else ANY)
        if kind:
            return request.user.has_perm(kind.permission)
        return request.user.has_perm(ANY) or bool(access.kinds_for(cast("Any", request.user)))

    def has_object_permission(self, request: Request, view: APIView, run: ImportRun) -> bool:
        kind = kinds.of(run.kind)
        self._say(kind.permission if kind else ANY)
        return bool(kind and request.user.has_perm(kind.permission))

    def _say(self, needed: str) -> None:
        self.message = _("This needs the permission “%(permission)s”.") % {"permission": needed}


# The framework takes declared fields off the class, so that a field may be called `label`.
class ColumnSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="What `mapping` calls it")
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="For people; recognised as a header too"
    )
    is_required = serializers.BooleanField()
    known_as = serializers.ListField(child=serializers.CharField(), help_text="Headers that are recognised")
    help = serializers.CharField()


class KindSerializer(serializers.Serializer):
    """What a file can hold, and the columns that it can have now."""

    kind = serializers.CharField(source="name")
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    permission = serializers.CharField(help_text="The scope that a key needs for it")
    columns = ColumnSerializer(many=True)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class CountsField(serializers.JSONField):
    """Numbers by outcome."""


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class ReadAsField(serializers.JSONField):
    """Names of columns by headers of the file."""


class ImportRunSerializer(serializers.ModelSerializer):
    mapping = serializers.SerializerMethodField(help_text="What each header of the file is read as")
    counts = CountsField(read_only=True, help_text="What was done, by outcome of the kind")

    class Meta:
        model = ImportRun
        fields = [
            "id",
            "kind",
            "name",
            "state",
            "problem",
            "mapping",
            "rows",
            "good",
            "refused",
            "done",
            "new",
            "counts",
            "created_at",
            "ended_at",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "problem": {"help_text": "Why it failed"},
            "rows": {"help_text": "Rows that were read so far, without empty ones"},
            "good": {"help_text": "Rows that can be written, or were"},
            "done": {"help_text": "Rows that were written so far"},
            "new": {"help_text": "How many good rows are new; null if that cannot be told beforehand"},
        }

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_mapping(self, run: ImportRun) -> dict[str, str]:
        return {name: meaning for name, meaning in zip(run.header, run.columns, strict=False) if meaning}


class ImportInputSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="As `kinds/` names it, e.g. customers")
    file = serializers.FileField(required=False, help_text="CSV in UTF-8 or Shift_JIS, as a part of a form")
    text = serializers.CharField(
        required=False,
        trim_whitespace=False,
        max_length=LONGEST_TEXT,
        help_text="In place of the file: its text, first line included",
    )
    mapping = ReadAsField(
        required=False,
        help_text="Names of columns by headers of the file, as a JSON object; recognised if left out",
    )
    confirm = serializers.BooleanField(
        default=False, help_text="Write what is good once it is checked, without anybody looking"
    )

    def validate_mapping(self, given: object) -> dict[str, str]:
        """A form carries the object as text."""
        try:
            read = orjson.loads(given) if isinstance(given, str) else given
        except orjson.JSONDecodeError:
            read = None
        if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
            raise serializers.ValidationError(_("Give an object of names of columns by headers of the file."))
        return read

    def validate(self, attrs: dict) -> dict:
        if ("file" in attrs) == ("text" in attrs):
            raise serializers.ValidationError({"file": _("Give a file, or its text.")})
        return attrs


class RefusedRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = ImportFault
        fields = ["line", "column", "reason"]
        extra_kwargs = {"line": {"help_text": "Of the file; its first is 1"}}


class ImportFilter(serializers.Serializer):
    kind = serializers.CharField(required=False, help_text="As `kinds/` names it")
    state = serializers.ChoiceField(ImportRun.State.choices, required=False)


class ImportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Files on their way in: uploaded, checked, confirmed, written row by row, bad rows reported."""

    request: ApiRequest
    queryset = ImportRun.objects.all()
    serializer_class = ImportRunSerializer
    filter_serializer = ImportFilter
    permission_classes = [MayImport]
    parser_classes = [*api_settings.DEFAULT_PARSER_CLASSES, MultiPartParser]  # type: ignore[list-item]
    permission_required = {
        "list": ANY,
        "kinds": ANY,
        "retrieve": EACH,
        "create": EACH,
        "refused": EACH,
        "confirmation": EACH,
        "cancellation": EACH,
    }
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[ImportRun]:
        return access.runs_for(self.request.user) if self.action == "list" else self.queryset.all()

    def narrow(self, queryset: QuerySet[ImportRun], **given: str) -> QuerySet[ImportRun]:
        return queryset.filter(**given)

    @extend_schema(request=dict.fromkeys(BODIES, ImportInputSerializer))
    def create(self, request: ApiRequest) -> Response:
        """Upload a file and have it checked. With `confirm` its good rows are written as well."""
        body = ImportInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        file = given.get("file") or io.BytesIO(given["text"].encode())
        run = services.submit(
            services.kind_named(given["kind"]),
            file,
            name=getattr(file, "name", "") or f"{given['kind']}.csv",
            meanings=given.get("mapping"),
            writes_at_once=given["confirm"],
            by=request.user,
        )
        return Response(ImportRunSerializer(run).data, status=201)

    @extend_schema(responses={200: KindSerializer(many=True)})
    @action(detail=False, pagination_class=None, filter_backends=[])
    def kinds(self, request: ApiRequest) -> Response:
        """Tell what can be imported, with the columns that each kind of file can have."""
        return Response([_described(kind) for kind in access.kinds_for(request.user)])

    @extend_schema(responses={200: RefusedRowSerializer(many=True)})
    @action(detail=True, filter_backends=[])
    def refused(self, request: ApiRequest, pk: int) -> Response:
        """List the rows that were refused, in the order of the file, with reasons for people."""
        self.keyset = ("line",)
        page = self.paginate_queryset(self.get_object().faults.all())
        return self.get_paginated_response(RefusedRowSerializer(page, many=True).data)

    @extend_schema(request=None, responses={200: ImportRunSerializer})
    @action(detail=True, methods=["put"])
    def confirmation(self, request: ApiRequest, pk: int) -> Response:
        """Have what was checked written."""
        run = self.get_object()
        services.confirm(run, by=request.user)
        run.refresh_from_db()
        return Response(ImportRunSerializer(run).data)

    @extend_schema(request=None, responses={200: ImportRunSerializer})
    @action(detail=True, methods=["put"])
    def cancellation(self, request: ApiRequest, pk: int) -> Response:
        """Stop it. What is written stays."""
        run = self.get_object()
        services.cancel(run, by=request.user)
        run.refresh_from_db()
        return Response(ImportRunSerializer(run).data)


def _kind_name(request: Request) -> str:
    given = request.data.get("kind") if hasattr(request.data, "get") else None
    return given if isinstance(given, str) else ""


def _described(kind: Kind) -> dict:
    return KindSerializer(
        {
            "name": kind.name,
            "label": kind.label,
            "help": kind.help,
            "permission": kind.permission,
            "columns": kind.columns(),
        }
    ).data
