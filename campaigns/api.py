"""Endpoints: campaigns, and what belongs to them."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import check_reach
from campaigns import members, pages, services
from campaigns.costs import Cost
from campaigns.members import Member
from campaigns.models import Campaign
from contracts.fields import AmountField


class CampaignSerializer(serializers.ModelSerializer):
    responsible = serializers.IntegerField(
        source="responsible_id",
        allow_null=True,
        required=False,
        help_text="Number of a person, who is mailed",
    )

    class Meta:
        model = Campaign
        fields = [
            "id",
            "name",
            "purpose",
            "purpose_words",
            "starts_on",
            "ends_on",
            "responsible",
            "note",
            "created_at",
            "archived_at",
        ]
        read_only_fields = ["created_at", "archived_at"]
        extra_kwargs = {  # noqa: RUF012
            "name": {"validators": []},  # what is taken, the command says in words
            "starts_on": {"validators": [check_reach]},
            "ends_on": {"validators": [check_reach], "help_text": "null: without an end"},
            "purpose_words": {"help_text": "Only of another purpose, `own`"},
        }


class CampaignFilter(serializers.Serializer):
    archived = serializers.BooleanField(required=False, allow_null=True, default=None)


class MemberSerializer(serializers.Serializer):
    owner = serializers.CharField(help_text="As the ledger knows it, such as broadcast:7")
    name = serializers.CharField()
    state = serializers.CharField(help_text="In words")
    at = serializers.DateTimeField(allow_null=True)
    messages = serializers.IntegerField(allow_null=True, help_text="null for who may not see the ledger")
    amount = AmountField(allow_null=True, help_text="What it has cost so far, likewise; before tax")


OWNER = OpenApiParameter("owner", str, OpenApiParameter.PATH, description="Such as broadcast:7")


class CampaignViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """What several sends are for together. Newest first.

    A thing belongs to one campaign at most; what it has cost counts in the one it belongs to now.
    """

    request: ApiRequest
    queryset = Campaign.objects.all()
    serializer_class = CampaignSerializer
    filter_serializer = CampaignFilter
    lookup_value_converter = "int"
    permission_required = dict.fromkeys(
        ("archive", "restore", "put_member", "take_member"), "campaigns.change_campaign"
    )

    def narrow(self, queryset, *, archived: bool | None = None):
        return queryset if archived is None else queryset.filter(archived_at__isnull=not archived)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.create(**serializer.validated_data, by=self.request.user)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given."""
        campaign = self.get_object()
        body = self.get_serializer(campaign, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = services.change(campaign, by=request.user, **body.validated_data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def archive(self, request: ApiRequest, pk: int) -> Response:
        """Add nothing more to it; what belongs to it goes on."""
        services.archive(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @archive.mapping.delete
    def restore(self, request: ApiRequest, pk: int) -> Response:
        """Let more be added to it again."""
        services.restore(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(responses={200: MemberSerializer(many=True)})
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def members(self, request: ApiRequest, pk: int) -> Response:
        """What belongs to it, the newest first."""
        found = pages.shown(self.get_object(), request.user)["members"]
        rows = [_row(member, cost) for member, cost in found]
        return Response(MemberSerializer(rows, many=True).data)

    @extend_schema(request=None, responses={204: None}, parameters=[OWNER])
    @action(detail=True, methods=["put"], url_path="members/<str:owner>")
    def put_member(self, request: ApiRequest, pk: int, owner: str) -> Response:
        """Have it belong to this campaign, and to no other."""
        services.assign(_known(owner), self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, parameters=[OWNER])
    @put_member.mapping.delete
    def take_member(self, request: ApiRequest, pk: int, owner: str) -> Response:
        """Have it belong to no campaign, if it belongs to this one."""
        if services.of(_known(owner)) == self.get_object():
            services.assign(owner, None, by=request.user)
        return Response(status=204)


def _known(owner: str) -> str:
    """Raises Http404 if there is no such thing."""
    if owner not in members.of([owner]):
        raise Http404
    return owner


def _row(member: Member, cost: Cost | None) -> dict[str, object]:
    said = {name: getattr(member, name) for name in ("owner", "name", "state", "at")}
    counted = {"messages": cost.messages, "amount": cost.amount} if cost else {}
    return {"messages": None, "amount": None} | said | counted
