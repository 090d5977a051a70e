"""Broadcasts in the client's admin: to look at, and to stop or go on."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.errors import AppError
from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from broadcasts import services
from broadcasts.approving import admin as approving  # noqa: F401  (registers its tables)
from broadcasts.choosing.admin import SplitTestInline, VariantInline
from broadcasts.models import (
    Batch,
    Broadcast,
    LinkClick,
    LinkDefaults,
    PlatformSend,
    Review,
    SendingRules,
    Series,
    SeriesDate,
    TrackedLink,
)
from broadcasts.results import admin as results  # noqa: F401  (likewise)


class ReviewInline(ReadOnly, TabularInline):
    model = Review
    fields = readonly_fields = ["version", "stage", "verdict", "holds", "comment", "at"]
    readonly_fields = ["at"]
    extra = 0

    def has_view_permission(self, request: Request, obj: object = None) -> bool:
        return request.user.has_perm("broadcasts.view_broadcast")


class LinkInline(ReadOnly, TabularInline):
    model = TrackedLink
    fields = ["bubble", "url", "target", "code", "machine_count"]
    extra = 0


@admin.register(Broadcast, site=client_admin)
class BroadcastAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "segment", "status", "send_at", "audience_count", "percent", "problem"]
    list_filter = ["status", "method"]
    search_fields = ["name"]
    list_select_related = ["segment"]
    inlines = [ReviewInline, SplitTestInline, VariantInline, LinkInline]
    actions = ["pause", "resume", "cancel"]
    exclude = ["audience", "holdout", "body"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Broadcast]:
        is_open = Q(batches__state__in=[Batch.State.PENDING, Batch.State.CLAIMED])
        return super().get_queryset(request).annotate(left=Sum("batches__friend_count", filter=is_open))

    @admin.display(description=_("progress"))
    def percent(self, broadcast: Broadcast) -> str:
        people, left = broadcast.audience_count, getattr(broadcast, "left", None) or 0
        return f"{100 * (people - left) // people} %" if people else "–"

    @admin.action(description=_("Pause"), permissions=["send"])
    def pause(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.pause)

    @admin.action(description=_("Resume"), permissions=["send"])
    def resume(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.resume)

    @admin.action(description=_("Cancel: what has left cannot be recalled"), permissions=["send"])
    def cancel(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.cancel)

    def has_send_permission(self, request: Request) -> bool:
        return request.user.has_perm("broadcasts.send_broadcast")

    def _each(self, request: Request, queryset: QuerySet, command: Callable) -> None:
        for broadcast in queryset:
            try:
                command(broadcast, by=request.user)
            except AppError as error:
                messages.error(request, f"{broadcast}: {error.message}")
            else:
                messages.success(request, f"{broadcast}: {broadcast.get_status_display()}")


@admin.register(Batch, site=client_admin)
class BatchAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "pk",
        "broadcast",
        "position",
        "state",
        "friend_count",
        "attempts",
        "accepted_at",
        "request_id",
        "error",
    ]
    list_filter = ["state", "method"]
    list_select_related = ["broadcast"]
    search_fields = ["=broadcast__id", "request_id"]
    exclude = ["friends", "names", "rejected", "seal"]
    show_full_result_count = False


@admin.register(PlatformSend, site=client_admin)
class PlatformSendAdmin(ReadOnly, ModelAdmin):
    list_display = ["pk", "broadcast", "method", "state", "most", "success_count", "request_id", "problem"]
    list_filter = ["state", "method"]
    list_select_related = ["broadcast"]
    search_fields = ["=broadcast__id", "request_id"]
    exclude = ["friends", "body"]


@admin.register(LinkClick, site=client_admin)
class LinkClickAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "link", "friend_id", "is_first"]
    list_filter = ["is_first"]
    search_fields = ["=friend_id", "=link__broadcast__id"]
    search_help_text = _("Number of a friend or a broadcast")
    list_select_related = ["link"]
    show_full_result_count = False


@admin.register(LinkDefaults, site=client_admin)
class LinkDefaultsAdmin(ReadOnly, ModelAdmin):
    list_display = ["adds_utm", "utm_source", "utm_medium", "utm_campaign", "tracks_people"]


class SeriesDateInline(ReadOnly, TabularInline):
    model = SeriesDate
    fields = readonly_fields = ["planned_on", "moved_to", "is_skipped", "broadcast", "missed_at", "problem"]
    extra = 0


@admin.register(Series, site=client_admin)
class SeriesAdmin(ReadOnly, ModelAdmin):
    list_display = ["pattern", "status", "every", "interval", "at", "starts_on", "ends_on"]
    list_filter = ["status", "every"]
    search_fields = ["pattern__name"]
    list_select_related = ["pattern"]
    inlines = [SeriesDateInline]


@admin.register(SendingRules, site=client_admin)
class SendingRulesAdmin(ReadOnly, ModelAdmin):
    list_display = ["quiet_from", "quiet_until", "cap_count", "cap_days", "week_starts_on"]
