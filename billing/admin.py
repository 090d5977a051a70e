from django.contrib import admin, messages
from django.db import models, transaction
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.rows import ClientRow, ClientRowAdmin
from accounts.sites import agency_admin
from billing import services
from billing.models import LedgerEntry, Plan, PriceTable, Subscription


@admin.register(Plan, site=agency_admin)
class PlanAdmin(ModelAdmin):
    list_display = ["code", "country", "name_ja", "name_en"]
    list_filter = ["country"]


@admin.register(PriceTable, site=agency_admin)
class PriceTableAdmin(ModelAdmin):
    list_display = [
        "plan",
        "valid_from",
        "valid_to",
        "monthly_fee",
        "free_messages",
        "currency",
        "is_confirmed",
    ]
    list_filter = ["plan__country", "is_confirmed"]
    list_select_related = ["plan"]
    actions = ["price_again"]

    @admin.action(description=_("Price the months booked under these tables again"), permissions=["change"])
    def price_again(self, request: Request, queryset: models.QuerySet[PriceTable]) -> None:
        for table in queryset:
            services.apply_price_table(table)
        messages.success(request, _("The ledger now agrees with these price tables."))


@admin.register(Subscription, site=agency_admin)
class SubscriptionAdmin(ClientRowAdmin):
    list_display = ["tenant", "plan", "valid_from", "additional_limit"]
    list_filter = ["plan"]
    list_select_related = ["tenant", "plan"]
    search_fields = ["tenant__name", "tenant__slug"]

    @transaction.atomic
    def save_model(self, request: Request, obj: Subscription, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.apply_subscription(obj)


@admin.register(LedgerEntry, site=agency_admin)
class LedgerEntryAdmin(ClientRowAdmin):
    list_display = [
        "accepted_at",
        "tenant",
        "kind",
        "label",
        "reference",
        "messages",
        "free_count",
        "paid_count",
        "unplanned",
        "yen",
    ]
    list_filter = ["kind", "month", ("tenant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["tenant"]
    search_fields = ["reference", "label"]
    date_hierarchy = "month"
    show_full_result_count = False

    @admin.display(description=_("Beyond the plan"))
    def unplanned(self, entry: LedgerEntry) -> int:
        return entry.unplanned_count

    @admin.display(description=_("amount"), ordering="amount")
    def yen(self, entry: LedgerEntry) -> str:
        """As it is booked, with what is below one yen."""
        sign = "−" if entry.amount < 0 else ""
        return f"{sign}¥{abs(entry.amount).normalize():,f}"

    def has_add_permission(self, request: Request) -> bool:
        return False

    def has_change_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False

    def has_delete_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False
