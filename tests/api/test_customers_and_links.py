from datetime import UTC, datetime

import pytest

from customers.models import Customer
from tests.factories import make_customer, make_friend, make_line_user_id, make_link

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def numbers(answer) -> list[str]:
    return [customer["number"] for customer in answer.json()["items"]]


def test_good_customers_go_in_and_bad_ones_are_reported(call):
    make_customer("C-1", name="Aoi", rank="gold")

    answer = call().post(
        "customers/bulk/",
        {
            "customers": [
                {"number": "C-1", "attributes": {"points": 120}},
                {"number": "C-2", "name": "Ren", "birthday": "1990-04-01"},
                {"number": ""},
                {"number": "C-3", "birthday": "yesterday"},
            ]
        },
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "created": 1,
        "updated": 1,
        "errors": [
            {"index": 2, "detail": "The customer number is missing."},
            {"index": 3, "detail": "The birthday must be a date such as 1990-04-01."},
        ],
    }
    assert Customer.objects.get(number="C-1").attributes == {"rank": "gold", "points": 120}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customers"),
        ([], "customers"),
        ({"customers": []}, "customers"),
        ({"customers": [{"number": str(n)} for n in range(1_001)]}, "customers"),
        ({"customers": [{"number": "1"}, "2"]}, "customers.1"),
        ({"customers": [{"number": "1", "brithday": "1990-04-01"}]}, "customers.0"),
    ],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(call, body, field):
    answer = call().post("customers/bulk/", body)

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert not Customer.objects.exists()


def test_a_customer_is_found_by_number_with_the_friend_linked_now(call):
    friend = make_friend("aoi")
    make_link(friend, make_customer("C.1 #2", name="Aoi"))

    shown = call().get("customers/C.1%20%232/").json()

    assert (shown["name"], shown["friend"], shown["birthday"]) == ("Aoi", friend.pk, "1990-04-01")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("number=C-1", ["C-1"]),
        ("linked=true", ["C-1"]),
        ("linked=false", ["C-2"]),
        ("updated_since=2026-11-02T00:00:00Z", ["C-2"]),
    ],
)
def test_customers_are_found_by(call, query, found):
    make_link(make_friend("aoi"), make_customer("C-1"))
    Customer.objects.update(updated_at=NOVEMBER)
    make_customer("C-2")

    assert numbers(call().get(f"customers/?{query}")) == found


def test_links_are_listed_with_their_history(call):
    friend, old, new = make_friend("aoi"), make_customer("C-1"), make_customer("C-2")
    make_link(friend, old, linked_at=NOVEMBER, unlinked_at=NOVEMBER, ended="relinked")
    make_link(friend, new, linked_at=NOVEMBER)
    ours = call()

    links = ours.get(f"links/?friend={friend.pk}").json()["items"]

    assert [(link["customer"], link["ended"]) for link in links] == [("C-2", ""), ("C-1", "relinked")]
    assert links[0]["line_user_id"] == make_line_user_id("aoi")
    assert [link["customer"] for link in ours.get("links/?active=true").json()["items"]] == ["C-2"]
    assert [link["customer"] for link in ours.get("links/?customer=C-1").json()["items"]] == ["C-1"]


def test_unlinking_ends_the_link_and_keeps_it(call):
    link = make_link(make_friend("aoi"), make_customer("C-1"))
    ours = call()

    first, second = ours.delete(f"links/{link.pk}/"), ours.delete(f"links/{link.pk}/")

    assert first.status_code == 204
    assert (second.status_code, second.json()["code"]) == (409, "not_linked")
    assert ours.get(f"links/{link.pk}/").json()["ended"] == "api"
