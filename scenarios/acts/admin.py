"""What steps asked of others, in the client's admin: to look at, and webhooks to send again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.errors import AppError
from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from scenarios.acts import webhooks
from scenarios.models import Errand


@admin.register(Errand, site=client_admin)
class ErrandAdmin(ReadOnly, ModelAdmin):
    list_display = ["pk", "kind", "entry", "step", "about", "state", "tries", "status", "ended_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["entry"]
    search_fields = ["=scenario_id", "=friend_id", "=key"]
    show_full_result_count = False
    actions = ["send_again"]

    @admin.action(description=_("Send webhooks again"), permissions=["send_again"])
    def send_again(self, request: Request, queryset: QuerySet) -> None:
        for errand in queryset.filter(kind=Errand.Kind.WEBHOOK):
            try:
                webhooks.send_again(errand, by=request.user)
            except AppError as error:
                messages.error(request, f"{errand}: {error.message}")

    def has_send_again_permission(self, request: Request) -> bool:
        return request.user.has_perm("scenarios.change_errand")
