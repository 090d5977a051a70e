"""Endpoint: what the figures advise, with the figures."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from billing.api import MonthField
from billing.models import LedgerEntry
from broadcasts.leaves.messages import MOST_MESSAGES
from contracts.fields import AmountField
from costs.advice import habits, plan, quiet, reckoning, sends
from costs.advice.forms import DAYS, SENDS_DAYS
from costs.advice.quiet import Asked
from costs.advice.sends import Worst
from costs.spending import Eyes

PARTS = ("quiet", "quiet_reckoned_at", "sends", "twice_a_day")


class AdviceQuery(serializers.Serializer):
    times = serializers.IntegerField(
        min_value=1, max_value=MOST_MESSAGES, default=Asked().times, help_text="Broadcasts received, at least"
    )
    days = serializers.ChoiceField([each for each, _label in DAYS], default=Asked().days)
    keeps_buyers = serializers.BooleanField(default=True, help_text="Who ordered in these days is kept")
    sends_days = serializers.ChoiceField([each for each, _label in SENDS_DAYS], default=sends.DAYS)


class PlanCostSerializer(serializers.Serializer):
    amount = AmountField(help_text="Fee and messages, before tax")
    upgraded_to = serializers.CharField(help_text="Empty: the plan covers it")


class PlanRowSerializer(serializers.Serializer):
    code = serializers.CharField(source="offer.code")
    name = serializers.CharField(source="offer.name")
    is_present = serializers.BooleanField(source="offer.is_present")
    is_confirmed = serializers.BooleanField(source="offer.is_confirmed")
    monthly_fee = AmountField(source="offer.tariff.monthly_fee")
    free_messages = serializers.IntegerField(source="offer.tariff.free_messages")
    costs = PlanCostSerializer(
        many=True, help_text="Of a low, an expected and a high month; null: not covered"
    )
    past = AmountField(allow_null=True, help_text="Of all full months together")


class OutlookSerializer(serializers.Serializer):
    low = serializers.IntegerField()
    expected = serializers.IntegerField()
    high = serializers.IntegerField()


class PlanAdviceSerializer(serializers.Serializer):
    month = MonthField()
    best = serializers.CharField(
        source="best.offer.code", default=None, help_text="null: too little is known, or no plan covers it"
    )
    is_change = serializers.BooleanField(help_text="Whether the best plan is another than the present one")
    saving = AmountField(allow_null=True, help_text="In the expected month")
    past_saving = AmountField(allow_null=True, help_text="Had it been the plan in all months of `history`")
    outlook = OutlookSerializer(help_text="Messages in a month")
    scheduled = serializers.IntegerField()
    currency = serializers.CharField(source="present.tariff.currency")
    plans = PlanRowSerializer(source="rows", many=True)
    history = serializers.SerializerMethodField(help_text="Messages by full month, twelve at most")

    def get_history(self, found: plan.Advice) -> dict[str, int]:
        return {f"{month:%Y-%m}": count for month, count in found.history}


class QuietMonthSerializer(serializers.Serializer):
    month = MonthField()
    messages = serializers.IntegerField()
    theirs = serializers.IntegerField(help_text="That went to those who would be left out")
    saved = serializers.SerializerMethodField(help_text="The price of as many of the month's last messages")

    def get_saved(self, each: quiet.Month) -> str | None:
        seen = self.context["eyes"].sight(each.month)
        return f"{seen.of(each.saved):.4f}" if each.is_planned else None


class QuietAdviceSerializer(serializers.Serializer):
    people = serializers.IntegerField(
        source="found.people", help_text="Who got so many with personal links and never clicked"
    )
    linked = serializers.IntegerField(source="found.linked", help_text="Of them, with an ID link")
    buyers = serializers.IntegerField(source="found.buyers", help_text="Of them, who ordered in these days")
    left_out = serializers.IntegerField(source="found.left_out", help_text="Of them, who would be left out")
    reachable = serializers.IntegerField(
        source="found.reachable", help_text="All friends whom a message reaches"
    )
    broadcasts = serializers.IntegerField(source="found.sums.sends")
    broadcasts_with_own_links = serializers.IntegerField(source="found.sums.own_links")
    saved_per_month = serializers.SerializerMethodField(help_text="On average; null: no price known")
    months = QuietMonthSerializer(many=True)
    conditions = serializers.JSONField(source="asked.kept", help_text="Of a segment of everybody else")

    def get_saved_per_month(self, found: quiet.Advice) -> str | None:
        saved = found.saved(self.context["eyes"])
        return None if saved is None else f"{saved:.4f}"


class WorstSendSerializer(serializers.Serializer):
    broadcast = serializers.IntegerField(source="sent.broadcast.pk")
    name = serializers.CharField(source="sent.broadcast.name")
    sends = serializers.IntegerField(source="sent.sends", help_text="Above 1: of a series")
    people = serializers.IntegerField(source="sent.people")
    clickers = serializers.IntegerField(source="sent.clickers")
    orders = serializers.IntegerField(source="sent.orders", allow_null=True, help_text="After a click")
    cost = AmountField(source="sent.cost.amount", help_text="Its share of the month's bill")
    per_click = serializers.SerializerMethodField()
    more = serializers.SerializerMethodField(help_text="Than as many clicks usually cost")

    def get_per_click(self, each: Worst) -> str | None:
        return _written(each.sent.per_click)

    def get_more(self, each: Worst) -> str | None:
        return _written(each.more)


class SendsAdviceSerializer(serializers.Serializer):
    usual = serializers.SerializerMethodField(help_text="Median cost of a click; null: too few sends")
    judged = serializers.SerializerMethodField(help_text="Sends that were compared")
    small = serializers.IntegerField(help_text="Left out: to fewer than 100 people")
    unknown = serializers.IntegerField(help_text="Left out: nobody counted clicks")
    fresh = serializers.IntegerField(help_text="Left out: of the last three days")
    worst = WorstSendSerializer(many=True)

    def get_usual(self, found: sends.Advice) -> str | None:
        return _written(found.usual)

    def get_judged(self, found: sends.Advice) -> int:
        return len(found.judged)


class AdviceSerializer(serializers.Serializer):
    """Parts are null for a key that may not see what they are about: `plan` is LINE's own price."""

    plan = PlanAdviceSerializer(allow_null=True)
    quiet = QuietAdviceSerializer(
        allow_null=True, help_text="As it was reckoned last; null the first time: ask again in some seconds"
    )
    quiet_reckoned_at = serializers.DateTimeField(allow_null=True)
    sends = SendsAdviceSerializer(allow_null=True)
    free_messages_left = serializers.IntegerField(
        allow_null=True, help_text="Per month on average of three; null: in one of them all were used"
    )
    twice_a_day = serializers.IntegerField(
        allow_null=True, help_text="Messages of the last 30 days to people who had one on the same day"
    )


class AdviceViewSet(GenericViewSet):
    """What the figures of the client advise, as on the page of advice."""

    queryset = LedgerEntry.objects.all()
    serializer_class = AdviceSerializer
    pagination_class = None

    @extend_schema(parameters=[AdviceQuery], responses=AdviceSerializer)
    def retrieve(self, request: ApiRequest) -> Response:
        """Plan for next month, friends who never click, sends with the worst cost per click."""
        query = AdviceQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        eyes = Eyes(current.tenant(), request.user)
        context = {**self.get_serializer_context(), "eyes": eyes}
        return Response(AdviceSerializer(_advice(eyes, query.validated_data, request), context=context).data)


def _advice(eyes: Eyes, asked: dict[str, Any], request: ApiRequest) -> dict[str, Any]:
    now, tenant_id = timezone.now(), eyes.tenant.pk
    found = plan.of(tenant_id, now)
    left = habits.free_left(found.history, tenant_id)
    advice: dict[str, Any] = dict.fromkeys(PARTS)
    advice["plan"] = found if eyes.sight(found.month).shows_net else None
    advice["free_messages_left"] = left.average if left else None
    if request.user.has_perm("segments.view_segment"):
        wanted = Asked(asked["times"], asked["days"], asked["keeps_buyers"])
        row = reckoning.ask(wanted)
        advice["quiet_reckoned_at"] = row.reckoned_at
        if known := reckoning.found(row):
            advice["quiet"] = told = quiet.of(tenant_id, wanted, known)
            advice["twice_a_day"] = told.twice.messages if told.twice else None
    if request.user.has_perm("broadcasts.view_broadcast"):
        advice["sends"] = sends.of(eyes, asked["sends_days"], now)
    return advice


def _written(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.4f}"
