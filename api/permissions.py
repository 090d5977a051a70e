"""What the caller may do: Django's permission names, the same that roles grant on pages and in the admin."""

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.endpoint import Endpoint

if TYPE_CHECKING:  # these modules are loaded by rest_framework.views itself
    from rest_framework.views import APIView

VERBS = {
    "GET": "view",
    "HEAD": "view",
    "OPTIONS": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class ModelPermission(BasePermission):
    """The permission that the view names for its action, else the usual one of its model for the method.

    A view names them in `permission_required = {"schedule": "broadcasts.send_broadcast"}`; where several are
    needed, it names a tuple. It declares and does not import, because features stand to the left of this app.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = needed_for(cast("Endpoint", view), request.method or "GET")
        if not (request.user and request.user.is_authenticated):
            return False
        lacking = [name for name in needed if not request.user.has_perm(name)]
        self.message = _("This needs the permission “%(permission)s”.") % {"permission": "".join(lacking[:1])}
        return not lacking


class IsMember(BasePermission):
    """Any key of this client and any of its members, whatever their rights."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user and request.user.is_authenticated)


def needed_for(view: Endpoint, method: str) -> tuple[str, ...]:
    """The permission names for this method of the view, at its present action; all of them are needed."""
    named = getattr(view, "permission_required", {})
    if view.action in named:
        found = named[view.action]
        return (found,) if isinstance(found, str) else tuple(found)
    meta = view.queryset.model._meta
    return (f"{meta.app_label}.{VERBS[method]}_{meta.model_name}",)
