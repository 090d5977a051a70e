"""Endpoints: entry points with their steps and invitations, and the link rate."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import check_reach
from invitations import counting, funnels, rates, services, starts
from invitations.forms import PeriodForm
from invitations.funnels import Key, Steps
from invitations.models import EntryPoint, EntryPointQuerySet, Invitation, LinkDay, is_code
from invitations.rates import Rate


class InvitationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invitation
        fields = ["code", "text", "button", "colour", "weight", "shown_since", "retired_at"]
        extra_kwargs = {"retired_at": {"help_text": "null: takes turns at present"}}


class EntryPointSerializer(serializers.ModelSerializer):
    code = serializers.CharField(max_length=40, validators=[is_code], help_text="a–z, 0–9 and hyphens")
    name = serializers.CharField(
        source="__str__",
        read_only=True,
        help_text="Of those that every client has, in the language asked for",
    )
    is_own = serializers.BooleanField(read_only=True, help_text="false: every client has it")
    address = serializers.SerializerMethodField(help_text="For messages, menus and print; counts as a view")
    snippet = serializers.SerializerMethodField(help_text="For a page of the shop")
    invitations = InvitationSerializer(many=True, read_only=True)

    class Meta:
        model = EntryPoint
        fields = [
            "code",
            "name",
            "place",
            "note",
            "is_own",
            "address",
            "snippet",
            "invitations",
            "archived_at",
            "created_at",
        ]
        read_only_fields = ["archived_at", "created_at"]

    def get_address(self, entry_point: EntryPoint) -> str:
        return starts.address(entry_point.code)

    def get_snippet(self, entry_point: EntryPoint) -> str:
        return starts.snippet(entry_point.code)


class NewEntryPointSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, validators=[is_code], help_text="a–z, 0–9 and hyphens")
    name = serializers.CharField(max_length=EntryPoint.NAME_LENGTH)
    place = serializers.ChoiceField(EntryPoint.Place.choices, default=EntryPoint.Place.PAGE)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class EntryPointFilter(serializers.Serializer):
    archived = serializers.BooleanField(required=False, allow_null=True, help_text="Left out: both")


class StepsSerializer(serializers.Serializer):
    """null: cannot be known, as how often a rich menu is looked at."""

    entry = serializers.CharField(help_text="Code of the entry point; empty: made at none, as by import")
    variant = serializers.CharField(help_text="Code of the invitation; empty: none")
    views = serializers.IntegerField(allow_null=True)
    starts = serializers.IntegerField()
    completions = serializers.IntegerField(help_text="Links made")
    over = serializers.IntegerField(help_text="Of these, made 30 days ago or before")
    stayed = serializers.IntegerField(help_text="Of those over, linked and not blocked 30 days after")


class FunnelSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    steps = StepsSerializer(many=True)


class EntryRateSerializer(serializers.Serializer):
    entry = serializers.CharField()
    linked_friends = serializers.IntegerField()
    linked_customers = serializers.IntegerField()


class RateSerializer(serializers.Serializer):
    day = serializers.DateField(help_text="At its end in the client’s time zone; today: now")
    friends = serializers.IntegerField(help_text="Reachable friends")
    linked_friends = serializers.IntegerField()
    of_friends = serializers.FloatField(allow_null=True, help_text="linked_friends ÷ friends")
    customers = serializers.IntegerField()
    linked_customers = serializers.IntegerField()
    of_customers = serializers.FloatField(allow_null=True, help_text="linked_customers ÷ customers")
    by_entry = EntryRateSerializer(many=True)


class LinkRateSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    days = RateSerializer(many=True)


class PeriodFilter(serializers.Serializer):
    since = serializers.DateField(
        required=False, validators=[check_reach], help_text="First day; left out: 90 days are told of"
    )
    until = serializers.DateField(
        required=False, validators=[check_reach], help_text="Last day; left out: today"
    )


class EntryPointViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """Places where people are asked to link. Newest first."""

    request: ApiRequest
    queryset = EntryPoint.objects.prefetch_related("invitations")
    serializer_class = EntryPointSerializer
    filter_serializer = EntryPointFilter
    lookup_field = "code"
    lookup_value_converter = "slug"
    permission_required = {"funnel": "invitations.view_entrypoint"}

    def narrow(self, queryset: EntryPointQuerySet, *, archived: bool | None = None) -> EntryPointQuerySet:
        return queryset if archived is None else queryset.filter(archived_at__isnull=not archived)

    @extend_schema(request=NewEntryPointSerializer, responses={201: EntryPointSerializer})
    def create(self, request: Request) -> Response:
        """One of your own; 422 `entry_point_exists` if the code is in use."""
        body = NewEntryPointSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = services.create_entry_point(**body.validated_data, by=self.request.user)
        return Response(EntryPointSerializer(made).data, status=201)

    @extend_schema(parameters=[PeriodFilter], responses=FunnelSerializer)
    @action(detail=False, methods=["get"])
    def funnel(self, request: Request) -> Response:
        """Views, starts, links and who stayed, by entry point and invitation."""
        first, last = _period(request)
        steps = [_steps(*each) for each in funnels.each(funnels.of_period(first, last)).items()]
        return Response({"since": first, "until": last, "steps": steps})


class LinkRateViewSet(GenericViewSet):
    """Linked people as a share of reachable friends and of customers, by day and entry point."""

    queryset = LinkDay.objects.all()
    serializer_class = LinkRateSerializer
    pagination_class = None

    @extend_schema(parameters=[PeriodFilter])
    def retrieve(self, request: Request) -> Response:
        """One figure for each day that was counted. Days before the first friend are left out."""
        first, last = _period(request)
        days = [_rate(day, rate) for day, rate in sorted(rates.by_day(first, last).items())]
        return Response({"since": first, "until": last, "days": days})


def _period(request: Request) -> tuple[date, date]:
    given = PeriodFilter(data=request.query_params)
    given.is_valid(raise_exception=True)
    since, until = given.validated_data.get("since"), given.validated_data.get("until")
    if since and since > (until or counting.today()):
        raise ValidationError({"since": _("The first day must not be after the last.")})
    return PeriodForm({"since": since, "until": until}).period()


def _steps(key: Key, steps: Steps) -> dict[str, Any]:
    entry, variant = key
    names = ("views", "starts", "completions", "over", "stayed")
    return {"entry": entry, "variant": variant} | {name: getattr(steps, name) for name in names}


def _rate(day: date, rate: Rate) -> dict[str, Any]:
    names = ("friends", "linked_friends", "of_friends", "customers", "linked_customers", "of_customers")
    by_entry = [
        {"entry": entry, "linked_friends": friends, "linked_customers": customers}
        for entry, (friends, customers) in sorted(rate.by_entry.items())
    ]
    return {"day": day, "by_entry": by_entry} | {name: getattr(rate, name) for name in names}
