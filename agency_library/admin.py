from django.contrib import admin
from django.db import models
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.models import Agency
from accounts.rows import ReadOnly
from accounts.sites import agency_admin
from agency_library.models import AgencyBranding, AgencyTemplate, KpiSet


@admin.register(AgencyTemplate, site=agency_admin)
class AgencyTemplateAdmin(ReadOnly, ModelAdmin):
    """To look at; they are shared from a client and managed in the console."""

    list_display = ["name", "folder", "agency", "used_count", "created_at"]
    search_fields = ["name", "folder", "note"]
    list_filter = ["agency"]
    fields = ["agency", "name", "folder", "note", "messages", "used_count", "created_at", "changed_at"]

    def get_queryset(self, request: Request) -> models.QuerySet[AgencyTemplate]:
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=AgencyTemplate.objects.visible_to(request.user).values("pk"))
        )


@admin.register(KpiSet, site=agency_admin)
class KpiSetAdmin(ReadOnly, ModelAdmin):
    """To look at; they are saved from a client and managed in the console."""

    list_display = ["name", "version", "agency", "used_count", "changed_at"]
    search_fields = ["name", "note"]
    list_filter = ["agency"]

    def get_queryset(self, request: Request) -> models.QuerySet[KpiSet]:
        return (
            super().get_queryset(request).filter(pk__in=KpiSet.objects.visible_to(request.user).values("pk"))
        )


@admin.register(AgencyBranding, site=agency_admin)
class AgencyBrandingAdmin(ReadOnly, ModelAdmin):
    """To look at; it is changed in the console."""

    list_display = ["agency", "accent", "sender_name", "reply_to", "changed_at"]
    exclude = ["logo"]

    def get_queryset(self, request: Request) -> models.QuerySet[AgencyBranding]:
        seen = Agency.objects.where(request.user, "agency_library.view_agencybranding")
        return super().get_queryset(request).filter(agency__in=seen)
