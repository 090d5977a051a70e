"""Segments of the present client, to look at. They are made and changed in the dashboard and by API."""

import json

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from segments import services
from segments.errors import InvalidTree
from segments.facts import listing
from segments.lists import commands as lists
from segments.models import Audience, FriendList, Segment, SegmentSize


class SizeInline(ReadOnly, TabularInline):
    model = SegmentSize
    fields = ["day", "total", "reachable", "version", "counted_at"]
    ordering = ["-day"]
    per_page = 31

    def has_view_permission(self, request: Request, obj: object = None) -> bool:
        return request.user.has_perm("segments.view_segment")


@admin.register(Segment, site=client_admin)
class SegmentAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "words", "version", "updated_at"]
    search_fields = ["name"]
    inlines = [SizeInline]
    fields = ["name", "words", "friends", "pretty_tree", "version", "created_at", "updated_at"]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, with all its sentences made at once: one query for the names in them."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        said = listing.sentences(rows)
        for row in rows:
            row.sentence = said[row.pk]
        found.result_list = rows
        return found

    @admin.display(description=_("Conditions"))
    def words(self, segment: Segment) -> str:
        return getattr(segment, "sentence", None) or listing.sentences([segment])[segment.pk]

    @admin.display(description=_("Friends"))
    def friends(self, segment: Segment) -> str:
        try:
            counted = services.count(segment.tree)
        except InvalidTree as error:
            return error.message
        return _("%(total)s of %(reachable)s in reach") % {
            "total": f"{counted.total:,}",
            "reachable": f"{counted.reachable:,}",
        }

    @admin.display(description=_("As JSON"))
    def pretty_tree(self, segment: Segment) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(segment.tree, indent=2, ensure_ascii=False))


@admin.register(FriendList, site=client_admin)
class FriendListAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "note", "updated_at"]
    search_fields = ["name", "note"]
    fields = ["name", "note", "size", "used_in", "created_at", "updated_at"]

    @admin.display(description=_("Friends"))
    def size(self, shown: FriendList) -> str:
        return f"{lists.sizes([shown]).get(shown.pk, 0):,}"

    @admin.display(description=_("Used in"))
    def used_in(self, shown: FriendList) -> str:
        return ", ".join(name for _pk, name in lists.segments_with(shown)) or "–"


@admin.register(Audience, site=client_admin)
class AudienceAdmin(ReadOnly, ModelAdmin):
    list_display = ["purpose", "kind", "state", "count", "line_id", "created_at", "used_at"]
    list_filter = ["state", "kind"]
    search_fields = ["purpose", "line_id"]
    fields = [
        "purpose",
        "kind",
        "state",
        "count",
        "sent_count",
        "line_id",
        "request_id",
        "url",
        "problem",
        "created_at",
        "ready_at",
        "used_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audience]:
        """Without the members, which are large and mean nothing to people."""
        return super().get_queryset(request).defer("members")
