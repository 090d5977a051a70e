"""A browser or a shop that asks twice at the same moment, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.errors import AppError
from accounts.models import Tenant
from linking import contract, login
from linking.models import Link, LinkAttempt, LoginGrant
from tests.factories import make_channel, make_customer, make_friend, make_sign_in
from tests.linking.login_ways import give_login, give_settings
from tests.routes.conftest import make_person, query_of


def at_once(tenant: Tenant, work: Callable[[], object], *, times: int = 4) -> list[str]:
    """How each of several who do the same at once fares."""

    def one(_number: int) -> str:
        try:
            with tenant_context(tenant):
                work()
        except AppError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(one, range(times)))


def point_at(settings, simulator) -> None:
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url


def test_a_state_that_comes_back_twice_at_once_links_once(own_tenant, simulator, settings):
    point_at(settings, simulator)
    channel = give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))
    _url, attempt = contract.open_session(make_customer("A-100"), entry="thanks")
    to_line, _word = login.lead(attempt)
    code = query_of(simulator.sign_in(make_person(simulator, channel), to_line))["code"]
    waiting = LinkAttempt.objects.get()

    fared = at_once(own_tenant, lambda: login.finish(waiting, code=code, changed=None))

    assert fared == ["done", "sign_in_over", "sign_in_over", "sign_in_over"]
    assert Link.objects.active().count() == 1
    assert LoginGrant.objects.count() == 1


def test_a_customer_who_is_named_twice_at_once_is_linked_once(own_tenant):
    give_settings()
    sign_in = make_sign_in(make_friend("aoi"))
    given = {"consent": "I agree.", "consented_at": timezone.now()}

    fared = at_once(own_tenant, lambda: contract.name_customer(sign_in.pk, "NEW-1", **given))

    assert fared == ["done", "state_used", "state_used", "state_used"]
    assert Link.objects.active().get().customer.number == "NEW-1"


def test_a_session_that_is_used_twice_at_once_leads_to_line_once(own_tenant, simulator, settings):
    point_at(settings, simulator)
    give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))
    url, _attempt = contract.open_session(make_customer("A-100"), entry="thanks")
    key = url.partition("key=")[2]

    fared = at_once(own_tenant, lambda: contract.take_session(key, consent="I agree.", browser=""))

    assert fared == ["done", "link_expired", "link_expired", "link_expired"]
