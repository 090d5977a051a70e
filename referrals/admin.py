"""Referral programmes and invitations, in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from referrals.models import Grant, Participant, Programme, Referral, RuleSet


@admin.register(Programme, site=client_admin)
class ProgrammeAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "version", "starts_at", "ends_at", "changed_at"]
    list_filter = ["status"]
    list_select_related = ["version"]
    search_fields = ["name"]


@admin.register(RuleSet, site=client_admin)
class RuleSetAdmin(ReadOnly, ModelAdmin):
    list_display = ["programme", "number", "published_at"]
    list_select_related = ["programme"]
    search_fields = ["programme__name"]


@admin.register(Participant, site=client_admin)
class ParticipantAdmin(ReadOnly, ModelAdmin):
    list_display = ["programme", "friend", "joined_at", "shared_count", "opened_count"]
    list_select_related = ["programme", "friend"]
    search_fields = ["=friend__id", "=code"]
    show_full_result_count = False


@admin.register(Referral, site=client_admin)
class ReferralAdmin(ReadOnly, ModelAdmin):
    list_display = ["programme", "participant", "friend", "state", "reason", "at", "counted_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["programme", "participant", "friend"]
    search_fields = ["=friend__id", "=participant__friend__id"]
    show_full_result_count = False


@admin.register(Grant, site=client_admin)
class GrantAdmin(ReadOnly, ModelAdmin):
    list_display = ["programme", "friend", "kind", "words", "given_at", "problem", "cost_yen"]
    list_filter = ["kind"]
    list_select_related = ["programme", "friend"]
    search_fields = ["=friend__id"]
    show_full_result_count = False
