"""What endpoints of consents share; each app says of which model, and what else it keeps."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers import numbers
from customers.consents.keeping import API, LENGTH, Purpose

MOST = 1_000


class ConsentRowSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.number", help_text="Customer number")
    agreed = serializers.BooleanField(source="is_given")


class ConsentFilter(serializers.Serializer):
    customer = serializers.CharField(required=False, help_text="Customer number")


class ConsentSaidSerializer(serializers.Serializer):
    customer = serializers.CharField(max_length=100, help_text="Customer number")
    agreed = serializers.BooleanField()
    at = MomentField(
        required=False,
        help_text="When they said so, with offset; one that is older than what is known changes nothing. "
        "Without it a yes does not overrule a no",
    )

    def validate_at(self, given: datetime) -> datetime:
        if given > timezone.now():
            raise serializers.ValidationError(_("is in the future"))
        return given


class TakenConsentsSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Customers of whom something else holds now")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of nobody; these were left out"
    )


class ConsentViewSet(ListModelMixin, GenericViewSet):
    """What customers said, newest first. Of each customer the newest `at` holds."""

    request: ApiRequest
    purpose: ClassVar[Purpose[Any]]
    filter_serializer = ConsentFilter

    def narrow(self, queryset: QuerySet, *, customer: str | None = None) -> QuerySet:
        if customer is None:
            return queryset
        return queryset.filter(customer__in=numbers.find([customer]).values())

    def take_in(self, body: serializers.Serializer) -> Response:
        """What a request says in `consents`, a list of `ConsentSaidSerializer`."""
        body.is_valid(raise_exception=True)
        taken = self.purpose.take_in_by_number(body.validated_data["consents"], how=API, by=self.request.user)
        return Response({"changed": taken.changed, "unknown": sorted(taken.unknown)})


def several(said: ConsentSaidSerializer) -> serializers.ListSerializer:
    return serializers.ListSerializer(child=said, min_length=1, max_length=MOST)


def word(help_text: str, **more: Any) -> serializers.CharField:
    """Something that says how it is known."""
    return serializers.CharField(
        required=False, allow_blank=True, max_length=LENGTH, help_text=help_text, **more
    )
