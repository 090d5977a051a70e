"""What programs send wrongly: each is refused by name, and the good ones go in."""

import pytest

from shops.models import Order
from shops.orders import upsert_orders
from tests.shops.test_orders import line, row

AMOUNT = "must be an amount of 0 or more such as 1980 or “1980.50”"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"total": "three thousand"}, f"total: {AMOUNT}"),
        ({"total": "¥3,000"}, f"total: {AMOUNT}"),
        ({"total": -1}, f"total: {AMOUNT}"),
        ({"total": "NaN"}, f"total: {AMOUNT}"),
        ({"total": float("nan")}, f"total: {AMOUNT}"),
        ({"total": float("inf")}, f"total: {AMOUNT}"),
        ({"total": 10**30}, f"total: {AMOUNT}"),
        ({"total": 1e30}, f"total: {AMOUNT}"),
        ({"total": "0.001"}, f"total: {AMOUNT}"),
        ({"total": None}, f"total: {AMOUNT}"),
        ({"total": True}, f"total: {AMOUNT}"),
        ({"refunded": 3001}, "refunded: is more than the total"),
        ({"currency": "XXX"}, "currency: must be a currency of ISO 4217 such as JPY"),
        ({"currency": "EUR"}, "currency: is EUR, but this shop is counted in JPY"),
        ({"placed_at": "2026-11-01T12:00:00"}, "placed_at: must be a time with its offset"),
        ({"placed_at": "yesterday"}, "placed_at: must be a time with its offset"),
        ({"placed_at": "0001-01-01T00:00:00+09:00"}, "placed_at: must be a time with its offset"),
        ({"placed_at": "2099-01-01T00:00:00Z"}, "placed_at: is in the future"),
        ({"updated_at": "2099-01-01T00:00:00Z"}, "updated_at: is in the future"),
        ({"status": "sent"}, "status: must be one of: placed, paid, shipped"),
        ({"status": ["paid"]}, "status: must be one of: placed, paid, shipped"),
        ({"lines": [line("tea", 1, 1)] * 501}, "lines: must be a list of at most 500 lines"),
        ({"lines": "tea"}, "lines: must be a list of at most 500 lines"),
        ({"lines": [5]}, "lines: 0: must be an object"),
        ({"lines": [{"product": "tea"}]}, "lines: 0.amount: is missing"),
        ({"lines": [{"amount": 5}]}, "lines: 0: needs a product or a name"),
        ({"lines": [line("tea", 0, 5)]}, "lines: 0.quantity: must be 1 or more"),
        ({"lines": [line("tea", 1, -5)]}, f"lines: 0.amount: {AMOUNT}"),
        ({"lines": [line("tea", 1, 5) | {"colour": "red"}]}, "lines: 0.colour: there is no such field"),
        ({"number": ""}, "number: must be a text of 1 to 100 characters on one line"),
        ({"number": 1001}, "number: must be a text of 1 to 100 characters on one line"),
        ({"number": "a\nb"}, "number: must be a text of 1 to 100 characters on one line"),
        ({"customer": 1}, "customer: must be a text of 0 to 100 characters on one line"),
        ({"coupon_code": "x" * 101}, "coupon_code: must be a text of 0 to 100 characters on one line"),
        ({"is_test": "no"}, "is_test: must be true or false"),
        ({"totl": 5}, "totl: there is no such field"),
    ],
)
def test_what_cannot_be_taken_is_said(tenant, fault, reason):
    report = upsert_orders([row() | fault, row("good")])

    assert [order.number for order in Order.objects.all()] == ["good"]
    assert [index for index, _reason in report.errors] == [0]
    assert report.errors[0][1].startswith(reason)


@pytest.mark.parametrize("whole", [None, 5, "order", [], [{}]])
def test_what_is_no_object_is_refused(tenant, whole):
    report = upsert_orders([whole])

    assert report.errors == [(0, "must be an object")]


@pytest.mark.parametrize("number", ["注文😀１", "e\u0301", "A/B?c=d&e", "＃1001", "' OR 1=1 --"])
def test_numbers_and_codes_are_taken_as_they_are(tenant, number):
    upsert_orders([row(number, lines=[line(number, 1, 5), line(number, 1, 5)])])

    order = Order.objects.get()
    assert order.number == number
    assert [each["product"] for each in order.lines] == [number, number]
