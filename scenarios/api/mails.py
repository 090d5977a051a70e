"""Endpoints: in whose name mails leave, who agreed to them, and what was mailed."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers import numbers
from scenarios.mails import consents, senders
from scenarios.mails.consents import Statement
from scenarios.models import MailConsent, MailSend, MailSettings

MOST_CONSENTS = 1_000


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


class MailConsentSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.number", help_text="Customer number")
    agreed = serializers.BooleanField(source="is_given")

    class Meta:
        model = MailConsent
        fields = ["id", "customer", "agreed", "at", "how", "note"]


class MailConsentFilter(serializers.Serializer):
    customer = serializers.CharField(required=False, help_text="Customer number")


class SaidConsentSerializer(serializers.Serializer):
    customer = serializers.CharField(max_length=100, help_text="Customer number")
    agreed = serializers.BooleanField()
    at = MomentField(
        required=False,
        help_text="When they said so, with offset; one that is older than what is known changes nothing. "
        "Without it a yes does not overrule a no",
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Where they were asked"
    )

    def validate_at(self, given: Any) -> Any:
        if given > timezone.now():
            raise serializers.ValidationError(_("is in the future"))
        return given


class SaidConsentsSerializer(serializers.Serializer):
    consents: serializers.ListSerializer = serializers.ListSerializer(
        child=SaidConsentSerializer(), min_length=1, max_length=MOST_CONSENTS
    )


class TakenConsentsSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Customers of whom something else holds now")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of nobody; these were left out"
    )


class MailConsentViewSet(ListModelMixin, GenericViewSet):
    """What customers said about mails, newest first. Of each customer the newest `at` holds."""

    request: ApiRequest
    queryset = MailConsent.objects.select_related("customer")
    serializer_class = MailConsentSerializer
    filter_serializer = MailConsentFilter
    permission_required = {"create": "scenarios.change_mailconsent"}

    def narrow(
        self, queryset: QuerySet[MailConsent], *, customer: str | None = None
    ) -> QuerySet[MailConsent]:
        if customer is None:
            return queryset
        return queryset.filter(customer__in=numbers.find([customer]).values())

    @extend_schema(request=SaidConsentsSerializer, responses={200: TakenConsentsSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Take in what up to 1,000 customers said. Sent again, it changes nothing."""
        body = SaidConsentsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data["consents"]
        known = numbers.find([each["customer"] for each in said])
        changed = consents.take_in(
            [
                Statement(known[each["customer"]], each["agreed"], each.get("at"), each.get("note", ""))
                for each in said
                if each["customer"] in known
            ],
            how=consents.How.API,
            by=request.user,
        )
        unknown = sorted({each["customer"] for each in said} - known.keys())
        return Response({"changed": changed, "unknown": unknown})


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
