"""What every page's frame needs."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Tenant, User


def navigation(request: HttpRequest) -> dict:
    """The client the page is about, and where else this person may go. Nothing is read until it is shown."""
    user = getattr(request, "user", None)  # a page may fail before anyone is known
    return {
        "tenant": getattr(request, "tenant", None),
        "clients": SimpleLazyObject(lambda: list(Tenant.objects.of(user)) if user else []),
        "has_console": SimpleLazyObject(lambda: user is not None and has_console(user)),
    }


def has_console(user: User) -> bool:
    """Whether this person runs the installation, works for an agency, or in more than one client."""
    memberships = user.memberships.all()
    is_staff = user.is_operator or any(each.tenant_id is None for each in memberships)
    return is_staff or len(memberships) > 1
