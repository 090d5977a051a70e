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


def test_one_customer_is_added_once(call):
    ours = call()
    body = {"number": "C-1", "name": "Aoi", "email": "aoi@example.jp", "phone": "+81 90 1234 5678"}

    first, again = ours.post("customers/", body), ours.post("customers/", body)

    assert first.status_code == 201
    assert (first.json()["email"], first.json()["phone"]) == ("aoi@example.jp", "09012345678")
    assert (again.status_code, again.json()["code"]) == (409, "customer_exists")


def test_a_number_may_be_zero(call):
    answer = call().post("customers/", {"number": 0})

    assert (answer.status_code, answer.json()["number"]) == (201, "0")


@pytest.mark.parametrize("since", ["0001-01-01", "2026-11-02T00:00:00", "9999-12-31T23:59:59Z"])
def test_a_time_of_change_has_its_offset_and_lies_within_the_calendar(call, since):
    answer = call().get(f"customers/?updated_since={since}")

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["updated_since"]


def test_contacts_are_null_without_the_right_to_see_them(call):
    call().post("customers/", {"number": "C-1", "email": "aoi@example.jp"})
    blind = call("customers.view_customer")

    shown, listed = blind.get("customers/C-1/").json(), blind.get("customers/").json()["items"]

    assert (shown["email"], listed[0]["email"]) == (None, None)
    assert blind.get("customers/?email=aoi@example.jp").status_code == 403


def test_a_page_of_contacts_is_opened_with_one_look_at_the_key(call, django_assert_max_num_queries):
    ours = call()
    ours.post(
        "customers/bulk/",
        {"customers": [{"number": f"C-{n}", "email": f"u{n}@example.jp"} for n in range(40)]},
    )

    with django_assert_max_num_queries(12):
        found = ours.get("customers/").json()["items"]

    assert found[0]["email"] == "u39@example.jp"


def test_rows_that_are_none_or_misspelt_are_left_out_alone(call):
    misspelt = {"number": "C-2", "brithday": "1990-04-01"}

    answer = call().post(
        "customers/bulk/",
        {"customers": [misspelt, {"number": "C-1"}, "C-3", {"number": ""}, {"number": "C-4"}]},
    )

    found = answer.json()
    assert (found["created"], [error["index"] for error in found["errors"]]) == (2, [0, 2, 3])
    assert sorted(Customer.objects.values_list("number", flat=True)) == ["C-1", "C-4"]


@pytest.mark.parametrize("query", ["email=AOI@example.jp", "phone=%2B81-90-1234-5678", "number=C-1"])
def test_a_customer_is_found_by_contact_or_number(call, query):
    ours = call()
    ours.post("customers/", {"number": "C-1", "email": "aoi@example.jp", "phone": "09012345678"})
    ours.post("customers/", {"number": "C-2"})

    assert numbers(ours.get(f"customers/?{query}")) == ["C-1"]


def test_patch_changes_what_it_names_and_put_replaces_all(call):
    make_customer("C-1", name="Aoi", rank="gold")
    ours = call()

    patched = ours.patch("customers/C-1/", {"attributes": {"points": 3}}).json()
    put = ours.put("customers/C-1/", {"name": "Aoi Sato"}).json()

    assert (patched["name"], patched["attributes"]) == ("Aoi", {"rank": "gold", "points": 3})
    assert (put["name"], put["birthday"], put["attributes"]) == ("Aoi Sato", None, {})


@pytest.mark.parametrize(
    "body",
    [{"name": "x" * 101}, {"birthday": "soon"}, {"email": "aoi"}, {"nmae": "Aoi"}, [], {"attributes": []}],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_that_does_not_fit_is_refused(call, method, body):
    make_customer("C-1", name="Aoi")

    answer = getattr(call(), method)("customers/C-1/", body)

    assert answer.status_code in (400, 422)
    assert Customer.objects.get().name == "Aoi"


def test_merging_leaves_one_customer_whom_both_numbers_find(call):
    make_customer("C-1", name="Aoi")
    make_customer("C-2", name="", rank="gold")
    ours = call()

    merged = ours.post("customers/C-1/merge/", {"into": "C-2"})
    again = ours.post("customers/C-1/merge/", {"into": "C-2"})

    assert (merged.status_code, again.status_code) == (200, 200)
    assert (merged.json()["number"], merged.json()["name"]) == ("C-2", "Aoi")
    assert ours.get("customers/C-1/").json()["number"] == "C-2"
    assert numbers(ours.get("customers/?number=C-1")) == ["C-2"]


@pytest.mark.parametrize(("into", "code"), [("C-1", "same_customer"), ("C-9", "no_such_customer")])
def test_a_merge_that_cannot_be_is_refused(call, into, code):
    make_customer("C-1")

    answer = call().post("customers/C-1/merge/", {"into": into})

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_erasing_empties_a_customer_who_then_takes_nothing_in(call):
    make_customer("C-1", name="Aoi")
    ours = call()

    erased = ours.delete("customers/C-1/")
    change = ours.patch("customers/C-1/", {"name": "Aoi"})
    bulk = ours.post("customers/bulk/", {"customers": [{"number": "C-1", "name": "Aoi"}]})

    assert erased.status_code == 204
    assert (change.status_code, change.json()["code"]) == (409, "customer_erased")
    assert "was erased" in bulk.json()["errors"][0]["detail"]
    assert ours.get("customers/C-1/").json()["name"] == ""


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
