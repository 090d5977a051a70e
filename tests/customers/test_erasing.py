"""What is personal goes, what adds up stays."""

from datetime import UTC, datetime

import pytest

from customers import erasing
from customers.errors import CustomerErased, NotErased
from customers.models import Customer
from customers.services import save_customer, upsert_customers
from events import timeline
from events.models import Event
from linking.models import Link
from tests.factories import make_customer, make_friend, make_link

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def hanako(tenant) -> Customer:
    upsert_customers(
        [
            {
                "number": "A-1",
                "name": "Hanako",
                "birthday": "1990-04-01",
                "email": "hanako@example.jp",
                "phone": "09012345678",
                "attributes": {"rank": "gold"},
            }
        ]
    )
    return Customer.objects.get()


def test_every_personal_field_is_emptied_and_the_number_stays(hanako):
    erased = erasing.erase(hanako)

    empty = Customer.objects.get()
    assert (empty.number, empty.name, empty.birthday, empty.attributes) == ("A-1", "", None, {})
    assert (empty.sealed_email, empty.email_hash, empty.sealed_phone, empty.phone_hash) == (None,) * 4
    assert erased.erased_at


def test_links_end_and_events_stay(hanako):
    make_link(make_friend("aoi"), hanako)
    timeline.record([timeline.NewEvent("bought", NOVEMBER, customer_id=hanako.pk)])

    erasing.erase(hanako)

    assert not Link.objects.active().exists()
    assert Event.objects.filter(type="bought", customer_id=hanako.pk).exists()


def test_the_next_upload_does_not_bring_it_back(hanako):
    erasing.erase(hanako)

    report = upsert_customers([{"number": "A-1", "name": "Hanako"}, {"number": "A-2"}])

    assert report.created == 1
    [(index, reason)] = report.errors
    assert (index, "was erased" in reason) == (0, True)
    with pytest.raises(CustomerErased):
        save_customer({"number": "A-1", "name": "Hanako"})


def test_who_comes_back_is_taken_in_again_by_hand(hanako):
    erasing.erase(hanako)

    erasing.readmit(hanako)

    assert save_customer({"number": "A-1", "name": "Hanako"}).name == "Hanako"
    with pytest.raises(NotErased):
        erasing.readmit(hanako)


def test_erasing_again_changes_nothing(hanako):
    first = erasing.erase(hanako)

    assert erasing.erase(hanako).erased_at == first.erased_at


def test_the_page_asks_before_it_erases(hanako, visit):
    manager = visit("account_manager")

    asked = manager.read(f"customers/{hanako.pk}/erase/")
    still_there = Customer.objects.get().name
    answered = manager.send(f"customers/{hanako.pk}/erase/", {})

    assert "cannot be undone" in asked
    assert still_there == "Hanako"
    assert "is erased" in answered
    assert Customer.objects.get().name == ""


def test_another_number_is_not_touched(hanako):
    other = make_customer("A-9", name="Ren")

    erasing.erase(hanako)

    other.refresh_from_db()
    assert other.name == "Ren"
