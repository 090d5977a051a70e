"""What the endpoints of scenarios take and give."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import ReturnDict

from campaigns.belonging import CampaignField
from scenarios import admitting
from scenarios.flow import checking
from scenarios.flow.checking import Finding
from scenarios.models import Scenario, Version

EXAMPLE = {
    "trigger": {"type": "event", "event": "carted"},
    "exits": [{"type": "event", "event": "bought"}, {"type": "blocked"}],
    "goal": {"event": "bought", "within_days": 3},
    "steps": [
        {"id": "hour", "type": "wait", "minutes": 60},
        {
            "id": "remind",
            "type": "send",
            "messages": [{"type": "text", "text": "{{product.name|Your cart}} is waiting for you."}],
        },
    ],
}
FLOW = {
    "type": "object",
    "description": "What lets people in, the steps, and what ends it, as `GET scenario-schema/` says.",
    "examples": [EXAMPLE],
}


@extend_schema_field(FLOW)
class FlowField(serializers.JSONField):
    """What is wrong in it the service says, with its place."""


class PropertiesField(serializers.DictField):
    """Properties of an event or a call, as many as are kept of one."""

    default_error_messages = {"too_large": _("It is more than 10 kB as JSON.")}  # noqa: RUF012

    def to_internal_value(self, data: dict) -> dict:
        said = super().to_internal_value(data)
        if admitting.is_too_large(said):
            self.fail("too_large")
        return said


class ScenarioSerializer(serializers.ModelSerializer):
    flow = FlowField(required=False, help_text="As it is being written; what runs is `version`")
    campaign = CampaignField()
    version = serializers.IntegerField(
        source="version.number", default=None, allow_null=True, read_only=True, help_text="Which runs"
    )
    people = serializers.SerializerMethodField(help_text="Who is inside now")

    class Meta:
        model = Scenario
        fields = [
            "id",
            "name",
            "note",
            "campaign",
            "status",
            "revision",
            "version",
            "made_of",
            "people",
            "created_at",
            "changed_at",
            "paused_at",
            "flow",
        ]
        read_only_fields = ["status", "revision", "made_of", "created_at", "changed_at", "paused_at"]
        extra_kwargs = {  # noqa: RUF012
            "name": {"validators": []},  # what is taken, the command says in words
            "revision": {"help_text": "Of the draft: to be sent along when it is changed or published"},
            "made_of": {"help_text": "The ready-made scenario it was made of; empty: none"},
        }

    def get_people(self, scenario: Scenario) -> int:
        return self.context["people"].get(scenario.pk, 0)


class ScenarioChangeSerializer(serializers.Serializer):
    """What is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=Scenario.NAME_LENGTH)
    note = serializers.CharField(required=False, allow_blank=True)
    campaign = CampaignField()
    flow = FlowField(required=False)
    revision = serializers.IntegerField(
        required=False, help_text="The revision you read: 409 if it is no longer the present one"
    )


class ScenarioFilter(serializers.Serializer):
    status = serializers.ChoiceField(Scenario.Status.choices, required=False)
    name = serializers.CharField(required=False, max_length=100, help_text="A part of it")


class ScenarioFindingSerializer(serializers.Serializer):
    """Something wrong or doubtful in a flow."""

    code = serializers.CharField()
    text = serializers.CharField(help_text="For people, in the language of the request")
    path = serializers.CharField(allow_blank=True, help_text="Such as steps[1].messages; empty: the whole")
    stops = serializers.BooleanField(help_text="It cannot run like this; false: a hint")


class PublicationSerializer(serializers.Serializer):
    revision = serializers.IntegerField(help_text="The revision you read")
    moves = serializers.BooleanField(
        default=False, help_text="Whether who is inside goes on in the new version, not in theirs"
    )


class ScenarioVersionSerializer(serializers.ModelSerializer):
    flow = FlowField()

    class Meta:
        model = Version
        fields = ["number", "published_at", "flow"]


class RefusedMessageSerializer(serializers.Serializer):
    """The message of a step that LINE takes for nobody. Who comes to the step waits there."""

    step = serializers.CharField(source="text.step", help_text="Its id")
    version = serializers.IntegerField(source="text.version.number")
    refused_at = serializers.DateTimeField(source="text.refused_at")
    words = serializers.CharField(source="text.refusal", help_text="What LINE says")
    people = serializers.IntegerField(help_text="Who wait there now")


class AskedAgainSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="How many waited, and are sent it now")


class StoppedSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="How many were inside, and are out now")


def findings(found: list[Finding]) -> ReturnDict:
    return ScenarioFindingSerializer(found, many=True).data


def checked(scenario: Scenario, flow: checking.Flow) -> ReturnDict:
    return findings(checking.findings(flow, scenario=scenario))
