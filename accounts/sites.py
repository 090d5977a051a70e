"""Two admin sites: the agency's, of public data, and one for the data of each client."""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

# Unfold writes its theme as an inline style and its menus in Alpine, which evaluates text as code. Both are
# allowed in the admin sites and nowhere else; text of friends is escaped there as everywhere.
UNFOLD_POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}


class Admin(UnfoldAdminSite):
    """An admin site whose pages may do what unfold needs."""

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable[..., HttpResponseBase]:
        return csp_update(UNFOLD_POLICY)(super().admin_view(view, cacheable))

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

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and bool(request.user.get_all_permissions())

    def header(self, request: HttpRequest) -> str:
        return str(getattr(request, "tenant", None) or "")


agency_admin = AgencyAdmin(name="agency_admin")
client_admin = ClientAdmin(name="client_admin")
