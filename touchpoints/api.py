"""Endpoints: touchpoint plans, their periods and classes, starting, closing, movement."""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from accounts.moments import check_reach
from campaigns.models import Campaign
from contracts import sight
from contracts.fields import AmountField
from library.models import MessageTemplate
from scenarios.models import Scenario
from segments.models import Segment
from touchpoints import classes, closing, costing, judging, movement, pages, plans, starting
from touchpoints.models import BITMAPS, Kind, Level, Period, Plan, TouchClass
from touchpoints.movement import Movement, Way
from touchpoints.plans import Frame

CHANGE = "touchpoints.change_plan"
START = (CHANGE, "broadcasts.add_broadcast")
FRAME = ("starts_on", "ends_on", "basis", "basis_count", "named")
OPENED = Prefetch("periods", Period.objects.filter(closed_at=None), to_attr="opened")


class TouchpointFrameSerializer(serializers.Serializer):
    """The days of a period, and by which sends friends are judged in it."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="Included")
    basis = serializers.ChoiceField(Period.Basis.choices, default=Period.Basis.LAST)
    basis_count = serializers.IntegerField(
        default=3, min_value=1, max_value=Period.MOST_DAYS, help_text="Of `last` sends, or `days`"
    )
    named = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        default=list,
        max_length=Period.MOST_SENDS,
        help_text="Of `named`: numbers of broadcasts",
    )


class TouchpointPeriodSerializer(serializers.ModelSerializer):
    class Meta:
        model = Period
        fields = ["id", "plan", "number", *FRAME, "begun_at", "closed_at"]
        extra_kwargs = {  # noqa: RUF012
            "begun_at": {"help_text": "When its first message was started; then the classes stay"}
        }


class TouchpointPlanSerializer(serializers.ModelSerializer):
    campaign = serializers.PrimaryKeyRelatedField(
        queryset=Campaign.objects.all(), allow_null=True, required=False
    )
    name = serializers.CharField(max_length=Plan.NAME_LENGTH)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    period = serializers.SerializerMethodField(help_text="The open one")

    class Meta:
        model = Plan
        fields = ["id", "name", "campaign", "note", "period", "created_at", "removed_at"]
        read_only_fields = ["created_at", "removed_at"]

    @extend_schema(responses=TouchpointPeriodSerializer)
    def get_period(self, plan: Plan) -> dict:
        [present] = getattr(plan, "opened", None) or [plans.open_period(plan)]
        return TouchpointPeriodSerializer(present).data


class TouchpointPlanMadeSerializer(TouchpointPlanSerializer, TouchpointFrameSerializer):
    """A new plan with its first period."""

    class Meta(TouchpointPlanSerializer.Meta):
        fields = ["name", "campaign", "note", *FRAME]
        read_only_fields: list = []  # noqa: RUF012

    period = None  # type: ignore[assignment]


class TouchpointClassSerializer(serializers.ModelSerializer):
    label = serializers.CharField(  # type: ignore[assignment]  # it does not stay on the class
        read_only=True, help_text="Its name, else what its kind is called in the language of Accept-Language"
    )
    kind = serializers.ChoiceField(Kind.choices, read_only=True)
    level = serializers.ChoiceField(Level.choices, required=False, help_text="From lower to higher is better")
    tree = serializers.JSONField(
        required=False, allow_null=True, help_text="Of kind `own`: conditions, as of a segment"
    )
    place = serializers.IntegerField(
        required=False, min_value=0, max_value=TouchClass.MOST, write_only=True, help_text="0 is the first"
    )
    action = serializers.ChoiceField(TouchClass.Action.choices, required=False, allow_blank=True)
    template = serializers.PrimaryKeyRelatedField(
        queryset=MessageTemplate.objects.all(), allow_null=True, required=False
    )
    scenario = serializers.PrimaryKeyRelatedField(
        queryset=Scenario.objects.all(), allow_null=True, required=False
    )
    planned_for = serializers.DateTimeField(source="moment", read_only=True, allow_null=True)
    is_started = serializers.BooleanField(read_only=True)

    class Meta:
        model = TouchClass
        fields = [
            "id",
            "period",
            "key",
            "kind",
            "name",
            "label",
            "color",
            "level",
            "tree",
            "place",
            *classes.PLANNED,
            "planned_for",
            "broadcast",
            "is_started",
            "started_at",
            "start_count",
            "end_count",
        ]
        read_only_fields = ["period", "key", "broadcast", "started_at", "start_count", "end_count"]
        extra_kwargs = {  # noqa: RUF012
            "days_after": {"max_value": 365, "help_text": "Days after the period begins; or `send_on`"},
            "send_on": {"validators": [check_reach]},
            "text": {"max_length": 5_000},
            "start_count": {"help_text": "People when the period’s first message was started"},
            "end_count": {"help_text": "People when the period was closed"},
        }


class TouchpointNewClassSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(
        [(each.value, each.label) for each in Kind if each != Kind.REST], default=Kind.OWN
    )
    name = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=TouchClass.NAME_LENGTH
    )
    color = serializers.RegexField(r"^#[0-9a-f]{6}$", required=False)
    level = serializers.ChoiceField(Level.choices, default=Level.NEUTRAL)
    tree = serializers.JSONField(required=False, default=None, allow_null=True, help_text="Of kind `own`")


class TouchpointSizeSerializer(serializers.Serializer):
    touch_class = TouchpointClassSerializer(source="each")
    count = serializers.IntegerField(allow_null=True, help_text="Friends in it")
    opened = serializers.IntegerField(
        allow_null=True, help_text="How many of them probably opened, by the share that LINE counted"
    )
    problem = serializers.CharField(help_text="Why nobody is in it; empty if nothing is wrong")
    state = serializers.CharField(source="state.code", help_text="none, planned, or the broadcast’s status")
    delivered = serializers.IntegerField(source="figures.delivered", default=None, allow_null=True)
    clicked = serializers.IntegerField(source="figures.clicked", default=None, allow_null=True)


class TouchpointSizesSerializer(serializers.Serializer):
    """`people` is the sum of the classes: reachable friends, and `blocked` since the period began."""

    people = serializers.IntegerField(source="everyone")
    blocked = serializers.IntegerField(source="gone")
    sends = serializers.SerializerMethodField(help_text="Numbers of the broadcasts judged by")
    open_rate = serializers.FloatField(allow_null=True, help_text="By LINE; null: counted none, or hides it")
    classes = TouchpointSizeSerializer(source="rows", many=True)

    def get_sends(self, found: pages.Shown) -> list[int]:
        return [each.pk for each in found.sends]


class TouchpointCostSerializer(serializers.Serializer):
    touch_class = serializers.IntegerField(source="of.pk")
    people = serializers.IntegerField()
    messages = serializers.IntegerField(allow_null=True, help_text="null: a scenario, which sends by itself")
    at = serializers.DateTimeField()
    amount = AmountField(allow_null=True, help_text="As the caller sees it; null: no price, or may not see")


class TouchpointForecastSerializer(serializers.Serializer):
    """Of what is planned and not started: at most one message to each, at today’s price."""

    messages = serializers.IntegerField()
    classes = TouchpointCostSerializer(many=True)


class TouchpointPlaceSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="Of a class; `came` and `left` besides them")
    label = serializers.CharField()  # type: ignore[assignment]  # a field: it does not stay on the class
    count = serializers.IntegerField()


class TouchpointCellSerializer(serializers.Serializer):
    origin = serializers.CharField(source="origin.key")
    into = serializers.CharField(source="into.key")
    count = serializers.IntegerField()
    share = serializers.SerializerMethodField(help_text="Of those who were in `origin`; null: nobody")
    way = serializers.ChoiceField([each.value for each in Way])

    def get_share(self, cell: movement.Cell) -> float | None:
        return cell.count / cell.origin.count if cell.origin.count else None


class TouchpointMovementSerializer(serializers.Serializer):
    """Everybody is in one cell."""

    origins = TouchpointPlaceSerializer(many=True)
    columns = TouchpointPlaceSerializer(many=True)
    cells = TouchpointCellSerializer(many=True)


class TouchpointMovedSerializer(serializers.Serializer):
    origin = serializers.CharField(max_length=20)
    into = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class TouchpointSegmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Segment
        fields = ["id", "name", "tree"]


class TouchpointFilter(serializers.Serializer):
    campaign = serializers.IntegerField(required=False, allow_null=True, default=None)
    removed = serializers.BooleanField(default=False)


class TouchpointPlanViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What friends get by how they respond, period by period. Newest first."""

    request: ApiRequest
    queryset = Plan.objects.select_related("campaign").prefetch_related(OPENED)
    serializer_class = TouchpointPlanSerializer
    filter_serializer = TouchpointFilter
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012  (read only)
        "restore": "touchpoints.delete_plan",
        "copy": "touchpoints.add_plan",
        "periods": "touchpoints.view_plan",
    }

    def narrow(self, queryset, *, campaign: int | None = None, removed: bool = False):
        queryset = queryset.filter(removed_at__isnull=not removed)
        return queryset if campaign is None else queryset.filter(campaign=campaign)

    @extend_schema(request=TouchpointPlanMadeSerializer, responses={201: TouchpointPlanSerializer})
    def create(self, request: ApiRequest) -> Response:
        """With its first period and the ready-made classes."""
        facts, frame = _framed(TouchpointPlanMadeSerializer, request)
        made = plans.create(**facts, frame=frame, by=request.user)
        return Response(self.get_serializer(made).data, status=201)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change its name, campaign or note. Days and basis are those of the period."""
        body = self.get_serializer(plan := self.get_object(), data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        changed = plans.change(plan, **given, has_campaign="campaign" in given, by=request.user)
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take it off the list; what was started goes on."""
        plans.remove(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def restore(self, request: ApiRequest, pk: int) -> Response:
        """Put it back."""
        plans.restore(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=TouchpointPlanMadeSerializer, responses={201: TouchpointPlanSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: ApiRequest, pk: int) -> Response:
        """Another plan, for another campaign perhaps, with the same classes and messages; none started."""
        facts, frame = _framed(TouchpointPlanMadeSerializer, request)
        facts.pop("note", None)
        given = {"campaign": None} | facts
        made = plans.copy(self.get_object(), **given, frame=frame, by=request.user)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(responses={200: TouchpointPeriodSerializer(many=True)})
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def periods(self, request: ApiRequest, pk: int) -> Response:
        """All of them, the newest first."""
        rows = self.get_object().periods.order_by("-number")
        return Response(TouchpointPeriodSerializer(rows, many=True).data)


class TouchpointPeriodViewSet(RetrieveModelMixin, GenericViewSet):
    """A period of a plan: its classes with their sizes, starting, closing, movement."""

    request: ApiRequest
    queryset = Period.objects.select_related("plan__campaign")
    serializer_class = TouchpointPeriodSerializer
    pagination_class = None
    lookup_value_converter = "int"
    permission_required = {
        **dict.fromkeys(("close", "reopen", "add_class", "partial_update"), CHANGE),
        **dict.fromkeys(("retrieve", "sizes", "classes", "forecast", "movement"), "touchpoints.view_plan"),
        "start": START,
        "segment": ("touchpoints.view_plan", "segments.add_segment"),
    }

    @extend_schema(request=TouchpointFrameSerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Other days, judged by other sends: the latter not once a message of it was started."""
        period = self.get_object()
        present = {name: getattr(period, name) for name in FRAME}
        body = TouchpointFrameSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        plans.reframe(period, Frame(**(present | body.validated_data)), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=TouchpointSizesSerializer)
    @action(detail=True)
    def sizes(self, request: ApiRequest, pk: int) -> Response:
        """How many are in each class, now or when it was closed, and how far each is."""
        return Response(TouchpointSizesSerializer(pages.shown(self.get_object())).data)

    @extend_schema(responses={200: TouchpointClassSerializer(many=True)})
    @action(detail=True)
    def classes(self, request: ApiRequest, pk: int) -> Response:
        """In the order in which they are tried; everybody else last."""
        return Response(TouchpointClassSerializer(self.get_object().ordered(), many=True).data)

    @extend_schema(request=TouchpointNewClassSerializer, responses={201: TouchpointClassSerializer})
    @classes.mapping.post
    def add_class(self, request: ApiRequest, pk: int) -> Response:
        """One of your own, which comes first; or a ready-made one that was taken out."""
        body = TouchpointNewClassSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        kind, raw, period = given.pop("kind"), given.pop("tree"), self.get_object()
        if kind == Kind.OWN:
            made = classes.add_own(period, **given, raw=raw or {"all": []}, by=request.user)
        else:
            made = classes.add_ready(period, kind, by=request.user)
        return Response(TouchpointClassSerializer(made).data, status=201)

    @extend_schema(responses=TouchpointForecastSerializer)
    @action(detail=True)
    def forecast(self, request: ApiRequest, pk: int) -> Response:
        """What the messages cost that are planned and not started."""
        period = self.get_object()
        found = costing.expected(judging.judge(period)) if period.is_open else costing.Cost([], [])
        rows = [_priced(each, request) for each in found.classes]
        body = {"messages": found.messages, "classes": rows}
        return Response(TouchpointForecastSerializer(body).data)

    @extend_schema(request=None, responses={200: TouchpointClassSerializer(many=True)})
    @action(detail=True, methods=["put"])
    def start(self, request: ApiRequest, pk: int) -> Response:
        """All that is planned, as drafts; those that were started by this call."""
        made = starting.start_all(self.get_object(), by=request.user)
        return Response(TouchpointClassSerializer(made, many=True).data)

    @extend_schema(request=TouchpointFrameSerializer, responses=TouchpointPeriodSerializer)
    @action(detail=True, methods=["put"])
    def close(self, request: ApiRequest, pk: int) -> Response:
        """Keep who is in which class and open the next period, which is answered. Closed already: likewise.

        Without a body the next has the days that follow, as many.
        """
        frame = None
        if request.data:
            body = TouchpointFrameSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            frame = Frame(**body.validated_data)
        opened = closing.close(self.get_object(), frame=frame, by=request.user)
        return Response(self.get_serializer(opened).data)

    @extend_schema(request=None, responses={200: TouchpointPeriodSerializer})
    @close.mapping.delete
    def reopen(self, request: ApiRequest, pk: int) -> Response:
        """Undo the closing; the next period goes, which must not have begun."""
        return Response(self.get_serializer(closing.reopen(self.get_object(), by=request.user)).data)

    @extend_schema(responses=TouchpointMovementSerializer)
    @action(detail=True)
    def movement(self, request: ApiRequest, pk: int) -> Response:
        """From its beginning to its end, or until now."""
        return Response(TouchpointMovementSerializer(_told(movement.of(self.get_object()))).data)

    @extend_schema(request=TouchpointMovedSerializer, responses={201: TouchpointSegmentSerializer})
    @action(detail=True, methods=["post"], url_path="movement/segment")
    def segment(self, request: ApiRequest, pk: int) -> Response:
        """A saved segment of who moved from one class to another."""
        body = TouchpointMovedSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = movement.segment_of(self.get_object(), **body.validated_data, by=request.user)
        return Response(TouchpointSegmentSerializer(made).data, status=201)


class TouchpointClassViewSet(RetrieveModelMixin, GenericViewSet):
    """A class of a period, and what its people get."""

    request: ApiRequest
    queryset = TouchClass.objects.defer(*BITMAPS).select_related("period__plan__campaign", "broadcast")
    serializer_class = TouchpointClassSerializer
    lookup_value_converter = "int"
    permission_required = {
        "retrieve": "touchpoints.view_plan",
        **dict.fromkeys(("partial_update", "destroy"), CHANGE),
        **dict.fromkeys(("start", "detach"), START),
    }

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change how it looks, its conditions, its place, or what is planned."""
        found = self.get_object()
        body = self.get_serializer(found, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(self.get_serializer(_changed(found, dict(body.validated_data), request)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take it out; its people come into those after it."""
        classes.remove(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses=TouchpointClassSerializer)
    @action(detail=True, methods=["put"])
    def start(self, request: ApiRequest, pk: int) -> Response:
        """The draft to its people, or their entry into a scenario. Started already, it is left as it is."""
        return Response(self.get_serializer(starting.start(self.get_object(), by=request.user)).data)

    @extend_schema(request=None, responses={200: TouchpointClassSerializer})
    @start.mapping.delete
    def detach(self, request: ApiRequest, pk: int) -> Response:
        """Undo the start: the draft stays as any other."""
        return Response(self.get_serializer(starting.detach(self.get_object(), by=request.user)).data)


def _framed(serializer: type[serializers.Serializer], request: ApiRequest) -> tuple[dict, Frame]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    given = dict(body.validated_data)
    frame = Frame(**{name: given.pop(name) for name in FRAME})
    return given, frame


@transaction.atomic
def _changed(found: TouchClass, given: dict[str, Any], request: ApiRequest) -> TouchClass:
    place = given.pop("place", None)
    planned = {name: given.pop(name) for name in classes.PLANNED if name in given}
    if "tree" in given:
        given["raw"] = given.pop("tree") or {"all": []}
    if given:
        found = classes.change(found, **given, by=request.user)
    if planned:
        found = classes.plan(found, **planned, by=request.user)
    if place is not None:
        found = classes.move(found, to=place, by=request.user)
    return found


def _priced(each: costing.Expected, request: ApiRequest) -> dict[str, Any]:
    seen = None
    if each.price and request.user.has_perm(sight.VIEW_COST):
        seen = sight.of(request.user, current.tenant(), each.month).of(each.price)
    told = {name: getattr(each, name) for name in ("of", "people", "messages", "at")}
    return told | {"amount": seen}


def _told(found: Movement) -> dict[str, Any]:
    return {"origins": [row.origin for row in found.rows], "columns": found.columns, "cells": found.cells}
