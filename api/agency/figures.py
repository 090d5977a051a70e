"""Endpoints: figures of all clients of an agency, medians, and its KPI sets."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Tenant
from agency_figures import board, figures, medians
from agency_figures.board import Asked, Board, Cell, Client
from agency_figures.models import ClientFigure, Light, Prices
from agency_library.models import KpiSet
from api.agency.authentication import AgencyKeyAuthentication, AgencyKeyHolder, agencies
from billing.api import MonthField
from costs.api import RoundedField

AUTHENTICATION = [AgencyKeyAuthentication, SessionAuthentication]


class NumberField(RoundedField):
    """With six decimals: rates are shares."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.decimal_places = 6


class FigureOfClientSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Such as block_rate; `figures/known/` names all")
    currency = serializers.CharField(help_text="Of amounts; else empty")
    value = NumberField(allow_null=True, help_text="So far, or in all once the month is over")
    forecast = NumberField(allow_null=True, help_text="For the end of the month")
    target = NumberField(allow_null=True)
    light = serializers.ChoiceField(Light.choices)
    reached_percent = NumberField(allow_null=True, help_text="The forecast in per cent of the target")
    responsible = serializers.IntegerField(allow_null=True, help_text="Number of a person")
    before = NumberField(allow_null=True, help_text="What it came to in the month before")
    counted_until = serializers.DateField(allow_null=True)


class ClientWithFiguresSerializer(serializers.Serializer):
    client = serializers.CharField(help_text="Its address name")
    name = serializers.CharField()
    figures = FigureOfClientSerializer(many=True)


class MonthOfFiguresSerializer(serializers.Serializer):
    month = MonthField()
    clients = ClientWithFiguresSerializer(many=True)


class FiguresFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11; else that of yesterday in Japan")
    agency = serializers.SlugField(required=False, help_text="One of several agencies, by its short name")
    code = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, help_text="Only these figures"
    )
    light = serializers.ChoiceField(
        Light.choices, required=False, help_text="Clients with a figure of this light"
    )


class KnownFigureSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        help_text="In the language of Accept-Language"
    )
    about = serializers.CharField()
    unit = serializers.ChoiceField(["count", "money", "share"])
    more_is_better = serializers.BooleanField(source="is_up")
    has_median = serializers.BooleanField(source="is_rate")


class MedianFilter(serializers.Serializer):
    month = MonthField(help_text="One that is over, such as 2026-10")
    code = serializers.CharField(max_length=40)
    agency = serializers.SlugField(required=False, help_text="One of several agencies, by its short name")
    currency = serializers.CharField(max_length=3, required=False, default="JPY", help_text="Of amounts")


class AgencyMedianSerializer(serializers.Serializer):
    month = MonthField()
    code = serializers.CharField()
    value = NumberField(allow_null=True, help_text="In two digits; null: fewer than five clients have it")
    clients = serializers.IntegerField(allow_null=True, help_text="Over how many")
    is_final = serializers.BooleanField(
        allow_null=True, help_text="false: LINE's figures of the month may change, and this with them once"
    )


class ClientFigureViewSet(GenericViewSet):
    """Every client of the agency side by side: what came, what will come, against which target.

    Costs are LINE's. It takes as many queries for a thousand clients as for one.
    """

    queryset = ClientFigure.objects.none()
    authentication_classes = AUTHENTICATION
    permission_required = dict.fromkeys(("list", "known", "median"), board.VIEW)
    filter_backends: list = []
    pagination_class = None
    serializer_class = MonthOfFiguresSerializer

    @extend_schema(responses=MonthOfFiguresSerializer, parameters=[FiguresFilter])
    def list(self, request: Request) -> Response:
        """Figures of all clients in a month, by name."""
        query = FiguresFilter(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        codes = tuple(given.get("code") or (each.code for each in figures.known()))
        month = given.get("month") or _yesterday().replace(day=1)
        asked = Asked(month=month, codes=codes, sort=board.NAME, light=given.get("light", ""))
        found = board.of(_clients(request, given.get("agency")), _seen(request), asked)
        return Response(MonthOfFiguresSerializer(_told(found)).data)

    @extend_schema(responses=KnownFigureSerializer(many=True))
    def known(self, request: Request) -> Response:
        """All figures that there are."""
        return Response(KnownFigureSerializer(figures.known(), many=True).data)

    @extend_schema(responses=AgencyMedianSerializer, parameters=[MedianFilter])
    def median(self, request: Request) -> Response:
        """The anonymous median of the agency's clients, as reports of clients show it."""
        query = MedianFilter(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        agency = _agencies(request, given.get("agency")).order_by("pk").first()
        month, code = given["month"], given["code"]
        found = medians.of(agency, month, code, currency=given["currency"]) if agency else None
        told = {"month": month, "code": code, "value": None, "clients": None, "is_final": None}
        if found:
            told |= {"value": found.value, "clients": found.clients, "is_final": found.is_final}
        return Response(AgencyMedianSerializer(told).data)


class AgencyKpiSetSerializer(serializers.ModelSerializer):
    agency = serializers.CharField(source="agency.slug")

    class Meta:
        model = KpiSet
        fields = ["id", "agency", "name", "note", "purpose", "version", "tree", "used_count", "changed_at"]
        read_only_fields = fields


class AgencyKpiSetViewSet(RetrieveModelMixin, GenericViewSet):
    """Trees of indicators that the agency keeps for its clients, who save and use them by their own API."""

    queryset = KpiSet.objects.select_related("agency")
    authentication_classes = AUTHENTICATION
    permission_required = dict.fromkeys(("list", "retrieve"), "agency_library.view_kpiset")
    filter_backends: list = []
    pagination_class = None
    lookup_value_converter = "int"
    serializer_class = AgencyKpiSetSerializer

    def get_queryset(self) -> QuerySet[KpiSet]:
        allowed = agencies(self.request, "agency_library.view_kpiset")
        return super().get_queryset().filter(agency__in=allowed).order_by("name", "pk")

    @extend_schema(responses=AgencyKpiSetSerializer(many=True))
    def list(self, request: Request) -> Response:
        """By name, each with its newest tree."""
        return Response(AgencyKpiSetSerializer(self.get_queryset(), many=True).data)


def _agencies(request: Request, slug: str | None) -> QuerySet:
    allowed = agencies(request, board.VIEW)
    return allowed.filter(slug=slug) if slug else allowed


def _clients(request: Request, slug: str | None) -> QuerySet[Tenant]:
    return Tenant.objects.filter(agency__in=_agencies(request, slug)).order_by("name", "pk")


def _seen(request: Request) -> QuerySet[ClientFigure]:
    """A program of the agency sees LINE's cost; a person what they see on the board."""
    if isinstance(request.user, AgencyKeyHolder):
        return ClientFigure.objects.exclude(prices=Prices.CLIENT)
    return board.seen_by(request.user)


def _told(found: Board) -> dict:
    return {"month": found.asked.month, "clients": [_client(client) for client in found.clients]}


def _client(client: Client) -> dict:
    cells = [_cell(cell) for cell in client.cells.values()]
    return {"client": client.tenant.slug, "name": client.tenant.name, "figures": cells}


def _cell(cell: Cell) -> dict:
    row = cell.row
    return {
        "code": cell.figure.code,
        "currency": row.currency,
        "value": row.value,
        "forecast": row.end,
        "target": row.target,
        "light": row.light,
        "reached_percent": row.reached,
        "responsible": row.responsible_id,
        "before": cell.before,
        "counted_until": row.counted_until,
    }


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
