"""Funnels of the present client, to look at. Their own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from insights.models import Funnel


@admin.register(Funnel, site=client_admin)
class FunnelAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "window_days", "segment", "changed_at"]
    search_fields = ["name"]
    list_select_related = ["segment"]
    exclude = ["created_by_id"]
