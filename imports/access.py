"""Who may import what: each kind names the permission that it needs."""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from imports import kinds
from imports.kinds import Kind
from imports.models import ImportRun, ImportRunQuerySet

SEE_ALL = "imports.view_importrun"


def kinds_for(user: User) -> list[Kind]:
    """What somebody may import."""
    return [kind for kind in kinds.all_kinds() if user.has_perm(kind.permission)]


def runs_for(user: User) -> ImportRunQuerySet:
    """Imports of these kinds. Raises PermissionDenied for whoever may see no import at all."""
    if user.has_perm(SEE_ALL):
        return ImportRun.objects.all()
    allowed = kinds_for(user)
    if not allowed:
        raise PermissionDenied
    return ImportRun.objects.filter(kind__in=[kind.name for kind in allowed])


def require(user: User, kind: Kind | None) -> None:
    """Raises PermissionDenied; of a kind that this program no longer knows nobody does anything."""
    if kind is None or not user.has_perm(kind.permission):
        raise PermissionDenied
