"""Coupons in the client's admin, to look at. Their own pages change them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from coupons.models import Code, Coupon, Gift, Redemption, Ticket


@admin.register(Coupon, site=client_admin)
class CouponAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "gives", "amount", "codes", "starts_at", "ends_at"]
    list_filter = ["status", "codes"]
    search_fields = ["name"]
    exclude = ["responsible_id"]  # the activity log names people


@admin.register(Ticket, site=client_admin)
class TicketAdmin(ReadOnly, ModelAdmin):
    list_display = ["code", "coupon", "friend", "got_at", "used_count", "used_at", "withdrawn_at"]
    list_filter = ["coupon"]
    list_select_related = ["coupon", "friend"]
    search_fields = ["=code"]


@admin.register(Code, site=client_admin)
class CodeAdmin(ReadOnly, ModelAdmin):
    list_display = ["code", "coupon", "ticket"]
    list_filter = ["coupon"]
    list_select_related = ["coupon"]
    search_fields = ["=code"]


@admin.register(Redemption, site=client_admin)
class RedemptionAdmin(ReadOnly, ModelAdmin):
    list_display = ["coupon", "ticket", "at", "way", "order_number", "amount_yen", "cancelled_at"]
    list_filter = ["way", "coupon", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["coupon", "ticket"]
    search_fields = ["=order_number", "=ticket__code"]


@admin.register(Gift, site=client_admin)
class GiftAdmin(ReadOnly, ModelAdmin):
    list_display = ["coupon", "segment_name", "state", "total", "given", "made_at", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["coupon"]
    exclude = ["made_by_id"]
