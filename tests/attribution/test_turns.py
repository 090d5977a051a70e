"""Who counts, and when: woken by news, a client at a time, two workers in turn, nothing lost by a kill."""

import threading

from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts import board
from accounts.models import Due
from attribution import tasks
from attribution.counting import turns
from attribution.counting.news import KIND
from attribution.models import Credit
from tests.attribution.factories import NOON, buy, click, make_buyer


def test_an_order_rings_the_count_which_credits_it_and_rests(own_tenant):
    friend, customer = make_buyer()
    turns.catch_up()
    board.settle(KIND, None, seen=board.version(KIND))
    with transaction.atomic():
        click(friend, "broadcast:7", NOON)
        buy(customer)
    rung = Due.objects.get(tenant=own_tenant.pk, kind=KIND).due_at

    with schema_context("public"):
        tasks.count.apply(headers={"musubi_schema": own_tenant.schema_name}, throw=True)

    assert rung is not None
    assert {credit.owner for credit in Credit.objects.all()} == {"broadcast:7"}
    assert Due.objects.get(tenant=own_tenant.pk, kind=KIND).due_at is None


def test_what_a_killed_worker_has_read_is_read_again(tenant):
    friend, customer = make_buyer()
    turns.catch_up()
    click(friend, "broadcast:7", NOON)
    buy(customer)

    with transaction.atomic():
        turns.catch_up()
        transaction.set_rollback(True)  # as if it had died before the commit
    before = Credit.objects.count()
    turns.catch_up()

    assert (before, Credit.objects.count()) == (0, 2)


def test_two_workers_at_once_count_each_order_once(own_tenant):
    for _ in range(20):
        friend, customer = make_buyer()
        click(friend, "broadcast:7", NOON)
        buy(customer)

    def work() -> None:
        with tenant_context(own_tenant):
            turns.catch_up()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Credit.objects.filter(model="last").count() == 20
