"""Auto-replies of the present client, to look at. They are made and changed in the dashboard and by API."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from autoreplies.models import AutoReply


@admin.register(AutoReply, site=client_admin)
class AutoReplyAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "trigger", "when", "is_on", "given_count", "given_at"]
    list_filter = ["trigger", "is_on"]
    search_fields = ["name"]
    fields = [
        "name",
        "trigger",
        "words",
        "match",
        "when",
        "tags",
        "is_on",
        "pretty_messages",
        "given_count",
        "given_at",
    ]

    @admin.display(description=_("Messages"))
    def pretty_messages(self, rule: AutoReply) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(rule.messages, indent=2, ensure_ascii=False))
