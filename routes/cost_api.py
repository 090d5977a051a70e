"""Endpoints: ad costs, and what friends cost and brought by route."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.errors import AppError
from accounts.http import ApiRequest
from accounts.models import User
from routes import costs, returns
from routes.costs import Books, NewCost
from routes.models import AdCost, Route
from routes.returns import Return

MOST = 1_000
LAST_YEAR = 2100


class YenField(serializers.DecimalField):
    """Yen, to the sen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=24, decimal_places=2, **options)


class AdCostSerializer(serializers.ModelSerializer):
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="Yen, without consumption tax"
    )
    to_on = serializers.DateField(required=False, help_text="Last day; the first if left out")

    class Meta:
        model = AdCost
        fields = [
            "id",
            "route",
            "from_on",
            "to_on",
            "amount",
            "currency",
            "medium",
            "campaign",
            "impressions",
            "clicks",
            "source",
            "key",
            "created_at",
            "changed_at",
        ]
        read_only_fields = ["currency", "source", "created_at", "changed_at"]
        validators: list = []  # what may not be there twice, costs.py says in words
        extra_kwargs = {
            "route": {"help_text": "Id of a route"},
            "key": {"help_text": "Your own id of the cost, or null", "validators": []},
        }


class AdCostFilter(serializers.Serializer):
    route = serializers.IntegerField(required=False, help_text="Id of a route")
    key = serializers.CharField(required=False)


class AdCostRowSerializer(AdCostSerializer):
    """One cost. It is taken for one that is known by `key`, else by route, days, medium and campaign."""

    class Meta(AdCostSerializer.Meta):
        fields = ["route", "from_on", "to_on", "amount", "medium", "campaign", "impressions", "clicks", "key"]
        read_only_fields: list[str] = []


class BatchOfCostsSerializer(serializers.Serializer):
    costs: serializers.ListSerializer = serializers.ListSerializer(
        child=AdCostRowSerializer(), min_length=1, max_length=MOST
    )


class BadCostSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in the request, from 0")
    detail = serializers.CharField()


class PutCostsSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    errors = BadCostSerializer(  # type: ignore[assignment]  # a field: it does not stay on the class
        many=True, help_text="Those that were left out"
    )


class AdCostViewSet(ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet):
    """What was paid so that people come by a route. Newest first.

    Two costs of one route, medium and campaign never have a day in common: that is refused with 409
    `cost_overlaps`, which names the one that is there.
    """

    request: ApiRequest
    queryset = AdCost.objects.all()
    serializer_class = AdCostSerializer
    filter_serializer = AdCostFilter
    lookup_value_converter = "int"
    permission_required = {"bulk": "routes.add_adcost"}

    def narrow(self, queryset, **equal: object):
        return queryset.filter(**equal)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        new = _new_cost(serializer.validated_data)
        serializer.instance = costs.add_cost(new, by=self.request.user)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given."""
        cost = self.get_object()
        body = self.get_serializer(cost, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        kept = {name: getattr(cost, name) for name in AdCostRowSerializer.Meta.fields}
        new = _new_cost(kept | body.validated_data)
        return Response(self.get_serializer(costs.change_cost(cost, new, by=self.request.user)).data)

    def perform_destroy(self, instance: AdCost) -> None:
        costs.delete_cost(instance, by=self.request.user)

    @extend_schema(request=BatchOfCostsSerializer, responses={200: PutCostsSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Bring up to 1,000 costs up to date. Good ones go in even if others have errors.

        Answers 200 with the errors of each that was left out; correct those and send them again.
        """
        rows = request.data.get("costs") if isinstance(request.data, dict) else None
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
            raise ValidationError({"costs": _("Give a list of 1 to %(most)s costs.") % {"most": MOST}})
        return Response(_put(rows, self.request.user))


class ReturnQuery(serializers.Serializer):
    since = serializers.DateField(
        required=False, help_text="First day in the client's time zone; else the first of this month"
    )
    until = serializers.DateField(required=False, help_text="Last day, included; else today")

    def period(self) -> tuple[date, date]:
        """What is asked for. Raises ValidationError if that is no period."""
        self.is_valid(raise_exception=True)
        first, today = returns.this_month()
        since, until = self.validated_data.get("since", first), self.validated_data.get("until", today)
        if until.year > LAST_YEAR or not 0 <= (until - since).days < returns.MOST_DAYS:
            text = _("The last day must not be before the first, nor more than %(most)s days in all.")
            raise ValidationError({"until": text % {"most": returns.MOST_DAYS}})
        return since, until


class ReturnSerializer(serializers.Serializer):
    """null: not entered, or it cannot be known."""

    cost = YenField(allow_null=True, help_text="The part of the ad costs that falls on these days; yen")
    new = serializers.IntegerField(allow_null=True, help_text="Became friends by the route in the period")
    cost_per_friend = YenField(allow_null=True)
    linked = serializers.IntegerField(allow_null=True, help_text="Of those, linked with a customer now")
    cost_per_linked = YenField(allow_null=True)
    buyers = serializers.IntegerField(allow_null=True, help_text="Of those, customers with an order since")
    revenue = YenField(allow_null=True, help_text="Of orders that they have placed since they came; yen")
    per_cost = YenField(allow_null=True, help_text="Revenue for each yen of cost (ROAS)")


class RouteReturnSerializer(ReturnSerializer):
    route = serializers.IntegerField(help_text="Id of the route")
    name = serializers.CharField()
    media = serializers.ChoiceField(Route.Media.choices)


class ReturnsSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    routes = RouteReturnSerializer(many=True)
    total = ReturnSerializer(help_text="Only routes of which cost and friends are known are divided")


class RouteReturnViewSet(GenericViewSet):
    """What friends cost and brought, by route."""

    queryset = AdCost.objects.all()
    serializer_class = ReturnsSerializer
    pagination_class = None

    @extend_schema(parameters=[ReturnQuery])
    def retrieve(self, request: Request) -> Response:
        """Each route with a cost or new friends in a period, the dearest first."""
        first, last = ReturnQuery(data=request.query_params).period()
        found = returns.of_period(first, last)
        whole = returns.total(each for _route, each in found)
        rows = [_row(route, each) for route, each in found]
        total = ReturnSerializer(whole).data
        return Response({"since": first, "until": last, "routes": rows, "total": total})


def _row(route: Route, found: Return) -> dict:
    return {"route": route.pk, "name": route.name, "media": route.media} | ReturnSerializer(found).data


@transaction.atomic
def _put(rows: list, by: User) -> dict:
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    errors, read = [], [_read(row) for row in rows]
    books = Books(AdCost.Source.API, by, {new.route.pk for new in read if isinstance(new, NewCost)})
    for index, new in enumerate(read):
        try:
            if isinstance(new, str):
                errors.append({"index": index, "detail": new})
            else:
                counts[books.put(new)[1]] += 1
        except AppError as error:
            errors.append({"index": index, "detail": error.message})
    return counts | {"errors": errors}


def _read(row: object) -> NewCost | str:
    """The cost, or what is wrong with it."""
    if not isinstance(row, dict):
        return _("must be an object")
    if unknown := row.keys() - AdCostRowSerializer().fields.keys():
        return _("%(name)s: there is no such field") % {"name": min(unknown)}
    body = AdCostRowSerializer(data=row)
    if not body.is_valid():
        name, [first, *_others] = next(iter(body.errors.items()))
        return f"{name}: {first}"
    return _new_cost(body.validated_data)


def _new_cost(given: dict) -> NewCost:
    first: date = given["from_on"]
    fields = {name: given[name] for name in ("medium", "campaign", "impressions", "clicks") if name in given}
    amount: Decimal = given["amount"]
    return NewCost(
        given["route"], first, given.get("to_on") or first, amount, key=given.get("key") or None, **fields
    )
