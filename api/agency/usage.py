"""Endpoint: what all clients of an agency used in a month, and what it costs them."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Tenant
from api.agency.authentication import AgencyKeyAuthentication, agencies
from billing import months, usage
from billing.api import MonthField
from billing.models import LedgerEntry
from contracts.fields import AmountField

NET = "contracts.view_net"


class UsageSerializer(serializers.Serializer):
    client = serializers.CharField(source="tenant.slug", help_text="Its address name")
    name = serializers.CharField(source="tenant.name")
    agency = serializers.CharField(source="tenant.agency.slug")
    plan = serializers.CharField(source="terms.plan.code", allow_null=True, default=None)
    is_confirmed = serializers.BooleanField(
        source="terms.is_confirmed", help_text="Whether the prices were read in LINE's own price list"
    )
    currency = serializers.CharField(source="terms.currency")
    messages = serializers.IntegerField(source="usage.messages")
    free_count = serializers.IntegerField(source="usage.free_count")
    paid_count = serializers.IntegerField(source="usage.paid_count")
    unplanned_count = serializers.IntegerField(
        help_text="Accepted by LINE though no plan we know of covers them"
    )
    notice_count = serializers.IntegerField(source="usage.notice_count")
    monthly_fee = AmountField(source="terms.tariff.monthly_fee")
    message_amount = AmountField(source="usage.amount")
    notice_amount = AmountField(source="usage.notice_amount")
    net = AmountField(help_text="LINE's charge: messages, notices and fee; before tax")
    billed = AmountField(help_text="What the agency bills the client by its contract; before tax")
    contract = serializers.CharField(
        source="contract.kind", allow_null=True, default=None, help_text="Null: none, so at cost"
    )
    line_limit = serializers.IntegerField(
        allow_null=True, help_text="As LINE told last this month; null: no limit, or not asked"
    )
    line_used = serializers.IntegerField(
        allow_null=True, help_text="Likewise; what others sent from the account included"
    )


class MonthOfUsageSerializer(serializers.Serializer):
    month = MonthField()
    clients = UsageSerializer(many=True)


class UsageFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11; without it the present one in Japan")
    agency = serializers.SlugField(required=False, help_text="One of several agencies, by its short name")


class UsageViewSet(GenericViewSet):
    """Every client of the agency in one answer, by name: messages, LINE's cost, what the client is billed.

    It takes as many queries for a thousand clients as for one.
    """

    queryset = LedgerEntry.objects.all()
    authentication_classes = [AgencyKeyAuthentication, SessionAuthentication]
    permission_required = {"list": NET}
    filter_serializer = UsageFilter
    filter_backends: list = []
    pagination_class = None
    serializer_class = MonthOfUsageSerializer

    @extend_schema(responses=MonthOfUsageSerializer, parameters=[UsageFilter])
    def list(self, request: Request) -> Response:
        """What all clients used in a month. Net, and billed."""
        query = UsageFilter(data=request.query_params)
        query.is_valid(raise_exception=True)
        month = query.validated_data.get("month") or _present()
        clients = self._clients(request, query.validated_data.get("agency"))
        found = {"month": month, "clients": usage.of_clients(clients, month)}
        return Response(MonthOfUsageSerializer(found).data)

    def _clients(self, request: Request, slug: str | None) -> QuerySet[Tenant]:
        allowed = agencies(request, NET)
        chosen = allowed.filter(slug=slug) if slug else allowed
        return Tenant.objects.filter(agency__in=chosen).select_related("agency").order_by("name", "pk")


def _present() -> date:
    return months.month_of(timezone.now(), months.HOME)
