"""Endpoints: what was sent, and what it cost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

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
from billing import ledger, plans
from billing.models import LedgerEntry

MONTH = "%Y-%m"


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-11"]})
class MonthField(serializers.Field):
    """A month, `2026-11`; in code its first day."""

    default_error_messages = {"invalid": _("Give a month such as 2026-11.")}

    def to_internal_value(self, data: object) -> date:
        try:
            return datetime.strptime(str(data), MONTH).date()  # noqa: DTZ007  (a month has no time zone)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.strftime(MONTH)


class AmountField(serializers.DecimalField):
    """Money, with the four places that the ledger keeps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=4, **options)


class PaidField(AmountField):
    """What the client pays: null for whoever may not see the ledger."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **options)

    def to_representation(self, value: Decimal) -> Any:
        is_shown = self.context["request"].user.has_perm("billing.view_ledgerentry")
        return super().to_representation(value) if is_shown else None


class PartSerializer(serializers.Serializer):
    kind = serializers.CharField(
        help_text="free, additional, or unplanned: accepted by LINE beyond the plan we know of"
    )
    count = serializers.IntegerField()
    unit_price = PaidField()


class LedgerEntrySerializer(serializers.ModelSerializer):
    month = MonthField(help_text="In the client's time zone")
    messages = serializers.IntegerField(help_text="Below zero in an adjustment that takes back")
    amount = AmountField(help_text="Before tax, not rounded")
    parts = PartSerializer(many=True)

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
        ]
        extra_kwargs = {
            "reference": {"help_text": "Owner and part, such as broadcast:7/batch:31"},
            "unplanned_count": {"help_text": "Accepted by LINE though no plan we know of covers them"},
        }


class LedgerFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11")
    owner = serializers.CharField(required=False, help_text="What the entries are for, such as broadcast:7")


class MonthSerializer(serializers.Serializer):
    month = MonthField()
    plan = serializers.CharField(source="terms.plan.code", allow_null=True, default=None)
    is_confirmed = serializers.BooleanField(
        source="terms.is_confirmed", help_text="Whether the prices were read in LINE's own price list"
    )
    currency = serializers.CharField(source="terms.tariff.currency")
    monthly_fee = AmountField(source="terms.tariff.monthly_fee", help_text="Before tax")
    messages = serializers.IntegerField(source="total.messages")
    free_count = serializers.IntegerField(source="total.free_count")
    paid_count = serializers.IntegerField(source="total.paid_count")
    unplanned_count = serializers.IntegerField(source="total.unplanned_count")
    amount = AmountField(
        source="total.amount",
        help_text="Of the messages: before tax, without the monthly fee, not rounded",
    )


class LedgerViewSet(ListModelMixin, GenericViewSet):
    """What LINE accepted, and what each part of it cost. Entries are only ever added. Newest first."""

    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    filter_serializer = LedgerFilter

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        """The ledger is public data, so the client is named here."""
        return super().get_queryset().filter(tenant_id=current.tenant().pk)

    def narrow(
        self, queryset: QuerySet[LedgerEntry], *, month: date | None = None, owner: str | None = None
    ) -> QuerySet[LedgerEntry]:
        if month:
            queryset = queryset.filter(month=month)
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
            "terms": plans.terms(tenant_id, first),
        }
        return Response(MonthSerializer(sums).data)


def _first_day(month: str) -> date:
    try:
        return MonthField().run_validation(month)
    except ValidationError as error:
        raise ValidationError({"month": error.detail}) from error
