"""Products and orders out of files."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers import merging
from imports.kinds import Column, Kind, Row, Unfit, Written
from shops import cells, reading, storing, told
from shops.models import Order, Product
from shops.orders import upsert_orders
from shops.products import ROW as PRODUCT_ROW
from shops.products import upsert_products
from shops.told import Key

SOURCE = "shop"
OUTCOMES = [("created", _("Newly added")), ("updated", _("Brought up to date"))]


class Products(Kind):
    name = "products"
    label = _("Products")
    help = _("One row for each product or variant. What a file does not say stays as it is.")
    permission = "shops.change_product"
    outcomes = OUTCOMES
    AMOUNTS = ("price", "compare_at_price")

    def columns(self) -> list[Column]:
        return [
            Column(
                "code", _("Code"), True, ["sku", "商品コード", "商品番号", "品番", "handle", "Variant SKU"]
            ),
            Column("name", _("Name"), False, ["商品名", "title", "product name"]),
            Column("category", _("Category"), False, ["カテゴリ", "カテゴリー", "Type", "product category"]),
            Column("price", _("Price"), False, ["価格", "販売価格", "Variant Price"]),
            Column(
                "compare_at_price", _("Price before"), False, ["通常価格", "定価", "Variant Compare At Price"]
            ),
            Column("stock", _("Stock"), False, ["在庫", "在庫数", "Variant Inventory Qty"]),
            Column("picture_url", _("Picture"), False, ["画像", "画像URL", "Image Src"]),
            Column("page_url", _("Page in the shop"), False, ["商品ページ", "URL", "商品URL"]),
            Column("updated_at", _("Changed in the shop"), False, ["更新日時", "updated at"]),
        ]

    def read(self, cells_: Mapping[str, str]) -> Row:
        row: Row = {name: text or None for name, text in cells_.items()}
        for name in self.AMOUNTS:
            if row.get(name):
                row[name] = cells.amount(row[name])
        if row.get("stock"):
            row["stock"] = cells.whole(row["stock"], "stock")
        if row.get("updated_at"):
            row["updated_at"] = cells.moment(row["updated_at"], "updated_at")
        _check(row, PRODUCT_ROW)
        return row

    def key(self, row: Row) -> str:
        return row["code"]

    def known(self, keys: Collection[str]) -> set[str]:
        return set(Product.objects.filter(code__in=keys).values_list("code", flat=True))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        report = upsert_products(row for _line, row in rows)
        refused = [(rows[index][0], reason) for index, reason in report.errors]
        return Written({"created": report.created, "updated": report.updated}, refused)


class Orders(Kind):
    name = "orders"
    label = _("Orders")
    help = _(
        "One row for each order, or one for each of its lines; rows of one order may stand apart. Lines are "
        "told apart by their number, or by their product if there is no such column. Without a total an "
        "order costs what its lines cost. What a file does not say stays as it is."
    )
    permission = "shops.change_order"
    outcomes = OUTCOMES
    AMOUNTS = ("total", "refunded", "discount", "shipping", "tax", "line_amount")
    TIMES = ("placed_at", "updated_at", "shipped_at", "delivered_at", "cancelled_at")

    def columns(self) -> list[Column]:
        return [
            Column("number", _("Order number"), True, ["注文番号", "受注番号", "注文ID", "order id", "Name"]),
            Column(
                "customer", _("Customer number"), False, ["顧客番号", "会員番号", "会員ID", "customer id"]
            ),
            Column("placed_at", _("Placed"), True, ["注文日時", "注文日", "受注日", "date", "Created at"]),
            Column("status", _("Status"), False, ["ステータス", "注文状況", "対応状況"]),
            Column("total", _("Total"), False, ["合計", "合計金額", "支払い合計", "total price"]),
            Column("refunded", _("Refunded"), False, ["返金額", "Refunded Amount"]),
            Column("discount", _("Discount"), False, ["割引", "値引き", "Discount Amount"]),
            Column("shipping", _("Shipping"), False, ["送料"]),
            Column("tax", _("Tax"), False, ["消費税", "税額", "Taxes"]),
            Column("line", _("Number of the line"), False, ["明細番号", "行番号", "line id"]),
            Column("product", _("Product code"), False, ["商品コード", "sku", "品番", "Lineitem sku"]),
            Column("product_name", _("Product name"), False, ["商品名", "Lineitem name"]),
            Column("category", _("Category"), False, ["カテゴリ", "カテゴリー"]),
            Column("quantity", _("Quantity"), False, ["数量", "個数", "Lineitem quantity"]),
            Column("line_amount", _("Amount of the line"), False, ["小計", "明細金額", "金額", "amount"]),
            Column("coupon_code", _("Coupon code"), False, ["クーポン", "クーポンコード", "Discount Code"]),
            Column("tracking_number", _("Tracking number"), False, ["送り状番号", "追跡番号", "伝票番号"]),
            Column("shipped_at", _("Shipped"), False, ["発送日", "出荷日", "Fulfilled at"]),
            Column("delivered_at", _("Arrived"), False, ["配達日", "お届け日"]),
            Column("cancelled_at", _("Cancelled"), False, ["キャンセル日", "Cancelled at"]),
            Column("updated_at", _("Changed in the shop"), False, ["更新日時", "updated at"]),
        ]

    def read(self, cells_: Mapping[str, str]) -> Row:
        given: Row = {name: text or None for name, text in cells_.items()}
        for name in self.AMOUNTS:
            if given.get(name):
                given[name] = cells.amount(given[name])
        for name in self.TIMES:
            if given.get(name):
                given[name] = cells.moment(given[name], name)
        if given.get("status"):
            given["status"] = cells.status(given["status"], "status")
        row = {name: value for name, value in given.items() if name in told.ROW and _says(name, value)}
        if line := _line(given):
            row["lines"] = [line]
        elif not given.get("total"):
            raise Unfit(gettext("needs a total, or the amount of a line"), "total")
        _check(row, told.ROW)
        return row

    def key(self, row: Row) -> str:
        return f"{row['number']}\n{_key_of(row['lines'][0]) if row.get('lines') else ''}"

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        """Lines of a portion join those that an order has already: it may have begun in an earlier one."""
        by_order: dict[Key, list[tuple[int, Row]]] = defaultdict(list)
        for line, row in rows:
            by_order[SOURCE, row["number"]].append((line, row))
        merging.hold_off()
        known = storing.lock_orders(by_order)
        whole = [_one_order(each, known.get(key)) for key, each in by_order.items()]
        report = upsert_orders(whole, source=SOURCE)
        groups = list(by_order.values())
        refused = [(line, reason) for index, reason in report.errors for line, _row in groups[index]]
        return Written({"created": report.created, "updated": report.updated}, refused)


def _says(name: str, value: object) -> bool:
    """Whether a cell says something: an empty one makes a text empty, but takes away no time and no state."""
    return value is not None or told.ROW[name].empty == ""


def _line(given: Row) -> Row | None:
    quantity = cells.whole(given["quantity"], "quantity") if given.get("quantity") else 1
    kept = {
        "id": given.get("line"),
        "product": given.get("product"),
        "name": given.get("product_name"),
        "category": given.get("category"),
    }
    if not any(kept.values()):
        return None
    amount = given.get("line_amount") or ("0" if given.get("total") else None)
    if amount is None:
        raise Unfit(gettext("needs a total, or the amount of a line"), "line_amount")
    return {name: value for name, value in kept.items() if value} | {"quantity": quantity, "amount": amount}


def _check(row: Row, fields: dict[str, reading.Field]) -> None:
    try:
        reading.read_fields(row, fields)
    except reading.Unfit as error:
        column, _colon, reason = str(error).partition(": ")
        raise Unfit(reason, column) from None


def _key_of(line: Row) -> str:
    """By what a line of an order is told apart from the others."""
    return line.get("id") or line.get("product") or line.get("name") or ""


def _one_order(rows: list[tuple[int, Row]], known: Order | None) -> Row:
    """What the rows of a portion say of one order, the lines that are known among them."""
    whole: Row = {}
    for _line, row in rows:
        whole |= row
    lines = {_key_of(line): line for line in (known.lines if known else [])}
    lines |= {_key_of(line): line for _line, row in rows for line in row.get("lines", [])}
    if lines:
        whole["lines"] = list(lines.values())
    if "total" not in whole and lines:
        whole["total"] = str(sum(Decimal(str(line["amount"])) for line in lines.values()))
    return whole
