"""Bringing products up to date, whoever tells of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events import outbox, versions
from shops.models import Product, ProductChange, ShopSettings
from shops.reading import Field, Unfit, amount, currency, moment, read_fields, text, url, whole

MOST_VARIANTS = 250
CHANGES = "product_changes"  # the topic of the outbox that names new rows of ProductChange
TOLD = {
    "name": Field(text(Product.NAME_LENGTH), ""),
    "price": Field(amount, None),
    "compare_at_price": Field(amount, None),
    "stock": Field(whole, None),
    "picture_url": Field(url, ""),
    "page_url": Field(url, ""),
}
CODE = {"code": Field(text(Product.CODE_LENGTH, at_least=1))}
VARIANT = CODE | TOLD


def _variants(value: object) -> list[dict]:
    if not isinstance(value, list) or len(value) > MOST_VARIANTS:
        raise Unfit(_("must be a list of at most %(most)s variants") % {"most": MOST_VARIANTS})
    found = [read_fields(each, VARIANT, place=str(place)) for place, each in enumerate(value)]
    for place, each in enumerate(found):
        if "code" not in each:
            raise Unfit(_("%(place)s.code: is missing") % {"place": place})
    return found


ROW = (
    CODE
    | TOLD
    | {
        "category": Field(text(Product.CATEGORY_LENGTH), ""),
        "currency": Field(currency),
        "updated_at": Field(moment, None),
        "variants": Field(_variants, []),
    }
)
FIELDS = [*TOLD, "category", "currency"]


@dataclass
class ProductReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class News:
    """One word on a product or a variant."""

    code: str
    at: datetime
    values: dict[str, Any]
    parent: str = ""


@transaction.atomic
def upsert_products(rows: Iterable[dict]) -> ProductReport:
    """Bring products up to date by `code`; good rows go in, bad ones are reported.

    A row has what JSON can hold: `code`, `name`, `category` (a path such as "Women > Shirts"), `price`,
    `compare_at_price`, `currency`, `stock` (a whole number; null: not counted), `picture_url`, `page_url`
    (https), `updated_at` (ISO 8601 with offset; now if left out), and `variants`: a list of `code`, `name`,
    `price`, `compare_at_price`, `stock`, `picture_url`, `page_url`. What a row lacks stays as it is, null
    makes it empty; variants that a list lacks stay too. A word older than the last one changes nothing.
    Counts are of products and variants; a row that changes nothing counts as neither.

    Stock that comes back from nothing, and a price that changes, become rows of ProductChange.
    """
    report = ProductReport()
    told = _read(rows, report)
    if told:
        _write(told, report)
    return report


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of products and variants by code: one query. A variant is named after its product too."""
    found = Product.objects.filter(code__in=list(codes)).select_related("parent")
    return {product.code: str(product) for product in found if product.name or product.parent_id}


def _read(rows: Iterable[dict], report: ProductReport) -> list[News]:
    now, settings = timezone.now(), ShopSettings.present()
    told: list[News] = []
    for index, row in enumerate(rows):
        try:
            told += _news(row, now, settings)
        except Unfit as error:
            report.errors.append((index, str(error)))
    return sorted(told, key=lambda news: news.at)


def _news(row: object, now: datetime, settings: ShopSettings) -> list[News]:
    given = read_fields(row, ROW)
    if "code" not in given:
        raise Unfit(_("code: is missing"))
    if given.get("currency", settings.currency) != settings.currency:
        said = {"currency": given["currency"], "ours": settings.currency}
        raise Unfit(_("currency: is %(currency)s, but this shop is counted in %(ours)s") % said)
    at, code, variants = given.get("updated_at") or now, given["code"], given.get("variants", [])
    codes = [code, *(each["code"] for each in variants)]
    if len(set(codes)) < len(codes):
        raise Unfit(_("variants: two have the same code, or a variant has that of the product"))
    own = {name: given[name] for name in FIELDS if name in given}
    return [News(code, at, own), *(_variant(each, at, code) for each in variants)]


def _variant(given: dict, at: datetime, parent: str) -> News:
    return News(given["code"], at, {name: given[name] for name in TOLD if name in given}, parent)


def _write(told: list[News], report: ProductReport) -> None:
    """Several words on one code are taken one after the other, by their time."""
    known, created = _begin(told)
    before = {code: _row(product) for code, product in known.items()}
    changes = [change for news in told for change in _join(known[news.code], news, known, created)]
    changed = [product for code, product in known.items() if _row(product) != before[code]]
    if not changed and not created:
        return
    now = timezone.now()
    for product in changed:
        product.changed_at = now
    Product.objects.bulk_update(changed, [*FIELDS, "parent", "shop_updated_at", "changed_at"])
    outbox.tell(CHANGES, [change.pk for change in ProductChange.objects.bulk_create(changes)])
    report.created = len(created)
    report.updated = sum(product.code not in created for product in changed)
    versions.touch("products")


def _begin(told: list[News]) -> tuple[dict[str, Product], set[str]]:
    """All products that are told of, locked, by code; and which of them were not known."""
    codes = sorted({news.code for news in told})
    known = set(Product.objects.filter(code__in=codes).values_list("code", flat=True))
    new = [code for code in codes if code not in known]
    mark = timezone.now()  # two workers at once: whose row it is, its time tells
    unsaid = {
        "currency": ShopSettings.present().currency,
        "shop_updated_at": _before_all(),
        "created_at": mark,
    }
    Product.objects.bulk_create([Product(code=code, **unsaid) for code in new], ignore_conflicts=True)
    rows = Product.objects.filter(code__in=codes).order_by("code").select_for_update(no_key=True)
    found = {product.code: product for product in rows}
    return found, {code for code in new if found[code].created_at == mark}


def _before_all() -> datetime:
    return datetime.min.replace(year=1970, tzinfo=timezone.get_fixed_timezone(0))


def _join(
    product: Product, news: News, known: dict[str, Product], created: set[str]
) -> Iterator[ProductChange]:
    """Make of the product what it is by this word too; yields what concerns people who care for it."""
    if news.at < product.shop_updated_at:
        return
    is_first = product.code in created and product.shop_updated_at == _before_all()
    stock, price = product.stock, product.price
    for name, value in news.values.items():
        setattr(product, name, value)
    product.shop_updated_at = news.at
    if news.parent:
        product.parent = known[news.parent]
    if is_first:
        return
    if stock is not None and stock <= 0 < (product.stock or 0):
        yield _change(product, ProductChange.Kind.RESTOCKED, stock, product.stock)
    if price is not None and product.price is not None and price != product.price:
        yield _change(product, ProductChange.Kind.PRICE, price, product.price)


def _change(product: Product, kind: str, old: object, new: object) -> ProductChange:
    return ProductChange(
        product=product, kind=kind, at=product.shop_updated_at, old=Decimal(str(old)), new=Decimal(str(new))
    )


def _row(product: Product) -> tuple:
    return (product.parent_id, *(getattr(product, name) for name in FIELDS), product.shop_updated_at)
