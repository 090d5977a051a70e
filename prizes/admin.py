"""Lotteries and point campaigns in the client's admin, to look at. Draws and lists are never edited."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.rows import ReadOnly
from accounts.sites import client_admin
from prizes.models import (
    DeliveryList,
    DeliveryRow,
    Draw,
    Lottery,
    OddsTable,
    Player,
    PointCampaign,
    PointEntry,
    Prize,
    Right,
    Win,
)


@admin.register(Lottery, site=client_admin)
class LotteryAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "starts_at", "ends_at", "who", "turns", "commitment"]
    list_filter = ["status"]
    search_fields = ["name"]
    exclude = ["created_by_id"]  # the activity log names the person
    list_select_related = ["segment"]


@admin.register(Prize, site=client_admin)
class PrizeAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "lottery", "value_yen", "is_sent", "given"]
    list_filter = ["lottery"]
    list_select_related = ["lottery"]


@admin.register(OddsTable, site=client_admin)
class OddsTableAdmin(ReadOnly, ModelAdmin):
    list_display = ["lottery", "number", "holds_from", "reason", "made_at"]
    list_filter = ["lottery"]
    list_select_related = ["lottery"]
    exclude = ["made_by_id"]


@admin.register(Player, site=client_admin)
class PlayerAdmin(ReadOnly, ModelAdmin):
    list_display = ["friend", "lottery", "rights", "turns"]
    list_filter = ["lottery"]
    list_select_related = ["friend", "lottery"]
    show_full_result_count = False


@admin.register(Right, site=client_admin)
class RightAdmin(ReadOnly, ModelAdmin):
    list_display = ["player", "source", "given_at"]
    search_fields = ["=source"]
    list_select_related = ["player"]
    show_full_result_count = False


@admin.register(Draw, site=client_admin)
class DrawAdmin(ReadOnly, ModelAdmin):
    list_display = ["lottery", "friend", "turn", "lot", "prize", "serial", "drawn_at"]
    list_filter = ["lottery", "prize"]
    search_fields = ["=ticket"]
    list_select_related = ["lottery", "friend", "prize"]
    show_full_result_count = False


@admin.register(Win, site=client_admin)
class WinAdmin(ReadOnly, ModelAdmin):
    list_display = ["prize", "friend", "state", "words", "changed_at"]
    list_filter = ["state", "lottery"]
    list_select_related = ["prize", "friend"]
    exclude = ["changed_by_id"]


@admin.register(PointCampaign, site=client_admin)
class PointCampaignAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "status", "kind", "points", "starts_at", "ends_at"]
    list_filter = ["status", "kind"]
    search_fields = ["name"]
    exclude = ["created_by_id"]


@admin.register(PointEntry, site=client_admin)
class PointEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ["campaign", "friend", "way", "source", "entered_at"]
    list_filter = ["campaign", "way"]
    list_select_related = ["campaign", "friend"]
    show_full_result_count = False


@admin.register(DeliveryList, site=client_admin)
class DeliveryListAdmin(ReadOnly, ModelAdmin):
    list_display = ["campaign", "number", "state", "entered", "eligible", "points", "approved_at"]
    list_filter = ["state"]
    list_select_related = ["campaign"]
    exclude = ["asked_by_id", "approved_by_id"]


@admin.register(DeliveryRow, site=client_admin)
class DeliveryRowAdmin(ReadOnly, ModelAdmin):
    list_display = ["list", "place", "friend", "reason", "points", "result"]
    list_filter = ["reason", "result"]
    list_select_related = ["list", "friend"]
    exclude = ["identity"]  # LINE's user id: the export, which is a right of its own, has it
    show_full_result_count = False
