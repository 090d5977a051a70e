from django.contrib import admin

from accounts.rows import ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin
from billing.models import DayCount, QuotaReading


@admin.register(QuotaReading, site=agency_admin)
class QuotaReadingAdmin(ReadOnly, ClientRowAdmin):
    list_display = ["read_at", "tenant", "limit", "used", "used_by_us", "booked_apart"]
    list_filter = [("tenant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["tenant"]
    date_hierarchy = "read_at"
    show_full_result_count = False


@admin.register(DayCount, site=agency_admin)
class DayCountAdmin(ReadOnly, ClientRowAdmin):
    list_display = ["day", "tenant", "is_ready", "read_at", "booked_at", "counts"]
    list_filter = ["is_ready", ("tenant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["tenant"]
    date_hierarchy = "day"
    show_full_result_count = False
