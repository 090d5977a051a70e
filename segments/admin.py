"""Segments of the present client, to look at. They are made and changed in the dashboard and by API."""

import json

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.sites import client_admin
from segments import lists, services, tree
from segments.models import FriendList, Segment


@admin.register(Segment, site=client_admin)
class SegmentAdmin(ModelAdmin):
    list_display = ["name", "words", "version", "updated_at"]
    search_fields = ["name"]
    fields = ["name", "words", "friends", "pretty_tree", "version", "created_at", "updated_at"]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, with all its sentences made at once: one query for the names in them."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        for row, sentence in zip(rows, tree.sentences([tree.parse(row.tree) for row in rows]), strict=True):
            row.sentence = sentence
        found.result_list = rows
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return False

    @admin.display(description=_("Conditions"))
    def words(self, segment: Segment) -> str:
        return getattr(segment, "sentence", None) or services.words(segment.tree)

    @admin.display(description=_("Friends"))
    def friends(self, segment: Segment) -> str:
        counted = services.count(segment.tree)
        return _("%(total)s of %(reachable)s in reach") % {
            "total": f"{counted.total:,}",
            "reachable": f"{counted.reachable:,}",
        }

    @admin.display(description=_("As JSON"))
    def pretty_tree(self, segment: Segment) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(segment.tree, indent=2, ensure_ascii=False))


@admin.register(FriendList, site=client_admin)
class FriendListAdmin(ModelAdmin):
    list_display = ["name", "note", "updated_at"]
    search_fields = ["name", "note"]
    fields = ["name", "note", "size", "used_in", "created_at", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FriendList | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FriendList | None = None) -> bool:
        return False

    @admin.display(description=_("Friends"))
    def size(self, shown: FriendList) -> str:
        return f"{lists.sizes([shown]).get(shown.pk, 0):,}"

    @admin.display(description=_("Used in"))
    def used_in(self, shown: FriendList) -> str:
        return ", ".join(name for _pk, name in lists.segments_with(shown)) or "–"
