"""Products and orders out of files."""

import io
from decimal import Decimal

import pytest

from imports.engine import import_file
from shops.models import CustomerTotals, Order, Product
from tests.factories import make_customer


def read_in(kind: str, text: str):
    return import_file(kind, io.BytesIO(text.encode()), name="shop.csv")


@pytest.fixture
def customer(tenant):
    return make_customer("C-1")


def test_products_come_out_of_a_file_as_carts_write_it(tenant):
    report = read_in(
        "products",
        "商品コード,商品名,販売価格,在庫数,画像URL\n"
        'shirt,シャツ,"¥4,980",３,https://shop.example/shirt.png\n'
        "tea,煎茶,６８０円,,\n"
        "cup,Cup,free,,\n"
        "tea,煎茶,700,,\n",
    )

    assert report.counts == {"created": 2, "updated": 0}
    assert [line for line, _reason in sorted(report.refused)] == [4, 5]
    found = Product.objects.order_by("code").values_list("code", "name", "price", "stock")
    assert list(found) == [("shirt", "シャツ", Decimal(4980), 3), ("tea", "煎茶", Decimal(680), None)]


def test_an_order_is_one_row(customer):
    report = read_in(
        "orders",
        '注文番号,会員番号,注文日時,ステータス,合計金額\n1001,C-1,2026/11/01 12:30,入金済み,"3,000円"\n',
    )

    order = Order.objects.get()
    assert report.counts == {"created": 1, "updated": 0}
    assert (order.status, order.total, order.customer) == ("paid", 3000, customer)
    assert order.placed_at.isoformat() == "2026-11-01T03:30:00+00:00"


LINES = """注文番号,会員番号,注文日,商品コード,数量,小計
1001,C-1,2026-11-01,tea,2,2000
1002,C-1,2026年11月2日,cup,1,500
1001,C-1,2026-11-01,cup,1,500
"""


def test_lines_of_an_order_stand_apart_and_make_its_total(customer):
    read_in("orders", LINES)
    again = read_in("orders", LINES)

    order = Order.objects.get(number="1001")
    assert again.counts == {"created": 0, "updated": 0}
    assert [(line["product"], line["quantity"], line["amount"]) for line in order.lines] == [
        ("tea", 2, 2000),
        ("cup", 1, 500),
    ]
    assert order.total == 2500
    assert CustomerTotals.objects.get(customer=customer).amount == 3000


def test_lines_in_different_portions_come_together(customer, monkeypatch):
    monkeypatch.setattr("imports.engine.PORTION", 1)

    read_in("orders", LINES)

    assert Order.objects.get(number="1001").total == 2500
    assert len(Order.objects.get(number="1001").lines) == 2


def test_lines_in_different_portions_come_together_if_the_shop_says_when_it_changed(customer, monkeypatch):
    monkeypatch.setattr("imports.engine.PORTION", 1)

    read_in(
        "orders",
        "注文番号,会員番号,注文日,商品コード,小計,更新日時\n"
        "1001,C-1,2026-11-01,tea,980,2026-11-02\n"
        "1001,C-1,2026-11-01,cup,500,2026-11-02\n"
        "1001,C-1,2026-11-01,pot,5,2026-11-02\n",
    )

    order = Order.objects.get()
    assert [line["product"] for line in order.lines] == ["tea", "cup", "pot"]
    assert order.total == CustomerTotals.objects.get().amount == 1485


def test_a_later_file_corrects_a_line(customer):
    read_in("orders", LINES)

    read_in("orders", "注文番号,注文日,商品コード,数量,小計\n1001,2026-11-01,tea,1,1000\n")

    assert Order.objects.get(number="1001").total == 1500


def test_the_same_product_twice_needs_numbers_of_lines(customer):
    twice = "1,2026-11-01,tea,1,100\n1,2026-11-01,tea,1,100\n"
    refused = read_in("orders", "注文番号,注文日,商品コード,数量,小計\n" + twice).refused
    numbered = "2,2026-11-01,tea,1,100,1\n2,2026-11-01,tea,1,100,2\n"
    read_in("orders", "注文番号,注文日,商品コード,数量,小計,明細番号\n" + numbered)

    assert [line for line, _reason in refused] == [3]
    assert Order.objects.get(number="2").total == 200


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("1,2026-13-01,100", "must be a date or a time such as 2026-11-20 14:05"),
        ("1,2099-01-01,100", "is in the future"),
        ("1,2026-11-01,lots", "must be an amount of 0 or more such as 1980 or “1980.50”"),
        ("1,2026-11-01,-5", "must be an amount of 0 or more such as 1980 or “1980.50”"),
        ("1,2026-11-01,", "needs a total, or the amount of a line"),
        (f"{'x' * 101},2026-11-01,5", "must be a text of 1 to 100 characters on one line"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(customer, cells, reason):
    report = read_in("orders", f"注文番号,注文日,合計\n{cells}\nok,2026-11-01,5\n")

    assert report.counts["created"] == 1
    assert [line for line, _reason in report.refused] == [2]
    assert reason in report.refused[0][1]
