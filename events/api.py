"""Endpoints: the timeline, read and written; types of events."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from events import incoming, refusals, registry, timeline, types
from events.models import Event, EventTypeDefinition
from events.properties import TYPES


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
    create_customers = serializers.BooleanField(
        required=False,
        help_text="true: a customer number that is not in the books yet is put into them, without a name, "
        "instead of refusing its events. Needs customers.change_customer too",
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
    def create(self, request: ApiRequest) -> Response:
        """Record up to 1,000 events. Good ones are recorded even if others have errors.

        They may lie in the past as far as you like, before or after a customer was linked to a friend. Of a
        known type (see event-types/) the properties are checked; product_viewed is recorded as viewed.
        Answers 200 with the errors of each event that was left out; correct those and send them again.
        """
        if incoming.does_create(request.data) and not request.user.has_perm("customers.change_customer"):
            raise PermissionDenied
        with transaction.atomic():
            good, errors = incoming.read(request.data)
            recorded = timeline.record(good)
            refusals.keep("events", [_refused(request.data, error) for error in errors])
        return Response({"recorded": recorded, "repeated": len(good) - recorded, "errors": errors})


class PropertySerializer(serializers.Serializer):
    name = serializers.CharField(max_length=60, help_text="a–z, 0–9 and _")
    label = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        max_length=60, required=False, help_text="For people; the name if left out"
    )
    type = serializers.ChoiceField(list(TYPES), help_text="What its values must be")


class EventTypeSerializer(serializers.Serializer):
    """A type of events: one that is built in, or one of your own."""

    name = serializers.CharField(help_text="As it is sent in events/")
    label = serializers.CharField()  # type: ignore[assignment]  # likewise
    properties = PropertySerializer(many=True)
    is_own = serializers.BooleanField(help_text="Whether you defined it; only such can be changed")
    is_archived = serializers.BooleanField(help_text="Archived types are treated like unknown ones")


class NewEventTypeSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="1 to 60 of a–z, 0–9 and _. It stays")
    label = serializers.CharField(max_length=60)  # type: ignore[assignment]  # likewise
    properties = PropertySerializer(many=True, required=False)


class EventTypeChangeSerializer(serializers.Serializer):
    label = serializers.CharField(max_length=60, required=False)  # type: ignore[assignment]  # likewise
    properties = PropertySerializer(many=True, required=False, help_text="In place of those there were")
    is_archived = serializers.BooleanField(required=False)


class EventTypeViewSet(GenericViewSet):
    """What kinds of events there are, and the properties they carry."""

    queryset = EventTypeDefinition.objects.all()
    serializer_class = EventTypeSerializer
    pagination_class = None
    lookup_field = "name"

    @extend_schema(responses={200: EventTypeSerializer(many=True)})
    def list(self, request: ApiRequest) -> Response:
        """All of them, on one page: those built in, then your own."""
        own = [_of_own(each) for each in EventTypeDefinition.objects.all()]
        return Response(EventTypeSerializer([*map(_built_in, registry.all_types()), *own], many=True).data)

    @extend_schema(request=NewEventTypeSerializer, responses={201: EventTypeSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Define a type of your own. Its properties are checked in events that come in from now on."""
        body = NewEventTypeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = types.create_type(**body.validated_data, by=request.user)
        return Response(EventTypeSerializer(_of_own(made)).data, status=201)

    @extend_schema(request=EventTypeChangeSerializer, responses={200: EventTypeSerializer})
    def partial_update(self, request: ApiRequest, name: str) -> Response:
        """Other words or properties, or archive it. What was recorded stays as it is."""
        body = EventTypeChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        changed = types.change_type(self.get_object(), **body.validated_data, by=request.user)
        return Response(EventTypeSerializer(_of_own(changed)).data)


def _built_in(type_: registry.EventType) -> dict:
    properties = [
        {"name": name, "label": str(label), "type": type_.kinds.get(name, "text")}
        for name, label in type_.properties
    ]
    facts = {"name": type_.name, "label": str(type_.label), "properties": properties}
    return facts | {"is_own": False, "is_archived": False}


def _of_own(type_: EventTypeDefinition) -> dict:
    facts = {"name": type_.name, "label": type_.label, "properties": type_.properties}
    return facts | {"is_own": True, "is_archived": type_.archived_at is not None}


def _refused(body: Any, error: dict) -> tuple[str, str]:
    """What is kept of an event that was refused."""
    return refusals.subject(body["events"][error["index"]], "type", "key"), error["detail"]
