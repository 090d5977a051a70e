"""Drawings of winners, in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from surveys.models import Winner, WinnerDraw


class WinnerInline(ReadOnly, TabularInline):
    model = Winner
    fields = readonly_fields = ["place", "response"]
    extra = 0
    show_full_result_count = False


@admin.register(WinnerDraw, site=client_admin)
class WinnerDrawAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "survey", "winner_count", "entrant_count", "created_at", "drawn_at"]
    list_select_related = ["survey"]
    search_fields = ["name", "=survey__id"]
    inlines = [WinnerInline]
