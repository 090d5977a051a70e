"""Shopify's products and stock. Source: https://shopify.dev/docs/api/admin-rest/latest/resources/product

A product's variants are our products. Stock comes with the product, as a total, and for single locations
with inventory_levels/update: whichever is later counts.
"""

from django.utils.translation import gettext_noop

from connectors import known, landing
from connectors.errors import Ignored
from connectors.models import Connection, ExternalId
from connectors.shopify.fields import Body, after, amount, count, external_id, id_or_none, moment, rows, text
from connectors.shopify.orders import code_of

PRODUCT, STOCK = ExternalId.Kind.PRODUCT, ExternalId.Kind.STOCK
OLDER = gettext_noop("Newer data of this product is known already.")
NO_SKU = gettext_noop("This stock item has no SKU.")
ONLY_VARIANT = "Default Title"


def upsert(connection: Connection, body: Body, _at: str) -> list[str]:
    row = known.held(connection, PRODUCT, external_id(body))
    at = moment(body, "updated_at", "created_at")
    if row.facts.get("at", "") >= at:
        raise Ignored(OLDER, names=[row.external])
    variants = [_variant(connection, variant, at) for variant in rows(body, "variants")]
    written = after(at, *[stamp for _variant, stamp in variants])
    product = _product(connection, body, [variant for variant, _stamp in variants])
    landing.product(product | {"updated_at": written})
    codes = [variant["code"] for variant, _stamp in variants]
    known.keep(row, {"at": at, "written": written, "codes": codes}, product["code"])
    return [row.external, *codes[:20]]


def delete(connection: Connection, body: Body, at: str) -> list[str]:
    """Deleted in Shopify: kept here, since orders name it, and out of stock."""
    row = known.held(connection, PRODUCT, external_id(body))
    codes = row.facts.get("codes", [])
    written = after(at, row.facts.get("written", ""))
    for code in codes:
        landing.product({"code": code, "stock": 0, "updated_at": written})
    known.keep(row, row.facts | {"at": max(at, row.facts.get("at", "")), "written": written})
    return [row.external, *codes[:20]]


def level(connection: Connection, body: Body, _at: str) -> list[str]:
    """What one location has of one stock item."""
    at = moment(body, "updated_at")
    available = 0 if body.get("available") is None else count(body, "available")
    row = known.held(connection, STOCK, external_id(body, "inventory_item_id"))
    levels = row.facts.get("levels", {})
    place = external_id(body, "location_id")
    if place in levels and levels[place]["at"] >= at:
        raise Ignored(OLDER, names=[row.external])
    facts = row.facts | {"levels": levels | {place: {"count": available, "at": at}}}
    return _keep_stock(row, facts, row.ours)


def item(connection: Connection, body: Body, _at: str) -> list[str]:
    """By which SKU a stock item goes."""
    row = known.held(connection, STOCK, external_id(body))
    sku = text(body, "sku", 100)
    if not sku:
        raise Ignored(NO_SKU, names=[row.external])
    return _keep_stock(row, row.facts, sku)


def _product(connection: Connection, body: Body, variants: list[dict]) -> dict:
    """As products are taken: with variants, or alone if there is only one."""
    handle = text(body, "handle")
    product = {
        "name": text(body, "title"),
        "category": text(body, "product_type"),
        "picture_url": text(body.get("image"), "src", 1_000),
        "page_url": f"https://{connection.shop_domain}/products/{handle}" if handle else "",
    }
    if len(variants) == 1:
        return variants[0] | product
    return product | {"code": f"shopify-product-{external_id(body)}", "variants": variants}


def _variant(connection: Connection, variant: Body, at: str) -> tuple[dict, str]:
    """A variant, and when its stock was last written."""
    code = code_of({"sku": variant.get("sku"), "variant_id": external_id(variant)})
    stock, written = _stock(connection, variant, code, at)
    price = {"price": str(amount(variant, "price", "0")), "compare_at_price": _price_before(variant)}
    return {"code": code, "name": text(variant, "title"), "stock": stock} | price, written


def _price_before(variant: Body) -> str | None:
    return str(amount(variant, "compare_at_price")) if variant.get("compare_at_price") else None


def _stock(connection: Connection, variant: Body, code: str, at: str) -> tuple[int | None, str]:
    """None: Shopify does not count this variant."""
    if variant.get("inventory_management", "shopify") is None or "inventory_quantity" not in variant:
        return None, ""
    total = count(variant, "inventory_quantity")
    stock_id = id_or_none(variant, "inventory_item_id")
    if stock_id is None:
        return total, ""
    row = known.held(connection, STOCK, stock_id)
    facts = row.facts | {"total": {"count": total, "at": at}}
    known.keep(row, facts, code)
    return in_stock(facts), facts.get("written", "")


def _keep_stock(row: ExternalId, facts: dict, code: str) -> list[str]:
    parts = [*facts.get("levels", {}).values(), *([facts["total"]] if "total" in facts else [])]
    if code and parts:
        at = max(part["at"] for part in parts)
        facts = facts | {"written": after(at, facts.get("written", ""), facts.get("total", {}).get("at", ""))}
        landing.stock(code, in_stock(facts), facts["written"])
    known.keep(row, facts, code)
    return [row.external, *([code] if code else [])]


def in_stock(facts: dict) -> int:
    """The product's own total, or the sum over the locations heard of if one was heard of later."""
    levels = facts.get("levels", {}).values()
    total = facts.get("total")
    if total and all(level["at"] <= total["at"] for level in levels):
        return total["count"]
    return sum(level["count"] for level in levels)
