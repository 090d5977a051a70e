"""Customers of the present client, to look at: they are written in the dashboard, by file and by API."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from customers.models import Customer, CustomerAlias, CustomerField


@admin.register(Customer, site=client_admin)
class CustomerAdmin(ReadOnly, ModelAdmin):
    """Contacts are not shown here: the dashboard does, and writes down who looked."""

    list_display = ["number", "name", "birthday", "updated_at", "erased_at"]
    list_filter = [("erased_at", admin.EmptyFieldListFilter)]
    search_fields = ["=number", "name__istartswith"]
    fields = ["number", "name", "birthday", "attributes", "as_of", "created_at", "updated_at", "erased_at"]
    show_full_result_count = False


@admin.register(CustomerField, site=client_admin)
class CustomerFieldAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "name_en", "key", "type", "archived_at"]
    list_filter = ["type", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "name_en", "key"]
    fields = ["name", "name_en", "key", "type", "choices", "description", "archived_at", "created_at"]


@admin.register(CustomerAlias, site=client_admin)
class CustomerAliasAdmin(ReadOnly, ModelAdmin):
    """Numbers from before a merge."""

    list_display = ["number", "customer", "merged_at"]
    list_select_related = ["customer"]
    search_fields = ["=number"]
    fields = ["number", "customer", "merged_at"]
    show_full_result_count = False
