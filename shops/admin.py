"""Products, orders and totals of the present client, to look at: the shop has the last word on them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.sites import client_admin
from shops.models import CustomerTotals, Order, Product, ProductChange, ShopSettings


class LookedAt(ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: Request) -> bool:
        return False

    def has_change_permission(self, request: Request, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: Request, obj: object | None = None) -> bool:
        return False


@admin.register(Product, site=client_admin)
class ProductAdmin(LookedAt):
    list_display = ["code", "name", "parent", "category", "price", "stock", "shop_updated_at"]
    list_select_related = ["parent"]
    search_fields = ["=code", "name__istartswith"]


@admin.register(ProductChange, site=client_admin)
class ProductChangeAdmin(LookedAt):
    list_display = ["at", "product", "kind", "old", "new"]
    list_select_related = ["product__parent"]
    list_filter = ["kind"]
    search_fields = ["=product__code"]


@admin.register(Order, site=client_admin)
class OrderAdmin(LookedAt):
    list_display = ["number", "source", "customer_number", "status", "placed_at", "total", "currency"]
    list_filter = ["status", "is_test"]
    search_fields = ["=number", "=customer_number"]
    exclude = ["stamps"]


@admin.register(CustomerTotals, site=client_admin)
class CustomerTotalsAdmin(LookedAt):
    list_display = ["customer", "orders", "amount", "first_at", "last_at"]
    list_select_related = ["customer"]
    search_fields = ["=customer__number"]


@admin.register(ShopSettings, site=client_admin)
class ShopSettingsAdmin(LookedAt):
    list_display = ["currency"]
