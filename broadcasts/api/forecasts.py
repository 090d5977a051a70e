"""Endpoint: what some messages would cost, whoever they are for."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from billing.models import LedgerEntry
from broadcasts import forecasts
from broadcasts.api.serializers import MonthForecastSerializer

MOST = 100_000_000


class MessagesQuery(serializers.Serializer):
    messages = serializers.IntegerField(min_value=0, max_value=MOST, default=0, help_text="How many more")
    at = MomentField(required=False, default=None, help_text="ISO 8601 with offset; else now")


class MessagesForecastViewSet(GenericViewSet):
    """Where a month ends with so many messages more, and what they add to its bill."""

    queryset = LedgerEntry.objects.all()
    serializer_class = MonthForecastSerializer
    pagination_class = None

    @extend_schema(parameters=[MessagesQuery], responses=MonthForecastSerializer)
    def retrieve(self, request: ApiRequest) -> Response:
        """For `messages` on top of all that is scheduled in the month of `at`: without any, its end."""
        query = MessagesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = forecasts.of_messages(asked["messages"], asked["at"] or timezone.now())
        return Response(MonthForecastSerializer(found, context=self.get_serializer_context()).data)
