"""The timeline, to look at. Nobody writes history by hand."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.sites import client_admin
from events import registry
from events.models import Event, EventSettings, EventTypeDefinition, Refusal


class TypeFilter(admin.SimpleListFilter):
    """The registered types; asking the table for its types would read all of it."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(type_.name, str(type_.label)) for type_ in registry.all_types()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class LookedAt(ModelAdmin):
    """Changed by commands, which check and tell; here only shown."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Event, site=client_admin)
class EventAdmin(LookedAt):
    list_display = ["at", "label", "friend_id", "customer_id", "properties"]
    list_filter = [TypeFilter]
    search_fields = ["=friend_id", "=customer_id"]
    search_help_text = _("Number of a friend or a customer")
    show_full_result_count = False

    @admin.display(description=_("type"), ordering="type")
    def label(self, event: Event) -> str:
        return registry.label(event.type)


@admin.register(EventTypeDefinition, site=client_admin)
class EventTypeDefinitionAdmin(LookedAt):
    list_display = ["name", "label", "archived_at", "created_at"]
    search_fields = ["name", "label"]
    show_full_result_count = False


@admin.register(EventSettings, site=client_admin)
class EventSettingsAdmin(LookedAt):
    list_display = ["takes_unknown_types"]


@admin.register(Refusal, site=client_admin)
class RefusalAdmin(LookedAt):
    list_display = ["at", "what", "subject", "reason"]
    list_filter = ["what"]
    search_fields = ["subject__istartswith"]
    show_full_result_count = False
