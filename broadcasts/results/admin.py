"""Results in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from broadcasts.models import Insight, Outcome


@admin.register(Insight, site=client_admin)
class InsightAdmin(ReadOnly, ModelAdmin):
    list_display = ["broadcast", "variant", "day", "taken_at", "is_ready", "delivered", "opened", "clicked"]
    list_filter = ["day", "is_ready"]
    list_select_related = ["broadcast", "variant__broadcast"]
    search_fields = ["=broadcast__id", "broadcast__name"]


@admin.register(Outcome, site=client_admin)
class OutcomeAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "broadcast",
        "counted_at",
        "is_final",
        "receivers",
        "buyers",
        "orders",
        "revenue",
        "blocked",
    ]
    list_filter = ["is_final"]
    list_select_related = ["broadcast"]
    search_fields = ["=broadcast__id", "broadcast__name"]
