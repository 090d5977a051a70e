"""Endpoints: who agreed to ads."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.http import ApiRequest
from adplatforms.consenting.consents import ADS
from adplatforms.models import AdConsent
from customers.consents.api import (
    ConsentRowSerializer,
    ConsentSaidSerializer,
    ConsentViewSet,
    TakenConsentsSerializer,
    several,
    word,
)


class AdConsentSerializer(ConsentRowSerializer):
    class Meta:
        model = AdConsent
        fields = ["id", "customer", "agreed", "at", "how", "source", "proof"]


class SaidAdConsentSerializer(ConsentSaidSerializer):
    # Under its own name a field would hide the serializer’s `source`.
    asked_at = word("Where they were asked", source="source")
    proof = word("Where it can be looked up")


class SaidAdConsentsSerializer(serializers.Serializer):
    consents = several(SaidAdConsentSerializer())


class AdConsentViewSet(ConsentViewSet):
    """What customers said about ads, newest first. Of each customer the newest `at` holds."""

    purpose = ADS
    queryset = AdConsent.objects.select_related("customer")
    serializer_class = AdConsentSerializer
    permission_required = {"create": "adplatforms.change_adconsent"}  # noqa: RUF012

    @extend_schema(request=SaidAdConsentsSerializer, responses={200: TakenConsentsSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Take in what up to 1,000 customers said. Sent again, it changes nothing."""
        return self.take_in(SaidAdConsentsSerializer(data=request.data))
