"""Endpoints: recurring sends and their dates."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from broadcasts.models import Broadcast, Series
from broadcasts.timing import dates, series, wishes, words
from broadcasts.timing.dates import Date
from broadcasts.timing.recurrence import LAST, Rule

NEXT = 20


class RuleSerializer(serializers.Serializer):
    every = serializers.ChoiceField(Series.Every.choices)
    interval = serializers.IntegerField(default=1, min_value=1, max_value=99)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        default=list,
        help_text="0 is Monday; of a weekly rule. Empty: the weekday of the first day",
    )
    month_day = serializers.IntegerField(
        allow_null=True,
        default=None,
        min_value=LAST,
        max_value=31,
        help_text="Of a monthly rule: 1 to 31, -1 for the last; a shorter month has it on its last day. "
        "null: as the first day",
    )
    at = serializers.TimeField(help_text="By the client's clock, to the minute")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None, help_text="null: without end")

    def validate_month_day(self, value: int | None) -> int | None:
        if value == 0:
            raise ValidationError(_("Give 1 to 31, or -1 for the last day."))
        return value


class StartSerializer(RuleSerializer):
    version = serializers.IntegerField(required=False, help_text="The version of the broadcast you read")

    def rule(self) -> Rule:
        return Rule(**{name: self.validated_data[name] for name in Rule.names()})


class RuleChangeSerializer(StartSerializer):
    version = None  # type: ignore[assignment]  # the rule has none
    from_on = serializers.DateField(help_text="The day from which it holds; what is planned before stays")


class SeriesDateSerializer(serializers.Serializer):
    planned_on = serializers.DateField(help_text="As the rule says; it names the date")
    at = serializers.DateTimeField(help_text="When it goes out")
    is_skipped = serializers.BooleanField()
    is_moved = serializers.BooleanField()
    broadcast = serializers.IntegerField(
        source="broadcast.pk", allow_null=True, default=None, help_text="Made ahead: null if it is not yet"
    )
    problem = serializers.CharField(help_text="Why it is not scheduled; empty: nothing is against it")


class SeriesSerializer(serializers.ModelSerializer):
    words = serializers.SerializerMethodField(help_text="The rule, in the language of Accept-Language")

    class Meta:
        model = Series
        fields = ["id", "pattern", "status", *Rule.names(), "words", "created_at"]
        extra_kwargs = {"pattern": {"help_text": "Id of the broadcast of which each date is made"}}

    def get_words(self, found: Series) -> str:
        return words.of(found.rule)


class DateChangeSerializer(serializers.Serializer):
    is_skipped = serializers.BooleanField(default=False)
    moved_to = MomentField(required=False, allow_null=True, default=None, help_text="ISO 8601 with offset")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["is_skipped"] == (given["moved_to"] is not None):
            raise ValidationError(_("Give either is_skipped or moved_to."))
        return given


class SeriesFilter(serializers.Serializer):
    status = serializers.ChoiceField(Series.Status.choices, required=False)


class SeriesViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What is sent again and again. Each date is a broadcast of its own, scheduled up to 14 days ahead.

    `PUT /broadcasts/{id}/series/` begins one.
    """

    request: ApiRequest
    queryset = Series.objects.exclude(status=Series.Status.PLANNED).select_related("pattern")
    serializer_class = SeriesSerializer
    filter_serializer = SeriesFilter
    lookup_value_converter = "int"
    permission_required = {
        "change_rule": "broadcasts.send_broadcast",
        "pause": "broadcasts.send_broadcast",
        "resume": "broadcasts.send_broadcast",
        "end": "broadcasts.send_broadcast",
        "dates": "broadcasts.view_series",
        "change_date": "broadcasts.send_broadcast",
        "restore_date": "broadcasts.send_broadcast",
    }

    def narrow(self, queryset, **equal: object):
        return queryset.filter(**equal)

    @extend_schema(request=RuleChangeSerializer)
    def change_rule(self, request: ApiRequest, pk: int) -> Response:
        """Let another rule hold from a day on. Where the old has dates before, a second series goes on."""
        given = RuleChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        from_on = given.validated_data["from_on"]
        changed = series.change_rule(self.get_object(), given.rule(), from_on=from_on, by=request.user)
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=None)
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Send no date until it is resumed."""
        return Response(self.get_serializer(series.pause(self.get_object(), by=request.user)).data)

    @extend_schema(request=None, responses={200: SeriesSerializer})
    def resume(self, request: ApiRequest, pk: int) -> Response:
        """Go on with the dates to come."""
        return Response(self.get_serializer(series.resume(self.get_object(), by=request.user)).data)

    @extend_schema(responses=SeriesDateSerializer(many=True))
    def dates(self, request: ApiRequest, pk: int) -> Response:
        """The next 20 dates, with those that are skipped among them."""
        found, now = self.get_object(), timezone.now()
        coming = dates.next_ones(found, now, NEXT)
        end = coming[-1].at + timedelta(minutes=1) if coming else now
        return Response(SeriesDateSerializer(dates.between(found, now, end), many=True).data)

    @extend_schema(request=DateChangeSerializer, responses=SeriesDateSerializer)
    def change_date(self, request: ApiRequest, pk: int, day: str) -> Response:
        """Skip a date, or send it at another time. It is named by the day that the rule says."""
        given = DateChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found, planned_on = self.get_object(), _day(day)
        if given.validated_data["is_skipped"]:
            series.skip(found, planned_on, by=request.user)
        else:
            series.move(found, planned_on, to=given.validated_data["moved_to"], by=request.user)
        return self._date(found, planned_on)

    @extend_schema(responses={200: SeriesDateSerializer})
    def restore_date(self, request: ApiRequest, pk: int, day: str) -> Response:
        """Neither skipped nor moved any more."""
        found, planned_on = self.get_object(), _day(day)
        series.as_planned(found, planned_on, by=request.user)
        return self._date(found, planned_on)

    def _date(self, found: Series, day: date) -> Response:
        row = found.dates.select_related("broadcast").get(planned_on=day)
        shown = Date(found, day, row.moved_to or dates.at(found, day), row)
        return Response(SeriesDateSerializer(shown).data)


class BroadcastSeriesViewSet(GenericViewSet):
    """A broadcast that is sent again and again."""

    request: ApiRequest
    queryset = Broadcast.objects.select_related("segment", "series").defer("audience", "body")
    serializer_class = SeriesSerializer
    pagination_class = None
    permission_required = {
        "retrieve": "broadcasts.view_series",
        "update": "broadcasts.send_broadcast",
        "destroy": "broadcasts.send_broadcast",
    }

    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """The series that a broadcast is a date or the pattern of; 404 if it is sent once."""
        found = self.get_object().series
        if found is None:
            raise Http404
        return Response(SeriesSerializer(found).data)

    @extend_schema(request=StartSerializer)
    def update(self, request: ApiRequest, pk: int) -> Response:
        """Send it again and again from now on: it becomes the pattern of which each date is made."""
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        version = given.validated_data.get("version")
        begun = series.start(self.get_object(), given.rule(), by=request.user, version=version)
        return Response(SeriesSerializer(begun).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """End it: no further date is sent. 404 if it is not the pattern of a series that goes on."""
        found = wishes.started(self.get_object())
        if found is None:
            raise Http404
        series.end(found, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
