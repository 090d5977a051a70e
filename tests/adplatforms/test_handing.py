"""Conversions reach the client's program: once each, signed, with what may be said of who it was."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from adplatforms import services
from adplatforms.consenting import consents
from adplatforms.handing import sending, turns
from adplatforms.models import Delivery, Handover
from attribution.counting import turns as attribution
from attribution.tag import commands
from shops.orders import upsert_orders
from tests.adplatforms.factories import (
    DAY,
    bodies,
    came_by_ad,
    give_contacts,
    hand_over,
    held,
    is_signed,
    make_buyer,
    make_destination,
)
from tests.attribution.factories import tell_order
from tests.factories import make_conversion_point, make_order

HOUR = timedelta(hours=1)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sold(customer, total: int = 3_000, *, ago: timedelta = HOUR, **told) -> str:
    """The number of an order of some time ago."""
    placed = (timezone.now() - ago).isoformat()
    return make_order(customer=customer.number, placed_at=placed, total=total, **told).number


def test_a_conversion_arrives_signed_with_its_click_and_hashes(receiver):
    friend, customer = make_buyer(email="aoi@example.jp", phone="09012345678")
    came_by_ad(friend, timezone.now() - DAY, gclid="Cj0K")
    number = sold(customer)
    destination = make_destination(receiver, order_id="plain")

    hand_over()

    [(headers, raw)] = receiver.got
    [told] = bodies(receiver)
    assert is_signed(destination, headers, raw)
    assert headers["webhook-id"] == told["id"] == f"{told['event_id']}-1"
    assert (told["type"], told["value"], told["currency"]) == ("conversion", 3_000, "JPY")
    assert (told["point"], told["order_id"], told["client"]) == ("orders", number, "apparel")
    assert (told["click"]["name"], told["click"]["value"]) == ("gclid", "Cj0K")
    assert told["user"] == {"email_sha256": sha("aoi@example.jp"), "phone_sha256": sha("+819012345678")}


def test_nothing_of_a_contact_leaves_in_clear(receiver):
    friend, customer = make_buyer(email="aoi@example.jp", phone="09012345678")
    came_by_ad(friend, timezone.now() - DAY, gclid="Cj0K")
    sold(customer)
    make_destination(receiver)

    hand_over()

    sent = b"".join([*receiver.bodies, *(str(headers).encode() for headers, _body in receiver.got)])
    assert not [word for word in (b"aoi@", b"9012345678", customer.number.encode()) if word in sent]


def test_told_once_however_often_it_is_reckoned(receiver):
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="Cj0K")
    sold(customer)
    destination = make_destination(receiver)

    for _ in range(3):
        hand_over()
        services.change_destination(destination, window_days=29 - _, by=None)

    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("agreed", "click", "contact", "chosen", "reason"),
    [
        (True, "x", "", {}, ""),
        (None, "x", "aoi@example.jp", {}, "no_consent"),
        (False, "x", "aoi@example.jp", {}, "no_consent"),
        (True, "", "aoi@example.jp", {}, "no_click"),
        (True, "", "aoi@example.jp", {"needs_click": False}, ""),
        (True, "", "", {"needs_click": False}, "no_identifier"),
        (None, "x", "aoi@example.jp", {"consent": "clicks_free"}, ""),
        (False, "x", "aoi@example.jp", {"consent": "clicks_free"}, "no_consent"),
        (None, "", "aoi@example.jp", {"consent": "clicks_free", "needs_click": False}, "no_consent"),
        (True, "", "aoi@example.jp", {"sends_contacts": False, "needs_click": False}, "no_identifier"),
    ],
)
def test_who_is_told_of_and_why_not(receiver, agreed, click, contact, chosen, reason):
    friend, customer = make_buyer(agreed=agreed, email=contact)
    if click:
        came_by_ad(friend, timezone.now() - DAY, gclid=click)
    sold(customer)
    make_destination(receiver, **chosen)

    hand_over()

    row = Handover.objects.get()
    assert (row.reason, len(receiver.got)) == (reason, 0 if reason else 1)
    assert row.state == ("skipped" if reason else "told")


def test_without_consent_a_click_goes_alone(receiver):
    friend, customer = make_buyer(agreed=None, email="aoi@example.jp")
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver, consent="clicks_free")

    hand_over()

    assert bodies(receiver)[0]["user"] == {}


def test_what_was_left_out_goes_once_somebody_agrees_and_is_not_taken_back_when_they_withdraw(receiver):
    friend, customer = make_buyer(agreed=None, email="aoi@example.jp")
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver)
    hand_over()
    assert receiver.got == []

    consents.state(customer, is_given=True, how="page", by=None)
    hand_over()
    consents.state(customer, is_given=False, how="page", by=None)
    hand_over()

    assert [told["type"] for told in bodies(receiver)] == ["conversion"]


def test_who_withdraws_while_it_waits_is_not_told_of(receiver, time_machine):
    time_machine.move_to(timezone.now())
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver, delay_hours=24)
    hand_over()
    consents.state(customer, is_given=False, how="page", by=None)

    time_machine.shift(2 * DAY)
    hand_over()

    assert receiver.got == []
    assert Handover.objects.get().reason == "no_consent"


def test_it_waits_and_a_cancelled_order_never_goes(receiver, time_machine):
    time_machine.move_to(timezone.now())
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    kept, cancelled = sold(customer), sold(customer)
    make_destination(receiver, delay_hours=24)
    hand_over()
    assert receiver.got == []

    upsert_orders([{"number": cancelled, "status": "cancelled"}, {"number": kept, "total": 2_500}])
    hand_over()
    time_machine.shift(DAY)
    hand_over()

    assert [(told["type"], told["value"]) for told in bodies(receiver)] == [("conversion", 2_500)]
    assert set(Handover.objects.values_list("state", "reason")) == {("told", ""), ("skipped", "undone")}


def test_corrections_follow_with_the_same_id_and_say_nothing_of_the_person(receiver):
    friend, customer = make_buyer(email="aoi@example.jp")
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    number = sold(customer)
    make_destination(receiver)
    hand_over()

    for told in ({"refunded": 1_000}, {"status": "cancelled"}, {"status": "paid"}):
        upsert_orders([{"number": number} | told])
        hand_over()

    told = bodies(receiver)
    assert [each["type"] for each in told] == [
        "conversion",
        "conversion.restated",
        "conversion.retracted",
        "conversion",
    ]
    assert [each["value"] for each in told] == [3_000, 2_000, None, 2_000]
    assert len({each["event_id"] for each in told}) == 1
    assert [each["number"] for each in told] == [1, 2, 3, 4]
    assert told[1]["user"] == told[2]["user"] == {}
    assert told[1]["click"] is None


def test_a_click_that_comes_to_be_known_later_sends_what_was_left_out(receiver):
    friend, customer = make_buyer()
    sold(customer)
    make_destination(receiver)
    hand_over()
    assert Handover.objects.get().reason == "no_click"

    came_by_ad(friend, timezone.now() - DAY, fbclid="IwAR")
    hand_over()

    assert bodies(receiver)[0]["click"]["name"] == "fbclid"


@pytest.mark.parametrize(("choice", "value"), [("last", "new"), ("first", "old")])
def test_of_several_clicks_in_time_the_chosen_one_is_told(receiver, choice, value):
    friend, customer = make_buyer()
    now = timezone.now()
    came_by_ad(friend, now - 40 * DAY, gclid="too old")
    came_by_ad(friend, now - 20 * DAY, gclid="old")
    came_by_ad(friend, now - 2 * DAY, gclid="new", yclid="not asked for")
    came_by_ad(friend, now, gclid="after")
    sold(customer)
    make_destination(receiver, click_choice=choice)

    hand_over()

    assert bodies(receiver)[0]["click"]["value"] == value


def test_an_order_that_moves_to_another_customer_is_told_of_once(receiver):
    (friend, customer), (_other_friend, other) = make_buyer(), make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    number = sold(customer)
    make_destination(receiver)
    hand_over()

    upsert_orders([{"number": number, "customer": other.number}])
    hand_over()

    assert len(receiver.got) == 1
    assert Handover.objects.get().customer_id == other.pk


@pytest.mark.parametrize("is_of_another", [False, True])
def test_an_order_that_the_page_tag_told_of_first_keeps_its_id(receiver, is_of_another):
    (friend, customer), (_other_friend, other) = make_buyer(), make_buyer()
    commands.set_up(origins=["https://shop.example"], by=None)
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    make_destination(receiver, order_id="plain")
    tell_order("N-1", timezone.now() - HOUR, friend=friend)
    hand_over()

    owner = (other if is_of_another else customer).number
    make_order("N-1", customer=owner, placed_at=(timezone.now() - HOUR).isoformat(), total=3_000)
    hand_over()
    upsert_orders([{"number": "N-1", "status": "cancelled"}])
    hand_over()

    told = bodies(receiver)
    assert [(each["type"], each["number"]) for each in told] == [
        ("conversion", 1),
        ("conversion.retracted", 2),
    ]
    assert len({each["event_id"] for each in told}) == 1
    assert {each["order_id"] for each in told} == {"N-1"}


def test_other_settings_take_nothing_back_of_what_the_page_told(receiver):
    friend, _customer = make_buyer()
    commands.set_up(origins=["https://shop.example"], by=None)
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    destination = make_destination(receiver)
    tell_order("N-1", timezone.now() - HOUR, friend=friend)
    hand_over()

    services.change_destination(destination, window_days=29, by=None)
    hand_over()

    assert [told["type"] for told in bodies(receiver)] == ["conversion"]


def test_what_the_page_tells_is_told_in_its_own_currency(receiver):
    friend, _customer = make_buyer()
    commands.set_up(origins=["https://shop.example"], by=None)
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    make_destination(receiver)
    tell_order("N-1", timezone.now() - HOUR, friend=friend, amount=25, currency="USD")

    hand_over()

    [told] = bodies(receiver)
    assert (told["value"], told["currency"]) == (25, "USD")


def test_events_are_conversions_too(receiver):
    from events import timeline
    from events.timeline import NewEvent

    friend, _customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    point = make_conversion_point(value_yen=500)
    make_destination(receiver, points=[point], order_id="hashed")
    timeline.record([NewEvent("viewed", timezone.now(), friend.pk, None, {})])

    hand_over()

    [told] = bodies(receiver)
    assert (told["point"], told["value"]) == (point.code, 500)
    assert told["order_id"] == told["event_id"]


def test_without_a_destination_nothing_is_queued(tenant):
    from events.models import OutboxEntry

    make_buyer()
    attribution.catch_up()

    assert not OutboxEntry.objects.filter(kind="ad_conversions").exists()


@pytest.mark.parametrize("status", [301, 302, 400, 500, 503])
def test_only_2xx_is_success_and_redirects_are_not_followed(receiver, start_tool, status):
    elsewhere = start_tool()
    receiver.status, receiver.location = status, elsewhere.url
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    destination = make_destination(receiver)

    hand_over()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, elsewhere.got) == ("waiting", status, [])
    destination.refresh_from_db()
    assert destination.standing == "stumbles"


def test_what_failed_is_tried_again_for_a_day_and_then_by_hand(receiver, time_machine):
    time_machine.move_to(timezone.now())
    receiver.status = 500
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver)
    hand_over()
    for _ in range(20):
        if moment := sending.next_moment():
            time_machine.move_to(moment)
            hand_over()
    delivery = Delivery.objects.get()
    assert (delivery.state, len(delivery.attempts), len(receiver.got)) == ("failed", 8, 8)
    assert len({body["id"] for body in bodies(receiver)}) == 1

    receiver.status = 200
    time_machine.shift(HOUR)  # it is left alone for some minutes after so many failures
    services.send_again(delivery, by=None)
    hand_over()

    assert Handover.objects.get().state == "told"
    assert len(held(receiver)) == 1


def test_what_a_dead_worker_had_sent_is_sent_again_with_the_same_id(receiver, time_machine):
    time_machine.move_to(timezone.now())
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    number = sold(customer)
    make_destination(receiver)
    attribution.catch_up()
    turns.catch_up()
    run = sending.Run()
    run.begin(*sending.claim())
    while not receiver.got:
        pass  # it has arrived, and the worker dies before it keeps the answer
    upsert_orders([{"number": number, "total": 1}])

    hand_over()
    assert len(receiver.got) == 1
    time_machine.shift(sending.LEASE + timedelta(seconds=1))
    hand_over()

    told = bodies(receiver)
    assert [(each["number"], each["value"]) for each in told] == [(1, 3_000), (1, 3_000), (2, 1)]
    assert told[0] == told[1]


def test_what_failed_for_good_may_have_arrived_so_a_cancellation_follows(receiver, time_machine):
    time_machine.move_to(timezone.now())
    receiver.status = 500
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    number = sold(customer)
    make_destination(receiver)
    hand_over()
    while moment := sending.next_moment():
        time_machine.move_to(moment)
        hand_over()
    receiver.status = 200
    time_machine.shift(HOUR)

    upsert_orders([{"number": number, "status": "cancelled"}])
    hand_over()

    assert held(receiver) == {}


def test_while_paused_nothing_is_sent_and_resuming_sends_what_waited(receiver):
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    destination = make_destination(receiver)
    services.pause(destination, by=None)
    hand_over()
    assert receiver.got == []

    services.resume(destination, by=None)
    hand_over()

    assert len(receiver.got) == 1


def test_an_address_in_a_private_network_is_refused_when_it_is_entered_and_when_it_is_used(
    receiver, settings
):
    from relays.errors import BadAddress

    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver)
    settings.RELAY_ALLOW_PRIVATE = False

    with pytest.raises(BadAddress):
        make_destination(name="Other", url="https://169.254.169.254/latest")
    hand_over()

    assert receiver.got == []
    assert "private network" in Delivery.objects.get().problem


def test_a_contact_that_is_corrected_while_it_waits_goes_in_its_new_form(receiver):
    friend, customer = make_buyer(email="old@example.jp")
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    sold(customer)
    make_destination(receiver)
    give_contacts(customer, email="new@example.jp")

    hand_over()

    assert bodies(receiver)[0]["user"]["email_sha256"] == sha("new@example.jp")
