"""Two admin sites: the agency's, of public data, and one for the data of each client."""

from collections.abc import Callable
from functools import wraps

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

# Unfold writes its theme as an inline style and its menus in Alpine, which evaluates text as code. Both are
# allowed in the admin sites and nowhere else; text of friends is escaped there as everywhere.
UNFOLD_POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}


class Admin(UnfoldAdminSite):
    """An admin site whose pages may do what unfold needs, for those who have some right there."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and bool(request.user.get_all_permissions())

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable[..., HttpResponseBase]:
        admin_view = super().admin_view(view, cacheable)

        @csp_update(UNFOLD_POLICY)
        @wraps(admin_view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied  # Django would have them sign in, which they have
            if request.GET.get(TO_FIELD_VAR) == "":  # Django looks for a field of this name
                asked = request.GET.copy()
                del asked[TO_FIELD_VAR]
                request.GET = asked  # type: ignore[assignment]
            return admin_view(request, *args, **kwargs)

        return guarded

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:
        """To the one sign-in page: a form here would pass by its throttle and its second factor."""
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")))

    def each_context(self, request: HttpRequest) -> dict:
        """Unfold takes title and header from the settings, which know nothing of two sites."""
        return super().each_context(request) | {
            "site_title": self.site_title,
            "site_header": self.header(request),
        }

    def header(self, request: HttpRequest) -> str:
        return self.site_header


class AgencyAdmin(Admin):
    site_title = site_header = _("Musubi · agency")
    index_title = _("Agency data")
    site_url = "/"


class ClientAdmin(Admin):
    site_title = _("Musubi · client")
    index_title = _("Client data")

    def header(self, request: HttpRequest) -> str:
        return str(getattr(request, "tenant", None) or "")


agency_admin = AgencyAdmin(name="agency_admin")
client_admin = ClientAdmin(name="client_admin")
