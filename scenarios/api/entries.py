"""Endpoints: the people in a scenario; letting them in, taking them out."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers.models import Customer
from scenarios import admitting
from scenarios.admitting import Caller
from scenarios.api.serializers import PropertiesField
from scenarios.models import Entry, Passage, Scenario, Send
from segments.kinds import HIGHEST_ROW


class ScenarioEntrySerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(
        source="friend_id", allow_null=True, help_text="Number of the friend, or null"
    )
    customer = serializers.CharField(
        source="customer_number", allow_null=True, help_text="Number of the customer, or null"
    )
    version = serializers.IntegerField(source="version.number", help_text="Which they go through")
    problem = serializers.CharField(
        source="hindrance", help_text="Why the step could not be done yet; empty: nothing stands against it"
    )

    class Meta:
        model = Entry
        fields = [
            "id",
            "friend",
            "customer",
            "version",
            "subject",
            "context",
            "state",
            "step",
            "due_at",
            "waits_for",
            "problem",
            "is_test",
            "entered_at",
            "arrived_at",
            "goal_at",
            "ended_at",
            "reason",
        ]
        extra_kwargs = {  # noqa: RUF012
            "step": {"help_text": "Where they stand; once ended, where they last stood"},
            "waits_for": {"help_text": "A type of event; empty: none"},
            "subject": {"help_text": "What it is about, such as a product's code"},
            "context": {"help_text": "Properties of the event or call that let them in"},
        }


class PassageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Passage
        fields = ["step", "via", "what", "at"]
        extra_kwargs = {  # noqa: RUF012
            "via": {"help_text": "The way by which they left: `next`, or that of a step that parts people"},
            "what": {"help_text": "What came of it, such as sent or capped; empty: what the step says"},
        }


class ScenarioSendSerializer(serializers.ModelSerializer):
    error = serializers.CharField(source="reason", help_text="What went wrong; empty: nothing")

    class Meta:
        model = Send
        fields = ["id", "step", "state", "attempts", "accepted_at", "request_id", "error"]


class WholeScenarioEntrySerializer(ScenarioEntrySerializer):
    passages = serializers.SerializerMethodField(help_text="Steps done, in their order")
    sends = serializers.SerializerMethodField(help_text="What was sent by LINE")

    class Meta(ScenarioEntrySerializer.Meta):
        fields = [*ScenarioEntrySerializer.Meta.fields, "passages", "sends"]

    @extend_schema_field(PassageSerializer(many=True))
    def get_passages(self, entry: Entry) -> ReturnDict:
        return PassageSerializer(entry.passages.order_by("pk"), many=True).data

    @extend_schema_field(ScenarioSendSerializer(many=True))
    def get_sends(self, entry: Entry) -> ReturnDict:
        return ScenarioSendSerializer(entry.sends.order_by("pk"), many=True).data


class EntryFilter(serializers.Serializer):
    state = serializers.ChoiceField(Entry.State.choices, required=False)
    step = serializers.CharField(required=False, max_length=20, help_text="Id of a step")
    reason = serializers.ChoiceField(Entry.Reason.choices, required=False)
    friend = serializers.IntegerField(
        required=False, min_value=1, max_value=HIGHEST_ROW, help_text="Number of a friend"
    )
    customer = serializers.CharField(required=False, max_length=100, help_text="Number of a customer")
    is_test = serializers.BooleanField(required=False, allow_null=True, default=None)
    since = MomentField(required=False, help_text="Entered then or later. With offset")
    until = MomentField(required=False, help_text="Entered before. With offset")


class AdmittedPersonSerializer(serializers.Serializer):
    """One person, named by `friend`, `line_user_id` or `customer`."""

    friend = serializers.IntegerField(
        required=False, min_value=1, max_value=HIGHEST_ROW, help_text="Number of a friend"
    )
    line_user_id = serializers.CharField(required=False, max_length=64)
    customer = serializers.CharField(required=False, max_length=100, help_text="Number of a customer")
    context = PropertiesField(  # type: ignore[assignment]  # a field: it does not stay on the class
        required=False,
        default=dict,
        help_text="What variables and branches may use, as {{event.order|…}}; at most 10 kB as JSON",
    )
    subject = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="What it is about, such as a product's code",
    )
    key = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=150,
        help_text="Your own id of what happened; sent again it lets nobody in twice",
    )

    WHO = ("friend", "line_user_id", "customer")

    def validate(self, attrs: dict) -> dict:
        if not any(name in attrs for name in self.WHO):
            raise serializers.ValidationError(_("Name the person by friend, line_user_id or customer."))
        return attrs

    @classmethod
    def caller(cls, given: dict) -> Caller:
        who = {name: given[name] for name in cls.WHO if name in given}
        return Caller(who, given["context"], given["subject"], given["key"])


class AdmissionSerializer(serializers.Serializer):
    people: serializers.ListSerializer = serializers.ListSerializer(
        child=AdmittedPersonSerializer(), min_length=1, max_length=admitting.MOST
    )


class AdmittedSerializer(serializers.Serializer):
    entry = serializers.IntegerField(allow_null=True, help_text="null: they did not come in")
    code = serializers.ChoiceField(["entered", "repeated", "unknown", "left_out"])
    detail = serializers.CharField(help_text="For people, in the language of the request")


class AdmittedPeopleSerializer(serializers.Serializer):
    entered = serializers.IntegerField(help_text="How many came in now")
    people = AdmittedSerializer(many=True, help_text="In the order of the request")


class EntryViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The people in a scenario, and those who have been. The last to come in first."""

    request: ApiRequest
    queryset = Entry.objects.all()
    serializer_class = ScenarioEntrySerializer
    filter_serializer = EntryFilter
    lookup_url_kwarg = "entry"
    permission_required = {"destroy": "scenarios.change_entry"}  # noqa: RUF012

    def get_queryset(self) -> QuerySet[Entry]:
        number = Customer.objects.filter(pk=OuterRef("customer_id")).values("number")
        entries = super().get_queryset().filter(scenario=self._scenario())
        return (
            entries.select_related("version")
            .defer("version__flow")
            .annotate(customer_number=Subquery(number))
        )

    def narrow(
        self,
        queryset: QuerySet[Entry],
        *,
        customer: str = "",
        is_test: bool | None = None,
        since: Any = None,
        until: Any = None,
        **equal: object,
    ) -> QuerySet[Entry]:
        given: dict[str, object] = {"entered_at__gte": since, "entered_at__lt": until, "is_test": is_test}
        if customer:
            queryset = queryset.filter(customer_id__in=Customer.objects.filter(number=customer).values("pk"))
        return queryset.filter(**equal, **{name: each for name, each in given.items() if each is not None})

    @extend_schema(responses=WholeScenarioEntrySerializer)
    def retrieve(  # type: ignore[override]  # of two numbers
        self, request: ApiRequest, pk: int, entry: int
    ) -> Response:
        """One person in it, with all that was done."""
        return Response(WholeScenarioEntrySerializer(self.get_object()).data)

    @extend_schema(request=AdmissionSerializer, responses={200: AdmittedPeopleSerializer})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Let up to 500 people in, whatever the trigger is. Those who may come in do, even if others may not.

        Condition and re-entry hold for them too. 409 `scenario_wrong_status` while it is a draft or archived.
        """
        given: Any = AdmissionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        callers = [AdmittedPersonSerializer.caller(each) for each in given.validated_data["people"]]
        answers = admitting.admit(self._scenario(), callers, now=timezone.now(), by=request.user)
        entered = sum(answer.code == "entered" for answer in answers)
        return Response(AdmittedPeopleSerializer({"entered": entered, "people": answers}).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int, entry: int) -> Response:
        """Take somebody out: nothing more is sent to them by it. Again changes nothing."""
        admitting.remove(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _scenario(self) -> Scenario:
        return get_object_or_404(Scenario, pk=self.kwargs["pk"])
