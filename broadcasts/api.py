"""Endpoints: broadcasts, from draft to result."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from billing.api import AmountField, MonthField, PartSerializer
from billing.forecast import Forecast
from broadcasts import forecasts, links, pages, progress, services, utm
from broadcasts.models import Broadcast, PlatformSend, TrackedLink
from broadcasts.progress import Progress
from segments.models import Segment

BY_LINE = Prefetch("platform_sends", PlatformSend.objects.defer("friends", "body"))
MESSAGES = {
    "type": "array",
    "minItems": 1,
    "maxItems": 5,
    "items": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
    "description": "LINE message objects, as LINE defines them. In a text, {{display_name|Customer}} is the "
    "friend's name, or the word after the bar where it is not known; the broadcast is then sent by push.",
    "examples": [[{"type": "text", "text": "Autumn sale from today"}]],
}


@extend_schema_field(MESSAGES)
class MessagesField(serializers.JSONField):
    """What is wrong in them the service says, with its place."""


class UtmSerializer(serializers.Serializer):
    """Campaign parameters that are added to links; utm_content says which bubble and link it was."""

    source = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        max_length=utm.LONGEST
    )
    medium = serializers.CharField(max_length=utm.LONGEST)
    campaign = serializers.CharField(
        max_length=utm.LONGEST, required=False, default="", allow_blank=True, help_text="Empty: the name"
    )


class CostSerializer(serializers.Serializer):
    messages = serializers.IntegerField()
    free_count = serializers.IntegerField()
    paid_count = serializers.IntegerField()
    amount = AmountField(help_text="Booked so far; before tax, not rounded")


class ProgressSerializer(serializers.Serializer):
    recipients = serializers.IntegerField(help_text="Estimated until it is prepared")
    accepted = serializers.IntegerField(help_text="Accepted by LINE")
    pending = serializers.IntegerField()
    under_way = serializers.IntegerField(help_text="In a request whose answer is not known yet")
    rejected = serializers.IntegerField()
    needs_check = serializers.IntegerField(help_text="Outcome not known after 23 hours; never sent again")
    cancelled = serializers.IntegerField()
    dropped = serializers.IntegerField(
        help_text="Blocked the account, or changed the ID link that counts, before their turn came"
    )
    requests = serializers.IntegerField(help_text="Requests to LINE")
    clicks = serializers.IntegerField(help_text="By people; machines are left out")
    people = serializers.IntegerField(help_text="Who clicked, where `tracks_people`; else 0")
    machines = serializers.IntegerField(help_text="Openings by link previews and other machines")
    percent = serializers.IntegerField()
    cost = CostSerializer()


class PlatformSendSerializer(serializers.ModelSerializer):
    """What LINE sends to people it finds itself: a narrowcast, or LINE's broadcast."""

    class Meta:
        model = PlatformSend
        fields = [
            "method",
            "state",
            "most",
            "target_count",
            "success_count",
            "failure_count",
            "request_id",
            "accepted_at",
            "problem",
        ]
        extra_kwargs = {
            "target_count": {"help_text": "Whom LINE has chosen; null until it has counted them"},
            "request_id": {"help_text": "LINE's statistics go by it"},
        }


class BroadcastSerializer(serializers.ModelSerializer):
    messages = MessagesField()
    utm = UtmSerializer(required=False, allow_null=True, help_text="null: none; left out: as is usual here")
    sends = PlatformSendSerializer(source="platform_sends", many=True, read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Broadcast
        fields = [
            "id",
            "name",
            "segment",
            "messages",
            "tracks_people",
            "utm",
            "way",
            "status",
            "send_at",
            "version",
            "method",
            "problem",
            "created_at",
            "approved_at",
            "started_at",
            "finished_at",
            "sends",
            "progress",
        ]
        read_only_fields = [*fields[7:-1]]

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, broadcast: Broadcast) -> dict:
        return ProgressSerializer(self.context["progress"][broadcast.pk]).data


class BroadcastChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.objects.all())
    messages = MessagesField()
    tracks_people = serializers.BooleanField()
    utm = UtmSerializer(allow_null=True)
    way = serializers.ChoiceField(Broadcast.Way.choices)
    version = serializers.IntegerField(
        help_text="The version you read: refused with 409 if it is no longer the present one"
    )


class BroadcastFilter(serializers.Serializer):
    status = serializers.ChoiceField(Broadcast.Status.choices, required=False)
    segment = serializers.IntegerField(required=False, help_text="Id of a segment")


class ScheduleSerializer(serializers.Serializer):
    send_at = MomentField(help_text="ISO 8601 with offset; up to a minute ago means at once")


class ReviewSerializer(serializers.Serializer):
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)


class ForecastQuery(serializers.Serializer):
    at = MomentField(required=False, default=None, help_text="ISO 8601 with offset; else `send_at`, else now")


class PlanOptionSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    month_amount = AmountField()
    saving = AmountField(allow_null=True)


class ForecastSerializer(serializers.Serializer):
    messages = serializers.IntegerField(help_text="The segment's present size")
    fits = serializers.BooleanField(help_text="Whether the plan covers it")
    remaining = serializers.IntegerField(
        allow_null=True, help_text="Left in the month after what is used and scheduled; null: no limit known"
    )
    month = MonthField()
    plan_name = serializers.CharField(allow_null=True, help_text="null: no plan registered, no prices known")
    is_confirmed = serializers.BooleanField(help_text="Whether the prices were read in LINE's own price list")
    currency = serializers.CharField()
    monthly_fee = AmountField()
    amount_now = AmountField(help_text="If it left now; before tax, not rounded")
    free_count = serializers.IntegerField()
    paid_count = serializers.IntegerField()
    parts = PartSerializer(many=True)
    month_used = serializers.IntegerField()
    already_scheduled = serializers.IntegerField(help_text="Messages of other broadcasts in that month")
    month_end_messages = serializers.IntegerField()
    month_end_amount = AmountField()
    method = serializers.SerializerMethodField(help_text="push: one by one; multicast: many at once")
    seconds = serializers.SerializerMethodField(help_text="How long it takes to send, at the least")
    cheaper_plan = PlanOptionSerializer(allow_null=True, help_text="What would cover the month for less")

    def get_method(self, forecast: Forecast) -> str:
        return self.context["sending"].method

    def get_seconds(self, forecast: Forecast) -> float:
        return self.context["sending"].takes.total_seconds()


class TrackedLinkSerializer(serializers.ModelSerializer):
    clicks = serializers.IntegerField(source="click_count")
    people = serializers.IntegerField(source="people_count", help_text="As far as they are known")
    machines = serializers.IntegerField(source="machine_count")

    class Meta:
        model = TrackedLink
        fields = ["id", "bubble", "url", "target", "clicks", "people", "machines"]
        extra_kwargs = {
            "bubble": {"help_text": "From 1"},
            "target": {"help_text": "With what was added to it; empty: nothing"},
        }


class HourSerializer(serializers.Serializer):
    at = serializers.DateTimeField(help_text="When the hour began")
    clicks = serializers.IntegerField(source="count")


class ClicksSerializer(serializers.Serializer):
    links = TrackedLinkSerializer(many=True)
    hours = HourSerializer(many=True, help_text="The first 48 hours; empty while nobody has clicked")


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
        """With the progress of all that it shows, in a constant number of queries."""
        shown = args[0] if args else []
        self.progress = progress.of_many(shown if isinstance(shown, list) else [shown])
        context = kwargs.pop("context", None) or self.get_serializer_context()
        return super().get_serializer(*args, context={**context, "progress": self.progress}, **kwargs)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        usual = {"tracks_people": links.defaults().tracks_people, "utm": links.default_utm()}
        given = usual | serializer.validated_data
        broadcast = services.create_broadcast(**given, by=self.request.user)
        serializer.instance = broadcast
        self.progress[broadcast.pk] = Progress()

    @extend_schema(request=BroadcastChangeSerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change one broadcast.

        What is given changes, until it is scheduled. An approval is thereby withdrawn.
        """
        broadcast = self.get_object()
        given = _read(BroadcastChangeSerializer, request, partial=True)
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

    @extend_schema(request=ReviewSerializer)
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

    @extend_schema(request=None, responses=BroadcastSerializer)
    @schedule.mapping.delete
    def unschedule(self, request: ApiRequest, pk: int) -> Response:
        """Take it out of the queue before it begins; it keeps its approval."""
        return self._shown(services.unschedule(self.get_object(), by=request.user))

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Stop sending: what has left has left, the rest waits."""
        return self._shown(services.pause(self.get_object(), by=request.user))

    @extend_schema(request=None, responses=BroadcastSerializer)
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
        forecast = forecasts.of_broadcast(broadcast, query.validated_data["at"])
        sending = forecasts.sending(forecast.messages, broadcast.way_of_sending)
        return Response(ForecastSerializer(forecast, context={"sending": sending}).data)

    def _shown(self, broadcast: Broadcast) -> Response:
        return Response(self.get_serializer(broadcast).data)


def _read(serializer: type[serializers.Serializer], request: ApiRequest, *, partial: bool = False) -> dict:
    body = serializer(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    return body.validated_data
