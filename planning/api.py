"""Endpoints: indicators with their targets and lights, and what was counted by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from agency_figures.models import Light
from billing.api import MonthField
from campaigns.models import Campaign
from costs.api import RoundedField
from costs.periods import Period
from costs.spending import Eyes
from planning import counting, prefill, purses, reading, standing, trees, windows, wording
from planning.metrics import registry
from planning.metrics.registry import Metric
from planning.models import Actual, Kpi, Reading, Target
from planning.purses import Purse
from planning.standing import Standing, Why

MOST_DAYS = 366


class ShareField(RoundedField):
    """With six decimals: rates are shares."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.decimal_places = 6


class KpiStandingSerializer(serializers.Serializer):
    """Where it stands in the month. Amounts are as the caller sees them; null: not known, or not shown."""

    month = MonthField()
    so_far = ShareField(allow_null=True)
    expected = ShareField(allow_null=True, help_text="What was to be reached by now")
    forecast = ShareField(allow_null=True, help_text="For the end of the month, or of the campaign in it")
    least = ShareField(allow_null=True, help_text="The end is between these in four of five cases")
    most = ShareField(allow_null=True)
    target = ShareField(allow_null=True)
    light = serializers.ChoiceField(Light.choices)
    reached_percent = ShareField(allow_null=True, help_text="The forecast in per cent of the target")
    reason = serializers.ChoiceField(Why.choices, allow_null=True, help_text="Why the light is grey")


class KpiSerializer(serializers.ModelSerializer):
    metric = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="A code of figures/; empty: one of your own",
    )
    responsible = serializers.IntegerField(source="responsible_id", allow_null=True, required=False)
    campaign = serializers.PrimaryKeyRelatedField(
        queryset=Campaign.objects.all(), allow_null=True, required=False, help_text="null: of the client"
    )
    parent = serializers.PrimaryKeyRelatedField(  # type: ignore[assignment]  # a field, as `label` is
        queryset=Kpi.objects.filter(removed_at=None), allow_null=True, required=False
    )
    label = serializers.SerializerMethodField(  # type: ignore[assignment]  # it does not stay on the class
        help_text="In the language of Accept-Language"
    )

    class Meta:
        model = Kpi
        fields = [
            "id",
            "campaign",
            "parent",
            "metric",
            "name",
            "label",
            "unit",
            "adds",
            "grain",
            "direction",
            "green",
            "yellow",
            "responsible",
            "created_at",
            "removed_at",
        ]
        read_only_fields = ["created_at", "removed_at"]
        validators: list = []  # noqa: RUF012  (what is there already, the command says in words)

    def get_label(self, kpi: Kpi) -> str:
        return wording.name(kpi)


class StandingKpiSerializer(KpiSerializer):
    standing = serializers.SerializerMethodField()

    class Meta(KpiSerializer.Meta):
        fields = [*KpiSerializer.Meta.fields, "standing"]

    @extend_schema(responses=KpiStandingSerializer)
    def get_standing(self, kpi: Kpi) -> dict:
        return self.context["standings"][kpi.pk]


class KpiQuery(serializers.Serializer):
    campaign = serializers.IntegerField(required=False, help_text="Else the client's own")
    month = MonthField(required=False, help_text="Such as 2026-11; else this month")


class KpiTargetSerializer(serializers.Serializer):
    month = MonthField()
    value = ShareField(
        allow_null=True, help_text="As the caller sees amounts; shares such as 0.03. null takes it away"
    )


class KpiNumberSerializer(serializers.Serializer):
    day = serializers.DateField(help_text="Of an indicator by month, its first day")
    value = ShareField(allow_null=True, help_text="null takes it away")


class KpiViewSet(GenericViewSet):
    """Indicators of the client or of a campaign, in a tree, with targets by month and lights."""

    request: ApiRequest
    queryset = Kpi.objects.filter(removed_at=None).select_related("campaign", "parent")
    serializer_class = KpiSerializer
    pagination_class = None
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012  (read only)
        "targets": "planning.view_kpi",
        "readings": "planning.view_kpi",
        "set_target": "planning.change_kpi",
        "enter": "planning.change_kpi",
        "restore": "planning.delete_kpi",
    }

    @extend_schema(parameters=[KpiQuery], responses={200: StandingKpiSerializer(many=True)})
    def list(self, request: ApiRequest) -> Response:
        """The whole tree, from the top, each with its light in the month."""
        given = _query(request)
        campaign = _campaign(given["campaign"]) if "campaign" in given else None
        return Response(told(request, campaign, given.get("month")))

    @extend_schema(parameters=[KpiQuery], responses={200: StandingKpiSerializer})
    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """One, with its light in the month."""
        kpi = self.get_object()
        window = _window(kpi.campaign, _query(request).get("month"))
        return Response(_told(request, [kpi], kpi.campaign, window)[0])

    @extend_schema(responses={201: KpiSerializer})
    def create(self, request: ApiRequest) -> Response:
        """At the end of its parent's. One that was taken out comes back as it was."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = trees.add(**_placed(body.validated_data), by=request.user)
        return Response(self.get_serializer(made).data, status=201)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change settings, or its parent. What is counted keeps its figure."""
        kpi = self.get_object()
        body = self.get_serializer(kpi, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        given = {**body.validated_data}
        moved = "parent" in given
        parent = given.pop("parent", None)
        settings = {name: value for name, value in given.items() if name in trees.SETTINGS}
        kpi = trees.change(kpi, by=request.user, **settings)
        if moved and parent != kpi.parent:
            kpi = trees.move(kpi, parent=parent, by=request.user)
        return Response(self.get_serializer(kpi).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take it out of the tree; targets and numbers are kept for when it comes back."""
        trees.remove(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def restore(self, request: ApiRequest, pk: int) -> Response:
        """Put it back where it stood."""
        trees.restore(get_object_or_404(Kpi, pk=pk), by=request.user)
        return Response(status=204)

    @extend_schema(responses={200: KpiTargetSerializer(many=True)})
    def targets(self, request: ApiRequest, pk: int) -> Response:
        """By month, the newest first; null where the caller's price does not tell of LINE's cost."""
        kpi, eyes = self.get_object(), _eyes(request)
        metric = registry.get(kpi.metric)
        sees = not (metric and metric.shows_cost) or reading.sees_cost(eyes)
        rows = [
            {
                "month": row.month,
                "value": standing.shown_target(eyes, metric, row.month, row.value) if sees else None,
            }
            for row in Target.objects.filter(kpi=kpi).order_by("-month")
        ]
        return Response(KpiTargetSerializer(rows, many=True).data)

    @extend_schema(request=KpiTargetSerializer, responses={204: None})
    def set_target(self, request: ApiRequest, pk: int) -> Response:
        """What it is to come to in a month."""
        body = KpiTargetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        eyes, kpi = _eyes(request), self.get_object()
        trees.set_target(kpi, given["month"], given["value"], eyes=eyes, by=request.user)
        return Response(status=204)

    @extend_schema(responses={200: KpiNumberSerializer(many=True)})
    def readings(self, request: ApiRequest, pk: int) -> Response:
        """Numbers that were entered, the newest 366."""
        rows = Reading.objects.filter(kpi=self.get_object()).order_by("-day")[:MOST_DAYS]
        return Response(KpiNumberSerializer(rows, many=True).data)

    @extend_schema(request=KpiNumberSerializer, responses={204: None})
    def enter(self, request: ApiRequest, pk: int) -> Response:
        """A number of an indicator of your own, for a day or a month. The same again changes nothing."""
        body = KpiNumberSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        trees.enter(self.get_object(), **body.validated_data, by=request.user)
        return Response(status=204)


class DailyFigureSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        help_text="In the language of Accept-Language"
    )
    about = serializers.CharField()
    unit = serializers.ChoiceField(Kpi.Unit.choices)
    adds = serializers.CharField(help_text="sum, last (the newest day counts), or ratio of two others")
    has_owners = serializers.BooleanField(help_text="Whether a campaign has it for itself")
    ratio = serializers.ListField(child=serializers.CharField(), allow_null=True)


class FigureSumSerializer(serializers.Serializer):
    code = serializers.CharField()
    value = ShareField(allow_null=True, help_text="null: not known, or not shown to the caller")


class ActualDaysQuery(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="Else 30 days before the last")
    until = serializers.DateField(required=False, help_text="Last day, included; else yesterday")
    code = serializers.CharField(required=False, max_length=40, help_text="Only this figure")

    def period(self) -> Period:
        """Raises ValidationError."""
        self.is_valid(raise_exception=True)
        last = self.validated_data.get("until", counting.today() - timedelta(days=1))
        first = self.validated_data.get("since", max(last, windows.FIRST) - timedelta(days=29))
        if not windows.FIRST <= first <= last <= windows.LAST or (last - first).days >= MOST_DAYS:
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        return Period(first, last)


class ActualDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    code = serializers.CharField()
    value = ShareField(allow_null=True)


class DailyFigureViewSet(GenericViewSet):
    """What was counted day by day, of the client or of what belongs to a campaign now.

    Counted each night until the day before; the last two weeks are counted again.
    """

    request: ApiRequest
    queryset = Actual.objects.none()
    serializer_class = ActualDaySerializer
    pagination_class = None
    permission_required = dict.fromkeys(("figures", "sums", "daily"), "planning.view_actual") | {
        "kpis": "planning.view_kpi"
    }

    @extend_schema(responses={200: DailyFigureSerializer(many=True)}, operation_id="figures_list")
    def figures(self, request: ApiRequest) -> Response:
        """All figures that there are."""
        return Response(DailyFigureSerializer(registry.shown(), many=True).data)

    @extend_schema(parameters=[ActualDaysQuery], responses={200: FigureSumSerializer(many=True)})
    def sums(self, request: ApiRequest, pk: int | None = None) -> Response:
        """Each figure over all of these days together."""
        query = ActualDaysQuery(data=request.query_params)
        period, campaign = query.period(), _campaign(pk) if pk is not None else None
        metrics = _asked(query, campaign)
        days = _days(request, campaign, metrics, period)
        rows = [{"code": each.code, "value": prefill.value_of(each, days)} for each in metrics]
        return Response(FigureSumSerializer(_shown(request, rows, period), many=True).data)

    @extend_schema(parameters=[ActualDaysQuery], responses={200: ActualDaySerializer(many=True)})
    def daily(self, request: ApiRequest, pk: int | None = None) -> Response:
        """Day by day, oldest first; rates are reckoned from these."""
        query = ActualDaysQuery(data=request.query_params)
        period, campaign = query.period(), _campaign(pk) if pk is not None else None
        metrics = [each for each in _asked(query, campaign) if each.ratio is None]
        days = _days(request, campaign, metrics, period)
        rows = [
            {"day": day, "code": each.code, "value": value}
            for each in metrics
            for day, value in sorted(days.get(each.code, {}).items())
        ]
        return Response(ActualDaySerializer(_shown(request, rows, period), many=True).data)

    @extend_schema(parameters=[KpiQuery], responses={200: StandingKpiSerializer(many=True)})
    def kpis(self, request: ApiRequest, pk: int) -> Response:
        """The campaign's indicators, from the top of their tree, each with its light in the month."""
        return Response(told(request, _campaign(pk), _query(request).get("month")))


def told(request: ApiRequest, campaign: Campaign | None, month: date | None) -> list[dict]:
    """The tree as this caller sees it."""
    kpis = [kpi for kpi, _depth in trees.ordered(list(Kpi.objects.of(campaign).select_related("campaign")))]
    return _told(request, kpis, campaign, _window(campaign, month))


def _told(
    request: ApiRequest, kpis: list[Kpi], campaign: Campaign | None, window: windows.Window
) -> list[dict]:
    found = standing.of(_eyes(request), kpis, window, campaign)
    standings = {each.kpi.pk: KpiStandingSerializer(_standing(each, window)).data for each in found}
    return list(StandingKpiSerializer(kpis, many=True, context={"standings": standings}).data)


def _standing(found: Standing, window: windows.Window) -> dict:
    forecast = found.forecast
    return {
        "month": window.month,
        "so_far": forecast.actual,
        "expected": found.expected,
        "forecast": forecast.end,
        "least": forecast.low,
        "most": forecast.high,
        "target": found.target,
        "light": found.light,
        "reached_percent": found.reached,
        "reason": found.why,
    }


def _query(request: ApiRequest) -> dict:
    query = KpiQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    month = query.validated_data.get("month")
    if month and not windows.FIRST <= month <= windows.LAST:
        raise ValidationError({"month": _("Give a month from 2010 to 2100.")})
    return query.validated_data


def _window(campaign: Campaign | None, month: date | None) -> windows.Window:
    return windows.of(campaign, f"{month:%Y-%m}" if month else "", counting.today())


def _placed(given: dict[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in given.items() if name in trees.SETTINGS}
    place = {"campaign": given.get("campaign"), "parent": given.get("parent")}
    return place | {"metric": given.get("metric", "")} | settings


def _asked(query: ActualDaysQuery, campaign: Campaign | None) -> list[Metric]:
    code = query.validated_data.get("code")
    metrics = [each for each in registry.shown() if campaign is None or each.has_owners]
    return [each for each in metrics if code in (None, each.code)]


def _days(
    request: ApiRequest, campaign: Campaign | None, metrics: Iterable[Metric], period: Period
) -> reading.Days:
    codes = [each.code for each in metrics]
    if campaign is None:
        return reading.of_client(_eyes(request), codes, period)
    return reading.of_campaigns(_eyes(request), [campaign.pk], codes, period).get(campaign.pk, {})


def _shown(request: ApiRequest, rows: list[dict], period: Period) -> list[dict]:
    """Without what cost is in, for who may not see it, and what divides sales by cost in another currency."""
    sees = reading.sees_cost(_eyes(request))
    purse = purses.of(current.tenant().pk, period.first.replace(day=1))
    return [row if _is_told(row["code"], purse, sees=sees) else row | {"value": None} for row in rows]


def _is_told(code: str, purse: Purse, *, sees: bool) -> bool:
    metric = registry.get(code)
    return metric is None or ((sees or not metric.shows_cost) and purse.can_tell(metric))


def _campaign(pk: int) -> Campaign:
    return get_object_or_404(Campaign, pk=pk)


def _eyes(request: ApiRequest) -> Eyes:
    return Eyes(current.tenant(), request.user)
