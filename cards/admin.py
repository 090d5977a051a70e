"""The membership card's settings, to look at. Its page in the dashboard changes them."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from cards.models import CardSettings


@admin.register(CardSettings, site=client_admin)
class CardSettingsAdmin(ReadOnly, ModelAdmin):
    list_display = ["__str__", "is_on", "symbol", "points_field", "rank_field", "updated_at"]
