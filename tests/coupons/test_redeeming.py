"""Using coupons: whoever may, once, and with what the shop says of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from coupons import codes, orders, redeeming, services
from coupons.errors import (
    AlreadyUsed,
    Closed,
    Expired,
    NotHere,
    NotValidYet,
    OtherUse,
    ReasonNeeded,
    SharedCode,
    TooLate,
    UnknownCode,
    Withdrawn,
)
from coupons.models import Coupon, Redemption
from coupons.redeeming import Purchase
from events.models import Event
from shops.orders import upsert_orders
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_customer, make_friend, make_link

NOW = timezone.now


def by_shop(number: str, code: str, **fields: object) -> None:
    """An order that the shop tells of, and what follows from it."""
    row = {"number": number, "placed_at": NOW().isoformat(), "total": 9_000, "coupon_code": code}
    upsert_orders([row | fields])
    orders.match_due()


@pytest.mark.parametrize(
    "spell", [str, str.lower, codes.shown, lambda code: f" {codes.shown(code).lower()} "]
)
def test_a_code_is_found_however_it_was_typed(tenant, spell):
    ticket = make_ticket(make_friend())

    assert redeeming.find(spell(ticket.code)) == ticket


@pytest.mark.parametrize("code", ["", " ", "😀", "Ａ" * 500, "が" * 70, "A-2'; --", "\x00"])
def test_what_is_no_code_is_unknown(tenant, code):
    make_own_coupon(codes="shared", shared_code="AUTUMN")

    with pytest.raises(UnknownCode):
        redeeming.find(code)


def test_a_code_of_another_client_is_unknown(tenant, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_ticket(make_friend())
        assert redeeming.find(theirs.code) == theirs

    with pytest.raises(UnknownCode):
        redeeming.find(theirs.code)


def test_the_code_for_everybody_does_not_tell_who_it_is(tenant):
    coupon = make_own_coupon(codes="shared", shared_code="AUTUMN")
    ticket = make_ticket(make_friend(), coupon)

    with pytest.raises(SharedCode):
        redeeming.find("autumn")
    assert redeeming.find(ticket.code) == ticket


def test_a_use_is_on_the_timeline_with_what_it_saved(tenant):
    ticket = make_ticket(make_friend())
    bought = Purchase(order_number="1001", amount=5_000, place="Ginza")

    used = redeeming.redeem(ticket, way="scan", purchase=bought, by=None)

    event = Event.objects.get(type="redeemed")
    assert (used.discount_yen, used.spent_yen) == (500, 500)
    assert event.properties["discount"] == 500
    assert (event.properties["order"], event.properties["shop"]) == ("1001", "Ginza")


@pytest.mark.parametrize(
    ("coupon", "held", "refusal"),
    [
        ({"starts_at": NOW() + timedelta(days=1)}, {}, NotValidYet),
        ({"ends_at": NOW() + timedelta(days=1)}, {"ends_at": NOW() - timedelta(minutes=1)}, Expired),
        ({}, {"withdrawn_at": NOW()}, Withdrawn),
        ({}, {"used_count": 1, "used_at": NOW()}, AlreadyUsed),
        ({"at_till": False, "online": True}, {}, NotHere),
    ],
)
def test_the_till_is_told_why_a_coupon_is_not_taken(tenant, coupon, held, refusal):
    good = make_ticket(make_friend(), make_own_coupon("Good"))
    bad = make_ticket(make_friend(), make_own_coupon("Bad", **coupon), **held)

    assert redeeming.redeem(good, way="scan", by=None)
    with pytest.raises(refusal):
        redeeming.redeem(bad, way="scan", by=None)


def test_a_closed_coupon_is_not_taken_any_more(tenant):
    ticket = make_ticket(make_friend())

    services.close(ticket.coupon, by=None)

    with pytest.raises(Closed):
        redeeming.redeem(ticket, way="scan", by=None)


@pytest.mark.parametrize(("uses", "taken"), [(1, 1), (3, 3), (0, 5)])
def test_a_coupon_is_used_as_often_as_it_says(tenant, uses, taken):
    ticket = make_ticket(make_friend(), make_own_coupon(uses=uses))

    for _turn in range(5):
        try:
            redeeming.redeem(ticket, way="scan", by=None)
        except AlreadyUsed:
            break

    assert Redemption.objects.count() == taken


def test_the_same_request_again_is_the_same_use(tenant):
    ticket, other = make_ticket(make_friend()), make_ticket(make_friend(), make_own_coupon())

    first = redeeming.redeem(ticket, way="api", key="r-1", by=None)
    again = redeeming.redeem(ticket, way="api", key="r-1", by=None)

    assert first == again
    with pytest.raises(OtherUse):
        redeeming.redeem(other, way="api", key="r-1", by=None)


def test_a_mistake_is_taken_back_with_its_reason_and_leaves_the_timeline(tenant):
    ticket = make_ticket(make_friend())
    used = redeeming.redeem(ticket, way="scan", by=None)

    with pytest.raises(ReasonNeeded):
        redeeming.undo(used, reason=" ", by=None)
    undone = redeeming.undo(used, reason="Wrong customer", by=None)

    ticket.refresh_from_db()
    assert (undone.reason, ticket.used_count, ticket.used_at) == ("Wrong customer", 0, None)
    assert not Event.objects.filter(type="redeemed").exists()
    assert redeeming.redeem(ticket, way="scan", by=None)


def test_after_some_minutes_only_who_manages_takes_it_back(tenant):
    used = redeeming.redeem(make_ticket(make_friend()), way="scan", by=None)
    Redemption.objects.update(at=NOW() - timedelta(minutes=11))
    used.refresh_from_db()

    with pytest.raises(TooLate):
        redeeming.undo(used, reason="Wrong customer", by=None)
    assert redeeming.cancel(used, reason="Wrong customer", by=None).cancelled_at


def test_two_tills_at_once_and_one_wins(own_tenant):
    ticket, ends, barrier = make_ticket(make_friend()), [], threading.Barrier(4)

    def use() -> None:
        with tenant_context(own_tenant):
            barrier.wait()
            try:
                ends.append(redeeming.redeem(ticket, way="scan", by=None).pk)
            except AlreadyUsed:
                ends.append(None)
        connection.close()

    threads = [threading.Thread(target=use) for _till in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(end is None for end in ends) == [False, True, True, True]
    assert Redemption.objects.count() == 1


def test_an_order_with_somebodys_code_is_a_use(tenant):
    coupon = make_own_coupon(online=True)
    orders.listen()
    ticket = make_ticket(make_friend(), coupon)

    by_shop("1001", ticket.code.lower(), discount=1_000)
    by_shop("1001", ticket.code.lower(), discount=1_000)

    used = Redemption.objects.get()
    assert (used.ticket, used.order_number) == (ticket, "1001")
    assert (used.amount_yen, used.discount_yen) == (10_000, 1_000)


def test_a_cancelled_order_gives_the_use_back_where_the_coupon_says_so(tenant):
    giving_back, keeping = make_own_coupon(online=True), make_own_coupon(online=True, follows_orders=False)
    orders.listen()
    tickets = [make_ticket(make_friend(), each) for each in (giving_back, keeping)]

    for number, ticket in enumerate(tickets):
        by_shop(f"{number}", ticket.code)
        by_shop(f"{number}", ticket.code, status="cancelled")

    for ticket in tickets:
        ticket.refresh_from_db()
    assert [ticket.used_count for ticket in tickets] == [0, 1]


def test_the_code_for_everybody_is_counted_and_known_by_the_customer(tenant):
    coupon = make_own_coupon(codes="shared", shared_code="AUTUMN", online=True)
    orders.listen()
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    ticket = make_ticket(aoi, coupon)

    by_shop("1001", "autumn", customer="1")
    by_shop("1002", "AUTUMN")

    assert list(Redemption.objects.order_by("pk").values_list("ticket", flat=True)) == [ticket.pk, None]
    assert Event.objects.filter(type="redeemed").count() == 1


def test_a_code_that_is_not_for_the_online_shop_is_no_use(tenant):
    make_own_coupon("Other", online=True)
    orders.listen()
    ticket = make_ticket(make_friend(), make_own_coupon(online=False))

    by_shop("1001", ticket.code)

    assert not Redemption.objects.exists()


def test_what_people_got_is_not_changed_under_them(tenant):
    draft = make_own_coupon("Draft", status=Coupon.Status.DRAFT)
    running = make_own_coupon("Running")

    assert services.change(draft, by=None, amount=20).amount == 20
    assert services.change(running, by=None, name="Winter").name == "Winter"
    with pytest.raises(services.NotADraft):
        services.change(running, by=None, amount=20)
