"""Which client a request is for, in which language, and whether this person may enter."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import get_script_prefix, set_script_prefix, set_urlconf
from django.utils import timezone, translation

from accounts.current import connection
from accounts.http import Arriving
from accounts.models import Domain, Tenant

Handler = Callable[[HttpRequest], HttpResponse]
PREFIX = f"/{settings.TENANT_SUBFOLDER_PREFIX}/"
SIGN_IN = ("/sign-in/", "/language/")  # the same pages on every address


class TenantMiddleware:
    """Selects the tenant by `/c/<slug>/…` or by its own domain; without one, no tenant table is in reach.

    The prefix becomes the script name, as if the site were mounted there: one fixed URL conf serves all
    tenants, and `reverse()` answers with the prefix of the present one. Times are the client's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Arriving) -> HttpResponse:
        connection.set_schema_to_public()
        request.tenant = None
        if "\0" in request.path_info:  # no text of the database holds it, so nothing has such an address
            raise Http404
        outer = get_script_prefix()
        try:
            owner = self._owner(request)
            if request.path_info.startswith(PREFIX):
                self._enter_by_path(request, owner)
            elif owner and not request.path_info.startswith(SIGN_IN):
                self._enter(request, owner)
            return self.get_response(request)
        finally:
            set_script_prefix(outer)
            set_urlconf(None)
            timezone.deactivate()
            connection.set_schema_to_public()

    def _owner(self, request: Arriving) -> Tenant | None:
        """Whose own domain it came to; None for ours. Any other host is refused, as by ALLOWED_HOSTS."""
        host, _port = split_domain_port(request.get_host())
        if validate_host(host, settings.HOSTS):
            return None
        domain = Domain.objects.select_related("tenant__agency").filter(domain=host).first()
        if domain is None:
            raise DisallowedHost(host)
        return domain.tenant

    def _enter_by_path(self, request: Arriving, owner: Tenant | None) -> None:
        slug, slash, rest = request.path_info.removeprefix(PREFIX).partition("/")
        tenant = Tenant.objects.select_related("agency").filter(slug=slug).first()
        if tenant is None or not slash or owner not in {None, tenant}:
            raise Http404
        request.path_info = f"/{rest}"
        request.META["SCRIPT_NAME"] = f"{PREFIX}{slug}"
        set_script_prefix(f"{PREFIX}{slug}/")
        self._enter(request, tenant)

    def _enter(self, request: Arriving, tenant: Tenant) -> None:
        request.tenant = tenant
        request.urlconf = settings.TENANT_URLCONF
        set_urlconf(settings.TENANT_URLCONF)
        timezone.activate(tenant.time_zone)
        connection.set_tenant(tenant)


class LanguageMiddleware:
    """The user's own language; for those not signed in, the cookie or the browser's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if user.is_authenticated else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class MembershipMiddleware:
    """A client's pages exist only for its members: anyone else who is signed in gets a 404."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Arriving, view: Callable, args: tuple, kwargs: dict) -> None:
        is_public_page = not getattr(view, "login_required", True)
        if request.tenant is None or is_public_page or not request.user.is_authenticated:
            return
        if not request.user.get_all_permissions():
            raise Http404
