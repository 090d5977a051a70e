"""Endpoints: in whose name mails leave, who agreed to them, and what was mailed."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from customers.consents.api import (
    ConsentRowSerializer,
    ConsentSaidSerializer,
    ConsentViewSet,
    TakenConsentsSerializer,
    several,
    word,
)
from scenarios.mails import senders
from scenarios.mails.consents import MAILS
from scenarios.models import MailConsent, MailSend, MailSettings


class MailSettingsSerializer(serializers.ModelSerializer):
    class Meta:
        model = MailSettings
        fields = ["sender_name", "sender_address", "reply_to", "footer"]

    def validate_sender_name(self, given: str) -> str:
        return " ".join(given.split())


class MailSettingsViewSet(GenericViewSet):
    """In whose name mails of scenarios leave. Without it none is sent."""

    request: ApiRequest
    queryset = MailSettings.objects.all()
    serializer_class = MailSettingsSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest) -> Response:
        """Empty texts as long as nobody has said it."""
        return Response(MailSettingsSerializer(MailSettings.present() or MailSettings()).data)

    def update(self, request: ApiRequest) -> Response:
        """It holds for every mail that leaves from now on."""
        present = MailSettings.present() or MailSettings()
        given = MailSettingsSerializer(present, data=request.data)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(present, name, value)
        return Response(MailSettingsSerializer(senders.change(present, by=request.user)).data)


class MailConsentSerializer(ConsentRowSerializer):
    class Meta:
        model = MailConsent
        fields = ["id", "customer", "agreed", "at", "how", "note"]


class SaidConsentSerializer(ConsentSaidSerializer):
    note = word("Where they were asked")


class SaidConsentsSerializer(serializers.Serializer):
    consents = several(SaidConsentSerializer())


class MailConsentViewSet(ConsentViewSet):
    """What customers said about mails, newest first. Of each customer the newest `at` holds."""

    purpose = MAILS
    queryset = MailConsent.objects.select_related("customer")
    serializer_class = MailConsentSerializer
    permission_required = {"create": "scenarios.change_mailconsent"}

    @extend_schema(request=SaidConsentsSerializer, responses={200: TakenConsentsSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Take in what up to 1,000 customers said. Sent again, it changes nothing."""
        return self.take_in(SaidConsentsSerializer(data=request.data))


class MailSendSerializer(serializers.ModelSerializer):
    scenario = serializers.IntegerField(source="scenario_id")
    entry = serializers.IntegerField(source="entry_id")
    customer = serializers.IntegerField(source="customer_id", help_text="Our number of the customer")
    problem = serializers.CharField(source="reason", help_text="Why it was not sent; else empty")

    class Meta:
        model = MailSend
        fields = [
            "id",
            "scenario",
            "step",
            "entry",
            "customer",
            "state",
            "problem",
            "is_test",
            "created_at",
            "sent_at",
            "first_click_at",
            "click_count",
        ]


class MailSendFilter(serializers.Serializer):
    scenario = serializers.IntegerField(required=False, min_value=1)
    state = serializers.ChoiceField(MailSend.State.choices, required=False)


class MailSendViewSet(ListModelMixin, GenericViewSet):
    """Mails of scenarios, newest first. Each is handed to the mail server once at most."""

    request: ApiRequest
    queryset = MailSend.objects.all()
    serializer_class = MailSendSerializer
    filter_serializer = MailSendFilter

    def narrow(
        self, queryset: QuerySet[MailSend], *, scenario: int | None = None, state: str | None = None
    ) -> QuerySet[MailSend]:
        if scenario is not None:
            queryset = queryset.filter(scenario_id=scenario)
        return queryset.filter(state=state) if state else queryset
