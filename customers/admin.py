"""Customers of the present client."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.sites import client_admin
from customers import services
from customers.models import Customer


@admin.register(Customer, site=client_admin)
class CustomerAdmin(ModelAdmin):
    list_display = ["number", "name", "birthday", "updated_at"]
    search_fields = ["=number", "name__istartswith"]
    show_full_result_count = False

    def save_model(self, request: Request, obj: Customer, form: object, change: bool) -> None:
        services.save_customer(obj, by=request.user)

    def has_delete_permission(self, request: Request, obj: Customer | None = None) -> bool:
        return False
