"""The margin of the present client, to look at. Its own page changes it."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from acquisition.models import Margin


@admin.register(Margin, site=client_admin)
class MarginAdmin(ReadOnly, ModelAdmin):
    list_display = ["percent", "changed_at"]
    exclude = ["changed_by_id"]
