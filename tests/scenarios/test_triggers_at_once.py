"""Nobody is forgotten and nobody comes in twice, whoever dies and however many work at it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Due, Tenant
from events.models import OutboxEntry
from friends import services as tagging
from scenarios.engine import enrolling
from scenarios.engine.enrolling import Newcomer
from scenarios.models import Candidate, Entry, Scenario
from scenarios.triggers import hearing
from scenarios.work import KIND
from shops.products import upsert_products
from tests.factories import make_friend, make_product, make_tag
from tests.scenarios.entering import happen, hear, inside, make_running

CARTED = {"type": "event", "event": "carted"}


class DiesAt:
    """The database is away from the nth statement on."""

    def __init__(self, statement: int) -> None:
        self.left = statement

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left < 0:
            raise OperationalError("gone")
        return execute(sql, params, many, context)


def dies(statement: int) -> bool:
    """Whether it dies on the way if the nth statement fails; what was not committed is undone."""
    try:
        with transaction.atomic(), connection.execute_wrapper(DiesAt(statement)):
            hearing.hear(timezone.now())
    except OperationalError:
        return True
    return False


def test_whoever_dies_at_any_statement_has_lost_nothing(tenant):
    friends = [make_friend() for _each in range(3)]
    vip, tea = make_tag("VIP"), make_product("tea", price=1000)
    happen("favourite_added", friend_id=friends[2].pk, product=tea.code)
    scenarios = [
        make_running(CARTED, exits=[{"type": "event", "event": "bought"}]),
        make_running({"type": "tag", "tag": vip.pk}, name="Tag"),
        make_running(
            {"type": "product", "change": "price_drop", "interest": ["favourite_added"]}, name="Price"
        ),
    ]
    happen(friend_id=friends[0].pk)
    happen(friend_id=friends[1].pk)
    happen("bought", friend_id=friends[1].pk)
    _change(friends[2].pk, vip)

    deaths = next(tries for tries in count() if not dies(tries))
    hear()

    assert deaths > 20
    assert [inside(scenario) for scenario in scenarios] == [[friends[0].pk], [friends[2].pk], [friends[2].pk]]
    assert (OutboxEntry.objects.exclude(topic="called").count(), Candidate.objects.count()) == (0, 0)


def _change(friend_id: int, vip: object) -> None:
    tagging.tag_friends([friend_id], vip)
    assert not upsert_products([{"code": "tea", "price": 500}]).errors


def test_several_workers_let_each_in_once(own_tenant):
    people = [make_friend().pk for _each in range(60)]
    scenario = make_running(CARTED, reentry={"mode": "never"})
    for friend_id in people * 2:
        happen(friend_id=friend_id)

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _each: _elsewhere(own_tenant, hear), range(4)))

    assert sorted(inside(scenario)) == sorted(people)
    assert Due.objects.get(tenant=own_tenant, kind=KIND).due_at is not None


def test_two_calls_at_once_for_one_person_let_in_once(own_tenant):
    friend_id = make_friend().pk
    scenario = make_running({"type": "api"}, reentry={"mode": "never"})

    with ThreadPoolExecutor(4) as workers:
        calls = [
            workers.submit(_elsewhere, own_tenant, lambda place=place: _call(scenario, friend_id, place))
            for place in range(8)
        ]
        entered = [len(call.result()) for call in calls]

    assert sum(entered) == 1
    assert Entry.objects.count() == 1


def _call(scenario: Scenario, friend_id: int, place: int) -> list[int]:
    newcomer = Newcomer(friend_id, None, "", {}, f"call:{place}", timezone.now())
    with transaction.atomic():
        entered = enrolling.enter(scenario, [newcomer], now=timezone.now())
        Entry.objects.filter(pk__in=entered).update(
            state="ended", ended_at=timezone.now(), reason="finished", due_at=None
        )
    return entered


def _elsewhere(tenant: Tenant, work):
    """On a connection of its own."""
    try:
        with tenant_context(tenant):
            return work()
    finally:
        connection.close()


@pytest.mark.usefixtures("tenant")
def test_an_idle_turn_asks_little(django_assert_max_num_queries):
    make_running(CARTED)
    hear()

    with django_assert_max_num_queries(9):  # three portions, each with its savepoint
        hearing.hear(timezone.now())
