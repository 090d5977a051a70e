"""Surveys and what was answered, in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from surveys.models import Answer, Response, Survey, SurveyVersion
from surveys.results import admin as results  # noqa: F401  (registers its tables)


class AnswerInline(ReadOnly, TabularInline):
    model = Answer
    fields = readonly_fields = ["question", "options", "number", "text", "date", "answered_at"]
    extra = 0


@admin.register(Survey, site=client_admin)
class SurveyAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "version", "starts_at", "ends_at", "is_once", "changed_at"]
    list_filter = ["status"]
    list_select_related = ["version"]
    search_fields = ["name"]


@admin.register(SurveyVersion, site=client_admin)
class SurveyVersionAdmin(ReadOnly, ModelAdmin):
    list_display = ["survey", "number", "published_at"]
    list_select_related = ["survey"]
    search_fields = ["survey__name"]


@admin.register(Response, site=client_admin)
class ResponseAdmin(ReadOnly, ModelAdmin):
    list_display = ["pk", "survey", "friend", "channel", "state", "question", "opened_at", "finished_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["survey", "friend"]
    search_fields = ["=survey__id", "=friend__id", "=friend__line_user_id"]
    show_full_result_count = False
    inlines = [AnswerInline]
