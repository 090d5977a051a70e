"""Endpoints: scenarios, from draft to archive."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response

from accounts.http import ApiRequest
from campaigns import services as campaigns
from campaigns.belonging import Belonging
from scenarios import services
from scenarios.api.serializers import (
    AskedAgainSerializer,
    PublicationSerializer,
    RefusedMessageSerializer,
    ScenarioChangeSerializer,
    ScenarioFilter,
    ScenarioFindingSerializer,
    ScenarioSerializer,
    ScenarioVersionSerializer,
    StoppedSerializer,
    checked,
)
from scenarios.engine import refusals
from scenarios.exchange import exporting
from scenarios.flow import reading
from scenarios.models import Entry, Scenario, Version

VERSION = OpenApiParameter("version", int, description="A published version; else the draft")


class ScenarioViewSet(ListModelMixin, RetrieveModelMixin, Belonging):
    """What is sent to a person when something has happened, step by step. Newest first.

    The flow is written as a draft; publishing it lets a version of it run. A command that comes at the wrong
    time gets 409 `scenario_wrong_status`.
    """

    request: ApiRequest
    queryset = Scenario.objects.select_related("version").defer("version__flow")
    serializer_class = ScenarioSerializer
    filter_serializer = ScenarioFilter
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "checks": "scenarios.view_scenario",
        "export": "scenarios.view_scenario",
        "publish": "scenarios.publish_scenario",
        "pause": "scenarios.publish_scenario",
        "resume": "scenarios.publish_scenario",
        "archive": "scenarios.publish_scenario",
        "refusals": "scenarios.view_scenario",
        "ask_again": "scenarios.publish_scenario",
    }

    def narrow(self, queryset, *, name: str = "", **equal: object):
        return queryset.filter(**({"name__icontains": name} if name else {}), **equal)

    def known(self, rows: list[Scenario]) -> dict[str, Any]:
        """Also who is inside."""
        inside = Entry.objects.inside().real().filter(scenario__in=rows)
        counts = inside.order_by().values_list("scenario").annotate(Count("pk"))
        return super().known(rows) | {"people": dict(counts)}

    @extend_schema(responses={201: ScenarioSerializer})
    @transaction.atomic
    def create(self, request: ApiRequest) -> Response:
        """Write a new draft; without `flow` an empty one."""
        given = self.read(ScenarioSerializer)
        belongs = given.pop("campaign", None)
        made = services.create(**given, by=request.user)
        if belongs:
            campaigns.assign(made.ledger_owner, belongs, by=request.user)
        return self.shown(made, status=201)

    @extend_schema(request=ScenarioChangeSerializer)
    @transaction.atomic
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change the draft, name, note or campaign. What runs stays as it is until it is published.

        With `flow` goes the `revision` you read: 409 `scenario_changed` if somebody else was first.
        """
        scenario = self.get_object()
        given = self.read(ScenarioChangeSerializer)
        if "flow" in given:
            if "revision" not in given:
                raise ValidationError({"revision": _("Send the revision that you read along with the flow.")})
            scenario = services.write(scenario, given["flow"], revision=given["revision"], by=request.user)
        if given.keys() & {"name", "note"}:
            name, note = given.get("name", scenario.name), given.get("note", scenario.note)
            scenario = services.rename(scenario, name, note=note, by=request.user)
        if "campaign" in given:
            campaigns.assign(scenario.ledger_owner, given["campaign"], by=request.user)
        return self.shown(scenario)

    @extend_schema(responses=ScenarioFindingSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def checks(self, request: ApiRequest, pk: int) -> Response:
        """What is wrong or doubtful in the draft, the gravest first."""
        scenario = self.get_object()
        return Response(checked(scenario, reading.parse(scenario.flow)))

    @extend_schema(request=PublicationSerializer, responses={200: ScenarioVersionSerializer})
    @action(detail=True, methods=["put"], url_path="publication")
    def publish(self, request: ApiRequest, pk: int) -> Response:
        """Let the draft run from now on. 422 `scenario_not_ready` says what must be mended first."""
        given = self.read(PublicationSerializer)
        version = services.publish(self.get_object(), by=request.user, **given)
        return Response(ScenarioVersionSerializer(version).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def pause(self, request: ApiRequest, pk: int) -> Response:
        """Lead nobody on and send nothing; who would enter meanwhile enters, and waits."""
        scenario = self.get_object()
        services.pause(scenario, by=request.user)
        return self.shown(scenario)

    @extend_schema(request=None, responses={200: ScenarioSerializer})
    @pause.mapping.delete
    def resume(self, request: ApiRequest, pk: int) -> Response:
        """Go on. What fell due meanwhile is sent only if it is still true."""
        scenario = self.get_object()
        services.resume(scenario, by=request.user)
        return self.shown(scenario)

    @extend_schema(request=None, responses={200: StoppedSerializer})
    @action(detail=True, methods=["put"])
    def archive(self, request: ApiRequest, pk: int) -> Response:
        """End it for good: nobody enters, and who is inside leaves. There is no way back."""
        return Response({"people": services.archive(self.get_object(), by=request.user)})

    @extend_schema(responses=RefusedMessageSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def refusals(self, request: ApiRequest, pk: int) -> Response:
        """Messages that LINE takes for nobody. Publish them mended, with `moves`, or ask LINE again."""
        return Response(RefusedMessageSerializer(refusals.of(self.get_object()), many=True).data)

    @extend_schema(request=None, responses={200: AskedAgainSerializer})
    @refusals.mapping.delete
    def ask_again(self, request: ApiRequest, pk: int) -> Response:
        """Send what LINE has refused once more, to those who wait for it."""
        return Response({"people": refusals.ask_again(self.get_object(), by=request.user)})

    @extend_schema(parameters=[VERSION], responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True)
    def export(self, request: ApiRequest, pk: int) -> Response:
        """The scenario as a file that this and other clients can import.

        Tags, segments and all else that it names go by name.
        """
        scenario = self.get_object()
        wanted = request.query_params.get("version")
        return Response(exporting.document(scenario, _flow(scenario, wanted) if wanted else None))


def _flow(scenario: Scenario, number: str) -> dict:
    wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
    return get_object_or_404(Version.objects.published(), scenario=scenario, number=wanted).flow
