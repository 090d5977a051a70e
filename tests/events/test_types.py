"""Types of events: those that are built in, and a client's own."""

import pytest

from events import registry, types
from events.models import Event, Refusal
from tests.api.conftest import EVERYTHING, caller, make_key
from tests.factories import make_customer, make_event_type, make_friend, make_product


@pytest.fixture
def call(tenant):
    return lambda *scopes: caller(make_key(tenant, *(scopes or EVERYTHING)))


def sent(call, *events: dict, **more: object) -> dict:
    return call().post("events/", {"events": list(events)} | more).json()


@pytest.mark.parametrize(
    ("type_", "properties", "fault"),
    [
        ("bought", {"amount": "4980"}, "properties.amount: must be an amount: a number of 0 or more"),
        ("bought", {"amount": -5}, "properties.amount: must be an amount: a number of 0 or more"),
        ("bought", {"amount": True}, "properties.amount: must be an amount: a number of 0 or more"),
        ("viewed", {"product": 5}, "properties.product: must be a text of at most 1000 characters"),
        ("order_placed", {"products": "tea"}, "properties.products: must be a list of at most 500 texts"),
        (
            "points_expiring",
            {"expires_at": "tomorrow"},
            "properties.expires_at: must be a time with its offset, such as 2026-11-20T14:05:00+09:00",
        ),
        ("tasted", {"points": 4.5}, "properties.points: must be a whole number"),
    ],
)
def test_a_wrong_property_of_a_known_type_is_refused(call, type_, properties, fault):
    make_customer("C-1")
    make_event_type("tasted", properties=[{"name": "points", "type": "whole"}])

    answer = sent(call, {"type": type_, "customer": "C-1", "properties": properties})

    assert answer == {"recorded": 0, "repeated": 0, "errors": [{"index": 0, "detail": fault}]}
    assert Refusal.objects.values_list("what", "subject", "reason").get() == ("events", type_, fault)


def test_another_name_of_a_type_is_recorded_by_its_own(call):
    make_customer("C-1")

    sent(call, {"type": "product_viewed", "customer": "C-1", "properties": {"product": "tea"}})

    assert Event.objects.get().type == "viewed"


def test_unknown_types_are_taken_unless_the_client_refuses_them(call):
    make_customer("C-1")
    event = {"type": "tastd", "customer": "C-1"}
    taken = sent(call, event)
    types.take_unknown_types(False)

    refused = sent(call, event)

    assert taken["recorded"] == 1
    assert refused["errors"][0]["detail"] == "type: tastd is not known here; define it first"


def test_an_event_may_bring_its_customer_along(call):
    event = {"type": "visited", "customer": "C-9"}
    too_long = {"type": "visited", "customer": "x" * 101}

    refused = sent(call, event)
    taken = sent(call, event, event, too_long, create_customers=True)

    assert refused["errors"][0]["detail"] == "customer: there is nobody known as C-9"
    assert taken["recorded"] == 2
    assert [error["index"] for error in taken["errors"]] == [2]


def test_bringing_customers_along_needs_the_right_to_write_them(call):
    event = {"events": [{"type": "visited", "customer": "C-9"}], "create_customers": True}

    assert call("events.add_event").post("events/", event).status_code == 403
    assert call("events.add_event", "customers.change_customer").post("events/", event).status_code == 200
    assert call().post("events/", event | {"create_customers": "yes"}).status_code == 400


def test_products_are_shown_by_name_with_one_query(tenant, django_assert_num_queries):
    make_product("tea", name="Sencha")
    friend = make_friend()
    events = [Event(friend_id=friend.pk, type="viewed", properties={"product": "tea"}) for _ in range(5)]

    with django_assert_num_queries(1):
        details = registry.details_of(events)

    assert [[(str(name), value) for name, value in each] for each in details] == [[("Product", "Sencha")]] * 5


def test_the_types_are_listed_with_their_properties(call):
    call().post("event-types/", {"name": "tasted", "label": "Tasted"})

    listed = {each["name"]: each for each in call().get("event-types/").json()}

    assert listed["tasted"]["is_own"]
    assert {"name": "amount", "label": "Amount", "type": "amount"} in listed["bought"]["properties"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "Tasted", "label": "x"}, "no_type_name"),
        ({"name": "試食😀", "label": "x"}, "no_type_name"),
        ({"name": "bought", "label": "x"}, "type_taken"),
        ({"name": "product_viewed", "label": "x"}, "type_taken"),
        ({"name": "a", "label": "x", "properties": [{"name": "p", "type": "text"}] * 2}, "property_twice"),
        ({"name": "a", "label": "x", "properties": [{"name": "P", "type": "text"}]}, "no_property_name"),
        ({"name": "a", "label": "x", "properties": [{"name": "p", "type": "yen"}]}, "invalid"),
    ],
)
def test_a_type_that_cannot_be_is_refused(call, body, code):
    assert call().post("event-types/", body).json()["code"] == code
