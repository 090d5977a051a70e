"""Who calls an agency's API: a program with a key of the agency, or a person who works for one."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.models import Agency, AgencyKey
from api.authentication import SCHEME

SCOPES = frozenset(
    {
        "accounts.view_agency",
        "agency_figures.view_clientfigure",
        "agency_library.view_kpiset",
        "billing.view_ledgerentry",
        "contracts.view_net",
    }
)


@dataclass(frozen=True)
class AgencyKeyHolder:
    """A program, as `request.user`: it reads, and nothing else."""

    agency_key: AgencyKey
    pk: None = None
    is_authenticated: bool = True
    is_active: bool = True

    def __str__(self) -> str:
        return str(self.agency_key)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return perm in SCOPES


class AgencyKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ma_…`."""

    def authenticate(self, request: Request) -> tuple[AgencyKeyHolder, AgencyKey] | None:
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = services.find_agency_key(text.strip())
        if key is None:
            raise AuthenticationFailed(_("There is no such key of an agency, or it has been revoked."))
        return AgencyKeyHolder(key), key

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def agencies(request: Request, permission: str) -> QuerySet[Agency]:
    """The agencies of which the caller may see this."""
    if isinstance(request.user, AgencyKeyHolder):
        return Agency.objects.filter(pk=request.user.agency_key.agency_id)
    return Agency.objects.where(request.user, permission)
