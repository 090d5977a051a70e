"""E-mail and phone: sealed, found by a hash, shown to those who may see them."""

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Activity
from customers import contacts
from customers.models import Customer
from customers.services import upsert_customers


def given(number: str = "A-1", **row: object) -> Customer:
    report = upsert_customers([{"number": number, **row}])
    assert report.errors == []
    return Customer.objects.get(number=number)


@pytest.mark.parametrize(
    "written", ["hanako@example.jp", " Hanako@EXAMPLE.jp ", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ"]
)
def test_an_address_is_found_whatever_its_case_and_width(tenant, written):
    customer = given(email="hanako@example.jp")

    assert contacts.find_by_email(written) == [customer]


@pytest.mark.parametrize(
    "written",
    [
        "09012345678",
        "090-1234-5678",
        "０９０ー１２３４ー５６７８",
        "+81 90 1234 5678",
        "+81 (0)90-1234-5678",
        "010-81-90-1234-5678",
    ],
)
def test_a_phone_is_found_however_it_is_written(tenant, written):
    customer = given(phone=written)

    assert contacts.find_by_phone("09012345678") == [customer]
    assert contacts.phone_of(customer) == "09012345678"


def test_a_number_of_another_country_keeps_its_code(tenant):
    assert contacts.phone_of(given(phone="+1 (212) 555-0123")) == "+12125550123"


def test_old_addresses_of_phone_companies_are_addresses(tenant):
    assert contacts.email_of(given(email="hana..ko.@docomo.example")) == "hana..ko.@docomo.example"


@pytest.mark.parametrize(
    "written", ["hanako", "hanako@", "@example.jp", "a b@example.jp", "a" * 250 + "@e.jp", "a@b\0.jp"]
)
def test_what_is_no_address_is_refused_with_the_right_form(tenant, written):
    report = upsert_customers([{"number": "A-1", "email": written}])

    assert report.errors == [(0, "This is no e-mail address such as hanako@example.jp.")]


@pytest.mark.parametrize("written", ["12345", "phone", "+", "0" * 40, "090-1234-567X"])
def test_what_is_no_phone_is_refused_with_the_right_form(tenant, written):
    report = upsert_customers([{"number": "A-1", "phone": written}])

    assert report.errors == [(0, "This is no phone number such as 090-1234-5678 or +81 90 1234 5678.")]


def test_the_database_holds_no_contact_in_clear(tenant):
    given(email="hanako@example.jp", phone="09012345678")

    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text, encode(sealed_email, 'escape') FROM customers_customer AS c")
        row = " ".join(cursor.fetchone())
    assert "hanako" not in row
    assert "09012345678" not in row


def test_what_is_sealed_for_one_customer_does_not_open_for_another(tenant):
    given(email="hanako@example.jp")
    other = given("A-2")
    other.sealed_email = Customer.objects.get(number="A-1").sealed_email

    with pytest.raises(InvalidTag):
        contacts.email_of(other)


def test_hashes_differ_from_client_to_client(tenant, other_tenant):
    ours = bytes(given(email="hanako@example.jp").email_hash)

    with tenant_context(other_tenant):
        assert contacts.find_by_email("hanako@example.jp") == []
        assert bytes(given(email="hanako@example.jp").email_hash) != ours


def test_a_contact_that_comes_again_changes_nothing_and_one_can_be_taken_away(tenant):
    given(email="hanako@example.jp")

    again = upsert_customers([{"number": "A-1", "email": "HANAKO@example.jp"}])
    gone = upsert_customers([{"number": "A-1", "email": ""}])

    assert (again.updated, gone.updated) == (0, 1)
    assert contacts.email_of(Customer.objects.get()) == ""


def test_the_page_shows_contacts_only_when_asked_and_writes_down_who_did(tenant, visit):
    customer = given(email="hanako@example.jp")
    manager = visit("account_manager")

    masked = manager.get(f"customers/{customer.pk}/")
    shown = manager.post(f"customers/{customer.pk}/contacts/")

    assert "hanako@example.jp" not in masked.text
    assert "hanako@example.jp" in shown.text
    assert Activity.objects.filter(
        verb="customer.contacts_seen", subject=f"customers.customer:{customer.pk}"
    ).exists()


def test_who_may_not_see_contacts_finds_nobody_by_them(tenant, visit):
    customer = given(email="hanako@example.jp", name="Hanako")

    assert f"customers/{customer.pk}/" in visit("account_manager").get("customers/?q=hanako@example.jp").text
    assert f"customers/{customer.pk}/" not in visit("marketer").get("customers/?q=hanako@example.jp").text
