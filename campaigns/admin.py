"""Campaigns of the present client, to look at. Their own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from campaigns.models import Assignment, Campaign


@admin.register(Campaign, site=client_admin)
class CampaignAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "purpose", "starts_on", "ends_on", "created_at", "archived_at"]
    list_filter = ["purpose", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name"]


@admin.register(Assignment, site=client_admin)
class AssignmentAdmin(ReadOnly, ModelAdmin):
    list_display = ["owner", "campaign", "assigned_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "campaign"]
    search_fields = ["=owner"]
    exclude = ["assigned_by_id"]  # the activity log names the person
    list_select_related = ["campaign"]
