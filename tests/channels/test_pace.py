"""Reservations of LINE's rate over several workers."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from channels import pace
from channels.models import Pace


def test_the_first_request_may_leave_at_once_and_the_next_waits_for_those_before_it(own_tenant):
    began = time.monotonic()
    assert pace.reserve(own_tenant.pk, "push", 100, rate=50) == 0
    waits = pace.reserve(own_tenant.pk, "push", 1, rate=50)

    assert 2 - (time.monotonic() - began) - 0.01 <= waits <= 2


def test_endpoints_do_not_wait_for_each_other(own_tenant):
    pace.reserve(own_tenant.pk, "multicast", 200, rate=200)

    assert pace.reserve(own_tenant.pk, "push", 1, rate=2000) == 0


def test_an_idle_time_is_not_saved_up(own_tenant):
    pace.reserve(own_tenant.pk, "push", 10, rate=1000)
    time.sleep(0.1)

    began = time.monotonic()
    assert pace.reserve(own_tenant.pk, "push", 1000, rate=1000) == 0
    waits = pace.reserve(own_tenant.pk, "push", 1, rate=1000)

    assert 1 - (time.monotonic() - began) - 0.01 <= waits <= 1


def test_what_several_workers_book_at_once_never_overlaps(own_tenant):
    rate = 200
    pace.reserve(own_tenant.pk, "multicast", 40 * rate, rate=rate)
    start = free_at(own_tenant)

    def work(size: int) -> None:
        with tenant_context(own_tenant):
            for _ in range(40):
                pace.reserve(own_tenant.pk, "multicast", size, rate=rate)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, [1, 3, 7, 20]))

    assert free_at(own_tenant) - start == timedelta(seconds=40 * (1 + 3 + 7 + 20) / rate)


def free_at(tenant: Tenant) -> datetime:
    return Pace.objects.get(tenant=tenant.pk, endpoint="multicast").free_at
