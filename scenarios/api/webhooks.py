"""Endpoints: webhooks of scenarios, and the secret by which they are signed."""

from datetime import datetime

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from relays import outside
from scenarios.acts import errands, signing, webhooks
from scenarios.models import Errand, WebhookSecret


class ScenarioWebhookSerializer(serializers.ModelSerializer):
    webhook_id = serializers.UUIDField(source="key", help_text="The header `webhook-id`, the same each time")
    scenario = serializers.IntegerField(source="scenario_id")
    entry = serializers.IntegerField(source="entry_id")
    url = serializers.CharField(source="about")
    next_try_at = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField(help_text="Why the last attempt failed; empty if it did not")

    class Meta:
        model = Errand
        fields = [
            "id",
            "webhook_id",
            "scenario",
            "step",
            "entry",
            "url",
            "state",
            "tries",
            "status",
            "took_ms",
            "problem",
            "next_try_at",
            "created_at",
            "ended_at",
        ]

    def get_next_try_at(self, errand: Errand) -> datetime | None:
        return errand.due_at if errand.state in errands.OPEN else None

    def get_problem(self, errand: Errand) -> str:
        return outside.in_words(errand.problem)


class ScenarioWebhookFilter(serializers.Serializer):
    scenario = serializers.IntegerField(required=False, min_value=1)
    state = serializers.ChoiceField(Errand.State.choices, required=False)


class ScenarioWebhookViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What steps told other programs, newest first."""

    request: ApiRequest
    queryset = Errand.objects.filter(kind=Errand.Kind.WEBHOOK)
    serializer_class = ScenarioWebhookSerializer
    filter_serializer = ScenarioWebhookFilter
    lookup_value_converter = "int"
    permission_required = {"again": "scenarios.change_errand"}

    def narrow(
        self, queryset: QuerySet[Errand], *, scenario: int | None = None, state: str | None = None
    ) -> QuerySet[Errand]:
        if scenario is not None:
            queryset = queryset.filter(scenario_id=scenario)
        return queryset.filter(state=state) if state else queryset

    @extend_schema(request=None, responses={200: ScenarioWebhookSerializer})
    @action(detail=True, methods=["put"])
    def again(self, request: ApiRequest, pk: int) -> Response:
        """Send it again, now. 409 `scenario_webhook_under_way` if it waits already."""
        webhooks.send_again(self.get_object(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


class WebhookSecretSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="whsec_ and the key in Base64, as Standard Webhooks has it")


class WebhookSecretViewSet(GenericViewSet):
    """The secret by which webhooks of scenarios are signed."""

    request: ApiRequest
    queryset = WebhookSecret.objects.all()
    serializer_class = WebhookSecretSerializer
    pagination_class = None
    permission_required = {"create": "scenarios.change_webhooksecret"}

    def retrieve(self, request: ApiRequest) -> Response:
        return Response({"secret": signing.secret()})

    @extend_schema(request=None, responses={201: WebhookSecretSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a new one. For a day webhooks carry the signature of the former one, too."""
        return Response({"secret": signing.renew(by=request.user)}, status=201)
