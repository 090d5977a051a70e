from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts.rows import ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin
from contracts import words
from contracts.models import Contract, ContractOption


class OptionInline(ReadOnly, TabularInline):
    model = ContractOption
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever sees the contract sees its options."""
        return True


@admin.register(Contract, site=agency_admin)
class ContractAdmin(ReadOnly, ClientRowAdmin):
    """To look at, with its history; terms are written in the console, where an example stands beside them."""

    list_display = ["tenant", "valid_from", "price", "base_fee", "payer", "shows", "created_by"]
    list_filter = ["kind", "shows", "payer"]
    list_select_related = ["tenant", "created_by"]
    search_fields = ["tenant__name", "tenant__slug"]
    date_hierarchy = "valid_from"
    inlines = [OptionInline]

    @admin.display(description=_("price of messages"))
    def price(self, contract: Contract) -> str:
        return words.price(contract)
