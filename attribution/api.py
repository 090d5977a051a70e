"""Endpoints: conversion points, what each conversion is credited to, and sums of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from attribution import leading, lift, progress, services
from attribution.credits import Sums
from attribution.forms import EARLIEST, LAST_YEAR, MOST_DAYS, USUAL
from attribution.leading import Asked, By
from attribution.models import Credit, Model, Point


class ConversionPointSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in progress.MADE])
    name = serializers.CharField(max_length=Point.NAME_LENGTH)
    where = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Comparisons that all hold, as segments have them: property, op, value",
    )
    touches = serializers.ListField(
        child=serializers.ChoiceField(choices=Point.Touch.choices),
        required=False,
        help_text="What can lead to it",
    )
    counted_percent = serializers.SerializerMethodField(
        help_text="How far it is counted by its present settings; null: all of it"
    )

    class Meta:
        model = Point
        fields = [
            "id",
            "kind",
            "name",
            "code",
            "event",
            "where",
            "amount_property",
            "value_yen",
            "coupon",
            "pages",
            "told_as",
            "counts",
            "window_days",
            "model",
            "view_hours",
            "touches",
            "version",
            "counted_percent",
            "counted_at",
            "created_at",
            "archived_at",
        ]
        read_only_fields = ["version", "counted_at", "created_at", "archived_at"]
        extra_kwargs = {"code": {"validators": [*Point._meta.get_field("code").validators]}}  # noqa: RUF012

    def get_counted_percent(self, point: Point) -> int | None:
        return progress.of(point)

    def to_representation(self, point: Point) -> dict:
        return super().to_representation(point) | {"kind": point.kind, "name": str(point)}

    def update(self, point: Point, given: dict) -> Point:
        """`kind` and `code` stay."""
        changes = {name: value for name, value in given.items() if name not in ("kind", "code")}
        return services.change_point(point, by=self.context["request"].user, **changes)

    def create(self, given: dict) -> Point:
        return services.create_point(by=self.context["request"].user, **given)


class PointFilter(serializers.Serializer):
    archived = serializers.BooleanField(required=False, allow_null=True, default=None)


class ConversionPointViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """What counts as a conversion, and which touch before it gets it. Newest first."""

    request: ApiRequest
    queryset = Point.objects.all()
    serializer_class = ConversionPointSerializer
    filter_serializer = PointFilter
    lookup_value_converter = "int"
    permission_required = dict.fromkeys(("archive", "restore"), "attribution.change_point")

    def narrow(self, queryset: QuerySet[Point], *, archived: bool | None = None) -> QuerySet[Point]:
        return queryset if archived is None else queryset.filter(archived_at__isnull=not archived)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given; what counts differently is counted anew. Kind and code stay."""
        body = self.get_serializer(self.get_object(), data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(self.get_serializer(body.save()).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def archive(self, request: ApiRequest, pk: int) -> Response:
        """Count no more by it, and leave it out of all sums."""
        services.archive_point(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @archive.mapping.delete
    def restore(self, request: ApiRequest, pk: int) -> Response:
        """Count by it again, what happened meanwhile too."""
        services.restore_point(self.get_object(), by=request.user)
        return Response(status=204)


class CreditSerializer(serializers.ModelSerializer):
    conversion = serializers.IntegerField(
        source="source",
        help_text="Number of the order, or of the event; below 0: of the event by which the page tag told "
        "of an order",
    )
    owner = serializers.CharField(help_text="As the ledger names it, such as broadcast:7")
    part = serializers.CharField(help_text="The step of a scenario, such as step:a")
    friend = serializers.IntegerField(source="friend_id", allow_null=True)
    customer_id = serializers.IntegerField(allow_null=True, help_text="Id of the customer")

    class Meta:
        model = Credit
        fields = [
            "id",
            "point",
            "conversion",
            "model",
            "owner",
            "part",
            "way",
            "touched_at",
            "at",
            "friend",
            "customer_id",
            "amount",
            "currency",
        ]


class CreditFilter(serializers.Serializer):
    point = serializers.IntegerField(required=False, help_text="Number of a conversion point")
    owner = serializers.CharField(required=False, help_text="Such as broadcast:7")
    model = serializers.ChoiceField(
        choices=Model.choices, required=False, help_text="Left out: the one that each point has"
    )


class CreditViewSet(ListModelMixin, GenericViewSet):
    """Conversions that something led to, each once by each model. Newest first."""

    queryset = Credit.objects.all()
    serializer_class = CreditSerializer
    filter_serializer = CreditFilter

    def narrow(
        self, queryset: QuerySet[Credit], *, model: str | None = None, **exact: object
    ) -> QuerySet[Credit]:
        names = {"point": "point_id", "owner": "owner"}
        return Credit.objects.chosen(model).filter(**{names[name]: value for name, value in exact.items()})


class SummaryQuery(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="First day; 29 days ago if left out")
    until = serializers.DateField(required=False, help_text="Last day; today if left out")
    by = serializers.ChoiceField(choices=By.choices, required=False, default=By.SEND)
    model = serializers.ChoiceField(choices=[Model.LAST, Model.FIRST], required=False)
    point = serializers.PrimaryKeyRelatedField(
        queryset=Point.objects.all(), required=False, default=None, help_text="Left out: all that count"
    )

    def asked(self) -> Asked:
        self.is_valid(raise_exception=True)
        given = self.validated_data
        last = given.get("until") or timezone.localdate()
        first = given.get("since") or max(last, EARLIEST) - USUAL
        if last.year > LAST_YEAR or first < EARLIEST or not 0 <= (last - first).days < MOST_DAYS:
            raise serializers.ValidationError({"until": [_("at most 366 days, the first before the last")]})
        return Asked(first, last, By(given["by"]), given.get("model", ""), given["point"])


class AmountInSerializer(serializers.Serializer):
    currency = serializers.CharField(help_text="ISO 4217")
    amount = serializers.DecimalField(max_digits=20, decimal_places=2)


class CreditSumsSerializer(serializers.Serializer):
    conversions = serializers.IntegerField(help_text="Of all conversion points, or of the one asked for")
    orders = serializers.IntegerField()
    revenue = serializers.DecimalField(
        max_digits=20, decimal_places=2, help_text="Of orders in the client's currency, refunds taken off"
    )
    others = AmountInSerializer(many=True, help_text="Of orders in other currencies, which are never added")


class CreditRowSerializer(CreditSumsSerializer):
    key = serializers.CharField(
        help_text="Such as broadcast:7, scenario:3/step:a, campaign:2; empty: of none"
    )
    name = serializers.CharField()


class CreditSummarySerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    currency = serializers.CharField(help_text="Of all revenue")
    rows = CreditRowSerializer(many=True)
    total = CreditSumsSerializer(help_text="Of all that led to conversions, also what no row has")
    alone = CreditSumsSerializer(allow_null=True, help_text="Orders that nothing is known to have led to")


class CreditSummaryViewSet(GenericViewSet):
    """What sends, scenarios, steps, campaigns and routes are credited with."""

    queryset = Credit.objects.all()
    serializer_class = CreditSummarySerializer
    pagination_class = None

    @extend_schema(parameters=[SummaryQuery])
    def retrieve(self, request: Request) -> Response:
        """Sums of conversions of some days; each conversion is in one row at most."""
        asked = SummaryQuery(data=request.query_params).asked()
        found = leading.table(asked)
        rows = [{"key": row.key, "name": str(row.name)} | _sums(row.sums) for row in found.rows]
        body = {"since": asked.first, "until": asked.last, "currency": found.currency, "rows": rows}
        body |= {"total": _sums(found.total), "alone": _sums(found.alone) if found.alone else None}
        return Response(CreditSummarySerializer(body).data)


class LiftQuery(serializers.Serializer):
    owner = serializers.CharField(help_text="A broadcast or a scenario, such as broadcast:7")


class RangeSerializer(serializers.Serializer):
    low = serializers.FloatField()
    value = serializers.FloatField()
    high = serializers.FloatField()


class LiftGroupSerializer(serializers.Serializer):
    people = serializers.IntegerField()
    buyers = serializers.IntegerField()


class IncrementSerializer(serializers.Serializer):
    """Differences are those who got it less those held out, with their limits at 95 %."""

    days = serializers.IntegerField(help_text="Orders within so many days count")
    reached = LiftGroupSerializer()
    held_out = LiftGroupSerializer()
    buyers = RangeSerializer(allow_null=True, help_text="Buyers more for each person (Newcombe)")
    chance = serializers.FloatField(allow_null=True, help_text="The p value of the difference in buyers")
    orders = RangeSerializer(allow_null=True, help_text="Orders that would not have been (Welch)")
    revenue = RangeSerializer(allow_null=True, help_text="Revenue that would not have been (Welch)")
    missing = serializers.IntegerField(
        allow_null=True, help_text="People more until the difference is clear; 0: it is; null: nobody can say"
    )
    sentence = serializers.CharField()


class LiftViewSet(GenericViewSet):
    """What messages did beyond what people held out by lot did without them."""

    queryset = Credit.objects.all()
    serializer_class = IncrementSerializer
    pagination_class = None

    @extend_schema(parameters=[LiftQuery])
    def retrieve(self, request: Request) -> Response:
        """Of one broadcast or scenario; 404 where nobody was held out."""
        query = LiftQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = lift.of(query.validated_data["owner"])
        if found is None:
            raise Http404
        return Response(IncrementSerializer(found).data)


def _sums(sums: Sums) -> dict[str, Any]:
    others = [{"currency": currency, "amount": amount} for currency, amount in sums.others]
    facts = {"conversions": sums.conversions, "orders": sums.orders, "revenue": sums.revenue}
    return facts | {"others": others}
