"""Who of the people may do something in the present client."""

from django.db import models
from django.db.models import Q

from accounts import current, permissions
from accounts.models import User


def holders(permission: str) -> list[User]:
    """People of the present client, or of its whole agency, who have this right here."""
    tenant = current.tenant()
    here = Q(memberships__tenant=tenant.pk) | Q(memberships__tenant=None)
    roles = permissions.roles_with(permission)
    held = User.objects.filter(here, memberships__agency=tenant.agency_id, memberships__role__in=roles)
    return list(held.filter(is_active=True).distinct().order_by("pk"))


def members() -> list[User]:
    """People who may enter the present client, by membership in it or in its whole agency."""
    return list(_entitled().order_by("name", "email"))


def is_member(user_id: int) -> bool:
    return _entitled().filter(pk=user_id).exists()


def _entitled() -> models.QuerySet[User]:
    tenant = current.tenant()
    here = Q(memberships__tenant=tenant.pk) | Q(memberships__tenant=None)
    return User.objects.filter(here, memberships__agency=tenant.agency_id, is_active=True).distinct()
