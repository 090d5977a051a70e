"""Endpoints: the A/B test of a broadcast, and its texts."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.api.serializers import MessagesField
from broadcasts.choosing import commands, deciding, figures
from broadcasts.choosing.figures import Figure, Metric
from broadcasts.choosing.forms import HOURS, SAMPLES
from broadcasts.models import Broadcast, SplitTest, Variant

VERSION = "The version you read: refused with 409 if it is no longer the present one"


class TextRateSerializer(serializers.Serializer):
    metric = serializers.ChoiceField(Metric.choices)
    count = serializers.IntegerField(allow_null=True)
    rate = serializers.FloatField(allow_null=True, help_text="null: not known; LINE tells nothing below 20")
    low = serializers.FloatField(allow_null=True, help_text="The rate really is between low and high: 95 %")
    high = serializers.FloatField(allow_null=True)


class TextSerializer(serializers.Serializer):
    """One text; figures once it was sent."""

    letter = serializers.CharField()
    messages = MessagesField()
    recipients = serializers.IntegerField(allow_null=True, help_text="Of the sample; null until prepared")
    delivered = serializers.IntegerField(allow_null=True)
    rates = TextRateSerializer(many=True)


class SplitTestSerializer(serializers.Serializer):
    sample_percent = serializers.IntegerField()
    metric = serializers.ChoiceField(Metric.choices)
    wait_hours = serializers.IntegerField(source="hours")
    asks_person = serializers.BooleanField()
    rest = serializers.IntegerField(source="rest_count", allow_null=True, help_text="Who waits, or waited")
    decides_at = serializers.DateTimeField(allow_null=True, help_text="null: not begun, or a person decides")
    decided_at = serializers.DateTimeField(allow_null=True)
    winner = serializers.CharField(source="winner.letter", allow_null=True, default=None)
    reason = serializers.CharField(help_text="Why this text, in words")
    certainty = serializers.CharField(help_text="How sure it is that the best is better; empty: no best")
    texts = TextSerializer(many=True)


class SplitTestChangeSerializer(serializers.Serializer):
    sample_percent = serializers.IntegerField(default=20, min_value=SAMPLES[0], max_value=SAMPLES[1])
    metric = serializers.ChoiceField(Metric.choices, default=Metric.CLICKS)
    wait_hours = serializers.IntegerField(default=4, min_value=HOURS[0], max_value=HOURS[-1])
    asks_person = serializers.BooleanField(default=False, help_text="If the figures do not decide")
    version = serializers.IntegerField(required=False, help_text=VERSION)

    def settings(self) -> dict[str, Any]:
        given = dict(self.validated_data)
        return given | {"waits": timedelta(hours=given.pop("wait_hours"))}


class TextChangeSerializer(serializers.Serializer):
    messages = MessagesField()
    version = serializers.IntegerField(required=False, help_text=VERSION)


class WinnerSerializer(serializers.Serializer):
    letter = serializers.ChoiceField(list(Variant.LETTERS))


class SplitTestViewSet(GenericViewSet):
    """An A/B test: a sample gets the texts, and after a while the rest gets the best one.

    Text A is what the broadcast itself says. A change withdraws an approval.
    """

    request: ApiRequest
    queryset = Broadcast.objects.select_related("segment").defer("audience", "body")
    serializer_class = SplitTestSerializer
    permission_required = {
        "retrieve": "broadcasts.view_broadcast",
        "update": "broadcasts.change_broadcast",
        "destroy": "broadcasts.change_broadcast",
        "decide": "broadcasts.send_broadcast",
        "write": "broadcasts.change_broadcast",
        "remove": "broadcasts.change_broadcast",
    }

    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """The A/B test of a broadcast with its texts; 404 if it has none."""
        return self._shown(self.get_object())

    @extend_schema(request=SplitTestChangeSerializer)
    def update(self, request: ApiRequest, pk: int) -> Response:
        """Begin an A/B test, or change how it goes. A new one has text B, the same as text A."""
        given = SplitTestChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        broadcast = self.get_object()
        commands.set_test(broadcast, by=request.user, **given.settings())
        return self._shown(broadcast)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """End it: all get what the broadcast says, and the other texts are deleted."""
        commands.end_test(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WinnerSerializer)
    def decide(self, request: ApiRequest, pk: int) -> Response:
        """Have the rest get this text now. Refused with 409 unless the test waits."""
        given = WinnerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        broadcast = self.get_object()
        deciding.decide(broadcast, given.validated_data["letter"], by=request.user)
        return self._shown(broadcast)

    @extend_schema(request=TextChangeSerializer)
    def write(self, request: ApiRequest, pk: int, letter: str) -> Response:
        """What text B, C or D says; the next letter makes a new one."""
        given = TextChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        broadcast = self.get_object()
        commands.change_variant(broadcast, letter, by=request.user, **given.validated_data)
        return self._shown(broadcast)

    @extend_schema(responses={204: None})
    def remove(self, request: ApiRequest, pk: int, letter: str) -> Response:
        """One text less; those after it move up. Where one alone would be left the test ends."""
        broadcast = self.get_object()
        get_object_or_404(broadcast.variants.all(), letter=letter)
        commands.remove_variant(broadcast, letter, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, broadcast: Broadcast) -> Response:
        test = SplitTest.objects.select_related("winner").filter(broadcast=broadcast.pk).first()
        if test is None:
            raise Http404
        broadcast.refresh_from_db(fields=["started_at"])
        found = figures.of(broadcast, asks_line=False) if broadcast.started_at else []
        shown = {name: getattr(test, name) for name in SHOWN}
        shown["certainty"] = figures.certainty(found, test.metric)
        known = {figure.variant.pk: figure for figure in found}
        shown["texts"] = [_text(text, known.get(text.pk)) for text in broadcast.variants.all()]
        return Response(self.get_serializer(shown).data)


SHOWN = (
    *("sample_percent", "metric", "hours", "asks_person", "rest_count", "decides_at", "decided_at"),
    *("winner", "reason"),
)


def _text(text: Variant, figure: Figure | None) -> dict[str, Any]:
    return {
        "letter": text.letter,
        "messages": text.messages if figure else text.written,
        "recipients": text.audience_count,
        "delivered": figure.people if figure else None,
        "rates": [_rate(figure, metric) for metric in Metric] if figure else [],
    }


def _rate(figure: Figure, metric: Metric) -> dict[str, Any]:
    low, high = figure.range(metric) or (None, None)
    rate = {"metric": metric, "count": figure.count(metric), "rate": figure.rate(metric)}
    return rate | {"low": low, "high": high}
