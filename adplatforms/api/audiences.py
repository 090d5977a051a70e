"""Endpoints: audiences for ads and their files; consents to ads."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from adplatforms.audiences import commands, sizes
from adplatforms.consenting import consents
from adplatforms.consenting.consents import Statement
from adplatforms.models import AdAudience, AdAudienceFile, AdConsent
from adplatforms.views.audiences import as_file
from customers import numbers

LOOK, EXPORT = "adplatforms.view_adaudience", "adplatforms.export_adaudience"
MOST_CONSENTS = 1_000


class AdAudienceSerializer(serializers.ModelSerializer):
    name = serializers.CharField(max_length=AdAudience.NAME_LENGTH)
    form = serializers.ChoiceField(choices=AdAudience.Form.choices, help_text="Platform whose columns it has")

    class Meta:
        model = AdAudience
        fields = ["id", "name", "segment", "form", "contacts", "created_at"]
        read_only_fields = ["created_at"]

    def create(self, given: dict[str, Any]) -> AdAudience:
        return commands.create(by=self.context["request"].user, **given)


class AdAudienceSizeSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="People in the segment")
    linked = serializers.IntegerField(help_text="Of these, linked to a customer")
    with_contact = serializers.IntegerField(help_text="Of these, with a contact that is chosen")
    out = serializers.IntegerField(help_text="Of these, agreed to ads: they go out")
    withdrawn = serializers.IntegerField(help_text="With a contact, but do not agree")
    never_asked = serializers.IntegerField(help_text="With a contact, but nobody asked them")
    removable = serializers.IntegerField(help_text="Given out before, and to be taken off again")


class AdAudienceFileSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=AdAudienceFile.Kind.choices)
    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = AdAudienceFile
        fields = [
            "id",
            "audience",
            "kind",
            "state",
            "percent",
            "total",
            "rows",
            "size",
            "created_at",
            "made_at",
            "expires_at",
            "download_count",
        ]
        read_only_fields = [name for name in fields if name != "kind"]


class AdAudienceViewSet(
    ListModelMixin, RetrieveModelMixin, CreateModelMixin, DestroyModelMixin, GenericViewSet
):
    """Segments whose people a platform may know by hashed contacts."""

    request: ApiRequest
    queryset = AdAudience.objects.all()
    serializer_class = AdAudienceSerializer
    lookup_value_converter = "int"
    permission_required = {"size": LOOK, "files": LOOK, "make": EXPORT, "file": EXPORT}  # noqa: RUF012

    def perform_destroy(self, instance: AdAudience) -> None:
        commands.remove(instance, by=self.request.user)

    @extend_schema(responses={200: AdAudienceSizeSerializer})
    @action(detail=True, methods=["get"])
    def size(self, request: ApiRequest, pk: int) -> Response:
        """How many can be given out now, and why the others cannot."""
        audience = self.get_object()
        found = sizes.of(audience, sizes.people(audience))
        names = ("total", "linked", "with_contact", "out", "withdrawn", "never_asked")
        said = {name: getattr(found, name) for name in names} | {"removable": sizes.removable(audience)}
        return Response(AdAudienceSizeSerializer(said).data)

    @extend_schema(responses={200: AdAudienceFileSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def files(self, request: ApiRequest, pk: int) -> Response:
        """Its files, newest first. One is ready when `state` says so."""
        page = self.paginate_queryset(self.get_object().files.all())
        return self.get_paginated_response(AdAudienceFileSerializer(page, many=True).data)

    @extend_schema(request=AdAudienceFileSerializer, responses={201: AdAudienceFileSerializer})
    @files.mapping.post
    def make(self, request: ApiRequest, pk: int) -> Response:
        """Have a file made of those to add, or of those to take off the platform’s list again."""
        body = AdAudienceFileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        is_removal = body.validated_data["kind"] == AdAudienceFile.Kind.REMOVE
        begin = commands.begin_removal if is_removal else commands.begin_export
        made = begin(self.get_object(), by=request.user)
        return Response(AdAudienceFileSerializer(made).data, status=201)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="files/<int:file>/content")
    def file(self, request: ApiRequest, pk: int, file: int) -> HttpResponseBase:
        """The hashes. Whoever is in a removal file counts as removed from now on."""
        found = get_object_or_404(AdAudienceFile.objects.select_related("audience"), pk=file, audience=pk)
        return as_file(found, commands.download(found, by=request.user))


class AdConsentSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.number", help_text="Customer number")
    agreed = serializers.BooleanField(source="is_given")

    class Meta:
        model = AdConsent
        fields = ["id", "customer", "agreed", "at", "how", "source", "proof"]


class AdConsentFilter(serializers.Serializer):
    customer = serializers.CharField(required=False, help_text="Customer number")


class SaidAdConsentSerializer(serializers.Serializer):
    customer = serializers.CharField(max_length=100, help_text="Customer number")
    agreed = serializers.BooleanField()
    at = MomentField(
        required=False,
        help_text="When they said so, with offset; one that is older than what is known changes nothing. "
        "Without it a yes does not overrule a no",
    )
    # Under its own name a field would hide the serializer’s `source`.
    asked_at = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Where they were asked"
    )
    proof = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Where it can be looked up"
    )

    def validate_at(self, given: Any) -> Any:
        if given > timezone.now():
            raise serializers.ValidationError(_("is in the future"))
        return given


class SaidAdConsentsSerializer(serializers.Serializer):
    consents: serializers.ListSerializer = serializers.ListSerializer(
        child=SaidAdConsentSerializer(), min_length=1, max_length=MOST_CONSENTS
    )


class TakenAdConsentsSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Customers of whom something else holds now")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of nobody; these were left out"
    )


class AdConsentViewSet(ListModelMixin, GenericViewSet):
    """What customers said about ads, newest first. Of each customer the newest `at` holds."""

    request: ApiRequest
    queryset = AdConsent.objects.select_related("customer")
    serializer_class = AdConsentSerializer
    filter_serializer = AdConsentFilter
    permission_required = {"create": "adplatforms.change_adconsent"}  # noqa: RUF012

    def narrow(self, queryset: QuerySet[AdConsent], *, customer: str | None = None) -> QuerySet[AdConsent]:
        if customer is None:
            return queryset
        return queryset.filter(customer__in=numbers.find([customer]).values())

    @extend_schema(request=SaidAdConsentsSerializer, responses={200: TakenAdConsentsSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Take in what up to 1,000 customers said. Sent again, it changes nothing."""
        body = SaidAdConsentsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data["consents"]
        known = numbers.find([each["customer"] for each in said])
        told = [_statement(known[each["customer"]], each) for each in said if each["customer"] in known]
        changed = consents.take_in(told, how=consents.How.API, by=request.user)
        unknown = sorted({each["customer"] for each in said} - known.keys())
        return Response({"changed": changed, "unknown": unknown})


def _statement(customer_id: int, said: dict[str, Any]) -> Statement:
    return Statement(
        customer_id, said["agreed"], said.get("at"), said.get("asked_at", ""), said.get("proof", "")
    )
