"""Routes, visits and arrivals of the present client, to look at. The routes' own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from routes.models import AdCost, Arrival, Folder, Route, Visit


@admin.register(Folder, site=client_admin)
class FolderAdmin(ReadOnly, ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Route, site=client_admin)
class RouteAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "name",
        "label",
        "folder",
        "media",
        "code",
        "starts_at",
        "ends_at",
        "archived_at",
        "created_at",
    ]
    list_filter = ["folder", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "label", "=code"]
    list_select_related = ["folder"]


@admin.register(Visit, site=client_admin)
class VisitAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "route", "way", "device", "is_in_line", "utm_source", "utm_campaign", "referrer"]
    list_filter = ["way", "device", "is_in_line", "route"]
    search_fields = ["=utm_source", "=utm_campaign"]
    list_select_related = ["route"]
    show_full_result_count = False
    exclude = ["key", "parent"]


@admin.register(Arrival, site=client_admin)
class ArrivalAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "friend", "route", "kind", "followed_at", "is_newest"]
    list_filter = ["kind", "is_newest", "route"]
    search_fields = ["=friend__line_user_id"]
    list_select_related = ["friend", "route"]
    show_full_result_count = False
    exclude = ["has_changed", "is_friend", "settled_at", "tagged_at"]


@admin.register(AdCost, site=client_admin)
class AdCostAdmin(ReadOnly, ModelAdmin):
    list_display = ["route", "from_on", "to_on", "amount", "medium", "campaign", "source", "changed_at"]
    list_filter = ["source", "route__media"]
    search_fields = ["route__name", "=campaign", "=key"]
    list_select_related = ["route"]
