"""Mails and consents in the client's admin: to look at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from scenarios.models import MailConsent, MailSend, MailSettings


@admin.register(MailSend, site=client_admin)
class MailSendAdmin(ReadOnly, ModelAdmin):
    list_display = ["pk", "entry", "step", "state", "sent_at", "first_click_at", "problem", "is_test"]
    list_filter = ["state", "is_test"]
    list_select_related = ["entry"]
    search_fields = ["=scenario_id", "=customer_id"]
    exclude = ["values"]
    show_full_result_count = False


@admin.register(MailConsent, site=client_admin)
class MailConsentAdmin(ReadOnly, ModelAdmin):
    list_display = ["customer", "is_given", "at", "how", "note"]
    list_filter = ["is_given", "how"]
    list_select_related = ["customer"]
    search_fields = ["=customer__number"]
    show_full_result_count = False


@admin.register(MailSettings, site=client_admin)
class MailSettingsAdmin(ReadOnly, ModelAdmin):
    list_display = ["sender_name", "sender_address", "reply_to"]
