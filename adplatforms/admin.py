"""What is handed to ad platforms, to look at. Its own pages change it."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from adplatforms.models import (
    AdAudience,
    AdAudienceFile,
    AdConsent,
    ConversionFile,
    Delivery,
    Destination,
    Handover,
)

SECRETS = ["sealed_secret", "sealed_former", "former_until", "version", "swept_version", "cursor"]


@admin.register(Destination, site=client_admin)
class DestinationAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "kind", "url", "delay_hours", "paused_at", "failing_since", "succeeded_at"]
    list_filter = ["kind"]
    search_fields = ["name"]
    exclude = SECRETS


@admin.register(Handover, site=client_admin)
class HandoverAdmin(ReadOnly, ModelAdmin):
    """Without a count of all rows: they are many."""

    show_full_result_count = False
    list_display = ["at", "destination", "point", "state", "reason", "amount", "told", "click_name"]
    list_filter = ["destination", "state", "reason"]
    search_fields = ["=event_id"]
    list_select_related = ["destination", "point"]


@admin.register(Delivery, site=client_admin)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    show_full_result_count = False
    list_display = ["created_at", "destination", "kind", "number", "state", "reason", "status", "tries"]
    list_filter = ["destination", "state", "kind"]
    list_select_related = ["destination", "handover"]
    exclude = ["lease_until", "attempts"]


@admin.register(ConversionFile, site=client_admin)
class ConversionFileAdmin(ReadOnly, ModelAdmin):
    list_display = ["made_at", "destination", "part", "count"]
    list_filter = ["destination", "part"]
    list_select_related = ["destination"]
    exclude = ["by_id"]  # the activity log names the person


@admin.register(AdConsent, site=client_admin)
class AdConsentAdmin(ReadOnly, ModelAdmin):
    show_full_result_count = False
    list_display = ["customer", "is_given", "at", "how", "source", "proof"]
    list_filter = ["is_given", "how"]
    search_fields = ["=customer__number"]
    list_select_related = ["customer"]
    exclude = ["by_id"]


@admin.register(AdAudience, site=client_admin)
class AdAudienceAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "segment", "form", "contacts", "created_at"]
    list_filter = ["form"]
    search_fields = ["name"]
    list_select_related = ["segment"]


@admin.register(AdAudienceFile, site=client_admin)
class AdAudienceFileAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "created_at",
        "audience",
        "kind",
        "state",
        "total",
        "rows",
        "download_count",
        "expires_at",
    ]
    list_filter = ["kind", "state"]
    list_select_related = ["audience"]
    exclude = ["bitmap", "position", "by_id"]
