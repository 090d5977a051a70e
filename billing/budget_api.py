"""Endpoints: budgets with how they stand, lifting them, and the reserve."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from billing.api import MonthField
from billing.budgeting import commands, reserve, standing
from billing.budgeting.forms import MOST_MESSAGES, MOST_POINTS, PERCENTS
from billing.models import Budget, BudgetLift, Reserve, usual_warnings
from contracts import sight
from contracts.fields import AmountField
from contracts.sight import Sight


class BudgetAmountField(AmountField):
    """An amount of a budget as the caller sees it; null with a price per message, which has none."""

    default_error_messages = {"per_message": _("With a price per message, cost has no budget.")}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_digits": 14, "decimal_places": 2, "min_value": Decimal(0)} | options))

    def to_internal_value(self, data: Any) -> Decimal:
        net = _sight(self).as_net(super().to_internal_value(data))
        if net is None:
            self.fail("per_message")
        return net.quantize(Decimal("0.01"))

    def to_representation(self, value: Decimal) -> Any:
        limit = _sight(self).limit(value)
        return None if limit is None else super().to_representation(limit)


class BudgetStandingSerializer(serializers.Serializer):
    month = MonthField()
    used = serializers.SerializerMethodField(help_text="Booked in the month; before tax, not rounded")
    expected = serializers.SerializerMethodField(help_text="With what is scheduled: the most it can come to")
    limit = BudgetAmountField(allow_null=True, help_text="What may be spent; null: lifted without end")
    percent = serializers.IntegerField(allow_null=True, help_text="Used, rounded down; null: of nothing")
    percent_expected = serializers.IntegerField(allow_null=True)
    is_lifted = serializers.BooleanField()
    currency = serializers.CharField()

    def get_used(self, found: standing.Standing) -> Decimal:
        return _sight(self).of(found.used)

    def get_expected(self, found: standing.Standing) -> Decimal:
        return _sight(self).of(found.expected)


class BudgetSerializer(serializers.ModelSerializer):
    campaign = serializers.IntegerField(
        source="campaign_id", required=False, allow_null=True, help_text="Id; null: all that the client sends"
    )
    month = MonthField(required=False, allow_null=True, help_text="null: every month without its own")
    amount = BudgetAmountField(help_text="For messages of a month, before tax, without the plan's fee")
    warn_percents = serializers.ListField(
        child=serializers.IntegerField(min_value=PERCENTS[0], max_value=PERCENTS[1]),
        max_length=MOST_POINTS,
        required=False,
        help_text="Points at which people are mailed, in per cent",
    )
    standing = serializers.SerializerMethodField(help_text="null: it does not hold in this month")

    class Meta:
        model = Budget
        fields = ["id", "campaign", "month", "amount", "warn_percents", "stops", "standing", "created_at"]
        read_only_fields = ["created_at"]
        validators: list = []  # what may not be there twice, the command says in words
        extra_kwargs = {"stops": {"help_text": "What would go beyond it does not leave"}}  # noqa: RUF012

    def get_standing(self, budget: Budget) -> dict[str, Any] | None:
        found = self.context["standings"].get(budget.pk)
        return BudgetStandingSerializer(found, context=self.context).data if found else None


class BudgetChangeSerializer(serializers.Serializer):
    """What is left out stays as it is."""

    amount = BudgetAmountField(required=False)
    warn_percents = BudgetSerializer().fields["warn_percents"]
    stops = serializers.BooleanField(required=False)


class LiftSerializer(serializers.ModelSerializer):
    month = MonthField(read_only=True)
    up_to = BudgetAmountField(
        required=False, allow_null=True, default=None, help_text="null: without end, until the month is over"
    )

    class Meta:
        model = BudgetLift
        fields = ["month", "up_to", "reason", "at"]
        read_only_fields = ["at"]


class BudgetViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet):
    """What a client, or a campaign of it, may cost in a month: LINE's price of messages, before tax.

    A budget warns, and with `stops` lets no broadcast leave that would go beyond it (409
    `budget_exceeded`). Replies to one person are never stopped.
    """

    request: ApiRequest
    queryset = Budget.objects.all()
    serializer_class = BudgetSerializer
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "create": "billing.add_budget",
        "lift": "billing.add_budgetlift",
        "lifts": "billing.view_budgetlift",
    }

    def get_queryset(self) -> QuerySet[Budget]:
        """Budgets are public data, so the client is named here."""
        return Budget.objects.kept(current.tenant().pk)

    def get_serializer_context(self) -> dict[str, Any]:
        """With how the budgets of this month stand."""
        found = standing.of_month(current.tenant().pk, timezone.now())
        standings = {each.budget.pk: each for each in found}
        return {**super().get_serializer_context(), "standings": standings}

    @extend_schema(responses={201: BudgetSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Set a budget. There is one at a time for each campaign and month, and for the client."""
        given: dict[str, Any] = {
            "month": None,
            "campaign_id": None,
            "warn_percents": usual_warnings(),
            "stops": False,
        }
        given |= _read(self.get_serializer(data=request.data))
        made = commands.set_budget(current.tenant().pk, **given, by=request.user)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=BudgetChangeSerializer, responses={200: BudgetSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given. What it has stopped is looked at again."""
        budget = self.get_object()
        given = {name: getattr(budget, name) for name in commands.WRITTEN}
        given |= _read(BudgetChangeSerializer(data=request.data, context=super().get_serializer_context()))
        return Response(self.get_serializer(commands.change(budget, **given, by=request.user)).data)

    def perform_destroy(self, instance: Budget) -> None:
        commands.delete(instance, by=self.request.user)

    @extend_schema(responses={200: LiftSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def lifts(self, request: ApiRequest, pk: int) -> Response:
        """Who let sends go on beyond it, the newest first; the newest of a month holds."""
        context = super().get_serializer_context()
        return Response(LiftSerializer(self.get_object().lifts.all(), many=True, context=context).data)

    @extend_schema(request=LiftSerializer, responses={201: LiftSerializer})
    @lifts.mapping.post
    def lift(self, request: ApiRequest, pk: int) -> Response:
        """Let sends go on beyond it in this month. What it has stopped goes on by itself."""
        context = super().get_serializer_context()
        given = _read(LiftSerializer(data=request.data, context=context))
        made = commands.lift(self.get_object(), at=timezone.now(), **given, by=request.user)
        return Response(LiftSerializer(made, context=context).data, status=status.HTTP_201_CREATED)


class ReserveSerializer(serializers.Serializer):
    messages = serializers.IntegerField(
        min_value=0, max_value=MOST_MESSAGES, help_text="Kept back each month"
    )
    used = serializers.IntegerField(read_only=True, help_text="Of this month's, by single messages")
    left = serializers.IntegerField(read_only=True, help_text="What broadcasts must leave in this month")


class ReserveViewSet(GenericViewSet):
    """Messages of each month that broadcasts leave for scenarios, notices and replies."""

    request: ApiRequest
    queryset = Reserve.objects.none()
    serializer_class = ReserveSerializer
    pagination_class = None
    permission_required = {"update": "billing.add_reserve"}  # noqa: RUF012

    def retrieve(self, request: ApiRequest) -> Response:
        return Response(self.get_serializer(_reserve()).data)

    def update(self, request: ApiRequest) -> Response:
        """From this month on."""
        given = _read(self.get_serializer(data=request.data))
        commands.keep_back(current.tenant().pk, given["messages"], since=_month(), by=request.user)
        return Response(self.get_serializer(_reserve()).data)


def _reserve() -> dict[str, int]:
    held = reserve.in_force(current.tenant().pk, _month())
    kept, used = held.messages if held else 0, reserve.used(current.tenant().pk, _month())
    return {"messages": kept, "used": min(kept, used), "left": max(0, kept - used)}


def _read(body: serializers.BaseSerializer) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return body.validated_data


def _sight(field: serializers.Field) -> Sight:
    return sight.of(field.context["request"].user, current.tenant(), _month())


def _month() -> date:
    return standing.month_of(current.tenant().pk, timezone.now())
