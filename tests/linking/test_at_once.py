"""Several workers about the same people, on connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from linking import bonds
from linking.bonds import Bond
from linking.models import Link
from tests.factories import make_customer, make_friend


def tie_at_once(tenant: Tenant, wanted: list[Bond], *, workers: int) -> None:
    """Each tie by whichever worker is free, on a connection of its own."""

    def tie(bond: Bond) -> None:
        try:
            with tenant_context(tenant):
                bonds.tie([bond])
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(tie, wanted))


def test_whoever_is_first_one_link_is_left_and_the_latest_holds(own_tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    customers = [make_customer() for _ in range(3)]
    start = timezone.now()
    wanted = [
        Bond([aoi.pk, ren.pk][number % 2], customers[number % 3].pk, start + timedelta(seconds=number), "api")
        for number in range(24)
    ]

    tie_at_once(own_tenant, wanted, workers=4)

    active = {(link.friend_id, link.customer_id) for link in Link.objects.active()}
    assert active == {(bond.friend_id, bond.customer_id) for bond in wanted[-2:]}
