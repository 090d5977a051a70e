from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.http import Request
from accounts.models import Tenant
from accounts.rows import ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin
from billing.models import Budget, BudgetAlert, BudgetLift, Reserve
from contracts.sight import VIEW_NET


class NetRows(ReadOnly, ClientRowAdmin):
    """Rows with amounts of LINE's cost, to look at, for whoever sees that; pages of the client write them."""

    list_filter: ClassVar[list[Any]] = [("tenant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["tenant"]

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_view_permission(request, obj) and request.user.has_perm(VIEW_NET)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and request.user.has_perm(VIEW_NET)

    def clients(self, request: Request, act: str) -> models.QuerySet[Tenant]:
        seen = Tenant.objects.allowing(request.user, VIEW_NET)
        return super().clients(request, act).filter(pk__in=seen.values("pk"))


@admin.register(Budget, site=agency_admin)
class BudgetAdmin(NetRows):
    list_display = [
        "tenant",
        "campaign_id",
        "month",
        "amount",
        "warn_percents",
        "stops",
        "changed_at",
        "ended_at",
    ]


@admin.register(BudgetAlert, site=agency_admin)
class BudgetAlertAdmin(NetRows):
    list_display = ["at", "tenant", "budget", "month", "percent", "is_ahead", "used", "mailed_at"]
    list_select_related = ["tenant", "budget"]
    exclude = ["mailed_to", "due_at"]


@admin.register(BudgetLift, site=agency_admin)
class BudgetLiftAdmin(NetRows):
    list_display = ["at", "tenant", "budget", "month", "up_to", "reason", "by"]
    list_select_related = ["tenant", "budget", "by"]


@admin.register(Reserve, site=agency_admin)
class ReserveAdmin(NetRows):
    list_display = ["tenant", "valid_from", "messages", "created_at"]
