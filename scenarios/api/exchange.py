"""Endpoints: scenarios from files."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from scenarios import belonging
from scenarios.api.serializers import ScenarioSerializer
from scenarios.exchange import importing
from scenarios.exchange.kinds import KINDS
from scenarios.models import Scenario

FILE = "As `GET scenarios/{id}/export/` gives it"


class ScenarioFileSerializer(serializers.Serializer):
    document = serializers.JSONField(help_text=FILE)


class NamedInFileSerializer(serializers.Serializer):
    """Something that the file names."""

    kind = serializers.ChoiceField(list(KINDS))
    name = serializers.CharField()
    paths = serializers.ListField(child=serializers.CharField(), help_text="Where in the flow")
    found = serializers.CharField(
        source="key", allow_null=True, help_text="What it is here; null: nothing of this name, or several are"
    )


class ScenarioFileReadSerializer(serializers.Serializer):
    name = serializers.CharField()
    note = serializers.CharField()
    needs = NamedInFileSerializer(many=True)
    unknown_events = serializers.ListField(
        child=serializers.CharField(),
        help_text="Types of events it asks about that are not known here; they stay as they are",
    )

    def to_representation(self, file: importing.File) -> dict[str, Any]:
        needs = [need.as_json() | {"found": need.key and str(need.key)} for need in file.needs]
        events = importing.unknown_events(file.flow)
        return {"name": file.name, "note": file.note, "needs": needs, "unknown_events": events}


class InsteadSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(list(KINDS))
    name = serializers.CharField(max_length=importing.NAME_LENGTH, help_text="As the file has it")
    to = serializers.CharField(
        max_length=200,
        help_text="What stands for it here: an id; of tap actions, fields, media files and coupons the code",
    )


class ScenarioImportSerializer(serializers.Serializer):
    document = serializers.JSONField(help_text=FILE)
    name = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=Scenario.NAME_LENGTH,
        help_text="Empty: that of the file",
    )
    mapping = InsteadSerializer(many=True, required=False, default=list)
    makes_tags = serializers.BooleanField(
        default=False, help_text="Make the tags that are missing. Needs friends.add_tag too"
    )


class ScenarioImportViewSet(GenericViewSet):
    """Scenarios of other clients, or copies kept as files."""

    request: ApiRequest
    queryset = Scenario.objects.all()
    serializer_class = ScenarioSerializer
    pagination_class = None
    permission_required = dict.fromkeys(("create", "look"), "scenarios.add_scenario")

    @extend_schema(request=ScenarioFileSerializer, responses={200: ScenarioFileReadSerializer})
    def look(self, request: ApiRequest) -> Response:
        """What a file names, and what of it is known here. Nothing is written."""
        given: Any = ScenarioFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ScenarioFileReadSerializer(importing.read(given.validated_data["document"])).data)

    @extend_schema(request=ScenarioImportSerializer, responses={201: ScenarioSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a draft of a file.

        422 `import_incomplete` lists in `missing` what it names and is not known here: say in `mapping` what
        to take instead. Nothing is left out.
        """
        given: Any = ScenarioImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        if asked["makes_tags"] and not request.user.has_perm("friends.add_tag"):
            raise PermissionDenied
        chosen = {(each["kind"], each["name"]): each["to"] for each in asked["mapping"]}
        made = importing.take(
            asked["document"],
            name=asked["name"],
            chosen=chosen,
            makes_tags=asked["makes_tags"],
            by=request.user,
        )
        context = {**self.get_serializer_context(), "people": {}, "campaigns": belonging.campaigns_of([made])}
        return Response(ScenarioSerializer(made, context=context).data, status=201)
