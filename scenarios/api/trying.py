"""Endpoints: dry runs for one friend, and tests on testers."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from broadcasts.models import Tester
from contracts.fields import ShownField
from friends.models import Friend
from scenarios.api.entries import PassageSerializer, ScenarioSendSerializer
from scenarios.api.serializers import PropertiesField
from scenarios.flow import reading
from scenarios.flow.base import NEXT
from scenarios.models import Entry, Scenario
from scenarios.trying import dry, trials
from scenarios.trying.dry import Doing
from segments.kinds import HIGHEST_ROW

MOST_DOINGS = 20
MOST_MINUTES = 60 * 24 * 400


class DoingSerializer(serializers.Serializer):
    """What the person does after they came in."""

    after_minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES)
    event = serializers.CharField(max_length=60, help_text="Type of event, such as bought")
    properties = PropertiesField(required=False, default=dict)


class DryRunQuerySerializer(serializers.Serializer):
    friend = serializers.IntegerField(min_value=1, max_value=HIGHEST_ROW, help_text="Number of a friend")
    at = MomentField(required=False, help_text="When they come in; else now")
    context = PropertiesField(  # type: ignore[assignment]  # a field: it does not stay on the class
        required=False,
        help_text="Properties of what lets them in; else those of their newest event of that kind",
    )
    subject = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    doings: serializers.ListSerializer = serializers.ListSerializer(
        child=DoingSerializer(), required=False, default=list, max_length=MOST_DOINGS
    )
    flow = serializers.JSONField(required=False, help_text="Another flow than the draft")


class DryLineSerializer(serializers.Serializer):
    at = serializers.DateTimeField(default_timezone=None)
    kind = serializers.ChoiceField(
        ["step", "event", "held"], help_text="`held`: what stands against the step today"
    )
    step = serializers.CharField(help_text="Its id; empty: no step")
    label = serializers.CharField()  # type: ignore[assignment]  # likewise
    words = serializers.CharField(help_text="What the step does")
    via = serializers.CharField(help_text="The way they take, where there are several")
    note = serializers.CharField(help_text="Why, and what comes of it")
    messages = serializers.ListField(child=serializers.DictField(), help_text="As this friend gets them")
    mail = serializers.DictField(allow_null=True, help_text="With `subject` and `text`")


class DryRunSerializer(serializers.Serializer):
    refused = serializers.CharField(help_text="Why they would not come in; all is told as if they did")
    lines = DryLineSerializer(many=True)
    reason = serializers.CharField(help_text="Why it ends; empty: it has not ended after 400 days")
    ended_at = serializers.DateTimeField(allow_null=True)
    reaches_goal = serializers.BooleanField()
    message_count = serializers.IntegerField(help_text="LINE messages")
    amount = ShownField(source="cost.amount", default=None, help_text="What they cost, before tax")
    assumptions = serializers.ListField(child=serializers.CharField())


class ScenarioTestSerializer(serializers.Serializer):
    """A tester on their way, or who has been."""

    entry = serializers.IntegerField(source="entry.pk")
    friend = serializers.IntegerField(source="entry.friend_id")
    state = serializers.ChoiceField(Entry.State.choices, source="entry.state")
    step = serializers.CharField(source="step.id", allow_null=True, default=None)
    due_at = serializers.DateTimeField(source="entry.due_at", allow_null=True)
    problem = serializers.CharField(source="entry.hindrance")
    reason = serializers.CharField(source="entry.reason")
    entered_at = serializers.DateTimeField(source="entry.entered_at")
    ways = serializers.SerializerMethodField(
        help_text="By which they can be sent on now; empty: they do not wait"
    )
    passages = serializers.SerializerMethodField()
    sends = ScenarioSendSerializer(many=True)

    def get_ways(self, standing: trials.Standing) -> list[str]:
        return [key for key, _name in standing.ways]

    @extend_schema_field(PassageSerializer(many=True))
    def get_passages(self, standing: trials.Standing) -> ReturnDict:
        return PassageSerializer([done.passage for done in standing.passed], many=True).data


class ScenarioTestRequestSerializer(serializers.Serializer):
    testers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=HIGHEST_ROW),
        min_length=1,
        max_length=50,
        help_text="Ids of testers",
    )
    context = PropertiesField(  # type: ignore[assignment]  # likewise
        required=False, help_text="As in a dry run"
    )
    subject = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


class HurrySerializer(serializers.Serializer):
    via = serializers.CharField(
        required=False, default=NEXT, max_length=20, help_text="One of `ways`; needed where there are several"
    )


class DryRunViewSet(GenericViewSet):
    """What would happen to one friend, with the clock turned on. Nothing is written or sent."""

    request: ApiRequest
    queryset = Scenario.objects.all()
    serializer_class = DryRunSerializer
    pagination_class = None
    permission_required = {"create": "scenarios.view_entry"}  # noqa: RUF012

    @extend_schema(request=DryRunQuerySerializer, responses={200: DryRunSerializer})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Try the draft in thought, for one friend."""
        given: Any = DryRunQuerySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        flow = reading.parse(asked.get("flow", get_object_or_404(Scenario, pk=pk).flow))
        friend = get_object_or_404(Friend, pk=asked["friend"])
        found = dry.run(
            flow,
            friend,
            at=asked.get("at") or timezone.now(),
            context=asked.get("context", dry.usual_context(flow, friend)),
            subject=asked["subject"],
            doings=[_doing(each) for each in asked["doings"]],
        )
        return Response(DryRunSerializer(found, context=self.get_serializer_context()).data)


class ScenarioTestViewSet(GenericViewSet):
    """The draft tried out on testers, with waits of a minute at most; marked, and counted nowhere."""

    request: ApiRequest
    queryset = Entry.objects.all()
    serializer_class = ScenarioTestSerializer
    pagination_class = None
    permission_required = {  # noqa: RUF012
        "list": "scenarios.view_entry",
        "create": "broadcasts.add_testsend",
        "hurry": "broadcasts.add_testsend",
        "stop": "broadcasts.add_testsend",
    }

    @extend_schema(responses=ScenarioTestSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """The newest 30, with where each stands."""
        found = trials.standing(get_object_or_404(Scenario, pk=pk))
        return Response(ScenarioTestSerializer(found, many=True).data)

    @extend_schema(request=ScenarioTestRequestSerializer, responses={201: ScenarioTestSerializer(many=True)})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Let testers in. Later steps and what they do happen too; each message costs one, booked as a test.

        422 `scenario_not_ready` says what must be mended first.
        """
        given: Any = ScenarioTestRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked, scenario = given.validated_data, get_object_or_404(Scenario, pk=pk)
        chosen = Tester.objects.filter(pk__in=asked["testers"])
        about = {"context": asked.get("context"), "subject": asked["subject"]}
        trials.start(scenario, chosen, **about, by=request.user)
        found = trials.standing(scenario)
        return Response(ScenarioTestSerializer(found, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=HurrySerializer, responses={200: ScenarioTestSerializer(many=True)})
    def hurry(self, request: ApiRequest, pk: int, entry: int) -> Response:
        """Let a tester go on now, by one of the ways of the step where they wait.

        422 `no_such_place` if the step has no such way. Who does not wait stays where they are.
        """
        given: Any = HurrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        trials.hurry(_test(pk, entry), via=given.validated_data["via"], by=request.user)
        found = trials.standing(get_object_or_404(Scenario, pk=pk))
        return Response(ScenarioTestSerializer(found, many=True).data)

    @extend_schema(responses={204: None})
    def stop(self, request: ApiRequest, pk: int, entry: int) -> Response:
        """Take a tester out."""
        trials.stop(Entry.objects.filter(pk=_test(pk, entry).pk), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _doing(given: dict) -> Doing:
    return Doing(timedelta(minutes=given["after_minutes"]), given["event"], given["properties"])


def _test(scenario: int, entry: int) -> Entry:
    found = Entry.objects.filter(scenario=scenario, pk=entry, is_test=True).first()
    if found is None:
        raise Http404
    return found
