"""Scenarios in the client's admin: to look at, to pause and go on, and to take people out."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.errors import AppError
from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from scenarios import admitting, services
from scenarios.acts import admin as acts_admin  # noqa: F401  (registers)
from scenarios.mails import admin as mails_admin  # noqa: F401
from scenarios.models import Entry, Passage, Scenario, Send, StepInsight, Version
from scenarios.notices import admin as notices  # noqa: F401  (registers its tables)


class PassageInline(ReadOnly, TabularInline):
    model = Passage
    fields = readonly_fields = ["step", "via", "what", "at"]
    ordering = ["pk"]
    extra = 0


@admin.register(Scenario, site=client_admin)
class ScenarioAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "version", "revision", "changed_at", "paused_at"]
    list_filter = ["status"]
    list_select_related = ["version"]
    search_fields = ["name"]
    actions = ["pause", "resume", "archive"]

    @admin.action(description=_("Pause"), permissions=["publish"])
    def pause(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.pause)

    @admin.action(description=_("Resume"), permissions=["publish"])
    def resume(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.resume)

    @admin.action(
        description=_("Archive: who is inside leaves, and there is no way back"), permissions=["publish"]
    )
    def archive(self, request: Request, queryset: QuerySet) -> None:
        self._each(request, queryset, services.archive)

    def has_publish_permission(self, request: Request) -> bool:
        return request.user.has_perm("scenarios.publish_scenario")

    def _each(self, request: Request, queryset: QuerySet, command: Callable) -> None:
        for scenario in queryset:
            try:
                command(scenario, by=request.user)
            except AppError as error:
                messages.error(request, f"{scenario}: {error.message}")
            else:
                messages.success(request, f"{scenario}: {scenario.get_status_display()}")


@admin.register(Version, site=client_admin)
class VersionAdmin(ReadOnly, ModelAdmin):
    list_display = ["scenario", "number", "is_trial", "published_at"]
    list_filter = ["is_trial"]
    list_select_related = ["scenario"]
    search_fields = ["scenario__name"]


@admin.register(Entry, site=client_admin)
class EntryAdmin(ReadOnly, ModelAdmin):
    list_display = ["pk", "scenario", "friend", "state", "step", "due_at", "hindered", "reason", "is_test"]
    list_filter = ["state", "reason", "is_test"]
    list_select_related = ["scenario", "friend"]
    search_fields = ["=scenario__id", "=friend__id", "=friend__line_user_id", "=subject"]
    show_full_result_count = False
    exclude = ["problem"]
    readonly_fields = ["hindered"]
    inlines = [PassageInline]
    actions = ["take_out"]

    @admin.display(description=_("problem"))
    def hindered(self, entry: Entry) -> str:
        return entry.hindrance

    @admin.action(description=_("Take out: nothing more is sent to them"), permissions=["take_out"])
    def take_out(self, request: Request, queryset: QuerySet) -> None:
        out = sum(admitting.remove(entry, by=request.user) for entry in queryset.select_related("scenario"))
        messages.success(request, _("Taken out: %(count)s") % {"count": out})

    def has_take_out_permission(self, request: Request) -> bool:
        return request.user.has_perm("scenarios.change_entry")


@admin.register(Send, site=client_admin)
class SendAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "pk",
        "entry",
        "step",
        "state",
        "attempts",
        "accepted_at",
        "request_id",
        "why",
        "is_test",
    ]
    list_filter = ["state", "is_test"]
    list_select_related = ["entry"]
    search_fields = ["=scenario_id", "=friend_id", "request_id"]
    exclude = ["values", "error"]
    readonly_fields = ["why"]
    show_full_result_count = False

    @admin.display(description=_("error"))
    def why(self, send: Send) -> str:
        return send.reason


@admin.register(StepInsight, site=client_admin)
class StepInsightAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "of",
        "step",
        "month",
        "delivered",
        "opened",
        "clicked",
        "is_ready",
        "is_final",
        "taken_at",
    ]
    list_filter = ["is_ready", "is_final"]
    list_select_related = ["text__version__scenario"]
    search_fields = ["text__version__scenario__name", "=text__step"]
    show_full_result_count = False

    @admin.display(description=_("scenario"))
    def of(self, insight: StepInsight) -> str:
        return str(insight.text.version.scenario)

    @admin.display(description=_("step"))
    def step(self, insight: StepInsight) -> str:
        return insight.text.step
