"""Fees of tools in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from costs.models import FeeSettings


@admin.register(FeeSettings, site=client_admin)
class FeeSettingsAdmin(ReadOnly, ModelAdmin):
    list_display = ["valid_from", "name", "amount", "created_at"]
    search_fields = ["name"]
