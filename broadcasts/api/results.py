"""Endpoints: what came of broadcasts."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts import pages
from broadcasts.api.serializers import HourSerializer
from broadcasts.models import Broadcast, Insight
from broadcasts.results import details, figures, listing, rows, seen
from broadcasts.results.figures import Why
from broadcasts.results.forms import MOST_DAYS, USUAL
from broadcasts.results.rows import LABELS, Row
from contracts.fields import AmountField
from segments.models import Segment


class FigureSerializer(serializers.Serializer):
    """One figure. `value` null is not zero: LINE hides it, or it is not known (yet)."""

    code = serializers.ChoiceField(list(LABELS))
    value = serializers.SerializerMethodField(
        "read_value", help_text="People or times; yen for revenue, clicked_revenue and cost"
    )
    is_least = serializers.BooleanField(help_text="A part is hidden: there are at least so many")
    of = serializers.ChoiceField(
        [*LABELS, ""], source="whole_code", help_text="What it is a share of; empty: of nothing"
    )
    whole = serializers.IntegerField(allow_null=True, help_text="How many that are, in people")
    share = serializers.FloatField(allow_null=True)
    cost_per_each = AmountField(source="each", allow_null=True)

    def read_value(self, row: Row) -> float | None:
        return None if row.value is None else float(row.value) if row.is_money else int(row.value)


class ByLineSerializer(serializers.Serializer):
    """LINE's figures; null: hidden, since there are fewer than 20 people, or not told."""

    delivered = serializers.IntegerField(help_text="People to whom they refer")
    opened = serializers.IntegerField(allow_null=True)
    clicked = serializers.IntegerField(allow_null=True)
    is_least_opened = serializers.BooleanField(help_text="Hidden in part: there are at least so many")
    is_least_clicked = serializers.BooleanField()
    day = serializers.IntegerField(allow_null=True, help_text="After the send: 1, 3, 7, 14, 15; 15 is final")
    taken_at = serializers.DateTimeField(allow_null=True)
    why = serializers.ChoiceField([each.value for each in Why], help_text="Why there are none, or `known`")


class BubbleSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="From 1")
    name = serializers.CharField()
    seen = serializers.IntegerField(allow_null=True, help_text="Times in full on a phone, as LINE counts")
    people = serializers.IntegerField(allow_null=True, help_text="Who saw it so")
    clicks = serializers.IntegerField(help_text="On its links, as we count")
    clickers = serializers.IntegerField(allow_null=True, help_text="null: nobody knows who clicked")
    played = serializers.IntegerField(allow_null=True)
    played_whole = serializers.IntegerField(allow_null=True)


class LinkResultSerializer(serializers.Serializer):
    bubble = serializers.IntegerField(source="link.bubble", allow_null=True)
    url = serializers.CharField(source="link.url")
    page = serializers.CharField(
        source="link.page",
        help_text="Variable of the page of each friend’s own that it leads to; empty: it leads to none",
    )
    title = serializers.CharField(source="link.title", help_text="What people call that page")
    clicks = serializers.IntegerField()
    people = serializers.IntegerField(allow_null=True, help_text="null: nobody knows who clicked")
    people_by_line = serializers.IntegerField(source="by_line", allow_null=True)
    machines = serializers.IntegerField(source="link.machine_count")


class ResultSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="broadcast.pk")
    name = serializers.CharField(source="broadcast.name")
    nature = serializers.ChoiceField(Broadcast.Nature.choices, source="broadcast.nature")
    segment = serializers.IntegerField(source="broadcast.segment_id")
    started_at = serializers.DateTimeField(source="broadcast.started_at", allow_null=True)
    figures = FigureSerializer(many=True)


class WholeResultSerializer(ResultSerializer):
    line = ByLineSerializer()
    counted_at = serializers.DateTimeField(
        allow_null=True, help_text="When orders, blocks and stops were counted"
    )
    bubbles = BubbleSerializer(many=True)
    links = LinkResultSerializer(many=True)
    hours = HourSerializer(many=True, help_text="Clicks of the first 48 hours; empty while there are none")


class InsightSerializer(serializers.ModelSerializer):
    class Meta:
        model = Insight
        fields = ["day", "taken_at", "variant", "send", "delivered", "opened", "clicked", "data"]
        extra_kwargs = {
            "variant": {"help_text": "Of an A/B test; null: of the whole"},
            "send": {"help_text": "Of one that LINE sent itself; null: of pushes and multicasts"},
            "data": {"help_text": "LINE’s answer, whole"},
        }


class ResultsQuery(serializers.Serializer):
    since = serializers.DateField(
        required=False, help_text="First day in the client's time zone; else 29 days before the last"
    )
    until = serializers.DateField(required=False, help_text="Last day, included; else today")
    nature = serializers.ChoiceField(Broadcast.Nature.choices, required=False)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.objects.all(), required=False)

    def asked(self) -> tuple[date, date, dict[str, Any]]:
        """What is asked for. Raises ValidationError if that is no period."""
        self.is_valid(raise_exception=True)
        given = dict(self.validated_data)
        until = given.pop("until", timezone.localdate())
        since = given.pop("since", None) or until - min(USUAL, until - date.min)
        if not 0 <= (until - since).days < MOST_DAYS:
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        return since, until, given


class ResultsSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    is_cut = serializers.BooleanField(help_text="There are more sends than are listed and added up")
    broadcasts = ResultSerializer(many=True)
    total = FigureSerializer(many=True, help_text="Sums; one order may count for several sends")


class ResultsViewSet(GenericViewSet):
    """What came of the broadcasts of a period."""

    request: ApiRequest
    queryset = Broadcast.objects.all()
    serializer_class = ResultsSerializer
    pagination_class = None

    @extend_schema(parameters=[ResultsQuery])
    def retrieve(self, request: ApiRequest) -> Response:
        """Every send that began in the period, newest first, with its figures; and their sums."""
        since, until, equal = ResultsQuery(data=request.query_params).asked()
        found = listing.of_period(since, until, **equal)
        table = listing.table(found, costs=seen.by(request.user))
        sends = [{"broadcast": send.broadcast, "figures": send.rows.values()} for send in table.sends]
        period = {"since": since, "until": until, "is_cut": table.is_cut}
        whole = period | {"broadcasts": sends, "total": table.total.values()}
        return Response(ResultsSerializer(whole).data)


class ResultViewSet(GenericViewSet):
    """What came of one broadcast."""

    request: ApiRequest
    queryset = Broadcast.objects.all()
    serializer_class = WholeResultSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """All figures, by bubble, link and hour too. Those that LINE hides are null."""
        broadcast = get_object_or_404(self.get_queryset(), pk=pk)
        found, copies = figures.of(broadcast), details.copies(broadcast)
        whole = {
            "broadcast": broadcast,
            "figures": rows.of(found, costs=seen.by(request.user)),
            "line": found.line,
            "counted_at": found.outcome and found.outcome.counted_at,
            "bubbles": details.bubbles(broadcast, copies),
            "links": details.links(broadcast, copies),
            "hours": pages.hours(broadcast),
        }
        return Response(WholeResultSerializer(whole).data)


class InsightViewSet(GenericViewSet):
    """LINE's statistics of one broadcast, as they were copied."""

    queryset = Insight.objects.ready()
    serializer_class = InsightSerializer
    pagination_class = None

    @extend_schema(responses=InsightSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """Every copy, oldest first: of 1, 3, 7, 14 and 15 days after the send."""
        broadcast = get_object_or_404(Broadcast, pk=pk)
        return Response(InsightSerializer(details.copies(broadcast), many=True).data)
