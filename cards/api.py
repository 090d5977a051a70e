"""Endpoint: how the membership card is set up."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cards import public
from cards.models import CardSettings


class CardSerializer(serializers.ModelSerializer):
    address = serializers.SerializerMethodField(help_text="Opens the card in LINE")

    class Meta:
        model = CardSettings
        fields = [
            "is_on",
            "address",
            "title",
            "colour",
            "symbol",
            "points_field",
            "rank_field",
            "expiry_field",
            "note",
        ]
        extra_kwargs = {
            "colour": {"help_text": "Empty: the client's colour"},
            "points_field": {"help_text": "Key of a customer's attribute; empty: not shown"},
        }

    @extend_schema_field(serializers.URLField())
    def get_address(self, _settings: CardSettings) -> str:
        return public.address()


class CardViewSet(GenericViewSet):
    """The membership card of this client: there is one."""

    queryset = CardSettings.objects.all()
    serializer_class = CardSerializer
    pagination_class = None

    def retrieve(self, request: Request) -> Response:
        """What it shows, and the code that tills scan."""
        return Response(CardSerializer(CardSettings.present()).data)
