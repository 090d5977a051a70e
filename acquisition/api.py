"""Endpoints: groups side by side, two compared, months of joining, the margin."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from acquisition import cohorts, comparing, services, table, wording
from acquisition.cohorts import Metric
from acquisition.counting import Asked, Revenue
from acquisition.forms import USUAL, is_period
from acquisition.grouping import By
from acquisition.models import Margin
from acquisition.table import Row, Table
from acquisition.views import COST
from routes.cost_api import YenField
from routes.models import Route
from routes.returns import MOST_DAYS


class AcquisitionPeriodQuery(serializers.Serializer):
    since = serializers.DateField(
        required=False, help_text="First day of joining in the client's time zone; else 180 days ago"
    )
    until = serializers.DateField(required=False, help_text="Last day, included; else today")
    revenue = serializers.ChoiceField(
        choices=Revenue.choices,
        default=Revenue.JOINED,
        help_text="Which orders count: all since they joined, or those that attribution credits to LINE",
    )

    def asked(self, **more: Any) -> Asked:
        """Raises ValidationError if it is no period."""
        self.is_valid(raise_exception=True)
        given, today = self.validated_data, timezone.localdate()
        first, last = given.get("since", today - USUAL), given.get("until", today)
        if not is_period(first, last):
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        return Asked(first, last, Revenue(given["revenue"]), **more)


class AcquisitionQuery(AcquisitionPeriodQuery):
    by = serializers.ChoiceField(choices=By.choices, default=By.ROUTE)


class AcquisitionCompareQuery(AcquisitionQuery):
    a = serializers.CharField(max_length=500, allow_blank=True, help_text="Key of a group")
    b = serializers.CharField(max_length=500, allow_blank=True, help_text="Key of another")


class AcquisitionMonthsQuery(AcquisitionPeriodQuery):
    figure = serializers.ChoiceField(choices=Metric.choices, default=Metric.REVENUE)
    media = serializers.ChoiceField(choices=Route.Media.choices, required=False)
    route = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class PayBackSerializer(serializers.Serializer):
    month = serializers.IntegerField(allow_null=True, help_text="Month since joining; null: not yet")
    forecast = serializers.IntegerField(
        allow_null=True, help_text="Month, if it goes on as in the last three; null: nobody can say"
    )
    on = serializers.CharField(
        allow_null=True,
        help_text="Month of the calendar in which all together had paid back: 2026-11",
    )
    is_few = serializers.BooleanField(help_text="Of fewer than 30 people")


class CurvePointSerializer(serializers.Serializer):
    month = serializers.IntegerField(help_text="Of 30 days since joining, from 1")
    people = serializers.IntegerField(help_text="Who have this month behind them")
    revenue = YenField(help_text="Revenue per friend until its end")


class AcquisitionRowSerializer(serializers.Serializer):
    """null: not known. Shares are from 0 to 1. Costs are null for keys without routes.view_adcost."""

    key = serializers.CharField(help_text="By which the group is asked for; unknown: no route is known")
    name = serializers.CharField(source="name.words")
    openings = serializers.IntegerField(source="part.visits")
    new = serializers.IntegerField(allow_null=True)
    is_few = serializers.BooleanField(source="people.is_few", help_text="Fewer than 30 friends")
    cost = YenField(allow_null=True)
    cost_per_friend = YenField(source="cost_each", allow_null=True)
    linked = serializers.IntegerField(source="people.linked")
    link_rate = serializers.FloatField(source="people.link_rate", allow_null=True)
    cost_per_linked = YenField(source="cost_linked", allow_null=True)
    blocked_7 = serializers.IntegerField(source="people.blocked_week")
    old_enough_7 = serializers.IntegerField(
        source="people.over_week", help_text="Of whom blocks within 7 days are known; the share is of them"
    )
    blocked_30 = serializers.IntegerField(source="people.blocked_month")
    old_enough_30 = serializers.SerializerMethodField()
    kept_30 = serializers.SerializerMethodField(help_text="Share of friends 30 days after joining")
    kept_90 = serializers.SerializerMethodField()
    buyers = serializers.IntegerField(source="people.buyers")
    revenue = YenField(source="people.revenue")
    revenue_per_friend = YenField(source="people.revenue_each", allow_null=True)
    per_cost = YenField(allow_null=True, help_text="Revenue for each yen of cost (ROAS)")
    pay_back = PayBackSerializer(allow_null=True)
    curve = CurvePointSerializer(source="people.curve", many=True)

    def get_old_enough_30(self, row: Row) -> int:
        return row.people.old_enough(1)

    def get_kept_30(self, row: Row) -> float | None:
        return row.kept[0]

    def get_kept_90(self, row: Row) -> float | None:
        return row.kept[1]


class AcquisitionSerializer(serializers.Serializer):
    since = serializers.DateField(source="asked.first")
    until = serializers.DateField(source="asked.last")
    by = serializers.ChoiceField(By.choices)
    margin = serializers.DecimalField(
        source="margin.percent", max_digits=5, decimal_places=2, help_text="Of revenue, in per cent"
    )
    groups = AcquisitionRowSerializer(source="rows", many=True)
    total = AcquisitionRowSerializer(help_text="Only groups of which cost and friends are known are divided")
    says = serializers.SerializerMethodField(help_text="What all of it says of paying back, in a sentence")

    def get_says(self, found: Table) -> str:
        return wording.headline(found.total) if found.shows_cost else ""


class DifferenceRangeSerializer(serializers.Serializer):
    low = serializers.FloatField()
    value = serializers.FloatField()
    high = serializers.FloatField()


class GroupDifferenceSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field: it does not stay on the class
    first = serializers.FloatField(allow_null=True)
    second = serializers.FloatField(allow_null=True)
    range = DifferenceRangeSerializer(allow_null=True, help_text="First less second, at 95 %")
    better = serializers.CharField(help_text="first or second where the difference is clear, else empty")


class ComparedGroupsSerializer(serializers.Serializer):
    first = AcquisitionRowSerializer()
    second = AcquisitionRowSerializer()
    is_few = serializers.BooleanField(help_text="One of them has fewer than 30 friends")
    differences = GroupDifferenceSerializer(many=True)


class CohortCellSerializer(serializers.Serializer):
    month = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Who have so many months behind them")
    value = serializers.FloatField(help_text="Yen per friend, or a share from 0 to 1")


class CohortLineSerializer(serializers.Serializer):
    month = serializers.CharField(allow_null=True, help_text="2026-11; null: all together")
    new = serializers.IntegerField()
    cells = CohortCellSerializer(many=True)


class CohortsSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    figure = serializers.ChoiceField(Metric.choices)
    lines = CohortLineSerializer(many=True)


class MarginSerializer(serializers.Serializer):
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, help_text="More than 0, at most 100; 100 until one is set"
    )
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, margin: Margin) -> dict:
        if margin.is_set:
            return super().to_representation(margin)
        return {"percent": f"{margin.percent:.2f}", "changed_at": None}


class AcquisitionViewSet(GenericViewSet):
    """What friends cost, whether they stay, and what they bring."""

    request: ApiRequest
    queryset = Route.objects.all()
    serializer_class = AcquisitionSerializer
    pagination_class = None
    permission_required: ClassVar[dict[str, str]] = dict.fromkeys(
        ("retrieve", "compare", "months"), "routes.view_arrival"
    )

    @extend_schema(parameters=[AcquisitionQuery])
    def retrieve(self, request: ApiRequest) -> Response:
        """Routes, media, campaigns or ads side by side, by friends who joined on these days."""
        return Response(AcquisitionSerializer(self._table(AcquisitionQuery)).data)

    @extend_schema(parameters=[AcquisitionCompareQuery], responses=ComparedGroupsSerializer)
    def compare(self, request: ApiRequest) -> Response:
        """Two groups, by how much they differ, and whether that may be chance."""
        found = self._table(AcquisitionCompareQuery)
        given = request.query_params
        return Response(ComparedGroupsSerializer(comparing.of(found, given["a"], given["b"])).data)

    @extend_schema(parameters=[AcquisitionMonthsQuery], responses=CohortsSerializer)
    def months(self, request: ApiRequest) -> Response:
        """Each month of joining by months since."""
        query = AcquisitionMonthsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        asked = query.asked(route=given.get("route"), media=given.get("media", ""))
        metric = Metric(given["figure"])
        body = {"since": asked.first, "until": asked.last, "figure": metric}
        return Response(CohortsSerializer(body | {"lines": cohorts.of(asked, metric)}).data)

    def _table(self, kind: type[AcquisitionQuery]) -> Table:
        query = kind(data=self.request.query_params)
        asked = query.asked()
        shows_cost = self.request.user.has_perm(COST)
        return table.of(asked, By(query.validated_data["by"]), shows_cost=shows_cost)


class MarginViewSet(GenericViewSet):
    """What of each yen of revenue counts against the cost of friends."""

    request: ApiRequest
    queryset = Margin.objects.all()
    serializer_class = MarginSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest) -> Response:
        """The client's margin."""
        return Response(MarginSerializer(Margin.present()).data)

    def update(self, request: ApiRequest) -> Response:
        """Set it; it holds for all periods."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(MarginSerializer(services.set_margin(**body.validated_data, by=request.user)).data)
