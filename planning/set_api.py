"""Endpoints: KPI sets of the agency, and what is proposed for a purpose."""

from django.db.models import QuerySet
from django_tenants.utils import schema_context
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from agency_library import kpi_sets
from agency_library.models import KpiSet
from billing.api import MonthField
from campaigns.models import Campaign
from costs.spending import Eyes
from planning import counting, proposing, sets, windows
from planning.api import KpiSerializer, ShareField
from planning.models import Kpi


class KpiSetSerializer(serializers.ModelSerializer):
    class Meta:
        model = KpiSet
        fields = ["id", "name", "note", "purpose", "version", "tree", "used_count", "changed_at"]
        read_only_fields = fields


class KpiSetSaveSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=KpiSet.NAME_LENGTH, help_text="A known one gets a new version")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    campaign = serializers.PrimaryKeyRelatedField(
        queryset=Campaign.objects.all(), allow_null=True, default=None, help_text="null: of the client"
    )
    with_goals = serializers.BooleanField(
        default=False, help_text="With targets as rates and numbers per friend; never amounts of money"
    )


class KpiSetUseSerializer(serializers.Serializer):
    campaign = serializers.PrimaryKeyRelatedField(
        queryset=Campaign.objects.all(), allow_null=True, default=None, help_text="null: of the client"
    )
    month = MonthField(required=False, help_text="Of which its goals are; else this month")
    scaled = serializers.BooleanField(
        default=False, help_text="With its goals, brought to the number of friends of this client"
    )


class KpiSetViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Trees of indicators that the agency keeps for its clients. They name no client and hold no money."""

    request: ApiRequest
    queryset = KpiSet.objects.all()
    serializer_class = KpiSetSerializer
    lookup_value_converter = "int"
    permission_required = {"use": "planning.add_kpi"}  # noqa: RUF012  (read only)

    def get_queryset(self) -> QuerySet[KpiSet]:
        return sets.all_of_agency()

    @extend_schema(request=KpiSetSaveSerializer, responses={201: KpiSetSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Save the tree of a campaign, or of the client, for all clients of the agency."""
        body = KpiSetSaveSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = sets.save(**body.validated_data, eyes=_eyes(request), by=request.user)
        return Response(KpiSetSerializer(made).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """With its versions. Clients keep the indicators that they have."""
        found = self.get_object()
        with schema_context("public"):
            kpi_sets.delete(found, by=request.user)
        return Response(status=204)

    @extend_schema(request=KpiSetUseSerializer, responses={201: KpiSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def use(self, request: ApiRequest, pk: int) -> Response:
        """Its indicators in this tree; what is there already stays, and is not told again."""
        body = KpiSetUseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        month = f"{given['month']:%Y-%m}" if "month" in given else ""
        window = windows.of(given["campaign"], month, counting.today())
        made = sets.take(
            self.get_object(), given["campaign"], window, scaled=given["scaled"], by=request.user
        )
        return Response(KpiSerializer(made, many=True).data, status=201)


class KpiProposalQuery(serializers.Serializer):
    purpose = serializers.ChoiceField(Campaign.Purpose.choices, required=False)
    campaign = serializers.PrimaryKeyRelatedField(queryset=Campaign.objects.all(), required=False)
    month = MonthField(required=False, help_text="Such as 2026-11; else this month")


class ProposedKpiSerializer(serializers.Serializer):
    metric = serializers.CharField(source="metric.code")
    label = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        source="metric.label", help_text="In the language of Accept-Language"
    )
    depth = serializers.IntegerField(help_text="In the tree, from 0: below the last one that is less deep")
    target = ShareField(source="value", allow_null=True, help_text="From the client's own past; null: none")
    basis = serializers.CharField(help_text="How the target was reckoned, in words")
    is_there = serializers.BooleanField(help_text="It is in the tree already")
    is_more = serializers.BooleanField(help_text="Not proposed for this purpose, but usual")


class KpiProposalViewSet(GenericViewSet):
    """What serves a purpose, and what is within reach. Make indicators of it in `kpis/`."""

    request: ApiRequest
    queryset = Kpi.objects.none()
    serializer_class = ProposedKpiSerializer
    pagination_class = None
    permission_required = {"list": "planning.view_kpi"}  # noqa: RUF012  (read only)

    @extend_schema(parameters=[KpiProposalQuery], responses={200: ProposedKpiSerializer(many=True)})
    def list(self, request: ApiRequest) -> Response:
        """From the top of the proposed tree; with targets of the month."""
        query = KpiProposalQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        campaign = given.get("campaign")
        purpose = given.get("purpose") or (campaign.purpose if campaign else "") or Campaign.Purpose.SALES
        month = f"{given['month']:%Y-%m}" if "month" in given else ""
        window = windows.of(campaign, month, counting.today())
        found = proposing.proposed(_eyes(request), campaign, purpose, window)
        return Response(ProposedKpiSerializer(found, many=True).data)


def _eyes(request: ApiRequest) -> Eyes:
    return Eyes(current.tenant(), request.user)
