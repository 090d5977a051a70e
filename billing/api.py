"""Endpoints: what was sent, and what it cost."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from billing import adjusting, ledger, plans, purposes, three_views
from billing.forms import LONGEST_OWNER, YEARS
from billing.models import LedgerEntry
from billing.purposes import Purpose
from contracts.fields import FeeField, NetField, ShownField

MONTH = "%Y-%m"


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-11"]})
class MonthField(serializers.Field):
    """A month, `2026-11`; in code its first day."""

    default_error_messages = {"invalid": _("Give a month such as 2026-11.")}

    def to_internal_value(self, data: object) -> date:
        try:
            month = datetime.strptime(str(data), MONTH).date()  # noqa: DTZ007  (a month has no time zone)
        except ValueError:
            self.fail("invalid")
        if month.year not in YEARS:
            self.fail("invalid")
        return month

    def to_representation(self, value: date) -> str:
        return value.strftime(MONTH)


class PartSerializer(serializers.Serializer):
    kind = serializers.CharField(
        help_text="free, additional, notice (a notification message, by its contract), or unplanned: "
        "accepted by LINE beyond the plan we know of"
    )
    count = serializers.IntegerField()
    unit_price = NetField(help_text="Of LINE: null for who sees only the client's price")


class LedgerEntrySerializer(serializers.ModelSerializer):
    month = MonthField(help_text="In the client's time zone")
    messages = serializers.IntegerField(help_text="Below zero in an adjustment that takes back")
    amount = ShownField(help_text="Before tax, not rounded")
    parts = PartSerializer(many=True)
    reason = serializers.CharField(source="why", help_text="Of an adjustment, or that prices have changed")
    price_table = serializers.IntegerField(
        source="price_table_id", allow_null=True, help_text="By which it was priced; null: by none"
    )

    class Meta:
        model = LedgerEntry
        fields = [
            "id",
            "kind",
            "reference",
            "label",
            "month",
            "accepted_at",
            "messages",
            "free_count",
            "paid_count",
            "unplanned_count",
            "parts",
            "amount",
            "currency",
            "price_table",
            "reason",
            "created_at",
        ]
        extra_kwargs = {
            "reference": {"help_text": "Owner and part, such as broadcast:7/batch:31"},
            "unplanned_count": {"help_text": "Accepted by LINE though no plan we know of covers them"},
        }


class LedgerFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11")
    owner = serializers.CharField(required=False, help_text="What the entries are for, such as broadcast:7")
    kind = serializers.ChoiceField(LedgerEntry.Kind.choices, required=False)


class OwnersFilter(serializers.Serializer):
    month = MonthField(help_text="Such as 2026-11")
    owner = serializers.ListField(
        child=serializers.CharField(max_length=120),
        required=False,
        max_length=500,
        help_text="Only these, such as broadcast:7; may be repeated",
    )


class OwnerSerializer(serializers.Serializer):
    """What one send cost in a month, in three views: before tax, not rounded."""

    owner = serializers.CharField(help_text="Such as broadcast:7")
    label = serializers.CharField()  # type: ignore[assignment]  # a field: it does not stay on the class
    purpose = serializers.ChoiceField(Purpose.choices)
    begun_at = serializers.DateTimeField(help_text="When LINE accepted the first of it")
    messages = serializers.IntegerField(source="total.messages")
    free_count = serializers.IntegerField(source="total.free_count")
    paid_count = serializers.IntegerField(source="total.paid_count")
    unplanned_count = serializers.IntegerField(source="total.unplanned_count")
    currency = serializers.CharField()
    marginal = ShownField(source="total.amount", help_text="What it added to the month’s bill at its turn")
    average = NetField(
        help_text="Its share of the month’s bill, monthly fee included; the shares of all sum to the bill"
    )
    list_price = NetField(
        help_text="As if no message were free, each at the price of the first extra one; null: none is sold"
    )


class OwnersSerializer(serializers.Serializer):
    month = MonthField()
    owners = OwnerSerializer(many=True)


class AdjustmentSerializer(serializers.Serializer):
    month = MonthField()
    messages = serializers.IntegerField(
        min_value=-10_000_000, max_value=10_000_000, help_text="Below zero: the ledger has too many"
    )
    reason = serializers.CharField(max_length=200)
    owner = serializers.RegexField(
        r"^[A-Za-z0-9:_.-]*$",
        required=False,
        allow_blank=True,
        default="",
        max_length=LONGEST_OWNER,
        help_text="Such as broadcast:7",
    )


class MonthSerializer(serializers.Serializer):
    """The sums of a month, before tax and not rounded. Notification messages stand apart: they are no part of
    the plan's."""

    month = MonthField()
    plan = serializers.CharField(source="terms.plan.code", allow_null=True, default=None)
    is_confirmed = serializers.BooleanField(
        source="terms.is_confirmed", help_text="Whether the prices were read in LINE's own price list"
    )
    currency = serializers.CharField(source="terms.tariff.currency")
    monthly_fee = FeeField(source="terms.tariff.monthly_fee", help_text="Before tax")
    messages = serializers.IntegerField(source="total.messages")
    free_count = serializers.IntegerField(source="total.free_count")
    paid_count = serializers.IntegerField(source="total.paid_count")
    unplanned_count = serializers.IntegerField(source="total.unplanned_count")
    amount = ShownField(
        source="total.amount",
        help_text="Of the messages: before tax, without the monthly fee, not rounded",
    )
    notice_count = serializers.IntegerField(source="notices.messages")
    notice_amount = ShownField(source="notices.amount", help_text="By the contract’s price with LINE")


class LedgerViewSet(ListModelMixin, GenericViewSet):
    """What LINE accepted, and what each part of it cost. Entries are only ever added. Newest first."""

    request: ApiRequest
    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    filter_serializer = LedgerFilter
    permission_required = {"adjust": "billing.adjust_ledgerentry"}

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        """The ledger is public data, so the client is named here."""
        return super().get_queryset().filter(tenant_id=current.tenant().pk)

    def narrow(
        self,
        queryset: QuerySet[LedgerEntry],
        *,
        month: date | None = None,
        owner: str | None = None,
        kind: str | None = None,
    ) -> QuerySet[LedgerEntry]:
        if month:
            queryset = queryset.filter(month=month)
        if kind:
            queryset = queryset.filter(kind=kind)
        if owner:
            queryset = queryset.filter(reference__startswith=f"{owner}/")
        return queryset

    @extend_schema(responses=MonthSerializer)
    @action(
        detail=False,
        url_path="months/<str:month>",
        filter_serializer=None,
        pagination_class=None,
    )
    def month(self, request: Request, month: str) -> Response:
        """The sums of a month such as 2026-11."""
        first = _first_day(month)
        tenant_id = current.tenant().pk
        sums = {
            "month": first,
            "total": ledger.month_total(tenant_id, first),
            "notices": ledger.notice_total(tenant_id, first),
            "terms": plans.terms(tenant_id, first),
        }
        return Response(MonthSerializer(sums, context=self.get_serializer_context()).data)

    @extend_schema(parameters=[OwnersFilter], responses=OwnersSerializer)
    @action(detail=False, filter_serializer=None, pagination_class=None)
    def owners(self, request: Request) -> Response:
        """What each send of a month cost in three views, what was booked last first."""
        given = OwnersFilter(data=request.query_params)
        given.is_valid(raise_exception=True)
        month, wanted = given.validated_data["month"], set(given.validated_data.get("owner", []))
        found = {"month": month, "owners": _owners(current.tenant().pk, month, wanted)}
        return Response(OwnersSerializer(found, context=self.get_serializer_context()).data)

    @extend_schema(request=AdjustmentSerializer, responses={201: LedgerEntrySerializer})
    @action(detail=False, methods=["post"], url_path="adjustments", filter_serializer=None)
    def adjust(self, request: Request) -> Response:
        """Add messages to a month, or take some back, with the reason. Entries that are there stay.

        422 `nothing_to_adjust`, `month_not_begun`, `unknown_owner` or `takes_back_too_much`.
        """
        body = AdjustmentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        entry = adjusting.adjust(current.tenant().pk, by=self.request.user, **body.validated_data)
        return Response(self.get_serializer(entry).data, status=201)


def _owners(tenant_id: int, month: date, wanted: set[str]) -> list[dict[str, object]]:
    views = three_views.of_month(tenant_id, month)
    labels = LedgerEntry.objects.of_month(tenant_id, month).labels_by_owner()
    return [
        {
            "owner": owner,
            "month": month,
            "label": labels[owner],
            "purpose": purposes.of_owner(owner, each.total),
            "begun_at": each.begun_at,
            "total": each.total,
            "currency": each.currency,
            "average": each.average,
            "list_price": each.list_price,
        }
        for owner, each in views.items()
        if not wanted or owner in wanted
    ]


def _first_day(month: str) -> date:
    try:
        return MonthField().run_validation(month)
    except ValidationError as error:
        raise ValidationError({"month": error.detail}) from error
