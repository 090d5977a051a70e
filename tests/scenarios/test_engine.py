"""The engine leads people on, and sends, against the simulator."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Tenant
from billing import ledger
from billing.models import LedgerEntry
from billing.quota import record_reading
from broadcasts.models import SendingRules
from composing.variables import MARK
from events import timeline
from events.models import OutboxEntry
from events.timeline import NewEvent
from friends.models import Friend
from scenarios import services
from scenarios.engine import claims, dates, leading, room, running, settling
from scenarios.errors import SendSettled
from scenarios.models import Entry, Halt, Send, Version
from tests.factories import make_budget, make_customer, make_followers, make_link
from tests.scenarios.engines import (
    TEXT,
    lead,
    make_entry,
    make_scenario,
    passages,
    rewrite,
    skip_waiting,
    texts,
)

pytestmark = pytest.mark.usefixtures("channel")
HOUR = timedelta(hours=1)
SEND = {"type": "send", "messages": [TEXT]}
WAIT = {"type": "wait", "minutes": 60}
PUSH = "/v2/bot/message/push"
BOUGHT = {"type": "event", "event": "bought"}


def happen(
    friend: Friend, type_: str = "bought", *, ago: timedelta = timedelta(), **properties: object
) -> None:
    event = NewEvent(type_, timezone.now() - ago, friend_id=friend.pk, properties=properties)
    timeline.record([event])


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    [friend] = make_followers(simulator, channel, ["aoi"])
    return friend


def test_people_are_led_through_waits_and_sent_to(aoi, simulator, channel):
    entry = make_entry(make_scenario(WAIT, SEND), aoi)

    lead()
    early = texts(simulator, channel, aoi)
    lead(after=61 * timedelta(minutes=1))

    entry.refresh_from_db()
    assert early == []
    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert (entry.state, entry.reason) == (Entry.State.ENDED, Entry.Reason.FINISHED)
    assert passages(entry) == [("s1", "next", ""), ("s2", "next", "sent")]


def test_what_is_accepted_is_booked_for_the_step_once(aoi, channel, tenant):
    scenario = make_scenario(SEND)
    make_entry(scenario, aoi)

    lead()
    lead()

    [booked] = LedgerEntry.objects.filter(tenant_id=tenant.pk)
    assert booked.reference.startswith(f"scenario:{scenario.pk}/step:s1/")
    assert (booked.kind, booked.messages, booked.label) == ("push", 1, "Abandoned cart")


def test_an_order_of_a_moment_ago_stops_the_reminder(aoi, simulator, channel):
    entry = make_entry(make_scenario(WAIT, SEND, exits=[BOUGHT]), aoi)
    lead()

    happen(aoi)
    lead(after=2 * HOUR)

    entry.refresh_from_db()
    assert texts(simulator, channel, aoi) == []
    assert entry.reason == Entry.Reason.EVENT


def test_an_order_after_the_push_was_laid_out_still_stops_it(aoi, simulator, channel):
    scenario = make_scenario(SEND, exits=[BOUGHT])
    entry = make_entry(scenario, aoi)
    simulator.fail_next(1, 429, PUSH)
    lead()  # LINE did not take it; it waits
    happen(aoi)
    skip_waiting()

    lead()

    entry.refresh_from_db()
    assert texts(simulator, channel, aoi) == []
    assert entry.reason == Entry.Reason.EVENT
    assert entry.sends.get().state == Send.State.CANCELLED


def test_an_order_of_the_customer_they_are_linked_to_counts(aoi, simulator, channel):
    customer = make_customer()
    make_link(aoi, customer)
    entry = make_entry(make_scenario(SEND, exits=[BOUGHT]), aoi)

    timeline.record([NewEvent("bought", timezone.now(), customer_id=customer.pk)])
    lead()

    entry.refresh_from_db()
    assert entry.reason == Entry.Reason.EVENT
    assert texts(simulator, channel, aoi) == []


def test_an_order_from_before_they_entered_stops_nothing(aoi, simulator, channel):
    happen(aoi, ago=HOUR)
    make_entry(make_scenario(SEND, exits=[BOUGHT]), aoi)

    lead()

    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]


def test_an_order_between_the_cart_and_our_hearing_of_it_stops_the_reminder(aoi, simulator, channel):
    happen(aoi, ago=timedelta(minutes=2))
    make_entry(make_scenario(SEND, exits=[BOUGHT]), aoi, since=timezone.now() - timedelta(minutes=5))

    lead()

    assert texts(simulator, channel, aoi) == []


def test_only_an_order_of_the_same_product_ends_what_is_about_a_product(aoi):
    exits = [BOUGHT | {"same_subject": True}]
    scenario = make_scenario(WAIT, SEND, exits=exits)
    tea = make_entry(scenario, aoi, subject="tea", key="tea")
    cup = make_entry(scenario, aoi, subject="cup", key="cup")

    happen(aoi, product="tea")
    lead()

    tea.refresh_from_db()
    cup.refresh_from_db()
    assert (tea.reason, cup.reason) == (Entry.Reason.EVENT, "")


@pytest.mark.parametrize(
    ("context", "product", "reason"),
    [
        ({"product": "tea", "order": "1"}, "tea", Entry.Reason.EVENT),
        ({"product": "tea"}, "cup", ""),
        ({"product": "", "order": "1"}, "tea", ""),
        ({"products": ["tea", "cup"]}, "tea", Entry.Reason.EVENT),  # it is not known which: any counts
    ],
)
def test_where_products_do_not_count_by_themselves_it_is_about_what_let_them_in(
    aoi, context, product, reason
):
    scenario = make_scenario(WAIT, SEND, exits=[BOUGHT | {"same_subject": True}])
    entry = make_entry(scenario, aoi, context=context)

    happen(aoi, product=product)
    lead()

    entry.refresh_from_db()
    assert entry.reason == reason


def test_what_names_the_friend_too_takes_out_the_customer_who_was_none_when_they_came_in(aoi):
    customer = make_customer()
    entry = make_entry(make_scenario(WAIT, SEND, exits=[BOUGHT]), customer_id=customer.pk)
    make_link(aoi, customer)

    timeline.record([NewEvent("bought", timezone.now(), friend_id=aoi.pk, customer_id=customer.pk)])
    lead()

    entry.refresh_from_db()
    assert entry.reason == Entry.Reason.EVENT


def test_a_goal_is_kept_and_ends_only_if_it_says_so(aoi, simulator, channel):
    goes_on = {"event": "bought", "within_days": 3, "ends": False}
    stays = make_entry(make_scenario(SEND, goal=goes_on, name="Stays"), aoi)
    ends = make_entry(make_scenario(SEND, goal=goes_on | {"ends": True}, name="Ends"), aoi)

    happen(aoi)
    lead()

    stays.refresh_from_db()
    ends.refresh_from_db()
    assert stays.goal_at is not None
    assert ends.goal_at is not None
    assert (stays.reason, ends.reason) == (Entry.Reason.FINISHED, Entry.Reason.GOAL)
    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]


def test_who_has_blocked_or_stopped_gets_nothing_and_goes_on(simulator, channel):
    ren, mio = make_followers(simulator, channel, ["ren", "mio"])
    scenario = make_scenario(SEND)
    blocked, stopped = make_entry(scenario, ren), make_entry(scenario, mio)
    Friend.objects.filter(pk=ren.pk).update(status=Friend.Status.BLOCKED)
    Friend.objects.filter(pk=mio.pk).update(stopped_at=timezone.now())

    lead()

    assert texts(simulator, channel, ren) == texts(simulator, channel, mio) == []
    assert passages(blocked) == [("s1", "next", "blocked")]
    assert passages(stopped) == [("s1", "next", "stopped")]


def test_who_stops_while_the_push_waits_gets_nothing(aoi, simulator, channel):
    entry = make_entry(make_scenario(SEND), aoi)
    simulator.fail_next(1, 429, PUSH)
    lead()
    Friend.objects.filter(pk=aoi.pk).update(stopped_at=timezone.now())
    skip_waiting()

    lead()

    assert texts(simulator, channel, aoi) == []
    assert passages(entry) == [("s1", "next", "stopped")]


def test_a_lost_answer_does_not_send_twice(aoi, simulator, channel, tenant):
    entry = make_entry(make_scenario(SEND), aoi)
    simulator.lose_next_answers(1, PUSH)

    lead()
    skip_waiting()
    lead()

    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert passages(entry) == [("s1", "next", "sent")]
    assert LedgerEntry.objects.get(tenant_id=tenant.pk).messages == 1


def test_whose_answer_was_lost_long_ago_does_not_turn_back_the_clock_of_others(simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    scenario = make_scenario(SEND, {"type": "wait", "minutes": 24 * 60})
    long_ago = make_entry(scenario, aoi)
    simulator.lose_next_answers(1, PUSH)
    lead()
    Send.objects.update(first_tried_at=timezone.now() - 22 * HOUR)
    skip_waiting()
    usual = make_entry(scenario, ren)

    lead()

    long_ago.refresh_from_db()
    usual.refresh_from_db()
    assert long_ago.due_at < timezone.now() + 3 * HOUR
    assert usual.due_at > timezone.now() + 23 * HOUR


def test_who_left_while_nobody_knew_whether_it_arrived_is_not_sent_it_again(aoi, simulator, channel):
    entry = make_entry(make_scenario(SEND, exits=[BOUGHT]), aoi)
    simulator.fail_next(1, 500, PUSH)
    lead()
    happen(aoi)
    skip_waiting()

    lead()

    assert texts(simulator, channel, aoi) == []
    assert entry.sends.get().state == Send.State.UNKNOWN


def test_a_key_that_line_may_have_forgotten_is_not_used_again(aoi, simulator, channel):
    entry = make_entry(make_scenario(SEND), aoi)
    simulator.lose_next_answers(1, PUSH)
    lead()
    entry.sends.update(first_tried_at=timezone.now() - timedelta(hours=24))
    skip_waiting()

    lead()

    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert entry.sends.get().state == Send.State.UNKNOWN
    assert passages(entry) == [("s1", "next", "unknown")]


def test_what_nobody_knows_is_booked_if_a_person_says_that_it_arrived(aoi, simulator, tenant):
    scenario = make_scenario(SEND)
    entry = make_entry(scenario, aoi)
    simulator.lose_next_answers(1, PUSH)
    lead()
    entry.sends.update(first_tried_at=timezone.now() - timedelta(hours=24))
    skip_waiting()
    lead()

    settling.settle(scenario, [entry.sends.get().pk], arrived=True, by=None)

    assert LedgerEntry.objects.get(tenant_id=tenant.pk).messages == 1
    with pytest.raises(SendSettled):
        settling.settle(scenario, [entry.sends.get().pk], arrived=True, by=None)


def test_a_refused_person_goes_on_without_the_message(aoi, simulator, channel):
    entry = make_entry(make_scenario(SEND, WAIT), aoi)
    simulator.fail_next(1, 400, PUSH)

    lead()

    entry.refresh_from_db()
    assert passages(entry) == [("s1", "next", "rejected")]
    assert (entry.step, entry.state) == ("s2", Entry.State.WAITING)


def test_where_the_plan_has_no_room_people_wait_with_the_reason(simulator, channel, tenant):
    friends = make_followers(simulator, channel, ["a", "b", "c"])
    scenario = make_scenario(SEND)
    entries = [make_entry(scenario, friend) for friend in friends]
    record_reading(tenant.pk, 2, 0, timezone.now())

    lead()

    assert Entry.objects.filter(state=Entry.State.ENDED).count() == 2
    [waiting] = Entry.objects.filter(pk__in=[entry.pk for entry in entries], state=Entry.State.WAITING)
    assert "left this month" in waiting.problem
    assert waiting.due_at > timezone.now()


def test_who_waits_for_room_is_sent_to_once_there_is_some(aoi, simulator, channel, tenant):
    entry = make_entry(make_scenario(SEND), aoi)
    record_reading(tenant.pk, 0, 0, timezone.now())
    lead()
    record_reading(tenant.pk, 5, 0, timezone.now())

    room.release()
    lead()

    entry.refresh_from_db()
    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert entry.problem == ""


def test_once_line_says_the_month_is_used_up_it_is_left_alone_for_a_while(simulator, channel):
    friends = make_followers(simulator, channel, ["a", "b", "c"])
    scenario = make_scenario(SEND)
    simulator.configure(channel.channel_id, quota=0)
    for friend in friends[:1]:
        make_entry(scenario, friend)
    lead()
    for friend in friends[1:]:
        make_entry(scenario, friend)

    lead()

    assert Halt.present().problem == "The messages of this month are used up."
    assert Send.objects.count() == 1
    assert set(Entry.objects.exclude(friend=friends[0]).values_list("problem", flat=True)) == {
        "The messages of this month are used up."
    }
    assert running.next_moment() > timezone.now() + timedelta(minutes=5)


def test_nobody_is_led_on_while_a_scenario_is_paused_and_what_is_due_is_asked_again_after(
    aoi, simulator, channel
):
    scenario = make_scenario(WAIT, SEND, exits=[BOUGHT])
    entry = make_entry(scenario, aoi)
    [ren] = make_followers(simulator, channel, ["ren"])
    other = make_entry(scenario, ren)
    lead()
    services.pause(scenario, by=None)
    lead(after=2 * HOUR)
    paused = texts(simulator, channel, ren)
    happen(aoi)

    services.resume(scenario, by=None)
    lead(after=2 * HOUR)

    entry.refresh_from_db()
    assert paused == texts(simulator, channel, aoi) == []
    assert texts(simulator, channel, ren) == ["Your cart is waiting"]
    assert entry.reason == Entry.Reason.EVENT
    assert passages(other)[-1] == ("s2", "next", "sent")


def test_a_push_that_had_not_left_when_the_scenario_was_paused_is_laid_out_anew(aoi, simulator, channel):
    scenario = make_scenario(SEND)
    entry = make_entry(scenario, aoi)
    Halt.objects.create(pk=1, until=timezone.now() + HOUR, problem="LINE is away")
    Halt.objects.all().delete()
    leading.lead(timezone.now())
    assert Send.objects.get().state == Send.State.PENDING

    services.pause(scenario, by=None)
    back = Send.objects.count()
    services.resume(scenario, by=None)
    lead()

    assert back == 0
    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert passages(entry) == [("s1", "next", "sent")]


def test_people_stay_in_the_version_they_entered_unless_they_are_moved(aoi, simulator, channel):
    scenario = make_scenario(WAIT, SEND)
    make_entry(scenario, aoi)
    lead()
    rewrite(scenario, WAIT, SEND | {"messages": [{"type": "text", "text": "New"}]})

    lead(after=2 * HOUR)

    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]


def test_who_is_moved_gets_what_the_new_version_says_when_it_says_so(aoi, simulator, channel):
    scenario = make_scenario(WAIT, SEND)
    make_entry(scenario, aoi)
    lead()
    rewrite(
        scenario, WAIT | {"minutes": 10}, SEND | {"messages": [{"type": "text", "text": "New"}]}, moves=True
    )

    lead(after=timedelta(minutes=11))

    assert texts(simulator, channel, aoi) == ["New"]


def test_who_is_moved_does_no_step_twice_though_the_steps_changed_places(aoi, simulator, channel):
    scenario = make_scenario(SEND | {"id": "a"}, WAIT | {"id": "b"})
    make_entry(scenario, aoi)
    lead()
    rewrite(scenario, WAIT | {"id": "b"}, SEND | {"id": "a"}, moves=True)

    lead(after=2 * HOUR)

    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert Entry.objects.get().reason == Entry.Reason.FINISHED


def test_whose_step_is_gone_is_out(aoi):
    scenario = make_scenario(WAIT, SEND)
    entry = make_entry(scenario, aoi)
    lead()

    rewrite(scenario, SEND | {"id": "other"}, moves=True)

    entry.refresh_from_db()
    assert entry.reason == Entry.Reason.GONE


def test_a_push_that_has_not_left_when_the_quiet_hours_begin_waits_for_their_end(aoi, simulator, channel):
    entry = make_entry(make_scenario(SEND), aoi)
    simulator.fail_next(1, 429, PUSH)
    lead()
    now = timezone.localtime()
    rules = {"quiet_from": (now - HOUR).time(), "quiet_until": (now + HOUR).time()}
    SendingRules.objects.create(pk=1, **rules)
    skip_waiting()

    lead()

    entry.refresh_from_db()
    assert texts(simulator, channel, aoi) == []
    assert (entry.state, Send.objects.count()) == (Entry.State.WAITING, 0)
    assert timezone.now() < entry.due_at <= timezone.now() + HOUR


def test_who_waits_for_an_event_goes_on_when_it_comes_or_when_its_time_is_over(simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    thanks = [SEND | {"id": "thanks"}]
    scenario = make_scenario(
        {"type": "await", "event": "bought", "days": 1, "ways": {"happened": thanks, "timed_out": []}}
    )
    entries = [make_entry(scenario, friend) for friend in (aoi, ren)]
    lead()

    happen(aoi)
    lead()
    lead(after=timedelta(hours=25))

    assert passages(entries[0]) == [("s1", "happened", ""), ("thanks", "next", "sent")]
    assert passages(entries[1]) == [("s1", "timed_out", "")]


def test_an_event_that_comes_while_somebody_is_on_their_way_to_wait_for_it_is_not_missed(aoi):
    scenario = make_scenario({"type": "await", "event": "bought", "days": 1})
    entry = make_entry(scenario, aoi)
    lead()
    happen(aoi)
    OutboxEntry.objects.all().delete()  # somebody else has heard it, before the wait was written

    lead(after=timedelta(seconds=6))

    assert passages(entry) == [("s1", "happened", "")]


def test_who_came_long_ago_to_a_wait_for_an_event_misses_none_that_comes_as_they_begin_to_wait(aoi):
    scenario = make_scenario({"type": "await", "event": "bought", "days": 1})
    entry = make_entry(scenario, aoi, arrived_at=timezone.now() - HOUR)
    lead()
    happen(aoi)
    OutboxEntry.objects.all().delete()  # somebody else has heard it, before the wait was written

    lead(after=timedelta(seconds=6))

    assert passages(entry) == [("s1", "happened", "")]


@pytest.mark.parametrize(
    ("never", "state"),
    [("9999-12-31T23:59:59Z", "waiting"), ("0001-01-01", "ended"), ("0001-01-01T00:00:00Z", "ended")],
)
def test_a_date_by_which_shops_say_never_holds_up_nobody_else(simulator, channel, never, state):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    date = {"field": "context.expires_at", "at": "00:30"}
    scenario = make_scenario({"type": "wait", "date": date})
    strange = make_entry(scenario, aoi, context={"expires_at": never})
    usual = make_entry(scenario, ren, context={"expires_at": "2026-01-01"})

    lead()

    strange.refresh_from_db()
    usual.refresh_from_db()
    assert (strange.state, strange.problem, usual.state) == (state, "", "ended")


def test_a_wait_for_a_date_of_the_customer_goes_by_their_books(simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_link(aoi, make_customer(birthday=tomorrow.replace(year=1988)))
    date = {"field": "customer.birthday", "yearly": True, "at": "10:00"}
    scenario = make_scenario({"type": "wait", "date": date}, SEND)
    entries = [make_entry(scenario, friend) for friend in (aoi, ren)]

    lead()

    entries[0].refresh_from_db()
    entries[1].refresh_from_db()
    assert timezone.localtime(entries[0].due_at).date() == tomorrow
    assert passages(entries[1]) == [("s1", "next", "no_date")]
    assert entries[1].state == Entry.State.ENDED


def test_who_tries_a_scenario_out_waits_a_minute_and_is_booked_as_a_test(aoi, simulator, channel, tenant):
    make_entry(make_scenario(WAIT, SEND), aoi, is_test=True)

    lead()
    lead(after=timedelta(seconds=61))

    assert "Your cart is waiting" in "".join(texts(simulator, channel, aoi))
    assert LedgerEntry.objects.get(tenant_id=tenant.pk).kind == LedgerEntry.Kind.TEST


def test_a_budget_that_stops_sends_stops_promotions_and_no_notices(simulator, channel, tenant):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    make_budget(tenant, 0)
    book(tenant, messages=30_000)  # what the plan has for free
    promotion = make_entry(make_scenario(SEND, name="Sale"), aoi)
    make_entry(make_scenario(SEND, name="On its way", manners={"nature": "notice"}), ren)

    lead()

    promotion.refresh_from_db()
    assert texts(simulator, channel, aoi) == []
    assert "budget" in promotion.problem
    assert texts(simulator, channel, ren) == ["Your cart is waiting"]


def book(tenant: Tenant, *, messages: int) -> None:
    entry = ledger.NewEntry(
        LedgerEntry.Kind.MULTICAST, "broadcast:1/batch:1", "Sale", messages, timezone.now()
    )
    ledger.post(tenant.pk, [entry])


def test_one_broken_step_holds_up_nobody_else(aoi, simulator, channel):
    good = make_entry(make_scenario(SEND, name="Good"), aoi)
    broken = make_entry(make_scenario(WAIT, name="Broken"), aoi, context={"x": 1})
    Version.objects.filter(pk=broken.version_id).update(flow={"steps": "no list"})

    lead()
    lead()

    broken.refresh_from_db()
    good.refresh_from_db()
    assert "tried again" in broken.problem
    assert good.state == Entry.State.ENDED


def test_one_person_for_whom_a_step_breaks_holds_up_nobody_else(simulator, channel, monkeypatch):
    friends = make_followers(simulator, channel, 5)
    scenario = make_scenario({"type": "wait", "date": {"field": "context.day"}})
    days = ["2026-01-01", "2026-01-02", "breaks", "2026-01-03", "2026-01-04"]
    entries = [
        make_entry(scenario, friend, context={"day": day}) for friend, day in zip(friends, days, strict=True)
    ]
    monkeypatch.setattr(dates, "parse_date", breaks)

    lead()

    for entry in entries:
        entry.refresh_from_db()
    assert [entry.state for entry in entries] == ["ended", "ended", "waiting", "ended", "ended"]
    assert "tried again" in entries[2].problem


def breaks(text: str) -> date:
    assert text != "breaks"
    return date.fromisoformat(text)


def test_a_text_that_cannot_be_made_holds_up_nobody_else(simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    scenario = make_scenario(SEND)
    entries = [make_entry(scenario, aoi), make_entry(scenario, ren)]
    leading.lead(timezone.now())
    Send.objects.filter(friend_id=aoi.pk).update(values=f"{MARK}{{not JSON")

    lead()

    assert passages(entries[0]) == [("s1", "next", "rejected")]
    assert texts(simulator, channel, ren) == ["Your cart is waiting"]


def test_pushes_that_a_paused_scenario_holds_back_hold_up_no_other(simulator, channel):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    paused = make_scenario(SEND)
    make_entry(paused, aoi)
    simulator.fail_next(1, 500, PUSH)
    lead()
    services.pause(paused, by=None)
    skip_waiting()
    make_entry(make_scenario(SEND, name="Runs"), ren)

    lead()

    assert texts(simulator, channel, ren) == ["Your cart is waiting"]


def test_a_flow_that_breaks_after_its_pushes_were_laid_out_holds_up_no_other(aoi, simulator, channel):
    broken = make_entry(make_scenario(SEND, name="Broken"), aoi, priority=1)
    good = make_entry(make_scenario(SEND, name="Good"), aoi)
    leading.lead(timezone.now())
    Version.objects.filter(pk=broken.version_id).update(flow={"steps": "no list"})

    lead()

    broken.refresh_from_db()
    assert texts(simulator, channel, aoi) == ["Your cart is waiting"]
    assert passages(good) == [("s1", "next", "sent")]
    assert "tried again" in broken.problem


def test_who_came_in_as_the_scenario_was_archived_is_out(aoi):
    scenario = make_scenario(SEND)
    services.archive(scenario, by=None)
    entry = make_entry(scenario, aoi)

    lead()

    entry.refresh_from_db()
    assert (entry.reason, entry.sends.count()) == (Entry.Reason.STOPPED, 0)


def test_the_more_important_goes_first(simulator, channel):
    friends = make_followers(simulator, channel, ["a", "b"])
    scenario = make_scenario(SEND)
    make_entry(scenario, friends[0], priority=5)
    make_entry(scenario, friends[1], priority=1)

    sends, _looked_at = _claimed_after_leading()

    assert [send.line_user_id for send in sends] == [friends[1].line_user_id, friends[0].line_user_id]


def _claimed_after_leading() -> tuple[list, int]:
    leading.lead(timezone.now())
    return claims.claim(10)
