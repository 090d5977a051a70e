"""Endpoints: the client's LINE plan, and the price tables that hold for it."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from billing import months, plan_changes, plans
from billing.api import MonthField
from billing.models import Plan, PriceTable, Subscription
from billing.plan_changes import Kind
from billing.plan_forms import MOST_EXTRA
from contracts import sight
from contracts.fields import NetField


class BracketSerializer(serializers.Serializer):
    up_to = serializers.IntegerField(
        allow_null=True, help_text="Up to which extra message of the month; null: all the rest"
    )
    unit_price = serializers.CharField(help_text="Of one message, before tax unless it is included")


class PriceTableSerializer(serializers.ModelSerializer):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan_name", help_text="As LINE called the plan then")
    country = serializers.CharField(source="plan.country")
    is_own = serializers.SerializerMethodField(help_text="Whether these are this client's own prices")
    brackets = BracketSerializer(many=True, help_text="Prices of extra messages; empty: there are none")

    class Meta:
        model = PriceTable
        fields = [
            "plan",
            "name",
            "country",
            "valid_from",
            "valid_to",
            "currency",
            "monthly_fee",
            "free_messages",
            "brackets",
            "tax_rate",
            "is_tax_included",
            "is_confirmed",
            "is_own",
            "source",
        ]
        extra_kwargs = {
            "is_confirmed": {"help_text": "Whether every figure was read in LINE's own price list"},
            "tax_rate": {"help_text": "As a share: 0.1000 is 10 %"},
        }

    def get_is_own(self, table: PriceTable) -> bool:
        return table.tenant_id is not None


class PriceTableFilter(serializers.Serializer):
    month = MonthField(required=False, help_text="Such as 2026-11; the present one if left out")


class PriceTableViewSet(GenericViewSet):
    """LINE's prices in the client's country: one table per plan, the lowest fee first.

    For who sees LINE's own prices; others get 403.
    """

    request: ApiRequest
    queryset = PriceTable.objects.none()
    serializer_class = PriceTableSerializer
    pagination_class = None

    @extend_schema(parameters=[PriceTableFilter], responses={200: PriceTableSerializer(many=True)})
    def list(self, request: ApiRequest) -> Response:
        asked = PriceTableFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        tenant = current.tenant()
        month = asked.validated_data.get("month") or _present_month(tenant.pk)
        if not sight.of(request.user, tenant, month).shows_net:
            raise PermissionDenied(_("By your contract you see prices of your agency, not those of LINE."))
        return Response(PriceTableSerializer(plans.tables(tenant.pk, month), many=True).data)


class PlanOfMonthSerializer(serializers.Serializer):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField()
    country = serializers.CharField(source="plan.country")
    currency = serializers.CharField()
    monthly_fee = NetField(
        source="tariff.monthly_fee", help_text="Before tax; null for who sees only the client's price"
    )
    free_messages = serializers.IntegerField(source="tariff.free_messages")
    additional_limit = serializers.IntegerField(
        source="tariff.additional_limit", allow_null=True, help_text="Null: no limit of its own"
    )
    is_confirmed = serializers.BooleanField(help_text="Whether the prices were read in LINE's own list")


class ComingPlanSerializer(serializers.ModelSerializer):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan.name")
    holds_from = MonthField(source="valid_from")

    class Meta:
        model = Subscription
        fields = ["plan", "name", "holds_from", "additional_limit"]


class PlanStandingSerializer(serializers.Serializer):
    month = MonthField()
    present = PlanOfMonthSerializer(source="known", allow_null=True, help_text="Null: no plan is registered")
    coming = ComingPlanSerializer(allow_null=True, help_text="The change that is planned, if there is one")


class PlanChangedSerializer(PlanStandingSerializer):
    kind = serializers.ChoiceField(
        choices=[kind.value for kind in Kind],
        help_text="upgrade, limit and first hold at once, downgrade from next month; none: nothing changed",
    )
    holds_from = MonthField()


class NewPlanSerializer(serializers.Serializer):
    plan = serializers.SlugField(help_text="The code of a plan of the client's country, such as standard")
    additional_limit = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_EXTRA
    )


class PlanViewSet(GenericViewSet):
    """The client's plan at LINE, as it is registered here: LINE lets no program read or change it.

    A higher plan holds at once, a lower one from the next month, by LINE's rules.
    """

    request: ApiRequest
    queryset = Subscription.objects.none()
    serializer_class = PlanStandingSerializer
    pagination_class = None
    permission_required = {"update": "billing.add_subscription", "take_back": "billing.add_subscription"}

    @extend_schema(responses={200: PlanStandingSerializer})
    def retrieve(self, request: ApiRequest) -> Response:
        standing = plan_changes.standing(current.tenant().pk, timezone.now())
        return Response(self.get_serializer(standing).data)

    @extend_schema(request=NewPlanSerializer, responses={200: PlanChangedSerializer})
    def update(self, request: ApiRequest) -> Response:
        """Register another plan or limit of extra messages. The same again changes nothing."""
        body = NewPlanSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        plan, limit = _plan(body.validated_data["plan"]), body.validated_data["additional_limit"]
        found = plan_changes.change(
            current.tenant().pk, plan, at=timezone.now(), additional_limit=limit, by=request.user
        )
        standing = plan_changes.standing(current.tenant().pk, timezone.now())
        said = {name: getattr(standing, name) for name in ("month", "known", "coming")}
        told = said | {"kind": found.kind.value, "holds_from": found.holds_from}
        return Response(PlanChangedSerializer(told, context=self.get_serializer_context()).data)

    @extend_schema(request=None, responses={204: None})
    def take_back(self, request: ApiRequest) -> Response:
        """Drop the change that is planned for a coming month; the present plan goes on."""
        plan_changes.take_back(current.tenant().pk, at=timezone.now(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _plan(code: str) -> Plan:
    """The plan of this code in the client's country; in Japan, if no plan is registered."""
    tenant_id = current.tenant().pk
    country = plans.country_of(tenant_id, _present_month(tenant_id)) or plans.HOME_COUNTRY
    plan = Plan.objects.filter(country=country, code=code).first()
    if plan is None:
        raise ValidationError({"plan": _("There is no such plan in the client's country.")})
    return plan


def _present_month(tenant_id: int) -> date:
    return months.month_of(timezone.now(), months.zone_of(tenant_id))
