"""Answers whose people are named by hashes, as files of LINE ads have them."""

import hashlib

import pytest

from customers import contacts, digests, erasing
from customers.models import ContactDigest, Customer
from surveys.incoming import people
from surveys.incoming.kinds import _who
from tests.factories import make_customer, make_friend, make_link


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def customer(number: str, *, email: str = "", phone: str = "") -> Customer:
    made = make_customer(number)
    give(made, email=email, phone=phone)
    return made


def give(made: Customer, *, email: str = "", phone: str = "") -> None:
    [mail] = contacts.seal("email", [(made.number, email)])
    [telephone] = contacts.seal("phone", [(made.number, phone)])
    Customer.objects.filter(pk=made.pk).update(
        sealed_email=mail.sealed,
        email_hash=mail.hash,
        sealed_phone=telephone.sealed,
        phone_hash=telephone.hash,
    )


@pytest.mark.parametrize(
    ("column", "hashed"),
    [
        ("email_sha256", "aoi@example.jp"),
        ("phone_sha256", "+819012345678"),
        ("phone_sha256", "819012345678"),
        ("phone_sha256", "09012345678"),
    ],
)
def test_somebody_is_known_by_the_hash_of_a_contact(tenant, column, hashed):
    aoi, friend = customer("aoi", email="aoi@example.jp", phone="09012345678"), make_friend()
    make_link(friend, aoi)
    customer("ren", email="ren@example.jp")

    [found, nobody] = people.find([{column: sha(hashed)}, {column: sha("nobody")}])

    assert (found.friend, found.customer) == (friend.pk, aoi.pk)
    assert not nobody.is_known


def test_what_two_customers_have_names_neither(tenant):
    for number in ("a", "b"):
        customer(number, email="both@example.jp")

    assert digests.find("email", [sha("both@example.jp")]) == {}


def test_a_contact_that_changed_is_found_in_its_new_form_alone(tenant):
    aoi = customer("aoi", email="old@example.jp")
    digests.refresh()
    give(aoi, email="new@example.jp")

    assert digests.find("email", [sha("old@example.jp"), sha("new@example.jp")]) == {
        sha("new@example.jp"): aoi.pk
    }


def test_who_is_erased_leaves_no_digest(tenant):
    aoi = customer("aoi", email="aoi@example.jp")
    digests.refresh()

    erasing.erase(aoi)

    assert digests.find("email", [sha("aoi@example.jp")]) == {}
    assert not ContactDigest.objects.exists()


def test_only_who_has_changed_is_opened_again(tenant, django_assert_num_queries):
    customer("aoi", email="aoi@example.jp")
    customer("ren", phone="09012345678")
    digests.refresh()

    with django_assert_num_queries(2):  # the client's key, and that there is nothing to do
        digests.refresh()


def test_the_table_alone_tells_no_hash(tenant):
    customer("aoi", email="aoi@example.jp")
    digests.refresh()

    assert bytes(ContactDigest.objects.get().email) != bytes.fromhex(sha("aoi@example.jp"))


def test_a_cell_that_is_no_hash_is_refused():
    from imports.kinds import Unfit

    with pytest.raises(Unfit, match="64 of the characters"):
        _who({"phone_sha256": "09012345678"})

    assert _who({"email_sha256": sha("a").upper()}) == {"email_sha256": sha("a")}
