"""Reports in the client's admin, to look at: commands change them."""

from django.contrib import admin
from django.db import models
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from reports.models import VIEW_DRAFTS, Report, ReportMail, ReportSettings


@admin.register(Report, site=client_admin)
class ReportAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "kind", "first", "last", "version", "state", "released_at"]
    list_filter = ["kind", "state"]
    search_fields = ["name"]
    exclude = ["figures", "sections"]
    list_select_related = ["campaign", "broadcast"]

    def get_queryset(self, request: Request) -> models.QuerySet[Report]:
        """Drafts only for who may see them."""
        rows = super().get_queryset(request)
        return rows if request.user.has_perm(VIEW_DRAFTS) else rows.filter(state=Report.State.RELEASED)


@admin.register(ReportMail, site=client_admin)
class ReportMailAdmin(ReadOnly, ModelAdmin):
    list_display = ["address", "report", "what", "state", "round", "sent_at", "reason"]
    list_filter = ["state", "what"]
    search_fields = ["address"]
    list_select_related = ["report"]


@admin.register(ReportSettings, site=client_admin)
class ReportSettingsAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "is_monthly", "language", "way", "changed_at"]
