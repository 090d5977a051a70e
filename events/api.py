"""Endpoints: the timeline, read and written."""

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from events import incoming, timeline
from events.models import Event


class EventSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend, or null")
    customer_id = serializers.IntegerField(help_text="Id of the customer, or null")

    class Meta:
        model = Event
        fields = ["id", "type", "at", "friend", "customer_id", "properties"]


class EventFilter(serializers.Serializer):
    friend = serializers.IntegerField(required=False, help_text="Number of a friend")
    customer_id = serializers.IntegerField(required=False, help_text="Id of a customer")
    type = serializers.CharField(required=False, help_text="Such as bought")


class NewEventSerializer(serializers.Serializer):
    """One event. It names a friend by `friend` or `line_user_id`, a customer by `customer`, or both."""

    type = serializers.CharField(max_length=60, help_text="What happened, such as bought, viewed, carted")
    at = serializers.DateTimeField(
        required=False, help_text="ISO 8601 with offset; now if left out. Not in the future"
    )
    friend = serializers.IntegerField(required=False, help_text="Number of a friend")
    line_user_id = serializers.CharField(required=False, help_text="LINE user ID of a friend")
    customer = serializers.CharField(required=False, help_text="Number of a customer in your books")
    properties = serializers.DictField(
        required=False, help_text="What else is known, such as product and amount; at most 10 kB as JSON"
    )
    key = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Your own id of the event; sending it again with the same key records nothing",
    )


class BatchOfEventsSerializer(serializers.Serializer):
    events: serializers.ListSerializer = serializers.ListSerializer(
        child=NewEventSerializer(), min_length=1, max_length=incoming.MOST
    )


class BadRowSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in the request, from 0")
    detail = serializers.CharField()


class RecordedSerializer(serializers.Serializer):
    recorded = serializers.IntegerField(help_text="How many were new")
    repeated = serializers.IntegerField(help_text="How many had a key that was recorded before")
    errors = BadRowSerializer(  # type: ignore[assignment]  # a field: it does not stay on the class
        many=True, help_text="Those that were left out"
    )


class EventViewSet(ListModelMixin, GenericViewSet):
    """What friends and customers did. Latest first."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filter_serializer = EventFilter
    keyset = ("-at", "-id")

    def narrow(self, queryset: QuerySet[Event], *, friend: int | None = None, **equal: object) -> QuerySet:
        return queryset.filter(**equal, **({} if friend is None else {"friend_id": friend}))

    @extend_schema(request=BatchOfEventsSerializer, responses={200: RecordedSerializer})
    def create(self, request: Request) -> Response:
        """Record up to 1,000 events. Good ones are recorded even if others have errors.

        Answers 200 with the errors of each event that was left out; correct those and send them again.
        """
        good, errors = incoming.read(request.data)
        with transaction.atomic():
            recorded = timeline.record(good)
        return Response({"recorded": recorded, "repeated": len(good) - recorded, "errors": errors})
