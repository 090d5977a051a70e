"""How a client says in which ways its friends link."""

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from linking import signed
from linking.models import LinkSettings

GIVEN = {
    "reason": "100 points at once",
    "proofs": ["birthday", "email"],
    "first": "email",
    "shop_sign_in_url": "",
    "return_addresses": "https://shop.example/account/\n\nhttps://shop.example/thanks",
    "asks_email": "",
}


@pytest.fixture
def staff(visit):
    return visit("account_manager")


def test_what_is_saved_shapes_the_pages_and_is_noted(staff):
    page = staff.send("id-links/settings/", GIVEN)

    row = LinkSettings.present()
    assert "Saved." in page
    assert row.offered == ["email", "birthday"]
    assert row.return_addresses == ["https://shop.example/account/", "https://shop.example/thanks"]
    assert row.reason == "100 points at once"
    assert Activity.objects.filter(verb="link_settings.changed").exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example/",
        "//shop.example/",
        "shop.example",
        "https://user@shop.example/",
        "https://shop.example/?a=1",
        "https://shop.example/#part",
        "https://日本.example/",
        "javascript:alert(1)",
        "https://shop.example/\\",
    ],
)
def test_an_address_that_is_not_plain_is_refused_and_nothing_saved(staff, address):
    page = staff.send("id-links/settings/", GIVEN | {"return_addresses": address})

    assert "https" in page
    assert not LinkSettings.objects.exists()


def test_the_shops_sign_in_is_offered_with_its_address_only(staff):
    refused = staff.send("id-links/settings/", GIVEN | {"proofs": ["shop"], "first": "shop"})
    given = {"proofs": ["shop"], "first": "shop", "shop_sign_in_url": "https://shop.example/in?from=line"}
    staff.send("id-links/settings/", GIVEN | given)

    assert "Say where the shop" in refused
    assert LinkSettings.present().offered == ["shop"]


def test_a_new_secret_is_made_on_the_page(staff):
    before = signed.secret(LinkSettings.present())

    page = staff.send("id-links/settings/secret/", {})

    now = signed.secret(LinkSettings.present())
    assert now != before
    assert now in page
    assert before not in page
    assert "The former secret is accepted until" in page


def test_the_page_tells_what_to_register_at_line(staff, tenant):
    page = staff.read("id-links/settings/")

    assert "/c/apparel/link/callback/" in page
    assert "/c/apparel/f/liff/" in page
    assert "no LINE channel" in page


def test_each_client_has_a_secret_of_its_own(tenant, other_tenant):
    here = signed.secret(LinkSettings.present())
    with tenant_context(other_tenant):
        there = signed.secret(LinkSettings.present())

    assert here != there
