"""Approvals and tests in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from broadcasts.models import ApprovalMail, ApprovalRules, Comment, Tester, TestSend, Turn, Version


@admin.register(Turn, site=client_admin)
class TurnAdmin(ReadOnly, ModelAdmin):
    list_display = ["broadcast", "stage", "version", "at", "late_at", "ended_at"]
    list_filter = ["stage"]
    list_select_related = ["broadcast"]
    search_fields = ["broadcast__name", "=broadcast__id"]


@admin.register(Comment, site=client_admin)
class CommentAdmin(ReadOnly, ModelAdmin):
    list_display = ["broadcast", "bubble", "text", "version", "at", "settled_at"]
    list_select_related = ["broadcast"]
    search_fields = ["text", "broadcast__name", "=broadcast__id"]


@admin.register(Version, site=client_admin)
class VersionAdmin(ReadOnly, ModelAdmin):
    list_display = ["broadcast", "number", "at"]
    list_select_related = ["broadcast"]
    search_fields = ["broadcast__name", "=broadcast__id"]


@admin.register(ApprovalRules, site=client_admin)
class ApprovalRulesAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "needs_internal_check",
        "second_above_people",
        "second_above_amount",
        "answer_within_hours",
    ]


@admin.register(ApprovalMail, site=client_admin)
class ApprovalMailAdmin(ReadOnly, ModelAdmin):
    list_display = ["broadcast", "kind", "user_id", "due_at", "attempts", "sent_at"]
    list_filter = ["kind"]
    list_select_related = ["broadcast"]
    search_fields = ["=broadcast__id", "=user_id"]


@admin.register(Tester, site=client_admin)
class TesterAdmin(ReadOnly, ModelAdmin):
    list_display = ["friend", "is_on", "note", "added_at"]
    list_filter = ["is_on"]
    list_select_related = ["friend"]
    search_fields = ["note", "=friend__id"]


@admin.register(TestSend, site=client_admin)
class TestSendAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "pk",
        "broadcast",
        "friend",
        "state",
        "attempts",
        "at",
        "accepted_at",
        "request_id",
        "error",
    ]
    list_filter = ["state"]
    list_select_related = ["broadcast", "friend"]
    search_fields = ["=broadcast__id", "=friend__id", "request_id"]
