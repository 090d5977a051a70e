"""Tap actions of the present client, to look at. They are made and changed in the dashboard and by API."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from taps.models import TapAction


@admin.register(TapAction, site=client_admin)
class TapActionAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "code", "field", "broadcasts", "tap_count", "tapped_at", "archived_at"]
    list_filter = ["broadcasts"]
    search_fields = ["name", "code"]
    fields = [
        *("name", "code", "tags_put", "tags_taken", "field", "value", "broadcasts", "answer"),
        *("tap_count", "tapped_at", "archived_at"),
    ]
