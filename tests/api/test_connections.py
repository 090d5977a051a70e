"""Shop connections by API."""

from django_tenants.utils import tenant_context

from tests.connectors.factories import customer_body, make_shopify, take_over, tell


def test_a_connection_says_how_it_stands_and_what_came(call, tenant):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "orders/create", {})
    take_over()
    program = call()

    found = program.get(f"connections/{shop.pk}/").json()
    failed = program.get(f"connections/{shop.pk}/deliveries/?state=failed").json()["items"]

    assert (found["standing"], found["failed"]) == ("fails", 1)
    assert found["address"].endswith(f"/c/apparel/in/{shop.code}/")
    assert [row["topic"] for row in failed] == ["orders/create"]
    assert failed[0]["remark"]


def test_secrets_and_bodies_are_not_told(call, tenant):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))

    found = call().get(f"connections/{shop.pk}/").json()
    [delivery] = call().get(f"connections/{shop.pk}/deliveries/").json()["items"]

    assert not {"secret", "secret_sealed", "code"} & found.keys()
    assert not {"body", "body_sealed", "key"} & delivery.keys()


def test_what_failed_is_replayed(call, tenant):
    shop = make_shopify()
    tell(shop, "orders/create", {})
    take_over()

    assert call().post(f"connections/{shop.pk}/replay/").json() == {"count": 1}


def test_another_clients_connection_is_not_found(call, tenant, other_tenant):
    with tenant_context(other_tenant):
        shop = [make_shopify(f"Shop {number}") for number in range(9)][-1]

    assert call().get(f"connections/{shop.pk}/").status_code == 404
    assert call().get(f"connections/{shop.pk}/deliveries/").status_code == 404
