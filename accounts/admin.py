"""Agencies, clients, people, keys and the log, for those who run them."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import permissions, services
from accounts.errors import AppError
from accounts.http import Request
from accounts.models import Activity, Agency, AgencyKey, ApiKey, Company, Due, Membership, Tenant, User
from accounts.rows import ClientRow, ClientRowAdmin, ReadOnly
from accounts.sites import agency_admin, client_admin


def refuse_kindly(form: forms.ModelForm, command, **arguments: object):
    """Run a command of a form; its refusal is the form's error."""
    try:
        return command(**arguments)
    except AppError as refusal:
        raise ValidationError(refusal.message) from refusal


@admin.register(Agency, site=agency_admin)
class AgencyModelAdmin(ModelAdmin):
    list_display = ["name", "slug", "created_at"]
    fields = ["name", "slug"]

    def get_queryset(self, request: Request) -> models.QuerySet[Agency]:
        return Agency.objects.visible_to(request.user)

    def get_readonly_fields(self, request: Request, obj: Agency | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_change_permission(self, request: Request, obj: Agency | None = None) -> bool:
        allowed = Agency.objects.where(request.user, "accounts.change_agency")
        return super().has_change_permission(request, obj) and (
            obj is None or allowed.filter(pk=obj.pk).exists()
        )

    def has_delete_permission(self, request: Request, obj: Agency | None = None) -> bool:
        return False


class NewTenantForm(forms.ModelForm):
    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        refuse_kindly(self, services.check_slug, slug=slug)
        return slug

    def clean_company(self) -> Company | None:
        company = self.cleaned_data["company"]
        if company and company.agency_id != (self.cleaned_data.get("agency") or self.instance.agency).pk:
            raise forms.ValidationError(_("This company is a client of another agency."))
        return company


@admin.register(Company, site=agency_admin)
class CompanyAdmin(ModelAdmin):
    list_display = ["name", "agency"]
    list_select_related = ["agency"]
    search_fields = ["name"]

    def get_queryset(self, request: Request) -> models.QuerySet[Company]:
        agencies = Agency.objects.where(request.user, "accounts.view_tenant")
        return super().get_queryset(request).filter(agency__in=agencies)

    def get_readonly_fields(self, request: Request, obj: Company | None = None) -> list[str]:
        return ["agency"] if obj else []

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Request, **kwargs: object):
        kwargs["queryset"] = Agency.objects.where(request.user, "accounts.add_company")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Tenant, site=agency_admin)
class TenantAdmin(ModelAdmin):
    list_display = ["name", "slug", "agency", "company", "requires_approval", "created_at"]
    list_select_related = ["agency", "company"]
    search_fields = ["name", "slug"]
    form = NewTenantForm

    def get_queryset(self, request: Request) -> models.QuerySet[Tenant]:
        if request.user.is_operator:
            return Tenant.objects.select_related("agency")
        return Tenant.objects.allowing(request.user, "accounts.view_tenant")

    def get_fields(self, request: Request, obj: Tenant | None = None) -> list[str]:
        kept = ["name", "company", "color", "time_zone", "requires_approval"]
        return ["agency", "slug", *kept] if obj else ["agency", "slug", "name", "requires_approval"]

    def get_readonly_fields(self, request: Request, obj: Tenant | None = None) -> list[str]:
        """Who works for one client only does not see the companies of the agency."""
        if obj is None:
            return []
        agencies = Agency.objects.where(request.user, "accounts.change_tenant")
        is_staff = agencies.filter(pk=obj.agency_id).exists()
        return ["agency", "slug"] if is_staff else ["agency", "slug", "company"]

    def has_change_permission(self, request: Request, obj: Tenant | None = None) -> bool:
        allowed = Tenant.objects.allowing(request.user, "accounts.change_tenant")
        return super().has_change_permission(request, obj) and (
            obj is None or allowed.filter(pk=obj.pk).exists()
        )

    def has_delete_permission(self, request: Request, obj: Tenant | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Request, **kwargs: object):
        if db_field.name == "company":
            agencies = Agency.objects.where(request.user, "accounts.change_tenant")
            kwargs["queryset"] = Company.objects.filter(agency__in=agencies)
        else:
            kwargs["queryset"] = Agency.objects.where(request.user, "accounts.add_tenant")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Request, obj: Tenant, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = services.create_client(
            obj.agency, slug=obj.slug, name=obj.name, requires_approval=obj.requires_approval, by=request.user
        )
        obj.pk, obj.schema_name, obj._state.adding = made.pk, made.schema_name, False


class UserForm(forms.ModelForm):
    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=UnfoldAdminPasswordWidget,
        help_text=_("Leave empty to keep it, or to let the person set one by “forgotten password”."),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_password(self) -> str:
        if self.cleaned_data["password"]:
            validate_password(self.cleaned_data["password"], self.instance)
        return self.cleaned_data["password"]

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data["password"]:
            self.instance.set_password(self.cleaned_data["password"])
        elif self.instance.pk is None:
            self.instance.set_unusable_password()
        return super().save(commit)

    class Meta:
        model = User
        fields = ["email", "name", "language", "is_active"]


@admin.register(User, site=agency_admin)
class UserAdmin(ModelAdmin):
    form = UserForm
    list_display = ["email", "name", "language", "is_active", "last_login"]
    search_fields = ["email", "name"]

    def get_queryset(self, request: Request) -> models.QuerySet[User]:
        if request.user.is_operator:
            return User.objects.all()
        agencies = Agency.objects.where(request.user, "accounts.view_user")
        return User.objects.filter(memberships__agency__in=agencies).distinct()

    def has_change_permission(self, request: Request, obj: User | None = None) -> bool:
        """A person who also works elsewhere is changed by an operator, not by one of their agencies."""
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or request.user.is_operator:
            return allowed
        mine = Agency.objects.where(request.user, "accounts.change_user")
        return not obj.is_operator and not obj.memberships.exclude(agency__in=mine).exists()

    def has_delete_permission(self, request: Request, obj: User | None = None) -> bool:
        return False


class MembershipForm(forms.ModelForm):
    """Refuses a role that allows more than the one who gives it may do."""

    by: User  # set by the admin

    def clean(self) -> dict:
        fields = super().clean() or self.cleaned_data
        if not self.errors:
            self.check_role(fields["role"], self.instance.agency, self.instance.tenant)
        return fields

    def check_role(self, role: str, agency: Agency, tenant: Tenant | None) -> None:
        if not permissions.may_grant(self.by, role, agency, tenant):
            raise ValidationError({"role": _("You can give only roles that allow no more than your own.")})


class InvitationForm(MembershipForm):
    """Somebody is named by their address, so that nobody needs a list of other agencies' people."""

    email = forms.EmailField(
        label=_("e-mail"),
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("Whoever is new here sets a password by “forgotten password”."),
    )
    name = forms.CharField(label=_("name"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget)

    def clean(self) -> dict:
        fields = forms.ModelForm.clean(self) or self.cleaned_data
        if self.errors:
            return fields
        agency, tenant = fields["agency"], fields["tenant"]
        if tenant and tenant.agency_id != agency.pk:
            raise ValidationError({"tenant": _("This client belongs to another agency.")})
        self.check_role(fields["role"], agency, tenant)
        same = Membership.objects.filter(user__email=fields["email"].lower(), agency=agency, tenant=tenant)
        if same.exists():
            raise ValidationError({"email": _("This person has a role there already: change that one.")})
        return fields


@admin.register(Membership, site=agency_admin)
class MembershipAdmin(ModelAdmin):
    """Adding one is the invitation of a person; later only the role changes."""

    list_display = ["user", "agency", "tenant", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "agency", "tenant"]
    search_fields = ["user__email", "user__name", "tenant__name"]

    def get_queryset(self, request: Request) -> models.QuerySet[Membership]:
        rows = Membership.objects.select_related("user", "agency", "tenant")
        if request.user.is_operator:
            return rows
        return rows.filter(agency__in=Agency.objects.where(request.user, "accounts.view_membership"))

    def get_fields(self, request: Request, obj: Membership | None = None) -> list[str]:
        return ["user", "agency", "tenant", "role"] if obj else ["email", "name", "agency", "tenant", "role"]

    def get_readonly_fields(self, request: Request, obj: Membership | None = None) -> list[str]:
        return ["user", "agency", "tenant"] if obj else []

    def get_form(self, request: Request, obj: Membership | None = None, **kwargs: object):
        kwargs["form"] = MembershipForm if obj else InvitationForm
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Request, **kwargs: object):
        agencies = Agency.objects.where(request.user, "accounts.add_membership")
        tenants = Tenant.objects.filter(agency__in=agencies)
        kwargs["queryset"] = agencies if db_field.name == "agency" else tenants
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Request, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        given = {name: form.cleaned_data[name] for name in ("email", "name", "agency", "tenant", "role")}
        obj.user = services.invite(**given)
        obj.pk = obj.user.memberships.get(agency=obj.agency, tenant=obj.tenant).pk

    def has_change_permission(self, request: Request, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may(request, obj)

    def has_delete_permission(self, request: Request, obj: Membership | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may(request, obj)

    def _may(self, request: Request, obj: Membership | None) -> bool:
        return obj is None or permissions.may_grant(request.user, obj.role, obj.agency, obj.tenant)


class ApiKeyForm(forms.ModelForm):
    """Refuses scopes that allow more than the one who makes the key may do."""

    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[("*", "*")] + [(name, name) for name in sorted(permissions.ALL)],
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=ApiKey._meta.get_field("scopes").help_text,
    )
    by: User  # set by the admin

    def clean(self) -> dict:
        fields = super().clean() or self.cleaned_data
        tenant, scopes = fields.get("tenant"), fields.get("scopes", [])
        if tenant and not permissions.may_name(self.by, scopes, tenant):
            raise ValidationError({"scopes": _("You can give a key only what you may do yourself.")})
        return fields


@admin.register(ApiKey, site=agency_admin)
class ApiKeyAdmin(ClientRowAdmin):
    form = ApiKeyForm
    list_display = ["name", "tenant", "prefix", "scopes", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["tenant"]
    fields = ["tenant", "name", "scopes"]
    actions = ["revoke"]

    def has_change_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False if obj else super().has_change_permission(request)

    def get_form(self, request: Request, obj: ApiKey | None = None, **kwargs: object):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: Request, obj: ApiKey, form: forms.ModelForm, change: bool) -> None:
        key, text = services.create_api_key(obj.tenant, name=obj.name, scopes=obj.scopes, by=request.user)
        obj.pk = key.pk
        messages.warning(request, _("The key, shown only now: %(key)s") % {"key": text})

    @admin.action(description=_("Revoke: the key stops working at once"), permissions=["change"])
    def revoke(self, request: Request, queryset: models.QuerySet[ApiKey]) -> None:
        for key in queryset.filter(tenant__in=self.clients(request, "change")):
            services.revoke_api_key(key, by=request.user)

    def has_delete_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return False


@admin.register(AgencyKey, site=agency_admin)
class AgencyKeyAdmin(ModelAdmin):
    list_display = ["name", "agency", "prefix", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["agency"]
    fields = ["agency", "name"]
    actions = ["revoke"]

    def get_queryset(self, request: Request) -> models.QuerySet[AgencyKey]:
        return super().get_queryset(request).filter(agency__in=self._agencies(request, "view"))

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Request, **kwargs: object):
        kwargs["queryset"] = self._agencies(request, "add")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: Request, obj: AgencyKey | None = None) -> bool:
        return False if obj else super().has_change_permission(request)

    def has_delete_permission(self, request: Request, obj: AgencyKey | None = None) -> bool:
        return False

    def save_model(self, request: Request, obj: AgencyKey, form: forms.ModelForm, change: bool) -> None:
        key, text = services.create_agency_key(obj.agency, name=obj.name, by=request.user)
        obj.pk = key.pk
        messages.warning(request, _("The key, shown only now: %(key)s") % {"key": text})

    @admin.action(description=_("Revoke: the key stops working at once"), permissions=["change"])
    def revoke(self, request: Request, queryset: models.QuerySet[AgencyKey]) -> None:
        for key in queryset.filter(agency__in=self._agencies(request, "change")):
            services.revoke_agency_key(key, by=request.user)

    def _agencies(self, request: Request, act: str) -> models.QuerySet[Agency]:
        return Agency.objects.where(request.user, f"accounts.{act}_agencykey")


@admin.register(Activity, site=agency_admin)
class ActivityAdmin(ReadOnly, ClientRowAdmin):
    list_display = ["at", "tenant", "user", "verb", "subject"]
    list_filter = ["verb"]
    list_select_related = ["tenant", "user"]
    search_fields = ["subject"]
    show_full_result_count = False


@admin.register(Activity, site=client_admin)
class ClientActivityAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "user", "verb", "subject"]
    list_select_related = ["user"]
    show_full_result_count = False

    def get_queryset(self, request: Request) -> models.QuerySet[Activity]:
        return super().get_queryset(request).filter(tenant=request.tenant.pk)


@admin.register(Due, site=agency_admin)
class DueAdmin(ReadOnly, ClientRowAdmin):
    list_display = ["tenant", "kind", "due_at", "last_begun"]
    list_filter = ["kind"]
    list_select_related = ["tenant"]

    @admin.display(description=_("last begun"), ordering="served_at")
    def last_begun(self, due: Due) -> datetime | None:
        return due.served_at
