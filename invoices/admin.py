from django.contrib import admin
from django.db import models
from unfold.admin import ModelAdmin, TabularInline

from accounts.http import Request
from accounts.models import Agency
from accounts.rows import ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin
from contracts.sight import VIEW_NET
from invoices.models import Document, DocumentLine, Issuer, NumberSeries, Recipient

VIEW = "invoices.view_document"


class LineInline(ReadOnly, TabularInline):
    model = DocumentLine
    fields = ["position", "text", "quantity", "unit", "unit_price", "tax_rate", "amount"]
    extra = 0


@admin.register(Document, site=agency_admin)
class DocumentAdmin(ReadOnly, ModelAdmin):
    """To look at, for who sees LINE's cost; they are drafted, reviewed and issued in the console."""

    list_display = ["__str__", "tenant", "kind", "month", "state", "issued_on", "due_on", "total", "currency"]
    list_filter = ["state", "kind", "month", ("tenant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["tenant"]
    search_fields = ["number", "tenant__name"]
    exclude = ["statement"]
    inlines = [LineInline]
    show_full_result_count = False

    def get_queryset(self, request: Request) -> models.QuerySet[Document]:
        agencies = Agency.objects.where(request.user, VIEW)
        return super().get_queryset(request).filter(agency__in=agencies).defer("pdf", "statement")

    def has_view_permission(self, request: Request, obj: Document | None = None) -> bool:
        return super().has_view_permission(request, obj) and request.user.has_perm(VIEW_NET)


@admin.register(Issuer, site=agency_admin)
class IssuerAdmin(ReadOnly, ModelAdmin):
    """To look at; it is written in the console, which checks the registration number."""

    list_display = ["name", "agency", "registration_number", "number_prefix"]
    list_select_related = ["agency"]

    def get_queryset(self, request: Request) -> models.QuerySet[Issuer]:
        agencies = Agency.objects.where(request.user, "invoices.view_issuer")
        return super().get_queryset(request).filter(agency__in=agencies)


@admin.register(NumberSeries, site=agency_admin)
class NumberSeriesAdmin(ReadOnly, ModelAdmin):
    """The last number given in each series."""

    list_display = ["agency", "name", "last"]
    list_select_related = ["agency"]

    def get_queryset(self, request: Request) -> models.QuerySet[NumberSeries]:
        agencies = Agency.objects.where(request.user, "invoices.view_numberseries")
        return super().get_queryset(request).filter(agency__in=agencies)


@admin.register(Recipient, site=agency_admin)
class RecipientAdmin(ReadOnly, ClientRowAdmin):
    """To look at; it is written in the console."""

    list_display = ["tenant", "name", "email", "language", "closing_day", "due_months", "due_day"]
    list_select_related = ["tenant"]
    search_fields = ["name", "tenant__name"]
