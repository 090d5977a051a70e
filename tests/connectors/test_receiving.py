"""What a shop posts is believed only with its proof, and stored once."""

import base64
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import current
from accounts.models import Due
from connectors import bodies, processing, proofs, services
from connectors.models import Delivery
from connectors.receiving import KIND
from tests.connectors.factories import (
    SECRET,
    customer_body,
    deliveries,
    make_cart,
    make_shopify,
    post,
    shopify_headers,
    take_over,
    tell,
)

BODY = b'{"id": 1}'
HEX = proofs.sign("hmac_hex", SECRET, BODY)
BASE64 = proofs.sign("hmac_base64", SECRET, BODY)
BASIC = base64.b64encode(f"shop:{SECRET}".encode()).decode()


def test_a_signature_is_what_openssl_makes_of_the_body():
    assert proofs.sign("hmac_base64", "hush", b'{"id":1}') == "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"X-Shopify-Hmac-Sha256": ""}, 401),
        ({"X-Shopify-Hmac-Sha256": HEX}, 401),
        ({"X-Shopify-Hmac-Sha256": proofs.sign("hmac_base64", "another secret", BODY)}, 401),
        ({"X-Shopify-Hmac-Sha256": proofs.sign("hmac_base64", SECRET, BODY + b" ")}, 401),
        ({"X-Shopify-Hmac-Sha256": "é"}, 401),
        ({"X-Shopify-Shop-Domain": "other.myshopify.com"}, 401),
        ({"X-Shopify-Shop-Domain": ""}, 401),
        ({"X-Shopify-Shop-Domain": "Nagi-Store.myshopify.com"}, 200),
    ],
)
def test_shopify_is_believed_by_signature_and_shop(tenant, changed, status):
    shop = make_shopify()

    answer = post(shop, BODY, shopify_headers("orders/create", BODY, **changed))

    assert answer == status
    assert Delivery.objects.count() == (status == 200)


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({"proof": "hmac_hex"}, {"X-Signature": HEX}, 200),
        ({"proof": "hmac_hex"}, {"X-Signature": HEX.upper()}, 200),
        ({"proof": "hmac_hex"}, {"X-Signature": f"sha256={HEX}"}, 200),
        ({"proof": "hmac_hex"}, {"X-Signature": BASE64}, 401),
        ({"proof": "hmac_hex"}, {}, 401),
        ({"proof": "hmac_base64"}, {"X-Signature": BASE64}, 200),
        ({"proof": "hmac_base64"}, {"X-Signature": BASE64.lower()}, 401),
        ({"proof": "token"}, {"X-Signature": SECRET}, 200),
        ({"proof": "token"}, {"X-Signature": f"Bearer {SECRET}"}, 200),
        ({"proof": "token"}, {"X-Signature": SECRET[:-1]}, 401),
        ({"proof": "token"}, {"X-Signature": ""}, 401),
        ({"proof": "basic", "user_name": "shop"}, {"Authorization": f"Basic {BASIC}"}, 200),
        ({"proof": "basic", "user_name": "other"}, {"Authorization": f"Basic {BASIC}"}, 401),
        ({"proof": "basic", "user_name": "shop"}, {"Authorization": "Basic !"}, 401),
    ],
)
def test_other_carts_are_believed_by_the_proof_that_is_set(tenant, settings, headers, status):
    cart = make_cart(**settings)

    assert post(cart, BODY, headers) == status


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 401), (-290, 200), (-310, 401)])
def test_a_post_that_is_too_old_is_refused(tenant, age, status):
    cart = make_cart(time_header="X-Time", signs_time=True)
    at = str(int(time.time()) - age)
    signature = proofs.sign("hmac_hex", SECRET, at.encode() + b"." + BODY)

    assert post(cart, BODY, {"X-Time": at, "X-Signature": signature}) == status


@pytest.mark.parametrize("at", ["", "soon", "99999999999999999999"])
def test_a_time_that_is_none_is_refused(tenant, at):
    cart = make_cart(time_header="X-Time")

    assert post(cart, BODY, {"X-Time": at, "X-Signature": HEX}) == 401


def test_a_replaced_secret_holds_for_a_day_beside_the_new_one(tenant, time_machine):
    cart = make_cart()
    services.replace_secret(cart, secret="a quite new secret", by=None)
    new = proofs.sign("hmac_hex", "a quite new secret", BODY)

    now = [post(cart, BODY, {"X-Signature": each}) for each in (HEX, new)]
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    later = [post(cart, BODY, {"X-Signature": each}) for each in (HEX, new)]

    assert now == [200, 200]
    assert later == [401, 200]


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_posts_are_taken(tenant, method):
    shop = make_shopify()

    answer = getattr(Client(), method)(f"/c/apparel/in/{shop.code}/")

    assert answer.status_code == 405


def test_more_than_five_megabytes_are_not_taken(tenant):
    shop = make_shopify()
    body = b" " * 5_000_001

    answer = post(shop, body, shopify_headers("orders/create", body))

    assert answer == 413
    assert not Delivery.objects.exists()


def test_five_megabytes_are_taken(tenant):
    shop = make_shopify()
    body = b"[" + b" " * 4_999_998 + b"]"

    assert post(shop, body, shopify_headers("orders/create", body)) == 200
    assert bodies.unseal(Delivery.objects.get()) == body


def test_an_address_of_another_client_is_unknown_here(tenant, other_tenant):
    with tenant_context(other_tenant):
        shop = make_shopify()

    answer = Client().post(
        f"/c/apparel/in/{shop.code}/",
        data=BODY,
        content_type="application/json",
        headers=shopify_headers("orders/create", BODY),
    )

    assert answer.status_code == 404


def test_the_same_event_is_stored_once(tenant):
    shop = make_shopify()

    for _attempt in range(3):
        tell(shop, "customers/create", customer_body(), **{"X-Shopify-Event-Id": "e-1"})
    tell(shop, "customers/update", customer_body(), **{"X-Shopify-Event-Id": "e-1"})

    assert Delivery.objects.count() == 2


def test_what_is_stored_is_sealed_and_opens_in_its_own_row_alone(tenant):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "customers/create", customer_body(12))
    one, other = Delivery.objects.order_by("id")

    Delivery.objects.filter(pk=one.pk).update(body_sealed=other.body_sealed)

    assert b"hanako" not in bytes(one.body_sealed)
    with pytest.raises(Exception, match="^$"):
        bodies.unseal(Delivery.objects.get(pk=one.pk))


def test_receiving_calls_the_work_board(tenant):
    tell(make_shopify(), "customers/create", customer_body())

    assert Due.objects.get(tenant=current.tenant().pk, kind=KIND).due_at <= timezone.now()


def test_a_paused_connection_keeps_what_comes(tenant):
    shop = make_shopify()
    services.pause(shop, by=None)
    tell(shop, "customers/create", customer_body())
    take_over()
    paused = deliveries()

    services.resume(shop, by=None)
    take_over()

    assert paused == [("new", "")]
    assert deliveries() == [("done", "")]


def test_a_failed_delivery_is_replayed_after_the_cause_is_mended(tenant):
    cart = make_cart()
    body = b'{"no": "C-7"}'
    post(cart, body, {"X-Signature": proofs.sign("hmac_hex", SECRET, body)})
    take_over()
    before = deliveries()

    services.save_mapping(cart, {"rules": [{"to": "customer", "fields": {"number": "no"}}]}, by=None)
    count = services.replay_failed(cart, by=None)
    take_over()

    assert before[0][0] == "failed"
    assert count == 1
    assert deliveries() == [("done", "")]


def test_what_breaks_here_is_tried_again_and_then_kept(tenant, monkeypatch, time_machine):
    monkeypatch.setitem(processing.taking.TOPICS, "orders/create", None)
    monkeypatch.setattr(processing.taking, "_take_shopify", lambda *_given: 1 / 0)
    time_machine.move_to(timezone.now())
    tell(make_shopify(), "orders/create", {"id": 1})

    states = []
    for _attempt in range(5):
        take_over()
        states.append(Delivery.objects.get().state)
        time_machine.shift(timedelta(hours=2))

    assert states == ["new", "new", "new", "failed", "failed"]


def test_the_log_is_kept_for_fourteen_days(tenant, time_machine):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body())
    take_over()
    time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))

    due = processing.next_moment()
    processing.delete_old()

    assert due <= timezone.now()
    assert not Delivery.objects.exists()
    assert shop.topics.get().count == 1
