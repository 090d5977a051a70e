"""Endpoints: what a client's months are billed with, and the documents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.spreadsheets import EXCEL, download
from billing.api import MonthField
from billing.models import MonthUsage
from contracts import sight
from contracts.fields import AmountField
from invoices import sums, workbook
from invoices.models import Document
from invoices.views.documents import pdf_file

MOST = 36  # months in a list
NUMBER = OpenApiParameter("number", str, description="Of a credit note; left out: the month's invoice")
PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}
XLSX = {(200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiTypes.BINARY}


@dataclass(frozen=True)
class Statement:
    """A month: what was sent in it, and the documents that are issued for it."""

    month: date
    usage: MonthUsage
    documents: list[Document]

    @property
    def invoice(self) -> Document | None:
        return next((each for each in self.documents if each.is_invoice), None)

    @property
    def state(self) -> str:
        return "issued" if self.invoice else "open"

    @property
    def balance(self) -> Decimal | None:
        """The invoice less its credit notes, with tax; None: not issued."""
        return sum((each.signed_total for each in self.documents), Decimal(0)) if self.invoice else None


class StatementTaxSerializer(serializers.Serializer):
    rate = serializers.DecimalField(max_digits=5, decimal_places=4, help_text="0.1 is 10 %")
    base = AmountField(help_text="Before tax")
    tax = AmountField(help_text="Rounded once for the rate")


class StatementLineSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="What it was reckoned from; empty where a person wrote it")
    text = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=14, decimal_places=2)
    unit = serializers.CharField()
    unit_price = AmountField(allow_null=True, help_text="null: messages of several prices")
    amount = AmountField(help_text="Before tax")
    tax_rate = serializers.DecimalField(max_digits=5, decimal_places=4)


class StatementDocumentSerializer(serializers.ModelSerializer):
    """An issued document. It never changes."""

    corrects = serializers.CharField(source="corrects.number", default=None, help_text="Of a credit note")
    taxes = StatementTaxSerializer(source="rates", many=True)
    subtotal = AmountField(help_text="Before tax; of a credit note what is given back, above zero")

    class Meta:
        model = Document
        fields = [
            "number",
            "kind",
            "corrects",
            "issued_on",
            "closing_on",
            "due_on",
            "currency",
            "subtotal",
            "tax",
            "total",
            "taxes",
            "pdf_sha256",
        ]

    def to_representation(self, instance: Document) -> dict:
        instance.rates = sums.rates(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)


class StatementSendSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    name = serializers.CharField()
    kind = serializers.CharField()
    messages = serializers.IntegerField()
    free = serializers.IntegerField()
    paid = serializers.IntegerField()
    amount = serializers.CharField(help_text="As it is billed: before tax, exact, not rounded")
    cost = serializers.CharField(allow_null=True, help_text="LINE's cost; null for who sees only the price")


class StatementSerializer(serializers.Serializer):
    month = MonthField()
    state = serializers.ChoiceField(["open", "issued"], help_text="open: no invoice is issued yet")
    messages = serializers.IntegerField(source="usage.messages")
    free_count = serializers.IntegerField(source="usage.free_count")
    paid_count = serializers.IntegerField(source="usage.paid_count")
    notice_count = serializers.IntegerField(source="usage.notice_count")
    balance = AmountField(allow_null=True, help_text="Invoice less credit notes, with tax; null while open")
    documents = StatementDocumentSerializer(many=True, help_text="The invoice and its credit notes")


class WholeStatementSerializer(StatementSerializer):
    lines = StatementLineSerializer(many=True, help_text="Of the invoice")
    sends = StatementSendSerializer(many=True, help_text="What the lines of messages are for")


class StatementViewSet(GenericViewSet):
    """What the client is billed by its agency, month by month. Drafts are not shown."""

    queryset = Document.objects.all()
    serializer_class = StatementSerializer
    pagination_class = None

    def list(self, request: Request) -> Response:
        """The last 36 months, the newest first."""
        found = _statements(current.tenant().pk)
        return Response(StatementSerializer(found, many=True).data)

    @extend_schema(responses=WholeStatementSerializer)
    def retrieve(self, request: Request, month: str) -> Response:
        """A month with the lines of its invoice and each send."""
        found = _statement(month)
        sees_net = sight.of(request.user, current.tenant(), found.month).shows_net
        sends = workbook.kept_sends(found.invoice) if found.invoice else []
        body = StatementSerializer(found).data | {
            "lines": StatementLineSerializer(found.invoice.lines.all(), many=True).data
            if found.invoice
            else [],
            "sends": [
                StatementSendSerializer(send).data | ({} if sees_net else {"cost": None}) for send in sends
            ],
        }
        return Response(body)

    @extend_schema(parameters=[NUMBER], responses=PDF)
    def pdf(self, request: Request, month: str) -> HttpResponse:
        """A document as it was issued."""
        found = _document(month, request.query_params.get("number", ""))
        return pdf_file(found, bytes(found.pdf or b""))

    @extend_schema(responses=XLSX)
    def excel(self, request: Request, month: str) -> HttpResponse:
        """The lines of the invoice and each send, for spreadsheets."""
        found = _document(month, "")
        seen = sight.of(request.user, current.tenant(), found.month)
        return download(workbook.sheets(found, with_net=seen.shows_net), EXCEL, found.number)


def _statements(tenant_id: int, **which: object) -> list[Statement]:
    """The client's months that were used or billed, the newest first."""
    usages = {row.month: row for row in MonthUsage.objects.filter(tenant=tenant_id, **which)}
    documents: dict[date, list[Document]] = {}
    for each in (
        Document.objects.of_client(tenant_id).filter(**which).select_related("corrects").order_by("pk")
    ):
        documents.setdefault(each.month, []).append(each)
    months = sorted(usages.keys() | documents.keys(), reverse=True)[:MOST]
    return [
        Statement(month, usages.get(month) or _nothing(tenant_id, month), documents.get(month, []))
        for month in months
    ]


def _nothing(tenant_id: int, month: date) -> MonthUsage:
    return MonthUsage(tenant_id=tenant_id, month=month, notice_count=0, notice_amount=Decimal(0))


def _statement(month: str) -> Statement:
    """Raises Http404 for a month in which nothing was sent or billed."""
    first = MonthField().run_validation(month)
    found = _statements(current.tenant().pk, month=first)
    if not found:
        raise Http404
    return found[0]


def _document(month: str, number: str) -> Document:
    """Raises Http404: nothing of that number is issued for the month."""
    documents = _statement(month).documents
    named = (each for each in documents if (each.number == number if number else each.is_invoice))
    found = next(named, None)
    if found is None:
        raise Http404
    return found
