"""Endpoints: what was spent, and what came of it."""

from datetime import date
from decimal import ROUND_HALF_UP
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import CreateModelMixin, ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from billing.api import MonthField
from billing.models import LedgerEntry
from billing.three_views import View
from costs import actuals, services
from costs.models import FeeSettings
from costs.outcomes import Measure, Orders
from costs.periods import Period
from costs.returns import report
from costs.rows import MOST_DAYS, Asked, By, Row
from costs.spending import Eyes


class RoundedField(serializers.DecimalField):
    """An amount as the reader may see it, or a count, to four decimals, halves up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, rounding=ROUND_HALF_UP, **options)


class CostQuery(serializers.Serializer):
    by = serializers.ChoiceField(By.choices, default=By.SEND)
    since = serializers.DateField(
        required=False, help_text="First day in the client's time zone; else the first of this month"
    )
    until = serializers.DateField(required=False, help_text="Last day, included; else today")
    view = serializers.ChoiceField(
        View.choices, default=View.MARGINAL, help_text="What the messages of a send are said to cost"
    )
    orders = serializers.ChoiceField(
        Orders.choices,
        required=False,
        help_text="Which count; else `clicked` if any send of the period knows who clicked, or `reached`",
    )
    fees = serializers.BooleanField(
        default=True, help_text="With the fees of agency and tool, as far as they are to count"
    )

    def asked(self) -> Asked:
        """Raises ValidationError if it is no period."""
        self.is_valid(raise_exception=True)
        given, today = self.validated_data, timezone.localdate()
        period = Period(given.get("since", today.replace(day=1)), given.get("until", today))
        is_one = period.first >= date(2010, 1, 1) and period.last.year <= 2100
        if not is_one or not 0 <= (period.last - period.first).days < MOST_DAYS:
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": MOST_DAYS}})
        orders = given.get("orders")
        return Asked(
            period, By(given["by"]), View(given["view"]), orders and Orders(orders), with_fees=given["fees"]
        )


class SpendSerializer(serializers.Serializer):
    messages = RoundedField(help_text="Of LINE, in the view that is asked for; before tax, as are all")
    line_fee = RoundedField(help_text="Share of the plan's monthly fee; 0 in the view list_price")
    agency = RoundedField(help_text="What the client bears beyond these, by contract, if it is to count")
    tool = RoundedField()
    ads = RoundedField()
    total = RoundedField()


class MeasureSerializer(serializers.Serializer):
    """What came, and what one of it cost: `spend` ÷ `count`. A code that is not there is not known."""

    code = serializers.CharField(
        help_text="opens, clicks, clickers (people), friends, links, orders, or revenue in money"
    )
    count = RoundedField()
    spend = RoundedField(help_text="What is set against it")
    each = RoundedField(allow_null=True, help_text="null: nothing to divide by")
    is_least = serializers.BooleanField(help_text="Of a part it is not known")
    is_repeated = serializers.BooleanField(help_text="Some may be counted several times")


class CostRowSerializer(serializers.Serializer):
    key = serializers.CharField(
        help_text="Such as broadcast:7, campaign:3, scenario:7, route:5, 2026-11; `else`: of none of them"
    )
    name = serializers.CharField()
    begun_at = serializers.DateTimeField(allow_null=True)
    messages = serializers.IntegerField()
    spend = SpendSerializer()
    came = MeasureSerializer(many=True)
    roas = RoundedField(allow_null=True, help_text="Revenue for one of what was spent")
    rewards = RoundedField(
        help_text="Beside the spend: costs of coupons used, prizes won, points handed out; in yen plans"
    )
    roas_with_rewards = RoundedField(allow_null=True, help_text="Revenue for one of spend and rewards")


class CostsSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.ChoiceField(By.choices)
    view = serializers.ChoiceField(View.choices)
    orders = serializers.ChoiceField(Orders.choices, help_text="Which orders are counted")
    currency = serializers.CharField()
    rows = CostRowSerializer(many=True)
    total = CostRowSerializer(help_text="With orders after a click once each, and all ID links of these days")


class CostViewSet(GenericViewSet):
    """What was spent on a period's days and what came of it."""

    request: ApiRequest
    queryset = LedgerEntry.objects.none()
    serializer_class = CostsSerializer
    pagination_class = None

    @extend_schema(parameters=[CostQuery])
    def retrieve(self, request: ApiRequest) -> Response:
        """By send, campaign, scenario, route or month. What was spent on the rows sums to the total.

        What is paid by the month is shared among the messages of its days.
        """
        asked = CostQuery(data=request.query_params).asked()
        found = report(Eyes(current.tenant(), request.user), asked)
        answer = {
            "since": asked.period.first,
            "until": asked.period.last,
            "by": asked.by,
            "view": asked.view,
            "orders": found.orders,
            "currency": found.currency,
            "rows": [_row(row) for row in found.rows],
            "total": _row(found.total),
        }
        return Response(CostsSerializer(answer).data)


class ActualsQuery(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11; else this month")
    fees = serializers.BooleanField(default=True)


class ActualsSerializer(serializers.Serializer):
    """null: not known, or nothing to divide by."""

    month = MonthField()
    messages = serializers.IntegerField()
    message_cost = RoundedField()
    line_fee = RoundedField()
    agency_fees = RoundedField()
    tool_fee = RoundedField()
    ad_cost = RoundedField()
    spend = RoundedField(help_text="All of these together")
    opens = RoundedField(allow_null=True)
    clicks = RoundedField(allow_null=True)
    clickers = RoundedField(allow_null=True)
    friends = RoundedField(allow_null=True, help_text="By routes that ads were paid for")
    links = RoundedField(allow_null=True)
    orders = RoundedField(allow_null=True)
    revenue = RoundedField(allow_null=True)
    cost_per_message = RoundedField(allow_null=True)
    cost_per_open = RoundedField(allow_null=True)
    cost_per_click = RoundedField(allow_null=True)
    cost_per_clicker = RoundedField(allow_null=True)
    cost_per_friend = RoundedField(allow_null=True, help_text="Ads alone")
    cost_per_link = RoundedField(allow_null=True)
    cost_per_order = RoundedField(allow_null=True)
    roas = RoundedField(allow_null=True, help_text="Revenue for one of what was spent")


class ActualsViewSet(GenericViewSet):
    """The cost figures of a month, for targets to be set against."""

    request: ApiRequest
    queryset = LedgerEntry.objects.none()
    serializer_class = ActualsSerializer
    pagination_class = None

    @extend_schema(parameters=[ActualsQuery])
    def retrieve(self, request: ApiRequest) -> Response:
        """What the month cost, what came of it, and what one of each cost."""
        query = ActualsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        month = query.validated_data.get("month", timezone.localdate().replace(day=1))
        if not 2010 <= month.year <= 2100:
            raise ValidationError({"month": _("Give a month from 2010 to 2100.")})
        found = actuals.of_month(
            current.tenant(), month, reader=request.user, with_fees=query.validated_data["fees"]
        )
        return Response(ActualsSerializer({"month": month} | found).data)


class ToolFeeSerializer(serializers.ModelSerializer):
    since = MonthField(source="valid_from", help_text="From this month on, until the next such row")

    class Meta:
        model = FeeSettings
        fields = ["id", "since", "name", "amount", "created_at"]
        read_only_fields = ["created_at"]
        extra_kwargs = {"amount": {"required": True}}  # noqa: RUF012


class ToolFeeViewSet(ListModelMixin, CreateModelMixin, GenericViewSet):
    """What tools for LINE cost by the month. Rows are only added; of two of one month the newer holds."""

    request: ApiRequest
    queryset = FeeSettings.objects.all()
    serializer_class = ToolFeeSerializer

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        given = serializer.validated_data
        serializer.instance = services.set_tool_fee(
            name=given.get("name", ""),
            amount=given["amount"],
            since=given["valid_from"],
            by=self.request.user,
        )


def _row(row: Row) -> dict[str, Any]:
    revenue = row.measures.get("revenue")
    return {
        "key": row.key,
        "name": str(row.name),
        "begun_at": row.begun_at,
        "messages": row.messages,
        "spend": row.spend,
        "came": [_measure(code, measure) for code, measure in row.measures.items()],
        "roas": revenue.per_spend if revenue else None,
        "rewards": row.rewards,
        "roas_with_rewards": row.revenue_per_all,
    }


def _measure(code: str, measure: Measure) -> dict[str, Any]:
    return {
        "code": str(code),
        "count": measure.count,
        "spend": measure.spend,
        "each": measure.each,
        "is_least": measure.is_least,
        "is_repeated": measure.is_repeated,
    }
