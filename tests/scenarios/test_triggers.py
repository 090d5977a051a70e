"""Who comes into a scenario, by what happened, and who does not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers import erasing, merging
from events import versions
from events.models import Event
from friends import services as friends
from linking import bonds
from scenarios import services
from scenarios.engine import enrolling, leaving
from scenarios.engine.enrolling import Newcomer
from scenarios.models import Candidate, Entry, Watch
from segments import services as segments
from tests.factories import (
    make_arrival,
    make_customer,
    make_friend,
    make_link,
    make_route,
    make_segment,
    make_tag,
)
from tests.friends.webhooks import NOON, arrive, received
from tests.scenarios.entering import WAIT, entered, happen, hear, inside, make_running

CARTED = {"type": "event", "event": "carted"}
ALWAYS = {"mode": "always"}
pytestmark = pytest.mark.usefixtures("tenant")


def test_an_event_lets_its_friend_in_with_what_it_says():
    friend, scenario = make_friend("aoi"), make_running(CARTED)

    happen(friend_id=friend.pk, product="tea")
    hear()

    [entry] = Entry.objects.filter(scenario=scenario)
    assert (entry.friend_id, entry.context, entry.step) == (friend.pk, {"product": "tea"}, "wait")


def test_a_filter_keeps_out_what_does_not_fit():
    aoi, ren = make_friend("aoi"), make_friend("ren")
    scenario = make_running({**CARTED, "where": [{"property": "price", "op": "at_least", "value": 5000}]})

    happen(friend_id=aoi.pk, price=4999)
    happen(friend_id=ren.pk, price=5000)
    hear()

    assert inside(scenario) == [ren.pk]


def test_an_event_by_another_name_counts():
    friend, scenario = make_friend(), make_running({"type": "event", "event": "product_viewed"})

    happen("viewed", friend_id=friend.pk)
    hear()

    assert inside(scenario) == [friend.pk]


def test_an_event_of_a_customer_is_that_of_the_friend_who_they_are():
    link, scenario = make_link(make_friend(), make_customer()), make_running(CARTED)

    happen(customer_id=link.customer_id)
    hear()

    assert list(Entry.objects.values_list("friend", "customer_id")) == [(link.friend_id, link.customer_id)]
    assert inside(scenario) == [link.friend_id]


def test_a_customer_who_is_no_friend_comes_in_only_where_there_is_mail():
    customer = make_customer()
    by_line = make_running(CARTED)
    mail = {"subject": "Your cart", "text": "It waits."}
    by_mail = make_running(
        CARTED, name="Mail", steps=[{"id": "mail", "type": "send", "by": "mail", "mail": mail}]
    )

    happen(customer_id=customer.pk)
    hear()

    assert (entered(by_line), entered(by_mail)) == ([], [(None, "")])


def test_an_event_that_was_told_twice_lets_in_once():
    friend, scenario = make_friend(), make_running(CARTED, reentry=ALWAYS)

    happen(friend_id=friend.pk, key="cart:1")
    happen(friend_id=friend.pk, key="cart:1")
    hear()
    Entry.objects.update(state="ended", ended_at=timezone.now(), reason="finished")
    happen(friend_id=friend.pk, key="cart:1")
    hear()

    assert len(entered(scenario)) == 1


@pytest.mark.parametrize(("ago", "count"), [(timedelta(days=2), 1), (timedelta(days=4), 0)])
def test_an_event_that_comes_late_lets_in_within_three_days(ago, count):
    friend, scenario = make_friend(), make_running(CARTED)
    Watch.objects.update(since=timezone.now() - timedelta(days=10))

    happen(friend_id=friend.pk, ago=ago)
    hear()

    assert len(entered(scenario)) == count


def test_what_happened_before_it_was_published_lets_nobody_in():
    friend, scenario = make_friend(), make_running(CARTED)

    happen(friend_id=friend.pk, ago=timedelta(minutes=1))
    hear()

    assert entered(scenario) == []


def test_publishing_again_with_the_same_trigger_forgets_nothing():
    friend, scenario = make_friend(), make_running(CARTED)
    Watch.objects.update(since=timezone.now() - timedelta(days=1))

    scenario.refresh_from_db()
    services.publish(scenario, revision=scenario.revision, by=None)
    happen(friend_id=friend.pk, ago=timedelta(minutes=1))
    hear()

    assert inside(scenario) == [friend.pk]


def test_only_who_meets_the_condition_at_that_moment_comes_in():
    vip = make_tag("VIP")
    aoi, ren = make_friend("aoi", tags=[vip]), make_friend("ren")
    scenario = make_running(CARTED, condition={"type": "tag", "tag": vip.pk})

    happen(friend_id=aoi.pk)
    happen(friend_id=ren.pk)
    hear()

    assert inside(scenario) == [aoi.pk]


@pytest.mark.parametrize(
    ("reentry", "count"),
    [({"mode": "never"}, 1), ({"mode": "after_days", "days": 7}, 1), ({"mode": "always"}, 2)],
)
def test_who_has_left_comes_in_again_as_re_entry_says(reentry, count):
    friend, scenario = make_friend(), make_running(CARTED, reentry=reentry)
    happen(friend_id=friend.pk)
    hear()
    Entry.objects.update(state="ended", ended_at=timezone.now(), reason="finished")

    happen(friend_id=friend.pk)
    hear()

    assert len(entered(scenario)) == count


def test_after_some_days_somebody_may_come_in_again():
    friend = make_friend()
    scenario = make_running(CARTED, reentry={"mode": "after_days", "days": 7})
    happen(friend_id=friend.pk)
    hear()
    Entry.objects.update(state="ended", ended_at=timezone.now() - timedelta(days=8), reason="finished")

    happen(friend_id=friend.pk)
    hear()

    assert len(entered(scenario)) == 2


def test_who_is_inside_is_not_let_in_twice():
    friend, scenario = make_friend(), make_running(CARTED, reentry=ALWAYS)

    happen(friend_id=friend.pk)
    happen(friend_id=friend.pk)
    hear()

    assert len(entered(scenario)) == 1


def test_each_product_counts_by_itself_if_that_is_said():
    friend = make_friend()
    scenario = make_running(CARTED, reentry={"mode": "never", "per_subject": True})

    for product in ("tea", "cup", "tea"):
        happen(friend_id=friend.pk, product=product)
    hear()

    assert entered(scenario) == [(friend.pk, "tea"), (friend.pk, "cup")]


def test_orders_count_by_themselves_by_their_number():
    friend = make_friend()
    ordered = {"type": "event", "event": "order_placed"}
    scenario = make_running(ordered, reentry={"mode": "always", "per_subject": True})

    happen("order_placed", friend_id=friend.pk, order="1001")
    happen("order_placed", friend_id=friend.pk, order="1002")
    hear()

    assert entered(scenario) == [(friend.pk, "1001"), (friend.pk, "1002")]


def test_who_has_ordered_before_we_heard_of_the_cart_does_not_come_in():
    friend = make_friend()
    scenario = make_running(CARTED, exits=[{"type": "event", "event": "order_placed"}])

    happen(friend_id=friend.pk)
    happen("order_placed", friend_id=friend.pk)
    hear()

    assert entered(scenario) == []


def test_an_order_takes_out_who_is_inside_at_once():
    friend = make_friend()
    scenario = make_running(CARTED, exits=[{"type": "event", "event": "order_placed"}])
    happen(friend_id=friend.pk)
    hear()

    happen("order_placed", friend_id=friend.pk)
    hear()

    assert list(Entry.objects.values_list("state", "reason")) == [("ended", "event")]
    assert inside(scenario) == []


def test_a_cart_that_changes_ends_the_old_entry_and_begins_another():
    friend = make_friend()
    changed = {"type": "event", "event": "cart_updated"}
    scenario = make_running(changed, reentry=ALWAYS, exits=[{"type": "event", "event": "cart_updated"}])

    happen("cart_updated", friend_id=friend.pk, items=1)
    hear()
    happen("cart_updated", friend_id=friend.pk, items=2)
    happen("cart_updated", friend_id=friend.pk, items=3)
    hear()

    [entry] = Entry.objects.inside().filter(scenario=scenario)
    assert entry.context == {"items": 3}


def test_the_goal_is_noted_and_ends_it():
    friend = make_friend()
    make_running(CARTED, goal={"event": "bought", "within_days": 7})
    happen(friend_id=friend.pk)
    hear()

    happen("bought", friend_id=friend.pk)
    hear()

    [entry] = Entry.objects.all()
    assert (entry.state, entry.reason) == ("ended", "goal")
    assert entry.goal_at is not None


def test_the_goal_is_noted_also_of_who_has_gone_through():
    friend = make_friend()
    make_running(CARTED, goal={"event": "bought", "within_days": 7})
    happen(friend_id=friend.pk)
    hear()
    Entry.objects.update(state="ended", ended_at=timezone.now(), reason="finished", due_at=None)

    happen("bought", friend_id=friend.pk)
    hear()

    [entry] = Entry.objects.all()
    assert (entry.reason, entry.goal_at is not None) == ("finished", True)


def test_an_awaited_event_wakes_who_waits_for_it():
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_running(CARTED, steps=[{"id": "wait", "type": "await", "event": "product_viewed", "days": 3}])
    happen(friend_id=aoi.pk)
    happen(friend_id=ren.pk)
    hear()
    later = timezone.now() + timedelta(days=3)
    Entry.objects.update(waits_for="product_viewed", due_at=later)

    happen("viewed", friend_id=aoi.pk)
    hear()

    assert Entry.objects.get(friend=aoi).due_at <= timezone.now()
    assert Entry.objects.get(friend=ren).due_at == later


def test_who_enters_while_it_is_paused_waits_inside():
    friend, scenario = make_friend(), make_running(CARTED)
    services.pause(scenario, by=None)

    happen(friend_id=friend.pk)
    hear()

    assert inside(scenario) == [friend.pk]


def test_an_ended_scenario_lets_nobody_in():
    friend, scenario = make_friend(), make_running(CARTED)
    services.archive(scenario, by=None)

    happen(friend_id=friend.pk)
    hear()

    assert (entered(scenario), Watch.objects.count()) == ([], 0)


def test_who_has_blocked_the_account_does_not_come_in_where_that_is_an_exit():
    gone = make_friend("aoi", status="blocked")
    leaving = make_running(CARTED, exits=[{"type": "blocked"}])
    staying = make_running(CARTED, name="Staying")

    happen(friend_id=gone.pk)
    hear()

    assert (inside(leaving), inside(staying)) == ([], [gone.pk])


# --- friends, links, tags, segments


@pytest.mark.parametrize(
    ("who", "count"), [("new", ["followed"]), ("returned", ["unblocked"]), ("any", ["followed", "unblocked"])]
)
def test_a_new_friend_and_one_who_comes_back(who, count):
    friends_of = {type_: make_friend(type_) for type_ in ("followed", "unblocked", "blocked")}
    scenario = make_running({"type": "friend_added", "who": who})

    for type_, friend in friends_of.items():
        happen(type_, friend_id=friend.pk)
    hear()

    assert inside(scenario) == [friends_of[type_].pk for type_ in count]


def test_a_follow_by_webhook_lets_in():
    scenario = make_running({"type": "friend_added"})
    Watch.objects.update(since=NOON)

    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        arrive(received("follow", "aoi", 0, follow={"isUnblocked": False}))
    hear(NOON + timedelta(minutes=1))

    assert len(inside(scenario)) == 1


def test_a_friend_comes_in_by_the_route_that_is_known_later():
    friend = make_friend("aoi")
    flyer, other = make_route("Flyer"), make_route("Poster")
    by_flyer = make_running({"type": "friend_added", "route": flyer.pk})
    by_other = make_running({"type": "friend_added", "route": other.pk}, name="Other")
    happen("followed", friend_id=friend.pk, key="follow")
    hear()
    before = (inside(by_flyer), inside(by_other))

    make_arrival(friend, route=flyer, followed_at=Event.objects.get(key="follow").at)
    versions.touch("arrivals", friends=[friend.pk])
    hear()

    assert before == ([], [])
    assert (inside(by_flyer), inside(by_other)) == ([friend.pk], [])


def test_a_link_lets_in():
    friend, customer = make_friend(), make_customer()
    scenario = make_running({"type": "linked"})

    bonds.tie([bonds.Bond(friend.pk, customer.pk, timezone.now(), "api")])
    hear()

    assert inside(scenario) == [friend.pk]


def test_a_tag_lets_in_whoever_gets_it_from_now_on():
    vip = make_tag("VIP", friends=[make_friend("ren")])
    aoi, scenario = make_friend("aoi"), make_running({"type": "tag", "tag": vip.pk})

    friends.tag_friends([aoi.pk], vip)
    hear()

    assert inside(scenario) == [aoi.pk]


def test_a_tag_lets_nobody_in_more_than_ten_times_a_day(tenant):
    vip, aoi = make_tag("VIP"), make_friend("aoi")
    scenario = make_running({"type": "tag", "tag": vip.pk}, reentry={"mode": "always"})
    for _time in range(12):
        friends.tag_friends([aoi.pk], vip)
        hear()
        leaving.leave(Entry.objects.all(), Entry.Reason.FINISHED)
        friends.untag_friends([aoi.pk], vip)
        hear()
    today = Entry.objects.count()

    by_hand = enrolling.enter(
        scenario, [Newcomer(aoi.pk, None, "", {}, "call:1", timezone.now())], now=timezone.now()
    )

    assert today == enrolling.MOST_A_DAY
    assert len(by_hand) == 1


def test_who_has_the_tag_already_comes_in_if_that_is_wished():
    ren = make_friend("ren")
    vip = make_tag("VIP", friends=[ren])
    scenario = make_running({"type": "tag", "tag": vip.pk, "includes_present": True})

    hear()

    assert (inside(scenario), Candidate.objects.count()) == ([ren.pk], 0)


def test_coming_into_a_segment_and_dropping_out_of_it():
    vip = make_tag("VIP")
    aoi = make_friend("aoi")
    segment = make_segment({"type": "tag", "tag": vip.pk})
    entering = make_running({"type": "segment", "segment": segment.pk, "on": "enter"})
    dropping = make_running({"type": "segment", "segment": segment.pk, "on": "leave"}, name="Dropping")

    friends.tag_friends([aoi.pk], vip)
    hear()
    after_coming = (inside(entering), inside(dropping))
    friends.untag_friends([aoi.pk], vip)
    hear()

    assert after_coming == ([aoi.pk], [])
    assert inside(dropping) == [aoi.pk]


def test_another_definition_of_the_segment_begins_anew(django_capture_on_commit_callbacks):
    aoi = make_friend("aoi")
    vip, gold = make_tag("VIP"), make_tag("Gold", friends=[make_friend("ren")])
    segment = make_segment({"type": "tag", "tag": vip.pk})
    scenario = make_running({"type": "segment", "segment": segment.pk})

    with django_capture_on_commit_callbacks(execute=True):
        segments.change_segment(segment, version=1, raw={"type": "tag", "tag": gold.pk})
    hear()
    friends.tag_friends([aoi.pk], gold)
    hear()

    assert inside(scenario) == [aoi.pk]


def test_time_alone_brings_somebody_into_a_segment():
    friend = make_friend(followed_at=timezone.now() - timedelta(days=2))
    scenario = make_running({"type": "segment", "tree": {"type": "friend_for", "days_at_least": 3}})

    hear()
    before = inside(scenario)
    hear(timezone.now() + timedelta(days=1, hours=1))

    assert (before, inside(scenario)) == ([], [friend.pk])


# --- by hand and by program


def _newcomer(friend_id: int | None = None, key: str = "call:1", **given: object) -> Newcomer:
    values = {"customer_id": None, "subject": "", "context": {}, "at": timezone.now()} | given
    return Newcomer(friend_id=friend_id, key=key, **values)


def test_a_call_with_the_same_key_again_lets_nobody_in():
    friend = make_friend()
    scenario = make_running({"type": "api"}, reentry={"mode": "always", "per_subject": True})

    first = enrolling.enter(scenario, [_newcomer(friend.pk, subject="a")], now=timezone.now())
    again = enrolling.enter(scenario, [_newcomer(friend.pk, subject="b")], now=timezone.now())

    assert (len(first), again) == (1, [])


def test_another_clients_friend_is_nobody_here(other_tenant):
    with tenant_context(other_tenant):
        stranger = make_friend("stranger").pk + 1_000
    scenario = make_running({"type": "api"})

    assert enrolling.enter(scenario, [_newcomer(stranger)], now=timezone.now()) == []


def test_a_merged_customer_is_who_they_are_now():
    gone, into = make_customer("C-1"), make_customer("C-2")
    link = make_link(make_friend(), into)
    gone_id = gone.pk
    scenario = make_running({"type": "api"})
    merging.merge(into, gone)

    enrolling.enter(scenario, [_newcomer(customer_id=gone_id)], now=timezone.now())

    assert inside(scenario) == [link.friend_id]


def test_an_erased_customer_does_not_come_in():
    customer = make_customer()
    scenario = make_running({"type": "api"})
    erasing.erase(customer)

    assert enrolling.enter(scenario, [_newcomer(customer_id=customer.pk)], now=timezone.now()) == []


def test_who_tries_it_out_is_in_it_beside_the_real_ones():
    friend = make_friend()
    scenario = make_running({"type": "api"})

    enrolling.enter(scenario, [_newcomer(friend.pk)], now=timezone.now())
    tried = enrolling.enter(scenario, [_newcomer(friend.pk, key="test:1", is_test=True)], now=timezone.now())

    assert len(tried) == 1
    assert len(inside(scenario)) == 2


def test_who_is_inside_as_a_customer_does_not_come_in_as_the_friend_who_they_are_now():
    customer, friend = make_customer(), make_friend()
    mail = {"id": "m", "type": "send", "by": "mail", "mail": {"subject": "Hi", "text": "Hi"}}
    scenario = make_running(CARTED, steps=[WAIT, mail])
    happen(customer_id=customer.pk)
    hear()

    make_link(friend, customer)
    happen(friend_id=friend.pk)
    hear()

    assert list(scenario.entries.values_list("friend", "customer_id")) == [(None, customer.pk)]


def test_who_was_in_it_as_two_customers_goes_on_as_one():
    gone, into = make_customer("C-1"), make_customer("C-2")
    mail = {"subject": "Your cart", "text": "It waits."}
    scenario = make_running(CARTED, steps=[{"id": "mail", "type": "send", "by": "mail", "mail": mail}])
    for customer in (gone, into):
        happen(customer_id=customer.pk)
    hear()

    merging.merge(into, gone)

    assert [entry.customer_id for entry in scenario.entries.all()] == [into.pk, into.pk]
    assert [entry.customer_id for entry in scenario.entries.inside()] == [into.pk]


def test_who_is_erased_leaves_and_nothing_is_kept_of_what_let_them_in():
    customer = make_customer()
    mail = {"subject": "Your cart", "text": "It waits."}
    scenario = make_running(CARTED, steps=[{"id": "mail", "type": "send", "by": "mail", "mail": mail}])
    happen(customer_id=customer.pk, note="Call me Aoi")
    hear()

    erasing.erase(customer)

    [entry] = scenario.entries.all()
    assert (entry.state, entry.context) == ("ended", {})


def test_a_scenario_that_cannot_be_read_any_more_keeps_nobody_out_of_others(caplog):
    friend, broken, whole = make_friend(), make_running(CARTED), make_running(CARTED, name="Whole")
    broken.versions.update(flow={"trigger": CARTED, "steps": [{"id": "a", "type": "of_old"}]})

    happen(friend_id=friend.pk)
    hear()

    assert (inside(broken), inside(whole)) == ([], [friend.pk])
    assert "scenarios.broken" in caplog.text


def test_a_trigger_that_breaks_keeps_nobody_out_of_others(caplog):
    morning = {"type": "schedule", "every": "day", "at": "10:00"}
    broken, whole = make_running(morning), make_running(morning, name="Whole")
    broken.versions.update(flow={"steps": []})
    friend = make_friend()

    hear(timezone.now() + timedelta(days=1))

    assert (inside(broken), inside(whole)) == ([], [friend.pk])
    assert "scenarios.broken" in caplog.text
