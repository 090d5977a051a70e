"""Endpoints: reports with their figures, what is done with them, their files, their mails."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.spreadsheets import EXCEL_TYPE
from billing.api import MonthField
from broadcasts.models import Broadcast
from campaigns.models import Campaign
from reports import catalogue, configuring, drafting, files, life, mails, showing
from reports.models import Kind, Language, Report, ReportMail, ReportQuerySet, ReportSettings
from reports.scope import Scope


class ReportSectionField(serializers.ListField):
    """A pair: the code of a section, and whether it is on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.JSONField(), min_length=2, max_length=2, **options)

    def to_internal_value(self, data: Any) -> list:
        match super().to_internal_value(data):
            case [str() as code, bool() as is_on]:
                return [code, is_on]
        raise serializers.ValidationError("Give a pair: the code of a section, and true or false.")


class ReportSerializer(serializers.ModelSerializer):
    class Meta:
        model = Report
        fields = [
            "id",
            "kind",
            "campaign",
            "broadcast",
            "name",
            "first",
            "last",
            "version",
            "language",
            "state",
            "counted_at",
            "drafted_at",
            "reviewed_at",
            "released_at",
            "ended_at",
            "reason",
        ]
        read_only_fields = fields


class ReportDetailSerializer(ReportSerializer):
    sections = serializers.ListField(
        child=ReportSectionField(), read_only=True, help_text="Pairs of code and whether it is on, in order"
    )
    summary = serializers.SerializerMethodField(help_text="By paragraph, in the report’s language")
    figures = serializers.JSONField(
        read_only=True,
        help_text="By section; amounts as the client sees them, decimals as text. Of sections that are on",
    )

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "sections", "summary", "comment", "edit", "figures"]
        read_only_fields = fields

    def get_summary(self, report: Report) -> list[str]:
        return showing.summary_in(report, report.language)

    def to_representation(self, report: Report) -> dict:
        """What is switched off is not handed out."""
        found = super().to_representation(report)
        on = {code for code, is_on in catalogue.chosen(report.kind, report.sections) if is_on}
        on |= {catalogue.PARTS[code].reads for code in on}
        parts = {code: part for code, part in report.figures["parts"].items() if code in on}
        return found | {"figures": report.figures | {"parts": parts}}


class NewReportSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(Kind.choices)
    month = MonthField(required=False, help_text="Of a report of a month")
    campaign = serializers.PrimaryKeyRelatedField(queryset=Campaign.objects.all(), required=False)
    broadcast = serializers.PrimaryKeyRelatedField(
        queryset=Broadcast.objects.defer("audience", "holdout", "body"), required=False
    )
    language = serializers.ChoiceField(Language.choices, required=False)

    def validate(self, attrs: dict) -> dict:
        name = {Kind.MONTH: "month", Kind.CAMPAIGN: "campaign", Kind.SEND: "broadcast"}[Kind(attrs["kind"])]
        if name not in attrs:
            raise ValidationError({name: self.fields[name].error_messages["required"]})
        return attrs


class ReportChangeSerializer(serializers.Serializer):
    summary = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=Report.TEXT_LENGTH,
        help_text="One paragraph a line; empty: it follows from the figures",
    )
    comment = serializers.CharField(required=False, allow_blank=True, max_length=Report.TEXT_LENGTH)
    language = serializers.ChoiceField(Language.choices, required=False)
    sections = serializers.ListField(child=ReportSectionField(), required=False)
    edit = serializers.IntegerField(required=False, help_text="The one you have seen; refused if it is older")


class ReportCommentSerializer(serializers.Serializer):
    comment = serializers.CharField(allow_blank=True, max_length=Report.TEXT_LENGTH)


class ReportEditSerializer(serializers.Serializer):
    edit = serializers.IntegerField(required=False, help_text="The one you have seen; refused if it is older")


class ReportReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class ReportMailSerializer(serializers.ModelSerializer):
    problem = serializers.CharField(source="reason", read_only=True, help_text="Why it was not sent")

    class Meta:
        model = ReportMail
        fields = ["id", "what", "address", "round", "way", "state", "problem", "created_at", "sent_at"]
        read_only_fields = fields


class ReportMailingSerializer(serializers.Serializer):
    addresses = serializers.ListField(child=serializers.CharField(max_length=254), max_length=mails.MOST)
    way = serializers.ChoiceField(ReportSettings.Way.choices, default=ReportSettings.Way.ATTACHED)
    confirmed = serializers.BooleanField(
        default=False, help_text="That addresses of nobody who works on this client may get it"
    )


class ReportQuery(serializers.Serializer):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    state = serializers.ChoiceField(Report.State.choices, required=False)
    month = MonthField(required=False, help_text="Those that begin in it")


class ReportLanguageQuery(serializers.Serializer):
    language = serializers.ChoiceField(Language.choices, required=False, help_text="Else the report’s")


class ReportSettingsSerializer(serializers.ModelSerializer):
    sections = serializers.DictField(
        child=serializers.ListField(child=ReportSectionField()), required=False, help_text="By kind of report"
    )
    recipients = serializers.ListField(
        child=serializers.CharField(max_length=254), required=False, max_length=mails.MOST
    )
    responsible = serializers.IntegerField(source="responsible_id", allow_null=True, required=False)

    class Meta:
        model = ReportSettings
        fields = ["is_monthly", "language", "sections", "recipients", "way", "responsible"]


class ReportViewSet(ListModelMixin, GenericViewSet):
    """Reports of sends, campaigns and months. Who may not see drafts finds those that are released."""

    request: ApiRequest
    queryset = Report.objects.select_related("campaign", "broadcast")
    serializer_class = ReportSerializer
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012  (read only)
        "pdf": "reports.view_report",
        "excel": "reports.view_report",
        "count": "reports.change_report",
        "comment": "reports.change_report",
        "review": "reports.change_report",
        "release": "reports.release_report",
        "withdraw": "reports.release_report",
        "correct": "reports.add_report",
    }

    def get_queryset(self) -> ReportQuerySet:
        rows = Report.objects.select_related("campaign", "broadcast").visible_to(self.request.user)
        if self.action != "list":
            return rows
        query = ReportQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        asked = {name: given[name] for name in ("kind", "state") if name in given}
        if month := given.get("month"):
            asked |= {"first__year": month.year, "first__month": month.month}
        return rows.filter(**asked).defer("figures", "sections")

    @extend_schema(parameters=[ReportQuery])
    def list(  # type: ignore[override]  # a call that was let in
        self, request: ApiRequest, *args: Any, **options: Any
    ) -> Response:
        """The newest first."""
        return super().list(request, *args, **options)

    @extend_schema(responses={200: ReportDetailSerializer})
    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """One, with all its figures."""
        return Response(ReportDetailSerializer(self.get_object()).data)

    @extend_schema(request=NewReportSerializer, responses={201: ReportDetailSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Draft one. What is open already is answered as it is."""
        body = NewReportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        made = drafting.draft(_scope(given), by=request.user, language=given.get("language", ""))
        return Response(ReportDetailSerializer(made).data, status=201)

    @extend_schema(request=ReportChangeSerializer, responses={200: ReportDetailSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Words, language and sections of a draft. It has to be reviewed anew."""
        body = ReportChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._told(life.change(self.get_object(), by=request.user, **body.validated_data))

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Delete a draft; what was released stays."""
        life.delete(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=ReportCommentSerializer, responses={200: ReportDetailSerializer})
    def comment(self, request: ApiRequest, pk: int) -> Response:
        """The account manager’s comment, one paragraph a line."""
        body = ReportCommentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._told(life.change(self.get_object(), by=request.user, **body.validated_data))

    @extend_schema(request=None, responses={200: ReportDetailSerializer})
    def count(self, request: ApiRequest, pk: int) -> Response:
        """Read all figures of a draft anew."""
        return self._told(drafting.count_again(self.get_object(), by=request.user))

    @extend_schema(request=ReportEditSerializer, responses={200: ReportDetailSerializer})
    def review(self, request: ApiRequest, pk: int) -> Response:
        """Say that it may be released as it is."""
        return self._told(life.review(self.get_object(), by=request.user, edit=self._edit()))

    @extend_schema(request=ReportEditSerializer, responses={200: ReportDetailSerializer})
    def release(self, request: ApiRequest, pk: int) -> Response:
        """Let the client’s people see it. From then on it never changes."""
        return self._told(life.release(self.get_object(), by=request.user, edit=self._edit()))

    @extend_schema(request=ReportReasonSerializer, responses={200: ReportDetailSerializer})
    def withdraw(self, request: ApiRequest, pk: int) -> Response:
        """Take a released report away from the client’s people."""
        body = ReportReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._told(life.withdraw(self.get_object(), by=request.user, **body.validated_data))

    @extend_schema(request=None, responses={201: ReportDetailSerializer})
    def correct(self, request: ApiRequest, pk: int) -> Response:
        """A draft of the next version."""
        made = life.correct(self.get_object(), by=request.user)
        return Response(ReportDetailSerializer(made).data, status=201)

    @extend_schema(
        parameters=[ReportLanguageQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY}
    )
    def pdf(self, request: ApiRequest, pk: int) -> HttpResponse:
        """As it was released; of a draft as it is now, marked as one."""
        report, language = self._asked()
        content = files.pdf_of(report, language)
        return _file(content, "application/pdf", showing.file_name(report, language, "pdf"))

    @extend_schema(parameters=[ReportLanguageQuery], responses={(200, EXCEL_TYPE): OpenApiTypes.BINARY})
    def excel(self, request: ApiRequest, pk: int) -> HttpResponse:
        """A sheet for each section."""
        report, language = self._asked()
        return _file(
            files.excel_of(report, language), EXCEL_TYPE, showing.file_name(report, language, "xlsx")
        )

    def _told(self, report: Report) -> Response:
        return Response(ReportDetailSerializer(report).data)

    def _edit(self) -> int | None:
        body = ReportEditSerializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data.get("edit")

    def _asked(self) -> tuple[Report, str]:
        query = ReportLanguageQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        report = self.get_object()
        return report, query.validated_data.get("language", report.language)


class ReportMailViewSet(GenericViewSet):
    """Mails of one report."""

    request: ApiRequest
    queryset = ReportMail.objects.none()
    serializer_class = ReportMailSerializer
    pagination_class = None
    permission_required = {"create": "reports.release_report"}  # noqa: RUF012  (read only)

    @extend_schema(responses={200: ReportMailSerializer(many=True)})
    def list(self, request: ApiRequest, pk: int) -> Response:
        """To whom it was mailed, and what became of each mail; the newest first."""
        rows = self._report(pk).mails.order_by("-pk")
        return Response(ReportMailSerializer(rows, many=True).data)

    @extend_schema(request=ReportMailingSerializer, responses={202: ReportMailSerializer(many=True)})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Mail it. Whom it was mailed already is left out."""
        body = ReportMailingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = mails.send(self._report(pk), by=request.user, **body.validated_data)
        return Response(ReportMailSerializer(made, many=True).data, status=202)

    def _report(self, pk: int) -> Report:
        """Raises Http404."""
        return get_object_or_404(Report.objects.visible_to(self.request.user), pk=pk)


class ReportSettingsViewSet(GenericViewSet):
    """How reports of the client are to be."""

    request: ApiRequest
    queryset = ReportSettings.objects.none()
    serializer_class = ReportSettingsSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest) -> Response:
        """Language, sections by kind, recipients, and whether months are drafted by themselves."""
        return Response(self.get_serializer(_settings()).data)

    def partial_update(self, request: ApiRequest) -> Response:
        """What is given; the rest stays."""
        body = self.get_serializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        configuring.change(by=request.user, **body.validated_data)
        return Response(self.get_serializer(_settings()).data)


def _settings() -> ReportSettings:
    """With the sections of each kind in full."""
    found = ReportSettings.present()
    found.sections = {kind: catalogue.chosen(kind, found.sections.get(kind)) for kind in Kind.values}
    return found


def _scope(given: dict) -> Scope:
    if given["kind"] == Kind.CAMPAIGN:
        return drafting.campaign(given["campaign"])
    if given["kind"] == Kind.SEND:
        return drafting.send(given["broadcast"])
    month: date = given["month"]
    return drafting.month(month)


def _file(content: bytes, type_: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=type_)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
