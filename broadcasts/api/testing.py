"""Endpoints: test sends, and the friends who get them."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.models import Broadcast, Tester, TestSend
from broadcasts.testing import sending, testers
from friends.models import Friend

SHOWN = 100  # tests of a broadcast, newest first


class TesterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tester
        fields = ["id", "friend", "note", "is_on", "added_at"]
        read_only_fields = ["added_at"]
        extra_kwargs = {"friend": {"help_text": "Number of a friend", "validators": []}}


class TesterChangeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tester
        fields = ["note", "is_on"]


class TestSendSerializer(serializers.ModelSerializer):
    class Meta:
        model = TestSend
        fields = ["id", "friend", "letter", "state", "attempts", "at", "accepted_at", "request_id", "error"]
        extra_kwargs = {"letter": {"help_text": "Which text of an A/B test; empty: the message itself"}}


class TestRequestSerializer(serializers.Serializer):
    """To whom: each gets one message, which costs what any push costs."""

    testers = serializers.ListField(
        child=serializers.IntegerField(), min_length=1, max_length=50, help_text="Ids of testers"
    )


class TestSendViewSet(GenericViewSet):
    """A broadcast as it is written now, to testers: marked as a test, and not in its counts."""

    request: ApiRequest
    queryset = TestSend.objects.all()
    serializer_class = TestSendSerializer
    pagination_class = None

    @extend_schema(responses=TestSendSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """What became of the newest 100 tests."""
        return Response(TestSendSerializer(_broadcast(pk).test_sends.all()[:SHOWN], many=True).data)

    @extend_schema(request=TestRequestSerializer, responses={201: TestSendSerializer(many=True)})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Send a test. Refused with 422 if none of these testers can get one, or the month is used up."""
        given: Any = TestRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = Tester.objects.filter(pk__in=given.validated_data["testers"])
        sent = sending.send_test(_broadcast(pk), chosen, by=request.user)
        return Response(TestSendSerializer(sent, many=True).data, status=status.HTTP_201_CREATED)


class TesterViewSet(ListModelMixin, GenericViewSet):
    """Friends who agreed to get test sends."""

    request: ApiRequest
    queryset = Tester.objects.all()
    serializer_class = TesterSerializer
    lookup_value_converter = "int"

    @extend_schema(responses={201: TesterSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a friend a tester; who is one already stays as they are."""
        given: Any = TesterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        friend: Friend = given.validated_data["friend"]
        made = testers.add(friend, by=request.user, note=given.validated_data.get("note", ""))
        return Response(TesterSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TesterChangeSerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change the note, or whether they get tests for now."""
        given: Any = TesterChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = testers.change(self.get_object(), by=request.user, **given.validated_data)
        return Response(TesterSerializer(changed).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """No tester any longer; what was sent to them stays on record."""
        testers.remove(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _broadcast(pk: int) -> Broadcast:
    return get_object_or_404(Broadcast.objects.defer("audience", "body"), pk=pk)
