"""Files of the present client, to look at. The library's own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from library.models import Folder, LineCoupon, MediaFile, MessageTemplate


@admin.register(Folder, site=client_admin)
class FolderAdmin(ReadOnly, ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(MediaFile, site=client_admin)
class MediaFileAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "kind", "folder", "media_type", "size", "width", "height", "created_at"]
    list_filter = ["kind", "folder", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "=code"]
    list_select_related = ["folder"]
    show_full_result_count = False
    exclude = ["content_hash", "path", "stored_at"]


@admin.register(MessageTemplate, site=client_admin)
class MessageTemplateAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "folder", "used_count", "used_at", "created_at"]
    search_fields = ["name", "folder", "note"]
    exclude = ["created_by_id"]


@admin.register(LineCoupon, site=client_admin)
class LineCouponAdmin(ReadOnly, ModelAdmin):
    list_display = ["title", "coupon_id", "starts_at", "ends_at", "closed_at", "fetched_at"]
    search_fields = ["title", "=coupon_id"]
