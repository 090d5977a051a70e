"""Shop connections of the present client: to be looked at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from connectors.models import Connection, Delivery, ExternalId, Topic


@admin.register(Connection, site=client_admin)
class ConnectionAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "kind", "shop_domain", "received_at", "paused_at"]
    search_fields = ["name", "shop_domain"]
    exclude = ["secret_sealed", "former_secret_sealed"]


@admin.register(Delivery, site=client_admin)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    """Without a count of all rows, and without bodies."""

    list_display = ["received_at", "connection", "topic", "state", "remark"]
    list_select_related = ["connection"]
    list_filter = ["state"]
    exclude = ["body_sealed", "note"]
    readonly_fields = ["remark"]
    show_full_result_count = False


@admin.register(Topic, site=client_admin)
class TopicAdmin(ReadOnly, ModelAdmin):
    list_display = ["connection", "name", "count", "last_at"]
    list_select_related = ["connection"]


@admin.register(ExternalId, site=client_admin)
class ExternalIdAdmin(ReadOnly, ModelAdmin):
    list_display = ["connection", "kind", "external", "ours", "updated_at"]
    list_select_related = ["connection"]
    list_filter = ["kind"]
    search_fields = ["=external", "=ours"]
    show_full_result_count = False
