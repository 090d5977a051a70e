"""Conversion points and what they credit, to look at. Their own pages change points."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from attribution.models import Credit, Point, PointVersion


@admin.register(Point, site=client_admin)
class PointAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "kind", "window_days", "model", "counts", "counted_at", "archived_at"]
    list_filter = ["kind", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "=code"]


@admin.register(PointVersion, site=client_admin)
class PointVersionAdmin(ReadOnly, ModelAdmin):
    list_display = ["point", "number", "changed_at"]
    list_filter = ["point"]
    list_select_related = ["point"]
    exclude = ["changed_by_id"]  # the activity log names the person


@admin.register(Credit, site=client_admin)
class CreditAdmin(ReadOnly, ModelAdmin):
    """Without a count of all rows: they are many."""

    show_full_result_count = False
    list_display = ["at", "point", "model", "owner", "part", "way", "touched_at", "amount"]
    list_filter = ["point", "model", "way"]
    search_fields = ["=owner"]
    list_select_related = ["point"]
