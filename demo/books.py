"""The shop's books: products by API, orders from a file and by Shopify's webhooks; and the members' card."""

import base64
import csv
import hmac
import io
import json
import random
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django_tenants.utils import tenant_context

from cards import services as cards
from cards.models import CardSettings
from connectors import services as connectors
from connectors.models import Connection, Delivery
from customers import services as customers
from customers.models import Customer
from demo import cast
from demo.cast import Client
from demo.doors import PHONE
from demo.scene import Scene
from demo.visitor import Visitor
from friends.models import Friend
from linking import inside
from linking.models import Link
from shops.models import CustomerTotals, Order
from shops.orders import upsert_orders

PRICES = range(900, 9_800, 10)
FROM_FILE = 600  # orders in the file
MISTAKES = ["きのう", "２０２６年１３月１日"]  # dates that no row may have
SHOP_SECRET = "demo-shopify-secret"  # noqa: S105  (of a shop that does not exist)
SHOP_DOMAIN = "hiyori-demo.myshopify.com"


def bring_a_year_of_orders(client: Client) -> int:
    """What linked customers ordered before the demo begins; how many lines that is."""
    chance = random.Random(f"orders of {client.slug}")
    numbers = list(Link.objects.active().values_list("customer__number", flat=True))
    rows = [
        _order(f"{client.slug[0].upper()}-{place:05}", number, _some_time_ago(chance), client, chance)
        for place, number in enumerate(number for number in numbers for _ in range(chance.randrange(4)))
    ]
    for start in range(0, len(rows), 1_000):
        upsert_orders(rows[start : start + 1_000])
    return sum(len(row["lines"]) for row in rows)


def the_books_come_in(scene: Scene) -> None:
    with scene.account.step("The shop's products and orders come in: API, file"), tenant_context(scene.main):
        products = scene.api("POST", "products/bulk/", products=list(_products(cast.COSMETICS)))
        scene.account.check(
            products["created"] == len(cast.COSMETICS.products) and not products["errors"],
            f"{products['created']} products with price and stock, by API",
        )
        _import_orders(scene)
        scene.account.check(_totals_hold(), "the totals of every customer equal the sum of their orders")


def shopify_tells_of_orders(scene: Scene) -> None:
    with (
        scene.account.step("Shopify tells of an order, in the wrong order and twice"),
        tenant_context(scene.main),
    ):
        connection = _connect()
        customer = Customer.objects.filter(links__unlinked_at=None, links__isnull=False).latest("pk")
        placed = _shopify_order(customer, total="5400")
        corrected = _shopify_order(customer, total="3600", minutes=5)
        cancelled = _shopify_order(customer, total="3600", minutes=9, cancelled=True)
        before = _spent(customer)
        forged = _post(scene, connection, "orders/create", placed, secret="of somebody else")
        said = [
            _post(scene, connection, topic, body)
            for topic, body in [
                ("orders/updated", corrected),
                ("orders/create", placed),
                ("orders/updated", corrected),
            ]
        ]
        _wait(scene, 3)
        scene.account.check(
            (forged, said) == (401, [200, 200, 200]) and _spent(customer) - before == Decimal(3600),
            "create after updated, updated twice: ¥3,600 once, as corrected; a forged one is refused",
        )
        _post(scene, connection, "orders/cancelled", cancelled)
        _wait(scene, 4)
        scene.account.check(
            _spent(customer) == before, "the order is cancelled, and the customer's total follows"
        )


def a_member_shows_the_card(scene: Scene) -> None:
    with scene.account.step("A member opens the membership card in LINE"), tenant_context(scene.main):
        cards.change_settings(
            is_on=True, symbol=CardSettings.Symbol.CODE128, rank_field="rank", points_field="points"
        )
        link = Link.objects.active().select_related("friend", "customer").latest("pk")
        customers.upsert_customers([{"number": link.customer.number, "attributes": {"points": 1280}}])
        stranger = Friend.objects.reachable().exclude(links__unlinked_at=None, links__isnull=False)[0]
        shown, not_shown = _card(scene, link.friend), _card(scene, stranger)
        scene.account.check(
            link.customer.number in shown and "1,280" in shown and "<svg" in shown,
            f"{link.friend} shows the bars of {link.customer.number}, rank and 1,280 points",
        )
        scene.account.check(
            "entry=card" in not_shown and "<svg" not in not_shown,
            f"{stranger}, who is not linked, is asked to link instead",
        )


def _some_time_ago(chance: random.Random) -> datetime:
    return timezone.now() - timedelta(days=chance.uniform(2, 330))


def _order(number: str, customer: str, at: datetime, client: Client, chance: random.Random) -> dict:
    bought = chance.sample(client.products, chance.choice([1, 1, 1, 2]))
    lines = [
        {"product": product, "name": product, "quantity": 1, "amount": chance.choice(PRICES)}
        for product in bought
    ]
    total = sum(line["amount"] for line in lines)
    return {
        "number": number,
        "customer": customer,
        "placed_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "status": "delivered",
        "total": total,
        "lines": lines,
    }


def _products(client: Client) -> Iterable[dict]:
    for place, name in enumerate(client.products):
        yield {
            "code": name,
            "name": name,
            "category": "スキンケア",
            "price": 1_800 + 700 * place,
            "stock": 40 * place,
            "page_url": f"https://{client.slug}.example/items/{place + 1}",
        }


def _import_orders(scene: Scene) -> None:
    run = scene.api("POST", "imports/", kind="orders", text=_file(), confirm=True)
    scene.until(lambda: scene.api("GET", f"imports/{run['id']}/")["state"] in {"done", "failed"}, 60)
    done = scene.api("GET", f"imports/{run['id']}/")
    found = Order.objects.filter(number__startswith="F-").count()
    scene.account.check(
        (done["state"], done["refused"], found) == ("done", len(MISTAKES), FROM_FILE),
        f"{found} orders of 注文.csv taken in; {done['refused']} rows refused, with their reasons",
    )


def _file() -> str:
    """As a cart's export has it: one row for each line of an order, two of them wrong."""
    chance = random.Random("file of orders")
    numbers = list(Customer.objects.order_by("-pk").values_list("number", flat=True)[:200])
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["注文番号", "会員番号", "注文日時", "商品コード", "商品名", "数量", "小計"])
    for place in range(FROM_FILE):
        order = _order(
            f"F-{place:05}", chance.choice(numbers), _some_time_ago(chance), cast.COSMETICS, chance
        )
        at = timezone.localtime(datetime.fromisoformat(order["placed_at"]))
        for line in order["lines"]:
            row = [line["product"], line["name"], line["quantity"], line["amount"]]
            writer.writerow([order["number"], order["customer"], f"{at:%Y/%m/%d %H:%M}", *row])
    for mistake in MISTAKES:
        writer.writerow(["F-99999", numbers[0], mistake, "X", "X", 1, 100])
    return file.getvalue()


def _totals_hold() -> bool:
    """By a query of our own, beside the rows that are kept in step."""
    counted = Order.objects.counted().exclude(customer=None).values("customer").order_by()
    sums = counted.annotate(count=Count("pk"), amount=Sum("total") - Sum("refunded"))
    kept = CustomerTotals.objects.filter(orders__gt=0)
    return {(row["customer"], row["count"], row["amount"]) for row in sums} == set(
        kept.values_list("customer", "orders", "amount")
    )


@transaction.atomic
def _connect() -> Connection:
    return connectors.connect_shopify(
        name="オンラインショップ", shop_domain=SHOP_DOMAIN, secret=SHOP_SECRET, numbering="email", by=None
    )


def _spent(customer: Customer) -> Decimal:
    totals = CustomerTotals.objects.filter(customer=customer).first()
    return totals.amount if totals else Decimal(0)


def _wait(scene: Scene, count: int) -> None:
    done = Delivery.objects.exclude(state=Delivery.State.NEW)
    scene.until(lambda: done.count() >= count, 20)


def _shopify_order(customer: Customer, *, total: str, minutes: int = 0, cancelled: bool = False) -> dict:
    at = timezone.now() - timedelta(minutes=30)
    changed = (at + timedelta(minutes=minutes)).isoformat()
    return {
        "id": 820_982_911,
        "name": "#1001",
        "created_at": at.isoformat(),
        "processed_at": at.isoformat(),
        "updated_at": changed,
        "cancelled_at": changed if cancelled else None,
        "currency": "JPY",
        "current_total_price": total,
        "total_price": total,
        "financial_status": "paid",
        "fulfillment_status": None,
        "test": False,
        "email": _mail(customer),
        "customer": {"id": 207_119_551, "email": _mail(customer), "updated_at": at.isoformat()},
        "line_items": [
            {
                "id": 1,
                "sku": cast.COSMETICS.products[0],
                "title": cast.COSMETICS.products[0],
                "quantity": int(total) // 1_800,
                "current_quantity": int(total) // 1_800,
                "price": "1800",
            }
        ],
    }


def _mail(customer: Customer) -> str:
    address = f"{customer.number.lower()}@example.com"
    customers.upsert_customers([{"number": customer.number, "email": address}])
    return address


def _post(scene: Scene, connection: Connection, topic: str, body: dict, *, secret: str = SHOP_SECRET) -> int:
    raw = json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.digest(secret.encode(), raw, sha256)).decode(),
        "X-Shopify-Shop-Domain": SHOP_DOMAIN,
        "X-Shopify-Webhook-Id": str(random.getrandbits(64)),  # noqa: S311  (an id, not a secret)
        "X-Shopify-API-Version": "2025-10",
    }
    request = urllib.request.Request(scene.page(f"in/{connection.code}/"), data=raw, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def _card(scene: Scene, friend: Friend) -> str:
    browser = Visitor(PHONE)
    opened = scene.line.open_liff(friend.line_user_id, inside.address("card"))
    browser.get(opened["url"])
    browser.post(scene.page("f/liff/card/"), id_token=opened["id_token"], access_token=opened["access_token"])
    return browser.page
