"""Products as a shop tells of them."""

from decimal import Decimal

import pytest

from shops.models import Product, ProductChange
from shops.products import upsert_products

AT = "2026-11-01T12:00:00+09:00"
LATER = "2026-11-02T12:00:00+09:00"


def changes() -> list[tuple]:
    return list(ProductChange.objects.order_by("id").values_list("product__code", "kind", "old", "new"))


def test_a_product_comes_in_with_its_variants(tenant):
    report = upsert_products(
        [
            {
                "code": "shirt",
                "name": "シャツ",
                "category": "Women > Shirts",
                "price": "4980",
                "page_url": "https://shop.example/shirt",
                "variants": [{"code": "shirt-m", "name": "M", "stock": 3}, {"code": "shirt-l", "name": "L"}],
            }
        ]
    )

    assert (report.created, report.updated, report.errors) == (3, 0, [])
    assert [str(variant) for variant in Product.objects.get(code="shirt").variants.order_by("code")] == [
        "シャツ / L",
        "シャツ / M",
    ]
    assert changes() == []


def test_the_same_again_changes_nothing_and_what_is_left_out_stays(tenant):
    upsert_products([{"code": "tea", "name": "Sencha", "price": 800, "updated_at": AT}])

    again = upsert_products([{"code": "tea", "name": "Sencha", "price": 800, "updated_at": AT}])
    upsert_products([{"code": "tea", "price": None, "updated_at": LATER}])

    tea = Product.objects.get()
    assert (again.created, again.updated) == (0, 0)
    assert (tea.name, tea.price) == ("Sencha", None)


def test_older_news_change_nothing(tenant):
    upsert_products([{"code": "tea", "price": 800, "updated_at": LATER}])

    upsert_products([{"code": "tea", "price": 700, "updated_at": AT}])

    assert Product.objects.get().price == 800
    assert changes() == []


def test_stock_that_comes_back_and_prices_that_change_are_facts(tenant):
    upsert_products([{"code": "tea", "price": 800, "stock": 2}])
    upsert_products([{"code": "tea", "stock": 0}])
    upsert_products([{"code": "tea", "stock": 5, "price": "640.50"}])
    upsert_products([{"code": "tea", "stock": 4}])

    assert changes() == [
        ("tea", "product_restocked", Decimal(0), Decimal(5)),
        ("tea", "price_changed", Decimal(800), Decimal("640.50")),
    ]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"code": ""}, "code: must be a text of 1 to 100 characters on one line"),
        ({"code": "x" * 101}, "code: must be a text of 1 to 100 characters on one line"),
        ({"code": 5}, "code: must be a text of 1 to 100 characters on one line"),
        ({"code": "a\0b"}, "code: must be a text of 1 to 100 characters on one line"),
        ({"price": -1}, "price: must be an amount of 0 or more such as 1980 or “1980.50”"),
        ({"price": float("nan")}, "price: must be an amount of 0 or more such as 1980 or “1980.50”"),
        ({"price": "１９８０"}, "price: must be an amount of 0 or more such as 1980 or “1980.50”"),
        ({"price": True}, "price: must be an amount of 0 or more such as 1980 or “1980.50”"),
        ({"stock": "3"}, "stock: must be a whole number"),
        ({"stock": 10**30}, "stock: must be a whole number"),
        (
            {"picture_url": "http://shop.example/a"},
            "picture_url: must be an address that begins with https://",
        ),
        ({"page_url": "javascript:alert(1)"}, "page_url: must be an address that begins with https://"),
        ({"currency": "YEN"}, "currency: must be a currency of ISO 4217 such as JPY"),
        ({"currency": "USD"}, "currency: is USD, but this shop is counted in JPY"),
        ({"updated_at": "2026-11-01"}, "updated_at: must be a time with its offset, such as"),
        ({"updated_at": "2099-11-01T00:00:00Z"}, "updated_at: is in the future"),
        ({"variants": [{"name": "L"}]}, "variants: 0.code: is missing"),
        ({"variants": [{"code": "tea"}]}, "variants: two have the same code"),
        ({"colour": "red"}, "colour: there is no such field"),
    ],
)
def test_what_cannot_be_taken_is_said(tenant, fault, reason):
    report = upsert_products([{"code": "tea"} | fault, {"code": "お茶😀"}])

    assert report.created == 1
    assert [index for index, _reason in report.errors] == [0]
    assert report.errors[0][1].startswith(reason)
