"""Relays, on the agency's site and on each client's: to be looked at, paused and resumed."""

from django.contrib import admin, messages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import tenant_context

from accounts.http import Request
from accounts.rows import ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin, client_admin
from relays import outside, services
from relays.models import Delivery, Target


class Relays(ReadOnly, ClientRowAdmin):
    """Without a count of all rows: deliveries are many."""

    show_full_result_count = False

    def has_steer_permission(self, request: Request) -> bool:
        return request.user.has_perm("relays.change_target")


class TargetAdmin(Relays):
    list_display = ["name", "tenant", "url", "condition", "problem", "succeeded_at"]
    list_select_related = ["tenant"]
    search_fields = ["name", "url"]
    fields = [
        "tenant",
        "name",
        "url",
        "event_types",
        "condition",
        "problem",
        "paused_at",
        "failing_since",
        "held_until",
        "succeeded_at",
        "created_at",
    ]
    readonly_fields = ["condition", "problem"]
    actions = ["pause", "resume"]

    @admin.display(description=_("state"))
    def condition(self, target: Target) -> str:
        return str(target.standing.label)

    @admin.display(description=_("problem"))
    def problem(self, target: Target) -> str:
        return outside.in_words(target.last_error) or "–"

    @admin.action(description=_("Pause"), permissions=["steer"])
    def pause(self, request: Request, queryset: models.QuerySet[Target]) -> None:
        for target in queryset.select_related("tenant"):
            with tenant_context(target.tenant):
                services.pause(target, by=request.user)
        messages.success(request, _("Paused. What comes in meanwhile is kept for 28 hours."))

    @admin.action(description=_("Resume"), permissions=["steer"])
    def resume(self, request: Request, queryset: models.QuerySet[Target]) -> None:
        for target in queryset.select_related("tenant"):
            with tenant_context(target.tenant):
                services.resume(target, by=request.user)
        messages.success(request, _("Resumed. What has waited is being sent."))


class DeliveryAdmin(Relays):
    list_display = [
        "body_received_at",
        "target",
        "event_types",
        "state",
        "status",
        "took_ms",
        "attempt_count",
    ]
    list_select_related = ["target"]
    list_filter = ["state"]
    fields = [
        "target",
        "body_received_at",
        "event_types",
        "state",
        "due_at",
        "attempt_count",
        "status",
        "took_ms",
        "problem",
        "finished_at",
    ]
    readonly_fields = ["problem"]

    @admin.display(description=_("problem"))
    def problem(self, delivery: Delivery) -> str:
        return outside.in_words(delivery.error) or "–"


for site in (agency_admin, client_admin):
    site.register(Target, TargetAdmin)
    site.register(Delivery, DeliveryAdmin)
