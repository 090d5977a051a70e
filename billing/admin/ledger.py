from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.money import exactly_written
from accounts.sites import agency_admin
from billing.admin.budgets import NetRows
from billing.models import LedgerEntry


@admin.register(LedgerEntry, site=agency_admin)
class LedgerEntryAdmin(NetRows):
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
        "explained",
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
        return exactly_written(entry.amount, entry.currency)

    @admin.display(description=_("reason"))
    def explained(self, entry: LedgerEntry) -> str:
        return entry.why
