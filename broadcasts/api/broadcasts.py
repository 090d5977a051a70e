"""Endpoints: broadcasts, from draft to result."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts import belonging, forecasts, pages, services
from broadcasts.api.serializers import (
    BY_LINE,
    BroadcastChangeSerializer,
    BroadcastFilter,
    BroadcastSerializer,
    ClicksSerializer,
    ForecastQuery,
    ForecastSerializer,
    ReviewSerializer,
    ScheduleSerializer,
)
from broadcasts.models import Broadcast
from broadcasts.results import progress
from broadcasts.results.progress import Progress
from broadcasts.tracking import links


class BroadcastViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """One message to a segment: drafted, approved, scheduled, sent, counted. Newest first.

    What may be done when depends on `status`; a command that comes at the wrong time gets 409 `wrong_status`.
    """

    request: ApiRequest
    queryset = Broadcast.objects.prefetch_related(BY_LINE)
    serializer_class = BroadcastSerializer
    filter_serializer = BroadcastFilter
    lookup_value_converter = "int"
    permission_required = {
        "clicks": "broadcasts.view_linkclick",
        "submit": "broadcasts.change_broadcast",
        "approve": "broadcasts.approve_broadcast",
        "send_back": "broadcasts.approve_broadcast",
        "schedule": "broadcasts.send_broadcast",
        "unschedule": "broadcasts.send_broadcast",
        "pause": "broadcasts.send_broadcast",
        "resume": "broadcasts.send_broadcast",
        "cancel": "broadcasts.send_broadcast",
    }

    def narrow(self, queryset, **equal: object):
        return queryset.filter(**equal)

    def get_serializer(self, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
        """With progress and campaigns of all that it shows, in a constant number of queries."""
        shown = args[0] if args else []
        shown = shown if isinstance(shown, list) else [shown]
        self.progress, self.campaigns = progress.of_many(shown), belonging.campaigns_of(shown)
        context = kwargs.pop("context", None) or self.get_serializer_context()
        context = {**context, "progress": self.progress, "campaigns": self.campaigns}
        return super().get_serializer(*args, context=context, **kwargs)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        usual = {"tracks_people": links.defaults().tracks_people, "utm": links.default_utm()}
        given = usual | serializer.validated_data
        broadcast = services.create_broadcast(**given, by=self.request.user)
        serializer.instance = broadcast
        self.progress[broadcast.pk] = Progress()
        self.campaigns |= belonging.campaigns_of([broadcast])

    @extend_schema(request=BroadcastChangeSerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change one broadcast.

        What is given changes, until it is scheduled. An approval is thereby withdrawn.
        """
        broadcast = self.get_object()
        given = _read(BroadcastChangeSerializer, request)
        return self._shown(services.change_broadcast(broadcast, by=request.user, **given))

    @extend_schema(request=None, responses={200: BroadcastSerializer})
    @action(detail=True, methods=["post"], url_path="submission")
    def submit(self, request: ApiRequest, pk: int) -> Response:
        """Ask the client's approver."""
        return self._shown(services.submit_for_approval(self.get_object(), by=request.user))

    @extend_schema(request=ReviewSerializer)
    @action(detail=True, methods=["put"], url_path="approval")
    def approve(self, request: ApiRequest, pk: int) -> Response:
        """Approve the present version."""
        given = _read(ReviewSerializer, request)
        return self._shown(services.approve(self.get_object(), by=request.user, **given))

    @extend_schema(request=ReviewSerializer, responses={200: BroadcastSerializer})
    @approve.mapping.delete
    def send_back(self, request: ApiRequest, pk: int) -> Response:
        """Send it back to draft, with what should change."""
        given = _read(ReviewSerializer, request)
        return self._shown(services.send_back(self.get_object(), by=request.user, **given))

    @extend_schema(request=ScheduleSerializer)
    @action(detail=True, methods=["put"])
    def schedule(self, request: ApiRequest, pk: int) -> Response:
        """Have it sent at a time.

        Refused if the plan does not cover it, nobody is in the segment, or an approval is missing.
        """
        given = _read(ScheduleSerializer, request)
        return self._shown(services.schedule_broadcast(self.get_object(), by=request.user, **given))

    @extend_schema(request=None, responses={200: BroadcastSerializer})
    @schedule.mapping.delete
    def unschedule(self, request: ApiRequest, pk: int) -> Response:
        """Take it out of the queue before it begins; it keeps its approval."""
        return self._shown(services.unschedule(self.get_object(), by=request.user))

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Stop sending: what has left has left, the rest waits."""
        return self._shown(services.pause(self.get_object(), by=request.user))

    @extend_schema(request=None, responses={200: BroadcastSerializer})
    @pause.mapping.delete
    def resume(self, request: ApiRequest, pk: int) -> Response:
        """Go on where it stopped; nobody gets it twice."""
        return self._shown(services.resume(self.get_object(), by=request.user))

    @extend_schema(request=None)
    @action(detail=True, methods=["put"], url_path="cancellation")
    def cancel(self, request: ApiRequest, pk: int) -> Response:
        """Send nothing more. What LINE has accepted cannot be recalled."""
        return self._shown(services.cancel(self.get_object(), by=request.user))

    @extend_schema(responses=ClicksSerializer)
    @action(detail=True)
    def clicks(self, request: ApiRequest, pk: int) -> Response:
        """Its links with their clicks, most clicked first, and clicks by hour.

        Who clicked stands on the timelines: `GET events/?type=clicked`.
        """
        broadcast = self.get_object()
        found = {"links": pages.links(broadcast), "hours": pages.hours(broadcast)}
        return Response(ClicksSerializer(found).data)

    @extend_schema(parameters=[ForecastQuery], responses=ForecastSerializer)
    @action(detail=True)
    def forecast(self, request: ApiRequest, pk: int) -> Response:
        """What it would cost, and where the month would end with it and all that is scheduled."""
        query = ForecastQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        broadcast = self.get_object()
        at = query.validated_data["at"]
        estimate = forecasts.estimate(broadcast, at)
        forecast = forecasts.of_broadcast(broadcast, at, people=estimate.people)
        sending = forecasts.sending(estimate.people, broadcast.way_of_sending)
        known = {
            "sending": sending,
            "left_out": estimate.left_out,
            "budget_refusal": forecasts.budget_refusal(
                broadcast, estimate.people, at, belonging.campaign_of(broadcast)
            ),
        }
        context = {**self.get_serializer_context(), **known}
        return Response(ForecastSerializer(forecast, context=context).data)

    def _shown(self, broadcast: Broadcast) -> Response:
        return Response(self.get_serializer(broadcast).data)


def _read(serializer: type[serializers.Serializer], request: ApiRequest) -> dict:
    body = serializer(data=request.data, context={"request": request})
    body.is_valid(raise_exception=True)
    return body.validated_data
