"""Many friends on their way to a list: in portions, while workers die and others look."""

import os
import signal
import threading

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Activity, Due
from broadcasts import services as broadcasts
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from events import versions
from segments import services, tasks
from segments.errors import ListBeingFilled
from segments.lists import commands as lists
from segments.lists import filling
from segments.models import FriendList, ListFill, ListMember
from segments.reaching import planner
from tests.factories import make_broadcast, make_friend, make_list, make_segment, make_user
from tests.segments.test_leaves import names
from tests.segments.test_lists import on

SEVEN = ["aoi", "ren", "mio", "sora", "yui", "hina", "riku"]


@pytest.fixture(autouse=True)
def many_are_three_and_a_portion_two(monkeypatch):
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    monkeypatch.setattr(filling, "PORTION", 2)


def seven() -> list[int]:
    return [make_friend(name).pk for name in SEVEN]


def portions(count: int) -> None:
    left = iter([True] * count)
    filling.work(lambda: next(left, False))


def work() -> None:
    assert filling.work(lambda: True) is None


def test_a_few_are_put_on_at_once_and_many_in_portions(tenant):
    friends, vip = seven(), make_list()

    few = lists.put(vip, friends[:2])
    many = lists.put(vip, friends, by=make_user("marketer"))
    portions(2)
    halfway = (len(names(on(vip))), ListFill.objects.progress([vip.pk]))
    work()

    assert (few, many) == (2, None)
    assert halfway == (4, {vip.pk: {"done": 4, "of": 7}})
    assert names(on(vip)) == set(SEVEN)
    assert not ListFill.objects.exists()
    told = Activity.objects.filter(tenant=tenant.pk, verb="list.filled").latest("pk")
    assert told.detail["friends"] == 5


def test_the_work_board_wakes_who_fills(tenant):
    vip = make_list()
    lists.put(vip, seven())
    called = Due.objects.get(tenant=tenant.pk, kind=filling.KIND).due_at

    tasks.fill_lists.apply(headers={"musubi_schema": tenant.schema_name})

    assert called is not None
    assert names(on(vip)) == set(SEVEN)


def test_many_people_of_a_segment_are_kept_as_they_were_when_it_was_said(tenant):
    seven()

    kept = lists.from_segment(make_segment(), "June")
    make_friend("late")
    work()

    assert names(on(kept)) == set(SEVEN)


@pytest.mark.parametrize("after", range(4))
def test_a_worker_that_is_killed_costs_nobody_a_place(own_tenant, after):
    vip = make_list()
    lists.put(vip, seven())
    connection.close()

    child = os.fork()
    if not child:
        left = iter(range(after))
        versions.touch = lambda *_topics, **_people: next(left, None) is None and os.kill(os.getpid(), 9)
        filling.work(lambda: True)
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    survived = (ListMember.objects.count(), ListFill.objects.progress([vip.pk])[vip.pk]["done"])
    work()

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert survived == (2 * after, 2 * after)
    assert sorted(vip.members.values_list("friend", flat=True)) == sorted(services.evaluate({"all": []}))


def test_workers_at_once_put_everybody_on_it_once(own_tenant):
    vip = make_list()
    lists.put(vip, [make_friend().pk for _friend in range(60)])
    lists.put(vip, [make_friend().pk for _friend in range(20)])

    def serve() -> None:
        try:
            with tenant_context(own_tenant):
                filling.work(lambda: True)
        finally:
            connection.close()

    workers = [threading.Thread(target=serve) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert services.count(on(vip)).total == ListMember.objects.count() == 80
    assert not ListFill.objects.exists()


def test_a_list_that_is_deleted_meanwhile_is_filled_no_further(tenant):
    gone, vip = make_list("Gone"), make_list()
    friends = seven()
    lists.put(gone, friends)
    lists.put(vip, friends)
    portions(1)

    lists.delete_list(gone)
    work()

    assert names(on(vip)) == set(SEVEN)
    assert set(ListMember.objects.values_list("list", flat=True)) == {vip.pk}


def test_who_is_taken_off_meanwhile_is_not_put_on_again(tenant):
    vip, other = make_list(), make_list("Other")
    aoi, ren, *_others, hina, riku = seven()
    lists.put(vip, [aoi, ren, hina, riku])
    portions(1)

    taken = lists.remove(vip, [aoi, riku])
    moved = lists.move(vip, other, [ren, hina])
    far = ListFill.objects.progress([vip.pk])
    work()

    assert (taken, moved) == ([aoi], [ren])
    assert far == {vip.pk: {"done": 2, "of": 2}}
    assert (names(on(vip)), names(on(other))) == (set(), {"ren"})


def test_filling_is_stopped_and_who_is_on_it_stays(tenant):
    vip = make_list()
    lists.put(vip, seven())
    portions(1)

    filling.stop(vip)
    work()

    assert len(names(on(vip))) == 2
    services.freeze(on(vip))


def test_nobody_asks_for_half_a_list_by_whatever_way(tenant):
    friends = seven()
    vip, full = make_list(), make_list("Full", friends=[])
    lists.put(vip, friends)
    direct = make_segment({"not": on(vip)}, name="Others")
    around = {"all": [{"type": "segment", "segment": direct.pk}]}

    for tree in (direct.tree, around):
        for use in (services.freeze, planner.plan, lambda tree: lists.from_segment(make_segment(tree), "X")):
            with pytest.raises(ListBeingFilled) as refused:
                use(tree)
    services.freeze(on(full))
    work()
    services.freeze(around)

    assert "“VIP” is still being filled: 0 of 7." in refused.value.message


def test_a_broadcast_to_a_list_being_filled_is_not_scheduled_and_one_that_is_waits(tenant, channel):
    tenant.requires_approval = False
    friends, vip = seven(), make_list(friends=[make_friend("first")])
    segment = make_segment(on(vip))
    early, late = make_broadcast(segment=segment), make_broadcast(segment=segment)
    broadcasts.send_now(early, by=None)
    lists.put(vip, friends)

    with pytest.raises(ListBeingFilled):
        broadcasts.send_now(late, by=None)
    delivery.start_due()
    early.refresh_from_db()
    waiting = (early.status, early.problem)
    again_at = delivery.next_moment()
    work()
    delivery.start_due()
    early.refresh_from_db()

    assert waiting[0] == Broadcast.Status.PREPARING
    assert "“VIP” is still being filled: 0 of 7." in waiting[1]
    assert again_at is not None
    assert (early.status, early.problem) == (Broadcast.Status.SENDING, "")
    assert early.audience_count == 8


def test_a_portion_waits_until_a_broadcast_has_frozen_its_list(own_tenant):
    vip = make_list(friends=[make_friend("first")])
    friends = seven()
    steps: list[str] = []

    def fill() -> None:
        try:
            with tenant_context(own_tenant):
                lists.put(vip, friends)
                filling.work(lambda: True)
                steps.append("filled")
        finally:
            connection.close()

    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        filling.check(on(vip), hold=True)
        filler = threading.Thread(target=fill)
        filler.start()
        filler.join(0.3)
        count = services.freeze(on(vip)).count
        steps.append("frozen")
        cursor.execute("COMMIT")
    filler.join(20)

    assert (count, steps) == (1, ["frozen", "filled"])


def test_a_page_shows_how_far_it_is_until_everybody_is_on_it(visit):
    page = visit()
    friends, vip = seven(), make_list()
    segment = make_segment(on(vip))

    page.post(f"segments/lists/{vip.pk}/add/", {"ids": " ".join(map(str, friends)), "means": "friend"})
    portions(2)
    shown = page.get(f"segments/lists/{vip.pk}/").content.decode()
    chosen = [page.get(address).content.decode() for address in ("segments/lists/", "segments/new/?list=0")]
    asked = page.get(f"segments/{segment.pk}/").content.decode()
    planned = page.get(f"segments/{segment.pk}/plan/").content.decode()
    forecast = page.get(f"broadcasts/forecast/?segment={segment.pk}").content.decode()
    work()
    ended = page.get(f"segments/lists/{vip.pk}/filling/").content.decode()

    assert "4 of 7 friends" in shown
    assert f"/segments/lists/{vip.pk}/filling/" in shown
    assert "being filled" in chosen[0]
    for said in (asked, planned, forecast):
        assert "“VIP” is still being filled: 4 of 7." in said
    assert "Everybody is on the list now." in ended
    assert "hx-get" not in ended
    assert "being filled" not in page.get("segments/lists/").content.decode()


def test_pasted_ids_of_nobody_are_told_while_the_others_follow(visit):
    page = visit()
    friends, vip = seven(), make_list()

    ids = " ".join(["C-404", *map(str, friends)])
    told = page.post(f"segments/lists/{vip.pk}/add/", {"ids": ids, "means": "friend"}).content.decode()
    page.post(f"segments/lists/{vip.pk}/act/", {"do": "stop"})

    assert "Being put on the list" in told
    assert "C-404" in told
    assert not ListFill.objects.exists()


def test_the_filling_of_another_clients_list_is_not_found(visit, other_tenant):
    page = visit("owner")
    with tenant_context(other_tenant):
        theirs = make_list("Theirs")

    assert page.get(f"segments/lists/{theirs.pk + 1_000_000}/filling/").status_code == 404
    assert not FriendList.objects.filter(pk=theirs.pk + 1_000_000).exists()
