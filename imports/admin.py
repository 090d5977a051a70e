"""Imports of the present client, and columns that were saved. They are worked on at their own pages."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from imports.models import ImportRun, SavedColumns


@admin.register(ImportRun, site=client_admin)
class ImportRunAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "kind", "state", "created_at", "rows", "done", "refused", "ended_at"]
    list_filter = ["state", "kind"]
    show_full_result_count = False
    fields = [
        "name",
        "kind",
        "state",
        "problem",
        "size",
        "encoding",
        "columns",
        "rows",
        "good",
        "refused",
        "new",
        "done",
        "counts",
        "created_at",
        "ended_at",
    ]


@admin.register(SavedColumns, site=client_admin)
class SavedColumnsAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "kind", "used_at"]
    list_filter = ["kind"]
    fields = ["name", "kind", "header", "columns", "used_at"]
