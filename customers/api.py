"""Endpoints: customers."""

from collections.abc import Iterable, KeysView, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers import contacts, erasing, merging, numbers, services
from customers.errors import NoSuchCustomer
from customers.models import Customer, CustomerField

MOST_CUSTOMERS = 1_000
SEE = "customers.view_contact"
EMPTY: dict = {"name": "", "birthday": None, "email": "", "phone": "", "attributes": {}}


class OpenedList(serializers.ListSerializer):
    """Opens the contacts of all rows together, if the caller may see them."""

    def to_representation(self, data: Iterable[Customer]) -> list:  # type: ignore[override]  # never a manager
        rows = list(data)
        if may_see_contacts(self.context):
            contacts.open_all(rows)
        return super().to_representation(rows)


class CustomerSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(
        source="friend_number", allow_null=True, help_text="Number of the friend now linked, or null"
    )
    attributes = serializers.DictField(help_text="Whatever else your books say, by name")
    email = serializers.SerializerMethodField(help_text="null without the right customers.view_contact")
    phone = serializers.SerializerMethodField(help_text="null without the right customers.view_contact")

    class Meta:
        model = Customer
        list_serializer_class = OpenedList
        fields = [
            "id",
            "number",
            "name",
            "birthday",
            "email",
            "phone",
            "attributes",
            "friend",
            "as_of",
            "erased_at",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            "number": {"help_text": "In your own books"},
            "as_of": {"help_text": "Your own time of the newest row, if you give one"},
            "erased_at": {"help_text": "When what is personal was erased; rows about it are refused since"},
        }

    def get_email(self, customer: Customer) -> str | None:
        return self._contact(customer, "email")

    def get_phone(self, customer: Customer) -> str | None:
        return self._contact(customer, "phone")

    def _contact(self, customer: Customer, kind: str) -> str | None:
        if not may_see_contacts(self.context):
            return None
        if not hasattr(customer, kind):
            contacts.open_all([customer])
        return getattr(customer, kind)


class CustomerFilter(serializers.Serializer):
    number = serializers.CharField(required=False, help_text="In your own books, also from before a merge")
    email = serializers.CharField(required=False, help_text="Needs the right customers.view_contact")
    phone = serializers.CharField(required=False, help_text="Needs the right customers.view_contact")
    linked = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether linked to a friend now"
    )
    updated_since = MomentField(required=False, help_text="ISO 8601 with offset")


class CustomerChangeSerializer(serializers.Serializer):
    """What a row lacks stays as it is."""

    name = serializers.CharField(max_length=100, required=False)
    birthday = serializers.DateField(required=False, allow_null=True, help_text="null: not known")
    email = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, help_text="“” or null takes it away"
    )
    phone = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="As people write it; +81 and 0 mean the same. “” or null takes it away",
    )
    attributes = serializers.DictField(
        required=False,
        help_text="Merged by name; one whose value is null is removed. Names that are keys of fields take"
        " values of the field's type: a number, true or false, a date such as 1990-04-30, one of the choices",
    )
    as_of = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="Your own time of the row, with offset: a row older than what is known changes nothing",
    )


class CustomerRowSerializer(CustomerChangeSerializer):
    number = serializers.CharField(max_length=100, help_text="In your own books")


KNOWN = CustomerRowSerializer().fields.keys()


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


class MergeSerializer(serializers.Serializer):
    into = serializers.CharField(help_text="Number of the customer that stays")


class CustomerViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People in the client's own books: shop, point card, core system. Newest first."""

    request: ApiRequest
    queryset = Customer.objects.annotate(
        active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
        friend_number=F("active_link__friend"),
    )
    serializer_class = CustomerSerializer
    filter_serializer = CustomerFilter
    lookup_field = "number"
    permission_required = {
        "bulk": "customers.change_customer",
        "destroy": "customers.erase_customer",
        "merge": "customers.merge_customer",
    }

    def get_object(self) -> Customer:
        """By its number, or by a former one that was merged into it."""
        found = numbers.get(self.kwargs["number"])
        if found is None:
            raise Http404
        return get_object_or_404(self.get_queryset(), pk=found.pk)

    def narrow(
        self,
        queryset: QuerySet[Customer],
        *,
        number: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        linked: bool | None = None,
        updated_since: datetime | None = None,
    ) -> QuerySet[Customer]:
        if number is not None:
            queryset = queryset.filter(pk__in=numbers.find([number]).values())
        if (email is not None or phone is not None) and not may_see_contacts({"request": self.request}):
            raise PermissionDenied(_("This needs the permission “%(permission)s”.") % {"permission": SEE})
        if email is not None:
            queryset = queryset.filter(pk__in=[each.pk for each in contacts.find_by_email(email)])
        if phone is not None:
            queryset = queryset.filter(pk__in=[each.pk for each in contacts.find_by_phone(phone)])
        if linked is not None:
            queryset = queryset.filter(active_link__isnull=not linked)  # type: ignore[misc]  # annotated
        return queryset.filter(updated_at__gte=updated_since) if updated_since else queryset

    @extend_schema(request=CustomerRowSerializer, responses={201: CustomerSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Add one customer; 409 `customer_exists` if there is one with the number."""
        row = _row(request.data, CustomerRowSerializer)
        customer = services.save_customer(row, by=request.user, is_new=True)
        return Response(self._shown(customer), status=201)

    @extend_schema(request=CustomerChangeSerializer, responses={200: CustomerSerializer})
    def update(self, request: ApiRequest, number: str) -> Response:
        """Replace all that is known of a customer: what the body lacks becomes empty."""
        customer = self.get_object()
        row = EMPTY | _row(request.data, CustomerChangeSerializer)
        row["attributes"] = dict.fromkeys(customer.attributes) | _object(row["attributes"])
        return self._saved(customer, row)

    @extend_schema(request=CustomerChangeSerializer, responses={200: CustomerSerializer})
    def partial_update(self, request: ApiRequest, number: str) -> Response:
        """Change what the body names; the rest stays. 409 `customer_erased` if all was erased."""
        return self._saved(self.get_object(), _row(request.data, CustomerChangeSerializer))

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, number: str) -> Response:
        """Erase what is personal: name, birthday, contacts, attributes; links end. It cannot be undone.

        The number stays, with orders and events, so that sums stay right; rows about it are refused from now
        on. Doing it again changes nothing.
        """
        erasing.erase(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=MergeSerializer, responses={200: CustomerSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request: ApiRequest, number: str) -> Response:
        """Make this customer one with another, which stays and is answered; it cannot be undone.

        What that one knows wins, its gaps are filled; links, orders and events move to it. This number is
        a former one from now on: whatever is sent about it reaches the customer that stayed. Doing it again
        changes nothing.
        """
        body = MergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        gone, into = self.get_object(), numbers.get(body.validated_data["into"])
        if into is None:
            raise NoSuchCustomer(number=body.validated_data["into"])
        if gone.pk == into.pk and number != into.number:  # it has been merged into that one before
            return Response(self._shown(into))
        return Response(self._shown(merging.merge(into, gone, by=request.user)))

    @extend_schema(request=BatchOfCustomersSerializer, responses={200: UpsertedSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: ApiRequest) -> Response:
        """Bring up to 1,000 customers up to date by `number`. Good rows go in even if others have errors.

        Answers 200 with the errors of each row that was left out; correct those and send them again. With
        `as_of` a row that is older than what is known changes nothing, so batches may come in any order.
        """
        rows = _rows(request.data)
        faults = {index: why for index, row in enumerate(rows) if (why := _fault(row, KNOWN))}
        sound = [index for index in range(len(rows)) if index not in faults]
        report = services.upsert_customers(rows[index] for index in sound)
        refused = faults | {sound[place]: reason for place, reason in report.errors}
        errors = [{"index": index, "detail": refused[index]} for index in sorted(refused)]
        return Response({"created": report.created, "updated": report.updated, "errors": errors})

    def _saved(self, customer: Customer, row: dict) -> Response:
        services.save_customer(row | {"number": customer.number}, by=self.request.user)
        return Response(self._shown(customer))

    def _shown(self, customer: Customer) -> dict:
        return self.get_serializer(self.get_queryset().get(pk=customer.pk)).data


class CustomerFieldSerializer(serializers.ModelSerializer):
    class Meta:
        model = CustomerField
        fields = ["id", "key", "name", "name_en", "type", "choices", "description", "archived_at"]


class CustomerFieldViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Fields of customers: attributes whose values have a type. Made and changed in the dashboard."""

    queryset = CustomerField.objects.all()
    serializer_class = CustomerFieldSerializer
    lookup_value_converter = "int"


def may_see_contacts(context: Mapping[str, Any]) -> bool:
    return context["request"].user.has_perm(SEE)


def _rows(body: object) -> list:
    rows = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_CUSTOMERS:
        text = _("Give a list of 1 to %(most)s customers.") % {"most": MOST_CUSTOMERS}
        raise ValidationError({"customers": text})
    return rows


def _row(body: object, known: type[serializers.Serializer]) -> dict:
    """One row; its values are read by the service, as those of many are."""
    if why := _fault(body, known().fields.keys()):
        raise ValidationError({"body": why})
    return dict(body)  # type: ignore[call-overload]  # an object, or it had a fault


def _object(given: object) -> dict:
    if not isinstance(given, dict):
        raise ValidationError({"attributes": _("must be an object")})
    return given


def _fault(row: object, known: KeysView[str]) -> str | None:
    """An unknown field is a fault: if it was misspelt, what it says would be lost."""
    if not isinstance(row, dict):
        return _("must be an object")
    unknown = row.keys() - known
    return _("%(name)s: there is no such field") % {"name": min(unknown)} if unknown else None
