"""Endpoints: LINE notification messages, by telephone number, also to who is no friend."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from customers import numbers
from customers.models import Customer
from scenarios.models import NoticeDay, NoticeSend
from scenarios.notices import services
from scenarios.notices.content import Content

API = "api:"  # before the reference that a program gave
SHIPPED = OpenApiExample(
    "A shipping notice by LINE’s template",
    request_only=True,
    value={
        "reference": "order-1042/shipped",
        "customer": "A-100",
        "template_key": "shipment_completed_ja",
        "body": {
            "emphasizedItem": {"itemKey": "date_002_ja", "content": "11月24日(火)"},
            "items": [{"itemKey": "number_001_ja", "content": "1042"}],
            "buttons": [{"buttonKey": "check_delivery_status_ja", "url": "https://shop.example/orders/1042"}],
        },
    },
)


class NoticeSerializer(serializers.ModelSerializer):
    reference = serializers.SerializerMethodField(help_text="What your program called it; null: a scenario’s")
    customer = serializers.CharField(source="customer_number", allow_null=True, help_text="Customer number")
    friend = serializers.IntegerField(source="friend_id", allow_null=True, help_text="Number of a friend")
    scenario = serializers.IntegerField(source="scenario_id", allow_null=True)
    content = serializers.JSONField(help_text="LINE’s `body` of a template, or a list of messages")
    is_late = serializers.BooleanField(help_text="Delivered, or told of, after 24 hours")

    class Meta:
        model = NoticeSend
        fields = [
            "id",
            "reference",
            "customer",
            "friend",
            "scenario",
            "step",
            "label",
            "kind",
            "template_key",
            "content",
            "is_test",
            "state",
            "attempts",
            "first_tried_at",
            "accepted_at",
            "delivered_at",
            "is_late",
            "booked_at",
            "request_id",
            "error",
            "settled_at",
            "created_at",
        ]
        extra_kwargs = {  # noqa: RUF012
            "state": {
                "help_text": "`accepted` is not yet delivered; `unknown`: LINE did not answer, and is never "
                "asked again; `not_delivered`: no word of a delivery within 24 hours"
            },
            "booked_at": {"help_text": "Only what was delivered is booked, by your contract with LINE"},
        }

    def get_reference(self, notice: NoticeSend) -> str | None:
        return notice.key.removeprefix(API) if notice.key.startswith(API) else None


class NoticeQuery(serializers.Serializer):
    state = serializers.ChoiceField(choices=NoticeSend.State.choices, required=False)
    scenario = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    customer = serializers.CharField(required=False, help_text="Customer number")
    reference = serializers.CharField(required=False, help_text="What your program called it")


class NoticeRequestSerializer(serializers.Serializer):
    """One notice: by a template of LINE’s, or messages whose design LINE has reviewed."""

    reference = serializers.CharField(
        required=False,
        max_length=150,
        help_text="Your own name for it, such as an order and what happened. The same again sends nothing",
    )
    customer = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Customer number; the notice goes to the telephone number known",
    )
    phone = serializers.CharField(
        required=False,
        max_length=30,
        write_only=True,
        help_text="In place of a customer; kept until it is sent",
    )
    label = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        required=False, allow_blank=True, max_length=100, default="", help_text="For people, in the list"
    )
    template_key = serializers.CharField(required=False, max_length=100, help_text="As LINE names it")
    body = serializers.DictField(
        required=False,
        help_text="Of a template: `emphasizedItem`, `items`, `buttons`, as LINE’s reference has it",
    )
    messages = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        min_length=1,
        max_length=5,
        help_text="In place of a template: message objects without picture, film or sound",
    )

    def validate(self, attrs: dict) -> dict:
        if ("customer" in attrs) == ("phone" in attrs):
            raise serializers.ValidationError(_("Give either customer or phone."))
        if ("template_key" in attrs) == ("messages" in attrs):
            raise serializers.ValidationError(_("Give either template_key, with body, or messages."))
        return attrs

    def validate_customer(self, number: str) -> Customer:
        found = numbers.get(number)
        if found is None:
            raise serializers.ValidationError(_("There is no customer with this number."))
        return found


class NoticeSettlementSerializer(serializers.Serializer):
    delivered = serializers.BooleanField(help_text="What LINE’s console or the recipient says")


class NoticeDaySerializer(serializers.ModelSerializer):
    count = serializers.IntegerField(allow_null=True, help_text="Both types; null: not counted yet")

    class Meta:
        model = NoticeDay
        fields = ["day", "templated", "flexible", "count", "read_at"]


class NoticeViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """LINE notification messages, newest first. LINE delivers useful notices only: advertising is refused."""

    request: ApiRequest
    queryset = NoticeSend.objects.annotate(
        customer_number=Subquery(Customer.objects.filter(pk=OuterRef("customer_id")).values("number")[:1])
    )
    serializer_class = NoticeSerializer
    filter_serializer = NoticeQuery
    lookup_value_converter = "int"
    permission_required = {"settle": "scenarios.change_entry"}  # noqa: RUF012

    def narrow(
        self,
        queryset: QuerySet[NoticeSend],
        *,
        state: str | None = None,
        scenario: int | None = None,
        customer: str | None = None,
        reference: str | None = None,
    ) -> QuerySet[NoticeSend]:
        if state is not None:
            queryset = queryset.filter(state=state)
        if scenario is not None:
            queryset = queryset.filter(scenario_id=scenario)
        if customer is not None:
            queryset = queryset.filter(customer_id__in=numbers.find([customer]).values())
        return queryset if reference is None else queryset.filter(key=f"{API}{reference}")

    @extend_schema(request=NoticeRequestSerializer, responses={201: NoticeSerializer}, examples=[SHIPPED])
    def create(self, request: ApiRequest) -> Response:
        """Have one sent, at once and only once: LINE offers no way to repeat a request safely.

        The same `reference` again answers with the notice that was sent; 409 `notice_reference_taken` if it
        was another one. 422 `notice_is_promotional` names the words that look like advertising, and where
        they stand; `invalid_notice` what LINE would refuse. Follow what became of it by its `state`.
        """
        given: Any = NoticeRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        sent = services.send(
            _content(asked),
            customer=asked.get("customer"),
            phone=asked.get("phone", ""),
            reference=asked.get("reference", ""),
            label=asked["label"],
            by=request.user,
        )
        return self._answer(sent, status.HTTP_201_CREATED)

    @extend_schema(request=NoticeSettlementSerializer, responses=NoticeSerializer)
    def settle(self, request: ApiRequest, pk: int) -> Response:
        """Say what became of one in the state `unknown`. A delivered one is booked; there is no way back."""
        given: Any = NoticeSettlementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        settled = services.settle(
            self.get_object(), delivered=given.validated_data["delivered"], by=request.user
        )
        return self._answer(settled)

    def _answer(self, notice: NoticeSend, code: int = status.HTTP_200_OK) -> Response:
        found = self.get_queryset().get(pk=notice.pk)
        return Response(NoticeSerializer(found, context=self.get_serializer_context()).data, status=code)


class NoticeDayViewSet(ListModelMixin, GenericViewSet):
    """How many notification messages LINE counts as delivered, by day in Japan, newest first."""

    request: ApiRequest
    queryset = NoticeDay.objects.all()
    serializer_class = NoticeDaySerializer


def _content(asked: dict) -> Content:
    if "messages" in asked:
        return Content(NoticeSend.Kind.FLEXIBLE, "", asked["messages"])
    return Content(NoticeSend.Kind.TEMPLATE, asked["template_key"], asked.get("body", {}))
