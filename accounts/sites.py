"""Two admin sites: the agency's, of public data, and one for the data of each client."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class AgencyAdmin(UnfoldAdminSite):
    site_title = site_header = _("Musubi · agency")
    index_title = _("Agency data")
    site_url = "/"


class ClientAdmin(UnfoldAdminSite):
    site_title = _("Musubi · client")
    index_title = _("Client data")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and bool(request.user.get_all_permissions())

    def each_context(self, request: HttpRequest) -> dict:
        return super().each_context(request) | {"site_header": request.tenant.name if request.tenant else ""}


agency_admin = AgencyAdmin(name="agency_admin")
client_admin = ClientAdmin(name="client_admin")
