"""Endpoints: what is wrong with a broadcast before it leaves."""

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from broadcasts.checking import looking
from broadcasts.checking.findings import Kind
from broadcasts.models import Broadcast, Inspection


class FindingSerializer(serializers.Serializer):
    kind = serializers.ChoiceField([each.value for each in Kind])
    is_error = serializers.BooleanField(help_text="Surely wrong; the others are to be weighed")
    bubble = serializers.IntegerField(allow_null=True, help_text="From 1")
    letter = serializers.CharField(help_text="Of an A/B test; empty: the message itself")
    words = serializers.CharField(help_text="For people, in the language of the request")


class InspectionSerializer(serializers.ModelSerializer):
    findings = serializers.SerializerMethodField()

    class Meta:
        model = Inspection
        fields = ["version", "at", "line_said", "findings"]
        extra_kwargs = {
            "line_said": {"help_text": "Whether LINE could be asked if it would take the messages"}
        }

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, inspection: Inspection) -> list:
        return list(FindingSerializer(looking.findings(inspection), many=True).data)


class CheckingViewSet(GenericViewSet):
    """A look through the messages: what LINE says, links, pictures, coupons, tap actions, variables."""

    request: ApiRequest
    queryset = Broadcast.objects.defer("audience", "body")
    serializer_class = InspectionSerializer
    permission_required = {"create": "broadcasts.view_broadcast"}

    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """What was found in the present version; 404 if nobody has looked in the last twelve hours."""
        found = looking.present(self.get_object())
        if found is None:
            raise Http404
        return Response(InspectionSerializer(found).data)

    @extend_schema(request=None, responses={201: InspectionSerializer})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Look through it now, which may take some seconds: every address and picture is asked for."""
        return Response(InspectionSerializer(looking.inspect(self.get_object())).data, status=201)
