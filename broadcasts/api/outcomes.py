"""Endpoints: who did not get a broadcast, and what nobody knows."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts import services
from broadcasts.api.serializers import ProgressSerializer
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.results import progress, reached
from broadcasts.sending import failures, settling
from broadcasts.sending.failures import Cause

BROADCASTS = Broadcast.objects.defer("audience", "body")


class CauseSerializer(serializers.Serializer):
    """Why so many people did not get it."""

    cause = serializers.CharField(
        source="key", help_text="`unknown`, `called-off`, `dropped`, `refused-…` or `line-…`; stays the same"
    )
    words = serializers.CharField(help_text="For people, in the language of the request")
    advice = serializers.CharField(help_text="What may be done")
    said = serializers.CharField(help_text="What LINE said; empty: nothing")
    friend_count = serializers.IntegerField()


class PeopleQuery(serializers.Serializer):
    before = serializers.IntegerField(required=False, min_value=1, help_text="`next` of the page before")


class ConcernedSerializer(serializers.Serializer):
    """Friends concerned, the newest first."""

    friends = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of friends")
    next = serializers.IntegerField(allow_null=True, help_text="Ask for `before` this; null at the end")


class UnsettledSerializer(serializers.Serializer):
    """A request to LINE of which nobody knows whether it arrived."""

    kind = serializers.SerializerMethodField(help_text="`batch`: one of ours; `send`: LINE finds the people")
    id = serializers.IntegerField(source="request.pk")
    friend_count = serializers.IntegerField(help_text="Of a `send` at most")
    first_tried_at = serializers.DateTimeField(source="request.first_tried_at", allow_null=True)
    attempts = serializers.IntegerField(source="request.attempts")
    said = serializers.SerializerMethodField(help_text="LINE’s last answer; empty: none came")

    def get_kind(self, unsettled: settling.Unsettled) -> str:
        return "batch" if unsettled.is_batch else "send"

    def get_said(self, unsettled: settling.Unsettled) -> str:
        request = unsettled.request
        return request.error if isinstance(request, Batch) else str(request.problem)


class SettlementSerializer(serializers.Serializer):
    """What somebody has found out, of one request or several."""

    batches = serializers.ListField(child=serializers.IntegerField(), default=list)
    sends = serializers.ListField(child=serializers.IntegerField(), default=list)
    arrived = serializers.BooleanField()

    def validate(self, attrs: dict) -> dict:
        if not (attrs["batches"] or attrs["sends"]):
            raise serializers.ValidationError("Name at least one request.")
        return attrs


class FailuresViewSet(GenericViewSet):
    """Who did not get it, by cause."""

    request: ApiRequest
    queryset = BROADCASTS
    serializer_class = CauseSerializer
    pagination_class = None

    @extend_schema(responses=CauseSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """The causes, that with most people first. Empty if everybody has it."""
        broadcast = get_object_or_404(BROADCASTS, pk=pk)
        causes = failures.causes(broadcast, progress.of(broadcast))
        return Response(CauseSerializer(causes, many=True).data)

    @extend_schema(parameters=[PeopleQuery], responses=ConcernedSerializer)
    def retrieve(self, request: ApiRequest, pk: int, cause: str) -> Response:
        """Whom one cause concerns, page by page; of what LINE was to send, all whom it might have chosen."""
        query = PeopleQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        broadcast = get_object_or_404(BROADCASTS, pk=pk)
        concerned = failures.people(broadcast, _cause(broadcast, cause))
        page = reached.page(concerned, before=query.validated_data.get("before"))
        return Response({"friends": [friend.pk for friend in page.rows], "next": page.next})


class UnsettledViewSet(GenericViewSet):
    """Requests of unknown outcome: they are never sent again, and a person says what became of them."""

    request: ApiRequest
    queryset = BROADCASTS
    serializer_class = UnsettledSerializer
    pagination_class = None
    permission_required = {"list": "broadcasts.view_broadcast", "settle": "broadcasts.settle_batch"}

    @extend_schema(responses=UnsettledSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """Those that wait for a person, at most 500."""
        broadcast = get_object_or_404(BROADCASTS, pk=pk)
        waiting: list[Batch | PlatformSend] = [*settling.sends(broadcast), *settling.batches(broadcast)[:500]]
        found = [settling.unnamed(each) for each in waiting]
        return Response(UnsettledSerializer(found, many=True).data)

    @extend_schema(request=SettlementSerializer, responses=ProgressSerializer)
    def settle(self, request: ApiRequest, pk: int) -> Response:
        """Write down whether they arrived: all or none of them. What did is booked; there is no way back.

        Refused with 409 if one of them does not wait for it.
        """
        given: Any = SettlementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        broadcast = services.settle(
            get_object_or_404(BROADCASTS, pk=pk),
            as_sent=asked["arrived"],
            by=request.user,
            batches=asked["batches"],
            sends=asked["sends"],
        )
        found = ProgressSerializer(progress.of(broadcast), context=self.get_serializer_context())
        return Response(found.data)


def _cause(broadcast: Broadcast, wanted: str) -> Cause:
    for cause in failures.causes(broadcast, progress.of(broadcast)):
        if cause.key == wanted:
            return cause
    raise NotFound
