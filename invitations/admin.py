"""Entry points and what is counted there, to look at. Dashboard and API make and change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from invitations.models import DayOfViews, EntryPoint, Invitation, LinkDay


@admin.register(EntryPoint, site=client_admin)
class EntryPointAdmin(ReadOnly, ModelAdmin):
    list_display = ["code", "__str__", "place", "note", "archived_at"]
    list_filter = ["place"]
    search_fields = ["code", "name"]


@admin.register(Invitation, site=client_admin)
class InvitationAdmin(ReadOnly, ModelAdmin):
    list_display = ["entry_point", "code", "text", "button", "weight", "shown_since", "retired_at"]
    list_select_related = ["entry_point"]
    list_filter = ["entry_point"]


@admin.register(DayOfViews, site=client_admin)
class DayOfViewsAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "entry", "variant", "count"]
    list_filter = ["day"]
    search_fields = ["=entry"]
    show_full_result_count = False


@admin.register(LinkDay, site=client_admin)
class LinkDayAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "friends", "linked_friends", "customers", "linked_customers"]
