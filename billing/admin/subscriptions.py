from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts import activity
from accounts.http import Request
from accounts.rows import ClientRowAdmin
from accounts.sites import agency_admin
from billing import tables
from billing.models import NoticePrice, Plan, Subscription
from contracts.sight import VIEW_NET


@admin.register(Plan, site=agency_admin)
class PlanAdmin(ModelAdmin):
    list_display = ["code", "country", "name_ja", "name_en"]
    list_filter = ["country"]


@admin.register(Subscription, site=agency_admin)
class SubscriptionAdmin(ClientRowAdmin):
    """For setting up, and to correct what was registered wrongly; a client's own page changes its plan."""

    list_display = ["tenant", "plan", "valid_from", "additional_limit", "created_by", "created_at"]
    list_filter = ["plan"]
    list_select_related = ["tenant", "plan", "created_by"]
    search_fields = ["tenant__name", "tenant__slug"]
    fieldsets = [
        (
            None,
            {
                "fields": ["tenant", "plan", "valid_from", "additional_limit"],
                "description": _(
                    "For setting up and for corrections. To change the plan of a client, open its page "
                    "“LINE plan” under Cost: it knows from when LINE lets a change hold."
                ),
            },
        )
    ]

    def get_readonly_fields(self, request: Request, obj: Subscription | None = None) -> list[str]:
        return ["tenant"] if obj else []

    @transaction.atomic
    def save_model(self, request: Request, obj: Subscription, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        told = {"plan": obj.plan.code, "valid_from": str(obj.valid_from), "changed": form.changed_data}
        verb = "plan.corrected" if change else "plan.registered"
        activity.record(verb, obj, by=request.user, of=obj.tenant, **told)
        tables.price_months_again(obj.tenant_id)


@admin.register(NoticePrice, site=agency_admin)
class NoticePriceAdmin(ClientRowAdmin):
    """A price is never edited: a newer one of the same month goes before it."""

    list_display = ["tenant", "valid_from", "unit_price", "currency", "source", "created_by", "created_at"]
    list_select_related = ["tenant", "created_by"]
    search_fields = ["tenant__name", "tenant__slug"]

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_view_permission(request, obj) and request.user.has_perm(VIEW_NET)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and request.user.has_perm(VIEW_NET)

    def save_model(self, request: Request, obj: NoticePrice, form: ModelForm, change: bool) -> None:
        tables.enter_notice_price(obj, by=request.user)
