"""Indicators and daily figures of the present client, to look at. Their own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from planning.metrics.registry import NET
from planning.models import Actual, Kpi, Reading, Target

SET_BY = ["set_by_id"]  # the activity log names the person


@admin.register(Kpi, site=client_admin)
class KpiAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "campaign", "parent", "direction", "green", "yellow", "removed_at"]
    list_filter = [("removed_at", admin.EmptyFieldListFilter), "campaign"]
    search_fields = ["name", "=metric"]
    list_select_related = ["campaign", "parent"]
    exclude = ["responsible_id"]  # a number says nothing; the page of the indicator names the person


@admin.register(Target, site=client_admin)
class TargetAdmin(ReadOnly, ModelAdmin):
    """Without the number: of cost it is kept in net, which not everybody may see. The page shows it."""

    list_display = ["kpi", "month", "set_at"]
    list_filter = ["month"]
    list_select_related = ["kpi"]
    exclude = ["value", "basis", *SET_BY]


@admin.register(Reading, site=client_admin)
class ReadingAdmin(ReadOnly, ModelAdmin):
    list_display = ["kpi", "day", "value", "entered_at"]
    list_select_related = ["kpi"]
    exclude = ["entered_by_id"]


@admin.register(Actual, site=client_admin)
class ActualAdmin(ReadOnly, ModelAdmin):
    """What was counted; what LINE's messages cost is left out, since it is kept in net."""

    list_display = ["day", "metric", "owner", "value"]
    list_filter = ["metric"]
    search_fields = ["=owner"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(metric__in=NET)
