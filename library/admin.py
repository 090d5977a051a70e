"""Files of the present client, to look at. The library's own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from library.models import Folder, MediaFile


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
