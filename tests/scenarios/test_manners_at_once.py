"""Two workers at once, with connections of their own: a person's week stays one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from broadcasts.models import SendingRules
from friends.models import Friend
from scenarios.engine import leading
from scenarios.manners import gate
from scenarios.models import Passage, Send
from tests.factories import make_channel, make_followers
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario


@pytest.fixture
def aoi(own_tenant, simulator, settings) -> Friend:
    settings.LINE_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    return make_followers(simulator, make_channel(simulator, own_tenant, f"60{own_tenant.pk:08}"), ["aoi"])[0]


def test_two_workers_do_not_both_take_the_last_message(own_tenant: Tenant, aoi: Friend, monkeypatch):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    for name in ("Sale", "Birthday"):
        make_entry(make_scenario({"type": "send", "messages": [TEXT]}, name=name), aoi)
    monkeypatch.setattr(leading, "AT_ONCE", 1)  # each worker has one of the two

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(_work, [own_tenant] * 2))

    assert Send.objects.count() == 1
    assert set(Passage.objects.values_list("what", flat=True)) == {"sent", gate.CAPPED}


def _work(tenant: Tenant) -> None:
    with tenant_context(tenant):
        lead()
    connection.close()
