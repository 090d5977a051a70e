"""Endpoints: the event log."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import activity
from accounts.http import ApiRequest
from accounts.moments import MomentField
from channels import event_log, event_search
from channels.event_search import Search
from channels.models import WebhookEvent


class WebhookEventSerializer(serializers.ModelSerializer):
    error = serializers.CharField(help_text="Why it failed; empty if it did not")
    payload = serializers.JSONField(help_text="As LINE sent it")

    class Meta:
        model = WebhookEvent
        fields = [
            "id",
            "webhook_event_id",
            "type",
            "line_user_id",
            "happened_at",
            "received_at",
            "state",
            "error",
            "payload",
        ]


class WebhookEventFilter(serializers.Serializer):
    state = serializers.ChoiceField(
        [*WebhookEvent.State.choices, (event_search.UNKNOWN, _("Unknown type"))], required=False
    )
    type = serializers.CharField(required=False, help_text="Such as follow")
    person = serializers.CharField(
        required=False, max_length=event_search.LONGEST, help_text="LINE user id, or the beginning of a name"
    )
    text = serializers.CharField(
        required=False, max_length=event_search.LONGEST, help_text="Part of the error's text"
    )
    since = MomentField(required=False, help_text="Happened then or later")
    until = MomentField(required=False, help_text="Happened before")


class ReplayedSerializer(serializers.Serializer):
    done = serializers.IntegerField(help_text="1 if it was handled now")
    failed = serializers.IntegerField(help_text="1 if it failed again; both 0 if there was nothing to do")


class WebhookEventViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What LINE sent, and what became of it. Newest first; kept for WEBHOOK_RETENTION_DAYS."""

    request: ApiRequest
    queryset = WebhookEvent.objects.all()
    serializer_class = WebhookEventSerializer
    filter_serializer = WebhookEventFilter
    lookup_value_converter = "int"
    permission_required = {"replay": "channels.change_webhookevent"}

    def get_queryset(self) -> QuerySet[WebhookEvent]:
        return Search().events()

    def narrow(self, queryset: QuerySet[WebhookEvent], **given: object) -> QuerySet[WebhookEvent]:
        return Search(**given).events()  # type: ignore[arg-type]  # checked by the serializer

    @extend_schema(request=None, responses={200: ReplayedSerializer})
    @action(detail=True, methods=["post"])
    def replay(self, request: ApiRequest, pk: int) -> Response:
        """Handle an event again that failed, or that nobody handled when it came."""
        event = self.get_object()
        outcome = event_log.replay(Search().events().filter(pk=event.pk))
        activity.record("webhook_events.replayed", event, by=request.user, **outcome._asdict())
        return Response(ReplayedSerializer(outcome._asdict()).data)
