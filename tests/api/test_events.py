from datetime import UTC, datetime

import pytest
from django.utils import timezone

from events.models import Event
from tests.factories import make_customer, make_friend, make_line_user_id


def test_events_name_people_in_each_way(call):
    friend, customer = make_friend("aoi"), make_customer("C-1")
    at = "2026-11-20T14:05:00+09:00"

    answer = call().post(
        "events/",
        {
            "events": [
                {"type": "bought", "at": at, "customer": "C-1", "properties": {"amount": 4980}},
                {"type": "viewed", "at": at, "line_user_id": make_line_user_id("aoi")},
                {"type": "carted", "at": at, "friend": friend.pk, "customer": "C-1"},
            ]
        },
    )

    assert answer.json() == {"recorded": 3, "repeated": 0, "errors": []}
    assert list(
        Event.objects.order_by("id").values_list("type", "friend_id", "customer_id", "properties")
    ) == [
        ("bought", None, customer.pk, {"amount": 4980}),
        ("viewed", friend.pk, None, {}),
        ("carted", friend.pk, customer.pk, {}),
    ]
    assert Event.objects.first().at == datetime(2026, 11, 20, 5, 5, tzinfo=UTC)


def test_an_event_without_a_time_happened_now(call):
    make_customer("C-1")
    before = timezone.now()

    call().post("events/", {"events": [{"type": "bought", "customer": "C-1"}]})

    assert before <= Event.objects.get().at <= timezone.now()


def test_an_event_with_a_known_key_is_recorded_once(call):
    make_customer("C-1")
    order = {"type": "bought", "customer": "C-1", "key": "order-7"}
    ours = call()

    first = ours.post("events/", {"events": [order, order]})
    second = ours.post("events/", {"events": [order]})

    assert first.json() == {"recorded": 1, "repeated": 1, "errors": []}
    assert second.json() == {"recorded": 0, "repeated": 1, "errors": []}


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ({"type": ""}, "type: must be a text of 1 to 60 characters"),
        ({"type": "x" * 61}, "type: must be a text of 1 to 60 characters"),
        ({"at": "2026-11-20"}, "at: must be a time with its offset, such as 2026-11-20T14:05:00+09:00"),
        ({"at": 5}, "at: must be a time with its offset, such as 2026-11-20T14:05:00+09:00"),
        ({"at": "2099-01-01T00:00:00Z"}, "at: is in the future"),
        ({"customer": "C-2"}, "customer: there is nobody known as C-2"),
        ({"customer": 1}, "customer: there is nobody known as 1"),
        ({"friend": True}, "friend: there is nobody known as True"),
        ({"friend": 2**40}, "friend: there is nobody known as 1099511627776"),
        ({"customer": None}, "must name a person by one of: friend, line_user_id, customer"),
        ({"properties": [1]}, "properties: must be an object"),
        ({"properties": {"note": "x" * 10_000}}, "properties: must not be over 10000 bytes"),
        ({"key": "x" * 101}, "key: must be a text of 1 to 100 characters"),
        ({"amount": 5}, "amount: there is no such field"),
    ],
)
def test_a_bad_event_is_reported_and_the_good_one_recorded(call, fault, detail):
    make_customer("C-1")
    good = {"type": "bought", "customer": "C-1"}

    answer = call().post("events/", {"events": [good | fault, good]})

    assert answer.status_code == 200
    assert answer.json() == {"recorded": 1, "repeated": 0, "errors": [{"index": 0, "detail": detail}]}


def test_two_names_for_two_people_are_refused(call):
    aoi, _ren = make_friend("aoi"), make_friend("ren")
    event = {"type": "bought", "friend": aoi.pk, "line_user_id": make_line_user_id("ren")}

    answer = call().post("events/", {"events": [event]})

    assert answer.json()["errors"] == [
        {"index": 0, "detail": "line_user_id: names another person than the fields before it"}
    ]


@pytest.mark.parametrize("body", [{}, [], {"events": []}, {"events": [{}] * 1_001}])
def test_a_batch_that_is_none_is_refused_as_a_whole(call, body):
    answer = call().post("events/", body)

    assert answer.status_code == 400
    assert answer.json()["detail"] == "events: Give a list of 1 to 1000 events."


def test_a_batch_takes_the_same_queries_however_long(call, django_assert_max_num_queries):
    make_customer("C-1")
    ours = call()
    events = [{"type": "bought", "customer": "C-1", "key": str(n)} for n in range(1_000)]

    with django_assert_max_num_queries(13):
        answer = ours.post("events/", {"events": events})

    assert answer.json()["recorded"] == 1_000


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("friend={friend}", ["viewed"]),
        ("customer_id={customer}", ["bought"]),
        ("type=bought", ["bought"]),
        ("", ["bought", "viewed"]),
    ],
)
def test_events_are_found_by(call, query, found):
    friend, customer = make_friend("aoi"), make_customer("C-1")
    ours = call()
    ours.post("events/", {"events": [{"type": "viewed", "friend": friend.pk, "at": "2026-11-19T00:00:00Z"}]})
    ours.post("events/", {"events": [{"type": "bought", "customer": "C-1", "at": "2026-11-20T00:00:00Z"}]})

    answer = ours.get("events/?" + query.format(friend=friend.pk, customer=customer.pk))

    assert [event["type"] for event in answer.json()["items"]] == found
