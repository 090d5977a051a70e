"""Touchpoint plans of the present client, to look at. Their own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from touchpoints.models import BITMAPS, Admission, Period, Plan, TouchClass


@admin.register(Plan, site=client_admin)
class PlanAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "campaign", "created_at", "removed_at"]
    list_filter = [("removed_at", admin.EmptyFieldListFilter), "campaign"]
    search_fields = ["name"]
    list_select_related = ["campaign"]


@admin.register(Period, site=client_admin)
class PeriodAdmin(ReadOnly, ModelAdmin):
    list_display = ["plan", "number", "starts_on", "ends_on", "basis", "begun_at", "closed_at"]
    list_filter = ["basis", ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["plan"]


@admin.register(TouchClass, site=client_admin)
class TouchClassAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "period", "kind", "action", "start_count", "end_count", "started_at"]
    list_filter = ["kind", "action"]
    search_fields = ["name"]
    list_select_related = ["period"]
    exclude = BITMAPS

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*BITMAPS)


@admin.register(Admission, site=client_admin)
class AdmissionAdmin(ReadOnly, ModelAdmin):
    list_display = ["of", "due_at", "count", "entered_count", "finished_at", "stopped_at"]
    list_select_related = ["of"]
    exclude = ["friends", "by_id"]  # the activity log names the person
