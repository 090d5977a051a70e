"""Notification messages in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from scenarios.models import NoticeDay, NoticeSend


@admin.register(NoticeSend, site=client_admin)
class NoticeSendAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "template_key", "label", "state", "first_tried_at", "delivered_at", "attempts"]
    list_filter = ["state", "kind", "is_test"]
    search_fields = ["=key", "label", "=request_id"]
    exclude = ["sealed_phone"]
    show_full_result_count = False


@admin.register(NoticeDay, site=client_admin)
class NoticeDayAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "templated", "flexible", "read_at"]
