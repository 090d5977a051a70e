"""Chats in the client's admin: to look at; saved replies also to edit."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from chats import services
from chats.forms import SavedReplyForm
from chats.models import Conversation, Message, SavedReply, Sending


@admin.register(Conversation, site=client_admin)
class ConversationAdmin(ReadOnly, ModelAdmin):
    list_display = ["friend", "state", "last_at"]
    list_filter = ["state"]
    list_select_related = ["friend"]
    show_full_result_count = False
    fields = ["friend", "state", "assignee_id", "last_at"]


@admin.register(Message, site=client_admin)
class MessageAdmin(ReadOnly, ModelAdmin):
    list_display = ["conversation", "sender", "type", "author", "at"]
    list_filter = ["sender"]
    list_select_related = ["conversation__friend"]
    show_full_result_count = False
    fields = ["conversation", "sender", "type", "content", "author", "at"]


@admin.register(Sending, site=client_admin)
class SendingAdmin(ReadOnly, ModelAdmin):
    """What became of each request; the messages themselves stand in the talk."""

    list_display = ["conversation", "way", "state", "error", "created_at", "sent_at"]
    list_filter = ["state", "way"]
    list_select_related = ["conversation__friend"]
    show_full_result_count = False
    fields = ["conversation", "way", "state", "error", "attempts", "created_at", "first_tried_at", "sent_at"]


@admin.register(SavedReply, site=client_admin)
class SavedReplyAdmin(ModelAdmin):
    list_display = ["title", "text"]
    search_fields = ["title"]
    form = SavedReplyForm

    def save_model(self, request: Request, obj: SavedReply, form: forms.ModelForm, change: bool) -> None:
        services.save_reply(obj, **form.cleaned_data, by=request.user)

    def delete_model(self, request: Request, obj: SavedReply) -> None:
        services.delete_saved_reply(obj, by=request.user)

    def delete_queryset(self, request: Request, queryset: QuerySet[SavedReply]) -> None:
        for saved_reply in queryset:
            services.delete_saved_reply(saved_reply, by=request.user)
