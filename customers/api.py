"""Endpoints: customers."""

from collections.abc import KeysView
from datetime import datetime

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from customers import services
from customers.models import Customer

MOST_CUSTOMERS = 1_000


class CustomerSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(
        source="friend_number", allow_null=True, help_text="Number of the friend now linked, or null"
    )
    attributes = serializers.DictField(help_text="Whatever else your books say, by name")

    class Meta:
        model = Customer
        fields = ["id", "number", "name", "birthday", "attributes", "friend", "created_at", "updated_at"]
        extra_kwargs = {"number": {"help_text": "In your own books"}}


class CustomerFilter(serializers.Serializer):
    number = serializers.CharField(required=False, help_text="In your own books")
    linked = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether linked to a friend now"
    )
    updated_since = serializers.DateTimeField(required=False, help_text="ISO 8601 with offset")


class CustomerRowSerializer(serializers.Serializer):
    """What a row lacks stays as it is."""

    number = serializers.CharField(max_length=100, help_text="In your own books")
    name = serializers.CharField(max_length=100, required=False)
    birthday = serializers.DateField(required=False, allow_null=True, help_text="null: not known")
    attributes = serializers.DictField(
        required=False, help_text="Merged by name; one whose value is null is removed"
    )


class BatchOfCustomersSerializer(serializers.Serializer):
    customers: serializers.ListSerializer = serializers.ListSerializer(
        child=CustomerRowSerializer(), min_length=1, max_length=MOST_CUSTOMERS
    )


class BadCustomerSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in the request, from 0")
    detail = serializers.CharField()


class UpsertedSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField(help_text="Rows that change nothing do not count")
    errors = BadCustomerSerializer(  # type: ignore[assignment]  # a field: it does not stay on the class
        many=True, help_text="Those that were left out"
    )


class CustomerViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People in the client's own books: shop, point card, core system. Newest first."""

    queryset = Customer.objects.annotate(
        active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
        friend_number=F("active_link__friend"),
    )
    serializer_class = CustomerSerializer
    filter_serializer = CustomerFilter
    lookup_field = "number"
    permission_required = {"bulk": "customers.change_customer"}

    def narrow(
        self,
        queryset: QuerySet[Customer],
        *,
        linked: bool | None = None,
        updated_since: datetime | None = None,
        **equal: str,
    ) -> QuerySet[Customer]:
        if linked is not None:
            queryset = queryset.filter(active_link__isnull=not linked)  # type: ignore[misc]  # annotated
        if updated_since:
            queryset = queryset.filter(updated_at__gte=updated_since)
        return queryset.filter(**equal)

    @extend_schema(request=BatchOfCustomersSerializer, responses={200: UpsertedSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Bring up to 1,000 customers up to date by `number`. Good rows go in even if others have errors.

        Answers 200 with the errors of each row that was left out; correct those and send them again.
        """
        report = services.upsert_customers(_rows(request.data))
        errors = [{"index": index, "detail": reason} for index, reason in report.errors]
        return Response({"created": report.created, "updated": report.updated, "errors": errors})


def _rows(body: object) -> list[dict]:
    """The rows of a batch. An unknown field is refused: if it was misspelt, it would be lost in every row."""
    rows = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_CUSTOMERS:
        text = _("Give a list of 1 to %(most)s customers.") % {"most": MOST_CUSTOMERS}
        raise ValidationError({"customers": text})
    known = CustomerRowSerializer().fields.keys()
    faults = {f"customers.{place}": why for place, row in enumerate(rows) if (why := _fault(row, known))}
    if faults:
        raise ValidationError(faults)
    return rows


def _fault(row: object, known: KeysView[str]) -> str | None:
    if not isinstance(row, dict):
        return _("must be an object")
    unknown = row.keys() - known
    return _("%(name)s: there is no such field") % {"name": min(unknown)} if unknown else None
