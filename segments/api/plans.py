"""Endpoints: how a tree is reached by LINE, and the audiences that LINE holds for it."""

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from segments.api.people import asked
from segments.models import Audience
from segments.reaching import audiences, plan_words, planner
from segments.reaching.plan_words import Told
from segments.reaching.plans import Method, Statistics, Took
from segments.tree import Json

Base = GenericViewSet if TYPE_CHECKING else object


@extend_schema_field({"$ref": "#/components/schemas/SegmentTree"})
class PlannedTree(serializers.JSONField):
    """Conditions that choose friends."""


class WaySerializer(serializers.Serializer):
    personal = serializers.BooleanField(
        default=False, help_text="Whether the text differs by friend, so that each gets a request"
    )
    prefers = serializers.ChoiceField(
        [Method.MULTICAST.value, Method.BROADCAST.value],
        default=Method.MULTICAST.value,
        help_text="`broadcast`: to all friends by LINE’s own broadcast, where the tree asks for nothing",
    )


class PlanRequestSerializer(WaySerializer):
    tree = PlannedTree()


class TookSerializer(serializers.Serializer):
    least = serializers.IntegerField()
    most = serializers.IntegerField()


class SendSerializer(serializers.Serializer):
    method = serializers.ChoiceField(Method.choices)
    least = serializers.IntegerField(help_text="Friends who certainly get it")
    most = serializers.IntegerField(help_text="Friends whom it may reach, of those known here")
    requests = serializers.IntegerField()
    uploads = serializers.IntegerField(help_text="Files of user IDs uploaded as an audience first")
    seconds = TookSerializer()
    statistics = serializers.ChoiceField(Statistics.choices, help_text="By what LINE counts opens and clicks")
    minimum = serializers.IntegerField(
        allow_null=True, help_text="People below which LINE sends nothing; null if there is no such rule"
    )
    recipient = serializers.JSONField(
        allow_null=True,
        help_text="LINE’s recipient object. `needed` stands for an audience that is made before sending",
    )
    filter = serializers.JSONField(allow_null=True, help_text="LINE’s demographic filter")
    words = serializers.CharField()


class PlanSerializer(serializers.Serializer):
    sends = SendSerializer(many=True, help_text="No friend is in two of them")
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    requests = serializers.DictField(
        child=serializers.IntegerField(), help_text="By method; `upload` for files of user IDs"
    )
    seconds = TookSerializer()
    reserved = serializers.IntegerField(
        help_text="Messages of the month that LINE sets aside until a narrowcast is counted"
    )
    notes = serializers.ListField(child=serializers.CharField(), help_text="What else to know before sending")


class AudienceSerializer(serializers.ModelSerializer):
    why = serializers.SerializerMethodField(help_text="What went wrong and what to do; empty if nothing did")

    class Meta:
        model = Audience
        fields = [
            *("id", "kind", "state", "purpose", "line_id", "count", "sent_count", "why"),
            *("created_at", "ready_at", "used_at"),
        ]

    def get_why(self, audience: Audience) -> str:
        return str(audiences.why(audience))


class PlansOfSegments(Base):  # type: ignore[misc,valid-type]
    """Actions on a segment and on a tree."""

    @extend_schema(request=PlanRequestSerializer, responses={200: PlanSerializer})
    @action(detail=False, methods=["post"], url_path="plan")
    def plan_tree(self, request: Request) -> Response:
        """By which requests LINE reaches a tree, without saving or sending anything.

        422 `unreachable` says why LINE cannot, and with `nearest` which conditions would work.
        """
        body = PlanRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(_planned(body.validated_data.pop("tree"), body.validated_data))

    @extend_schema(parameters=[WaySerializer], responses=PlanSerializer)
    @action(detail=True, pagination_class=None)
    def plan(self, request: Request, pk: int) -> Response:
        """The same for one segment."""
        return Response(_planned(self.get_object().tree, asked(request, WaySerializer)))


class AudienceViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Audiences that LINE holds for messages: made and deleted by themselves. Newest first."""

    request: ApiRequest
    queryset = Audience.objects.defer("members", "taken")
    serializer_class = AudienceSerializer
    lookup_value_converter = "int"

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Have it deleted at LINE now, without waiting for a day after its last use."""
        audiences.delete(self.get_object(), by=self.request.user)
        return Response(status=204)


def _planned(raw: Json, way: dict) -> dict:
    made = planner.plan(raw, **way)
    return PlanSerializer(
        {
            "sends": [_send(told) for told in plan_words.sends(made)],
            "notes": plan_words.notes(made),
            "seconds": _seconds(made.takes),
            **{name: getattr(made, name) for name in ("least", "most", "requests", "reserved")},
        }
    ).data


def _send(told: Told) -> dict:
    send = told.send
    same = ("method", "least", "most", "requests", "uploads", "statistics", "minimum", "recipient", "filter")
    words = {"words": f"{told.way} {told.upload}".strip(), "seconds": _seconds(send.takes)}
    return {name: getattr(send, name) for name in same} | words


def _seconds(took: Took) -> dict[str, int]:
    return {"least": round(took.least.total_seconds()), "most": round(took.most.total_seconds())}
