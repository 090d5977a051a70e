"""Admin rows of clients: each user works on those of clients where a role of theirs allows it."""

from typing import Protocol

from django.contrib.auth import get_permission_codename
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts import current
from accounts.http import Request
from accounts.models import Tenant


class ClientRow(Protocol):
    """A row that belongs to a client."""

    tenant_id: int


class ClientRowAdmin(ModelAdmin):
    """Rows of clients; on a client's own site, of that client. A role in one agency or client gives nothing
    in another."""

    def get_queryset(self, request: Request) -> models.QuerySet:
        allowed = self.clients(request, "view").values("pk")
        return super().get_queryset(request).filter(tenant_id__in=allowed)

    def has_change_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may(request, obj, "change")

    def has_delete_permission(self, request: Request, obj: ClientRow | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may(request, obj, "delete")

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: Request, **kwargs: object):
        if db_field.name == "tenant":
            kwargs["queryset"] = self.clients(request, "add")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def clients(self, request: Request, act: str) -> models.QuerySet[Tenant]:
        """Clients in which the user may view, add, change or delete such rows."""
        codename = get_permission_codename(act, self.opts)
        allowed = Tenant.objects.allowing(request.user, f"{self.opts.app_label}.{codename}")
        tenant = current.tenant_or_none()
        return allowed.filter(pk=tenant.pk) if tenant else allowed

    def _may(self, request: Request, obj: ClientRow | None, act: str) -> bool:
        return obj is None or self.clients(request, act).filter(pk=obj.tenant_id).exists()


class ReadOnly:
    """Nothing is written by hand: commands do it."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
