"""Price tables with their history. One that is in use is superseded by a new version, never edited."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from accounts.http import Request
from accounts.models import Tenant
from accounts.money import unit_written, written
from accounts.paging import key
from accounts.rows import ClientRow, ClientRowAdmin
from accounts.sites import agency_admin
from billing import tables
from billing.models import ClientPriceTable, PriceTable
from billing.table_forms import NewTableForm, OwnPricesForm, TableForm, VersionForm, lines_of


class TableAdmin(ModelAdmin):
    """What tables for everybody and own prices of clients share."""

    list_filter: ClassVar[list[Any]] = [
        "plan__country",
        "is_confirmed",
        ("superseded_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["plan", "tenant", "created_by"]
    form = TableForm
    new_form: type[TableForm] = NewTableForm
    change_form_after_template = "billing/admin/versions.html"
    place = ["plan", "valid_from"]

    def get_fields(self, request: Request, obj: PriceTable | None = None) -> list[str]:
        if obj and (self._is_fixed(obj) or not self.has_change_permission(request, obj)):
            shown = {"brackets": "price_lines"}
            return [*self.place, *(shown.get(name, name) for name in tables.FIGURES), "reason"]
        if obj:
            return [*self.place, *tables.FIGURES]
        if self._before(request):
            return ["reason", *tables.FIGURES]
        return ["plan", "valid_from", *tables.FIGURES]

    def get_readonly_fields(self, request: Request, obj: PriceTable | None = None) -> list[str]:
        if obj is None:
            return []
        if not self._is_fixed(obj):
            return self.place
        return [name for name in self.get_fields(request, obj) if name not in tables.OPEN]

    def get_form(self, request: Request, obj: PriceTable | None = None, **kwargs: object):
        before = None if obj else self._before(request)
        if before:
            kwargs["form"] = VersionForm
        elif obj is None:
            kwargs["form"] = self.new_form
        elif obj and self._is_fixed(obj):
            kwargs["form"] = forms.ModelForm  # the fields of the usual one are shown, not asked for
        form = super().get_form(request, obj, **kwargs)
        form.before = before
        return form

    def save_model(self, request: Request, obj: PriceTable, form: forms.ModelForm, change: bool) -> None:
        if change:
            tables.amend(obj, form.changed_data, by=request.user)
        elif before := self._before(request):
            tables.supersede(before, obj, reason=obj.reason, by=request.user)
        else:
            self.enter(request, obj, form)
        self._tell(request)

    def enter(self, request: Request, obj: PriceTable, form: forms.ModelForm) -> None:
        tables.enter(obj, by=request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        table = self.get_object(request, object_id)
        more = {"table": table, "versions": _versions(table) if table else None}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    def has_change_permission(self, request: Request, obj: object = None) -> bool:
        is_past = isinstance(obj, PriceTable) and obj.is_superseded
        return super().has_change_permission(request, obj) and not is_past

    @admin.display(description=gettext_lazy("prices of extra messages"))
    def price_lines(self, table: PriceTable) -> str:
        return lines_of(table.brackets) or _("The plan has no extra messages.")

    @admin.display(description=gettext_lazy("LINE plan"), ordering="plan")
    def named(self, table: PriceTable) -> str:
        """As LINE called it then."""
        return f"{table.plan_name} ({table.plan.country})"

    @admin.display(description=gettext_lazy("monthly fee"), ordering="monthly_fee")
    def fee(self, table: PriceTable) -> str:
        return written(table.monthly_fee, table.currency)

    @admin.display(description=gettext_lazy("first extra message"))
    def first_price(self, table: PriceTable) -> str:
        brackets = table.tariff().brackets
        return unit_written(brackets[0].unit_price if brackets else None, table.currency)

    def _before(self, request: Request) -> PriceTable | None:
        """The table that the form supersedes; 404 would be no help here, so another's is none."""
        named = request.GET.get("supersedes", "")
        return self.get_queryset(request).filter(pk=key(named) or 0).first() if named else None

    def _is_fixed(self, table: PriceTable) -> bool:
        return table.is_superseded or tables.is_used(table)

    def _tell(self, request: Request) -> None:
        """How many of the clients that this person sees are still to be priced again."""
        mine = Tenant.objects.allowing(request.user, "billing.view_pricetable")
        count = tables.waiting(Tenant.objects.all() if request.user.is_operator else mine)
        text = _("Clients whose bookings are being priced again: %(count)s. It takes seconds to minutes.")
        if count:
            messages.info(request, text % {"count": f"{count:,}"})


@admin.register(PriceTable, site=agency_admin)
class PriceTableAdmin(TableAdmin):
    list_display = [
        "named",
        "valid_from",
        "valid_to",
        "fee",
        "free_messages",
        "first_price",
        "is_confirmed",
        "superseded_at",
    ]

    def get_queryset(self, request: Request) -> models.QuerySet[PriceTable]:
        return super().get_queryset(request).filter(tenant=None)


@admin.register(ClientPriceTable, site=agency_admin)
class ClientPriceTableAdmin(TableAdmin, ClientRowAdmin):
    """Such as a rebate that the agency gives one client. For that client they go before everybody's."""

    list_display = ["tenant", *PriceTableAdmin.list_display]
    search_fields = ["tenant__name", "tenant__slug"]
    place = ["tenant", "plan", "valid_from"]
    actions = ["withdraw"]
    new_form = OwnPricesForm

    def get_fields(self, request: Request, obj: PriceTable | None = None) -> list[str]:
        fields = super().get_fields(request, obj)
        return fields if obj or self._before(request) else ["tenants", *fields]

    def get_form(self, request: Request, obj: PriceTable | None = None, **kwargs: object):
        form = super().get_form(request, obj, **kwargs)
        if "tenants" in form.base_fields:
            form.base_fields["tenants"].queryset = self.clients(request, "add")
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """The prices of the shared table that is named by `like`."""
        named = request.GET.get("like", "")
        like = PriceTable.objects.filter(tenant=None, pk=key(named) or 0).first() if named else None
        if like is None:
            return {}
        return {name: getattr(like, name) for name in ["plan", "valid_from", *tables.FIGURES]}

    def _before(self, request: Request) -> PriceTable | None:
        """Likewise of a client in which the user may only look."""
        table = super()._before(request)
        return table if table and self.clients(request, "add").filter(pk=table.tenant_id).exists() else None

    def enter(self, request: Request, obj: PriceTable, form: forms.ModelForm) -> None:
        made = tables.enter_for(form.cleaned_data["tenants"], obj, by=request.user)
        obj.pk, obj.tenant, obj._state.adding = made[0].pk, made[0].tenant, False

    @admin.action(
        description=gettext_lazy("Withdraw: everybody's prices hold for these clients again"),
        permissions=["change"],
    )
    def withdraw(self, request: Request, queryset: models.QuerySet[PriceTable]) -> None:
        for table in queryset.filter(tenant__in=self.clients(request, "change")):
            tables.withdraw(table, by=request.user)
        self._tell(request)

    def has_delete_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False


def _versions(table: PriceTable) -> dict:
    """Version by version, the newest first, what it says otherwise than the one before it."""
    found = list(tables.versions(table))
    before = [*found[1:], None]
    rows = [row for version, old in zip(found, before, strict=True) for row in _rows(version, old)]
    headers = [_("Entered on"), _("Entered by whom"), _("Reason"), _("Field"), _("Before"), _("After")]
    return {"headers": headers, "rows": rows}


def _rows(version: PriceTable, old: PriceTable | None) -> list[list[str]]:
    entered = version.created_at.astimezone().strftime("%Y/%m/%d %H:%M") if version.created_at else ""
    head = [entered, str(version.created_by or _("Shipped with Musubi")), version.reason]
    if old is None:
        return [[*head, _("First version"), "", ""]]
    return [
        [*head, str(difference.field.verbose_name), _said(difference.old), _said(difference.new)]
        for difference in tables.differences(old, version)
    ]


def _said(value: object) -> str:
    if isinstance(value, list):
        return lines_of(value).replace("\n", " · ")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value in ("", None) else str(value)
