"""Several workers about the same people, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from channels.handlers import Received
from customers import erasing, merging
from customers.models import Customer
from linking import attempts, bonds, pairs
from linking.bonds import Bond
from linking.models import Link, LinkAttempt, hashed
from linking.pairs import Pair
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


def both_at_once(tenant: Tenant, *works: Callable[[], object]) -> None:
    def run(work: Callable[[], object]) -> None:
        try:
            with tenant_context(tenant):
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))


def make_signed_in(customer: Customer) -> Received:
    """LINE's word that somebody has agreed who showed that they are this customer."""
    friend, now = make_friend(), timezone.now()
    LinkAttempt.objects.create(
        friend=friend,
        customer=customer,
        state=LinkAttempt.State.SIGNED_IN,
        nonce_hash=hashed(f"nonce {friend.pk}"),
        started_at=now,
        expires_at=now + timedelta(minutes=10),
    )
    payload = {"type": "accountLink", "link": {"result": "ok", "nonce": f"nonce {friend.pk}"}}
    return Received(f"link-{friend.pk}", "accountLink", now, friend.line_user_id, payload)


def test_an_agreement_while_the_customer_is_merged_is_kept_for_the_one_that_remains(own_tenant):
    remaining = set()
    for _round in range(12):
        into, gone = make_customer(), make_customer()
        agreed = make_signed_in(gone)
        remaining.add(into.pk)

        both_at_once(
            own_tenant,
            lambda agreed=agreed: attempts.confirm([agreed]),
            lambda into=into, gone=gone: merging.merge(into, gone),
        )

    assert set(Link.objects.active().values_list("customer", flat=True)) == remaining


def test_an_agreement_while_the_customer_is_erased_ends_without_a_link(own_tenant):
    for _round in range(12):
        customer = make_customer()
        agreed = make_signed_in(customer)

        both_at_once(
            own_tenant,
            lambda agreed=agreed: attempts.confirm([agreed]),
            lambda customer=customer: erasing.erase(customer),
        )

    assert not Link.objects.active().exists()


def test_a_list_that_comes_while_its_customers_are_merged_links_those_that_remain(own_tenant):
    remaining = set()
    for number in range(12):
        into, gone, friend = make_customer(), make_customer(f"gone {number}"), make_friend()
        pair = Pair(f"gone {number}", friend=friend.pk)
        remaining.add(into.pk)

        both_at_once(
            own_tenant,
            lambda pair=pair: pairs.link_pairs([pair], method=Link.Method.IMPORT),
            lambda into=into, gone=gone: merging.merge(into, gone),
        )

    assert set(Link.objects.active().values_list("customer", flat=True)) == remaining
