"""Endpoints: messages to begin with, the client's own and its agency's."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from accounts.http import ApiRequest
from agency_library.models import AgencyTemplate
from library.message_templates import agency, commands
from library.models import MessageTemplate, MessageTemplateQuerySet


class MessageTemplateSerializer(serializers.ModelSerializer):
    messages = serializers.ListField(child=serializers.JSONField(), help_text="1 to 5 LINE message objects")

    class Meta:
        model = MessageTemplate
        fields = [
            "id",
            "name",
            "folder",
            "note",
            "messages",
            "used_count",
            "used_at",
            "created_at",
            "changed_at",
        ]
        read_only_fields = ["used_count", "used_at", "created_at", "changed_at"]


class TemplateFilter(serializers.Serializer):
    q = serializers.CharField(required=False, help_text="Words in name, folder or note")
    folder = serializers.CharField(required=False)


class MessageTemplateViewSet(ModelViewSet):
    """Messages kept to begin with. Whoever uses one gets a copy."""

    request: ApiRequest
    queryset = MessageTemplate.objects.all()
    serializer_class = MessageTemplateSerializer
    filter_serializer = TemplateFilter
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_converter = "int"

    def narrow(
        self, templates: MessageTemplateQuerySet, q: str = "", folder: str = ""
    ) -> MessageTemplateQuerySet:
        templates = templates.matching(q) if q else templates
        return templates.filter(folder=folder) if folder else templates

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = commands.create_template(**serializer.validated_data, by=self.request.user)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        assert serializer.instance is not None
        commands.change_template(serializer.instance, **serializer.validated_data, by=self.request.user)

    def perform_destroy(self, instance: MessageTemplate) -> None:
        commands.delete_template(instance, by=self.request.user)


class AgencyTemplateSerializer(serializers.ModelSerializer):
    class Meta:
        model = AgencyTemplate
        fields = ["id", "name", "folder", "note", "messages", "created_at", "changed_at"]
        read_only_fields = fields


class AgencyTemplateViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What the agency offers to its clients. To send its pictures, copy it: they become the client's own."""

    request: ApiRequest
    queryset = AgencyTemplate.objects.all()
    serializer_class = AgencyTemplateSerializer
    lookup_value_converter = "int"
    permission_required = {"duplicate": "library.add_messagetemplate"}  # noqa: RUF012

    def get_queryset(self) -> QuerySet[AgencyTemplate]:
        return agency.templates()

    @extend_schema(request=None, responses={201: MessageTemplateSerializer})
    @action(detail=True, methods=["post"], url_path="copy")
    def duplicate(self, request: ApiRequest, pk: int) -> Response:
        """A template of the client's own, with copies of the files."""
        made = agency.copy(self.get_object(), by=request.user)
        return Response(MessageTemplateSerializer(made).data, status=201)
