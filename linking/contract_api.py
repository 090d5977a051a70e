"""Endpoints for shops with pages of their own; docs/linking.md tells how they go together."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers.models import Customer
from linking import contract, entries, returning
from linking.models import ENTRY_LENGTH, LinkAttempt, LinkSettings

CODE = r"^[a-z0-9-]*$"


class ConsentSerializer(serializers.Serializer):
    customer = serializers.CharField(max_length=Customer.NUMBER_LENGTH, help_text="Number of the customer")
    consent = serializers.CharField(max_length=5_000, help_text="The text they agreed to on your page")
    consented_at = MomentField(required=False, help_text="When; with offset. Now if it is left out")


class SessionInputSerializer(serializers.Serializer):
    customer = serializers.CharField(
        max_length=Customer.NUMBER_LENGTH,
        help_text="Number of who is signed in at your shop; one that we do not know yet becomes a customer",
    )
    entry = serializers.RegexField(
        CODE,
        max_length=ENTRY_LENGTH,
        allow_blank=True,
        default="",
        help_text="Code of the entry point",
    )
    variant = serializers.RegexField(
        CODE,
        max_length=ENTRY_LENGTH,
        allow_blank=True,
        default="",
        help_text="Code of the invitation shown",
    )
    return_url = serializers.CharField(
        max_length=returning.LONGEST,
        allow_blank=True,
        default="",
        help_text="Where the browser goes afterwards, with linked=1 or 0; named in the settings",
    )


class SessionAddressSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="Send this customer's browser here; it serves once")
    state = serializers.CharField(help_text="For asking later how it went")
    expires_at = serializers.DateTimeField()


class NextSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="Send the browser here: LINE's dialog, or a page of ours")


class SessionSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", allow_null=True, help_text="Number of the friend")
    customer = serializers.CharField(source="customer.number", default=None, allow_null=True)

    class Meta:
        model = LinkAttempt
        fields = ["state", "failure", "friend", "customer", "entry", "variant", "expires_at", "ended_at"]


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=200, help_text="As it came with the browser")


class SignInSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="attempt.pk", help_text="To name their customer within an hour")
    friend = serializers.IntegerField(source="attempt.friend_id", help_text="Number of the friend")
    line_user_id = serializers.CharField(source="attempt.friend.line_user_id")
    is_friend = serializers.BooleanField(
        source="attempt.is_friend", allow_null=True, help_text="Whether they have added the account"
    )
    customer = serializers.CharField(
        source="customer.number", default=None, allow_null=True, help_text="Whom they are linked to, or null"
    )
    name = serializers.CharField(help_text="“” where LINE does not tell")
    email = serializers.CharField(help_text="“” where LINE does not tell")


class LinkSessionViewSet(GenericViewSet):
    """Linking that passes through the shop's own pages, from either side."""

    request: ApiRequest
    queryset: QuerySet = LinkAttempt.objects.all()
    serializer_class = SessionSerializer
    lookup_field = lookup_url_kwarg = "state"
    permission_required = {
        "create": "linking.add_link",
        "retrieve": "linking.view_link",
        "customer": "linking.add_link",
    }

    @extend_schema(request=SessionInputSerializer, responses={201: SessionAddressSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Lead the customer who is signed in at the shop to LINE Login, and to their link."""
        given = _read(SessionInputSerializer, request)
        if given["return_url"]:
            returning.check(given["return_url"])
        codes = {name: entries.clean(given[name]) for name in ("entry", "variant")}
        customer = contract.customer_of(given["customer"])
        url, attempt = contract.open_session(customer, return_url=given["return_url"], **codes)
        told = {"url": url, "state": url.partition("key=")[2], "expires_at": attempt.expires_at}
        return Response(SessionAddressSerializer(told).data, status=201)

    @extend_schema(responses={200: SessionSerializer})
    def retrieve(self, request: ApiRequest, state: str) -> Response:
        """How it stands: `invited`, `signed_in`, `linked`, `failed` or `expired`."""
        return Response(SessionSerializer(contract.find(state)).data)

    @extend_schema(request=ConsentSerializer, responses={200: NextSerializer})
    @action(detail=True, methods=["post"])
    def customer(self, request: ApiRequest, state: str) -> Response:
        """Who signed in on the shop's pages, to which we had sent the browser with this state.

        404 `not_found`: no such state; 409 `state_used`; 410 `link_expired`: the ten minutes are over.
        """
        given = _read(ConsentSerializer, request)
        url = contract.sign_in_at_shop(
            state, given["customer"], consent=given["consent"], consented_at=given.get("consented_at")
        )
        return Response({"url": url})


class SignInViewSet(GenericViewSet):
    """Who signed up or in with LINE at a shop."""

    request: ApiRequest
    queryset: QuerySet = LinkAttempt.objects.all()
    serializer_class = SignInSerializer
    lookup_value_converter = "int"
    permission_required = {"create": "linking.add_link", "customer": "linking.add_link"}

    @extend_schema(request=CodeSerializer, responses={201: SignInSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Exchange the code that came with the browser, once and within ten minutes.

        404 `not_found`: no such code, or used; 410 `link_expired`: too late.
        """
        found = contract.exchange(_read(CodeSerializer, request)["code"])
        return Response(SignInSerializer(found).data, status=201)

    @extend_schema(request=ConsentSerializer, responses={200: SessionSerializer})
    @action(detail=True, methods=["put"])
    def customer(self, request: ApiRequest, pk: int) -> Response:
        """Link them to the customer who they are, or have just become, within an hour of the exchange."""
        given = _read(ConsentSerializer, request)
        attempt = contract.name_customer(
            pk, given["customer"], consent=given["consent"], consented_at=given.get("consented_at")
        )
        return Response(SessionSerializer(attempt).data)


class LinkSettingsSerializer(serializers.ModelSerializer):
    proofs = serializers.ListField(
        source="offered", child=serializers.ChoiceField(LinkSettings.Proof.choices), read_only=True
    )
    return_addresses = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = LinkSettings
        fields = [
            "proofs",
            "shop_sign_in_url",
            "return_addresses",
            "reason",
            "asks_email",
            "welcome_by_push",
            "linked_menu",
            "unclear",
        ]


class LinkSettingsViewSet(GenericViewSet):
    """How friends link with this client. The signing secret is shown on the settings page alone."""

    request: ApiRequest
    queryset = LinkSettings.objects.all()
    serializer_class = LinkSettingsSerializer
    pagination_class = None

    @extend_schema(responses={200: LinkSettingsSerializer})
    def retrieve(self, request: ApiRequest) -> Response:
        return Response(LinkSettingsSerializer(LinkSettings.present()).data)


def _read(serializer: type[serializers.Serializer], request: ApiRequest) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return body.validated_data
