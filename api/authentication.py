"""Who calls: a program with a key of this client, or a person who is signed in and a member of it."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import current, services
from accounts.models import ApiKey, User
from accounts.permissions import ALL, NAMED

SCHEME = "Bearer"


@dataclass(frozen=True)
class KeyHolder:
    """A program, as `request.user`: no person, so without a primary key; its rights are its key's scopes."""

    api_key: ApiKey
    pk: None = None
    is_authenticated: bool = True
    is_active: bool = True

    def __str__(self) -> str:
        return str(self.api_key)

    def get_all_permissions(self) -> frozenset[str]:
        """“*” makes a program neither the client's approver nor the agency: those rights must be named."""
        named = frozenset(self.api_key.scopes)
        return (ALL - NAMED) | (ALL & named) if "*" in named else named

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return perm in self.get_all_permissions()

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer mk_…`. A key of another client gets 404: for it, this one does not exist."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = services.find_api_key(text.strip())
        if key is None:
            raise AuthenticationFailed(_("There is no such API key, or it has been revoked."))
        if key.tenant_id != current.tenant().pk:
            raise Http404
        return KeyHolder(key), key

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class MemberAuthentication(SessionAuthentication):
    """A session of somebody with a role in this client, CSRF token included. Anybody else gets 404."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found and not found[0].get_all_permissions():
            raise Http404
        return found
