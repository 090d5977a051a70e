"""Each conversion goes to one touch; what is corrected later follows."""

from datetime import date
from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from accounts import board
from attribution import services
from attribution.counting import turns
from attribution.counting.news import KIND
from attribution.credits import Sums, of
from attribution.models import Credit, Point, Reading
from customers import merging
from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from linking import bonds
from linking.models import Link
from shops.orders import upsert_orders
from tests.attribution.factories import DAY, HOUR, NOON, arrive, buy, click, credited, make_buyer
from tests.broadcasts.sending import make_sent
from tests.factories import make_customer, make_event_type, make_friend, make_link, make_route

pytestmark = pytest.mark.usefixtures("tenant")


def test_an_order_goes_to_the_last_click_before_it_by_default_and_to_the_first_if_asked():
    friend, customer = make_buyer()
    click(friend, "broadcast:7", NOON - DAY)
    click(friend, "scenario:3/step:a", NOON)
    buy(customer, NOON + HOUR)

    assert credited() == [("scenario:3/step:a", 3_000)]
    assert credited(model="first") == [("broadcast:7", 3_000)]


def test_a_click_counts_to_the_end_of_the_window_and_not_after_the_order():
    friend, customer = make_buyer()
    click(friend, "broadcast:7", NOON)
    buy(customer, NOON + 7 * DAY, 1)
    buy(customer, NOON + 7 * DAY + HOUR, 2)
    buy(customer, NOON - HOUR, 3)

    assert credited() == [("broadcast:7", 1)]


def test_of_two_touches_in_one_moment_the_click_that_was_recorded_last_counts():
    friend, customer = make_buyer()
    route = make_route()
    click(friend, "broadcast:7", NOON)
    click(friend, "broadcast:8", NOON)
    arrive(friend, route, NOON)
    buy(customer, NOON)

    assert credited() == [("broadcast:8", 3_000)]
    assert credited(model="first") == [(f"route:{route.pk}", 3_000)]


@pytest.mark.parametrize(("kind", "counts"), [("new", 1), ("returned", 1), ("already", 1), ("not_yet", 0)])
def test_coming_by_a_route_is_a_touch(kind, counts):
    friend, customer = make_buyer()
    route = make_route()
    arrive(friend, route, NOON, kind=kind)
    buy(customer)

    assert credited() == [(f"route:{route.pk}", 3_000)] * counts


def test_what_cannot_lead_to_it_is_passed_over():
    friend, customer = make_buyer()
    click(friend, "broadcast:7", NOON)
    click(friend, "scenario:3/step:a", NOON + HOUR)
    buy(customer, NOON + 2 * HOUR)
    services.change_point(services.orders(), touches=["broadcast"], by=None)

    assert credited() == [("broadcast:7", 3_000)]


def test_an_order_that_is_corrected_refunded_or_cancelled_later_is_followed():
    friend, customer = make_buyer()
    click(friend, "broadcast:7")
    first, second, third = (buy(customer, NOON + n * HOUR, 1_000 * n) for n in (1, 2, 3))
    before = credited()

    upsert_orders([{"number": first, "total": 1_500}, {"number": second, "refunded": 400}])
    upsert_orders([{"number": third, "status": "cancelled"}])

    assert before == [("broadcast:7", amount) for amount in (1_000, 2_000, 3_000)]
    assert credited() == [("broadcast:7", 1_500), ("broadcast:7", 1_600)]


def test_a_test_order_is_no_conversion_and_a_cancelled_one_may_come_back():
    friend, customer = make_buyer()
    click(friend, "broadcast:7")
    buy(customer, is_test=True)
    number = buy(customer, status="cancelled")
    before = credited()

    upsert_orders([{"number": number, "status": "paid"}])

    assert before == []
    assert credited() == [("broadcast:7", 3_000)]


def test_a_click_that_is_heard_of_late_counts():
    friend, customer = make_buyer()
    buy(customer, NOON + HOUR)
    before = credited()

    click(friend, "broadcast:7", NOON)

    assert before == []
    assert credited() == [("broadcast:7", 3_000)]


def test_whoever_links_after_clicking_is_credited_and_unlinking_takes_it_back():
    friend, customer = make_friend(), make_customer()
    click(friend, "broadcast:7", NOON)
    buy(customer.number, NOON + HOUR)
    alone = credited()

    bonds.tie([bonds.Bond(friend.pk, customer.pk, NOON + DAY, Link.Method.STAFF)])
    linked = credited()
    bonds.untie({friend.pk: NOON + 2 * DAY}, Link.Ended.BY_FRIEND)

    assert alone == []
    assert linked == [("broadcast:7", 3_000)]
    assert credited() == []


def test_the_friend_who_is_the_customer_now_is_whose_clicks_count():
    former, present, customer = make_friend(), make_friend(), make_customer()
    click(former, "broadcast:7", NOON)
    click(present, "broadcast:8", NOON - HOUR)
    bonds.tie([bonds.Bond(former.pk, customer.pk, NOON - DAY, Link.Method.STAFF)])
    buy(customer.number, NOON + HOUR)
    before = credited()

    bonds.tie([bonds.Bond(present.pk, customer.pk, NOON + DAY, Link.Method.STAFF)])

    assert before == [("broadcast:7", 3_000)]
    assert credited() == [("broadcast:8", 3_000)]


def test_orders_of_a_merged_customer_go_with_them():
    friend, number = make_buyer()
    other = make_customer()
    click(friend, "broadcast:7", NOON)
    buy(other.number, NOON + HOUR)
    before = credited()

    merging.merge(Customer.objects.get(number=number), other)

    assert before == []
    assert credited() == [("broadcast:7", 3_000)]


def test_a_customer_without_a_friend_is_known_by_the_click_in_a_mail():
    customer = make_customer()
    click(None, "scenario:3/step:a", customer_id=customer.pk)
    buy(customer.number)

    assert credited() == [("scenario:3/step:a", 3_000)]


def test_a_message_without_a_click_counts_where_that_is_chosen_and_a_click_before_it_wins():
    reader, clicker, late = (make_buyer() for _ in range(3))
    friends = [reader[0], clicker[0], late[0]]
    sent = make_sent(*friends, at=NOON)
    click(clicker[0], "broadcast:99999", NOON - DAY)
    buy(reader[1], NOON + HOUR)
    buy(clicker[1], NOON + 2 * HOUR)
    buy(late[1], NOON + 4 * HOUR)
    services.change_point(services.orders(), model="view", view_hours=3, by=None)

    assert credited(model="view") == [(sent.ledger_owner, 3_000), ("broadcast:99999", 3_000)]
    assert credited(model="last") == [("broadcast:99999", 3_000)]


def test_an_event_of_ones_own_is_worth_its_property_or_a_fixed_sum():
    make_event_type("tasted")
    friend = make_friend()
    click(friend, "broadcast:7")
    by_property = services.create_point(
        kind="event", name="Tasting", code="tasting", event="tasted", amount_property="paid", by=None
    )
    fixed = services.create_point(
        kind="event",
        name="Tea",
        code="tea",
        event="tasted",
        value_yen=Decimal(500),
        where=[{"property": "what", "op": "equals", "value": "tea"}],
        by=None,
    )
    for what, paid in (("tea", 120), ("cake", 1e30), ("rice", "much")):
        properties = {"what": what, "paid": paid}
        timeline.record([NewEvent("tasted", NOON + HOUR, friend.pk, None, properties)])

    assert credited(by_property) == [
        ("broadcast:7", 120),
        ("broadcast:7", Decimal(99_999_999_999)),
        ("broadcast:7", 0),
    ]
    assert credited(fixed) == [("broadcast:7", 500)]


def test_once_per_person_is_the_first_of_all_that_happened():
    make_event_type("tasted")
    friend, customer = make_buyer()
    once = services.create_point(
        kind="event", name="Tasting", code="tasting", event="tasted", counts="once", by=None
    )
    click(friend, "broadcast:7", NOON)
    for at in (NOON + 2 * HOUR, NOON + HOUR):
        timeline.record([NewEvent("tasted", at, friend.pk)])
    before = credited(once)
    timeline.record([NewEvent("tasted", NOON - 2 * DAY, None, Customer.objects.get(number=customer).pk)])

    assert len(before) == 1
    assert credited(once) == []  # the first was before the click


@pytest.mark.parametrize("number", ["x", "9" * 40, None, {"a": 1}, "7; DROP"])
def test_a_click_that_a_program_made_up_leads_to_nothing(number):
    friend, customer = make_buyer()
    properties = {"broadcast": number, "scenario": number, "step": "s" * 900}
    timeline.record([NewEvent("clicked", NOON, friend.pk, None, properties)])
    buy(customer)

    assert credited() == []


def test_sums_are_by_owner_by_step_and_by_day():
    friend, customer = make_buyer()
    click(friend, "broadcast:7", NOON)
    buy(customer, NOON + HOUR, 1_000)
    click(friend, "scenario:3/step:a", NOON + DAY)
    buy(customer, NOON + DAY + HOUR, 2_000)
    turns.catch_up()
    owners = ["broadcast:7", "scenario:3", "scenario:3/step:a", "route:1"]

    assert of(owners) == {
        "broadcast:7": Sums(1, 1, Decimal(1_000)),
        "scenario:3": Sums(1, 1, Decimal(2_000)),
        "scenario:3/step:a": Sums(1, 1, Decimal(2_000)),
    }
    assert of(owners, date(2026, 11, 10), date(2026, 11, 10)).keys() == {"broadcast:7"}
    assert of(owners, model="first")["broadcast:7"] == Sums(2, 2, Decimal(3_000))


def test_news_wakes_the_count_and_is_counted_once(django_capture_on_commit_callbacks):
    friend, customer = make_buyer()
    turns.catch_up()
    seen = board.version(KIND)
    with django_capture_on_commit_callbacks(execute=True):
        click(friend, "broadcast:7")
        buy(customer)
    turns.catch_up()

    assert Credit.objects.count() == 2  # by two models
    assert {each.version for each in Reading.objects.all()} == set(
        versions.of(Reading.objects.values_list("topic", flat=True)).values()
    )
    assert board.version(KIND) >= seen


def test_news_that_may_be_about_anyone_counts_everybody_anew():
    friend, customer = make_buyer()
    click(friend, "broadcast:7")
    buy(customer)
    credited()
    Credit.objects.all().delete()

    versions.touch("orders")

    assert credited() == [("broadcast:7", 3_000)]


def test_people_who_are_gone_leave_no_credits_behind_when_all_is_counted_anew():
    friend = make_friend()
    make_event_type("tasted")
    point = services.create_point(kind="event", name="Tasting", code="tasting", event="tasted", by=None)
    click(friend, "broadcast:7")
    timeline.record([NewEvent("tasted", NOON + HOUR, friend.pk)])
    before = credited(point)
    friend.delete()
    services.change_point(point, window_days=8, by=None)

    assert len(before) == 1
    assert credited(point) == []


def test_another_client_has_its_own_credits(other_tenant):
    friend, customer = make_buyer()
    click(friend, "broadcast:7")
    buy(customer)
    credited()

    with tenant_context(other_tenant):
        turns.catch_up()
        assert Point.objects.get().kind == "order"
        assert not Credit.objects.exists()


def test_a_link_made_by_hand_needs_no_order_to_be_counted():
    friend, customer = make_friend(), make_customer()
    make_link(friend, customer)

    assert credited() == []
