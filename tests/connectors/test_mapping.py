"""Bodies of other carts, read by a mapping."""

from decimal import Decimal

import orjson
import pytest

from connectors import preview, services
from connectors.errors import BadMapping
from connectors.mapping import checking, reading, values
from connectors.presets import PRESETS
from customers import erasing
from customers.models import Customer
from events.models import Event
from shops.models import Order, Product
from tests.connectors.factories import SECRET, deliveries, make_cart, post, proofs, take_over
from tests.factories import make_customer

ORDER = {
    "kind": {"path": "event"},
    "rules": [
        {
            "when": ["order.created", "order.changed"],
            "to": "order",
            "fields": {
                "number": "order.no",
                "customer": "order.member.id",
                "placed_at": {"path": "order.date", "format": "%Y/%m/%d %H:%M"},
                "total": "order.sum",
                "status": {
                    "path": "order.state",
                    "table": {"3": "shipped", "9": "cancelled"},
                    "else": "placed",
                },
                "currency": {"value": "JPY"},
                "lines.product": "order.items[].sku",
                "lines.quantity": "order.items[].qty",
                "lines.amount": "order.items[].sum",
            },
        }
    ],
}
BODY = {
    "event": "order.created",
    "order": {
        "no": "A-1",
        "member": {"id": 7},
        "date": "2026/10/02 19:30",
        "sum": "12,800円",
        "state": 3,
        "items": [
            {"sku": "bag", "qty": "1", "sum": "¥9,800"},
            {"sku": "cap", "qty": 2, "sum": 3000},
        ],
    },
}


def send(cart, body, **headers):
    raw = orjson.dumps(body) if not isinstance(body, bytes) else body
    status = post(cart, raw, {"X-Signature": proofs.sign("hmac_hex", SECRET, raw)} | headers)
    take_over()
    return status


def test_an_order_lands_as_the_mapping_says(tenant):
    make_customer("7")

    send(make_cart(mapping=ORDER), BODY)

    order = Order.objects.get(number="A-1")
    assert order.customer.number == "7"
    assert (order.status, order.total) == ("shipped", Decimal(12800))
    assert order.placed_at.isoformat() == "2026-10-02T10:30:00+00:00"
    assert [(line["product"], line["quantity"], line["amount"]) for line in order.lines] == [
        ("bag", 1, 9800),
        ("cap", 2, 3000),
    ]
    assert deliveries() == [("done", "")]


def test_customers_products_and_events_land_too(tenant):
    cart = make_cart(
        mapping={
            "rules": [
                {
                    "to": "customer",
                    "fields": {"number": "id", "name": "name", "attributes.rank": "rank", "birthday": "born"},
                },
                {"to": "product", "each": "seen[]", "fields": {"code": "sku", "stock": "left"}},
                {
                    "to": "event",
                    "each": "seen[]",
                    "fields": {
                        "type": {"value": "product_viewed"},
                        "customer": {"value": "7"},
                        "key": "sku",
                        "properties.product": "sku",
                    },
                },
            ]
        }
    )

    body = {
        "id": 7,
        "name": "Aoi",
        "rank": "gold",
        "born": "1990年4月1日",
        "seen": [{"sku": "bag", "left": "3"}],
    }
    send(cart, body)
    send(cart, body)

    customer = Customer.objects.get(number="7")
    assert (customer.name, customer.attributes["rank"]) == ("Aoi", "gold")
    assert customer.birthday.isoformat() == "1990-04-01"
    assert Product.objects.get(code="bag").stock == 3
    assert Event.objects.get(type="viewed").customer_id == customer.pk


def test_form_fields_are_read(tenant):
    cart = make_cart(
        content="form", mapping={"rules": [{"to": "customer", "fields": {"number": "no", "name": "name"}}]}
    )

    send(cart, b"no=7&name=%E8%91%B5")

    assert Customer.objects.get(number="7").name == "葵"


def test_a_body_that_no_rule_takes_is_ignored_and_its_kind_is_shown(tenant):
    cart = make_cart(mapping=ORDER)

    send(cart, BODY | {"event": "newsletter"})

    delivery = cart.deliveries.get()
    assert (delivery.state, delivery.topic) == ("ignored", "newsletter")


def test_the_same_delivery_id_is_taken_over_once(tenant):
    cart = make_cart(mapping=ORDER, id_header="X-Id")

    for _attempt in range(2):
        send(cart, BODY, **{"X-Id": "d-1"})

    assert cart.deliveries.count() == 1


def test_nothing_is_written_if_one_row_is_refused(tenant):
    rules = [
        {"to": "customer", "fields": {"number": "id"}},
        {"to": "order", "fields": {"number": "id", "total": "sum"}},
    ]
    cart = make_cart(mapping={"rules": rules})

    send(cart, {"id": 7, "sum": "much"})

    assert not Customer.objects.exists()
    [(state, remark)] = deliveries()
    assert state == "failed"
    assert "total" in remark


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"5",
        b"null",
        b'"text"',
        b'{"order": null}',
        b'{"event": "order.created"}',
        b'{"event": "order.created", "order": {"no": ""}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": {"a": 1}}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": "1e99"}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": "-5"}}',
        b'{"event": "order.created", "order": {"no": "A-1", "date": "yesterday", "sum": 1}}',
        b'{"event": "order.created", "order": {"no": "A\\u0000", "sum": 1}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": 1, "items": "none"}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": 1, "items": [5]}}',
        b'{"event": "order.created", "order": {"no": "' + b"9" * 200 + b'", "sum": 1}}',
        b'{"event": "order.created", "order": {"no": "A-1", "sum": 1, "items": [{"qty": "two"}]}}',
        """{"event": "order.created", "order": {"no": "👩‍👩‍👧", "sum": "１円が"}}""".encode(),
    ],
)
def test_a_body_that_cannot_be_read_never_breaks_and_writes_nothing_wrong(tenant, body):
    cart = make_cart(mapping=ORDER)

    status = send(cart, body)

    delivery = cart.deliveries.get()
    assert status == 200
    assert delivery.state in {"failed", "ignored"} or Order.objects.get().lines == []
    assert "went wrong here" not in delivery.remark


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        (None, ""),
        ([], ""),
        ({"rules": []}, "rules"),
        ({"rules": [5]}, "rules[0]"),
        ({"rules": [{"to": "moon", "fields": {"number": "a"}}]}, "rules[0].to"),
        ({"rules": [{"to": ["order"], "fields": {"number": "a"}}]}, "rules[0].to"),
        ({"rules": [{"to": "order", "fields": {}}]}, "rules[0].fields"),
        ({"rules": [{"to": "order", "fields": {"total": "a"}}]}, "rules[0].fields.number"),
        ({"rules": [{"to": "order", "fields": {"number": "a..b"}}]}, "rules[0].fields.number"),
        ({"rules": [{"to": "order", "fields": {"number": "a[x]"}}]}, "rules[0].fields.number"),
        ({"rules": [{"to": "order", "fields": {"number": "a", "colour": "b"}}]}, "rules[0].fields.colour"),
        ({"rules": [{"to": "order", "fields": {"number": {"as": "text"}}}]}, "rules[0].fields.number"),
        (
            {"rules": [{"to": "order", "fields": {"number": {"path": "a", "as": "moon"}}}]},
            "rules[0].fields.number.as",
        ),
        (
            {"rules": [{"to": "order", "fields": {"number": {"path": "a", "table": []}}}]},
            "rules[0].fields.number.table",
        ),
        (
            {"rules": [{"to": "order", "fields": {"number": "a", "lines.product": "sku"}}]},
            "rules[0].fields.lines",
        ),
        (
            {
                "rules": [
                    {
                        "to": "order",
                        "fields": {"number": "a", "lines.product": "a[].b", "lines.name": "c[].d"},
                    }
                ]
            },
            "rules[0].fields.lines",
        ),
        ({"rules": [{"to": "order", "when": "x", "fields": {"number": "a"}}]}, "rules[0].when"),
        ({"rules": [{"to": "order", "each": "..", "fields": {"number": "a"}}]}, "rules[0].each"),
        ({"kind": 5, "rules": [{"to": "order", "fields": {"number": "a"}}]}, "kind"),
        ({"rules": [{"to": "customer", "fields": {"number": "a", "name": {"value": "x" * 60_000}}}]}, ""),
    ],
)
def test_a_mapping_that_cannot_be_understood_is_refused_with_its_place(tenant, mapping, place):
    cart = make_cart(mapping=ORDER)

    with pytest.raises(BadMapping) as refused:
        services.save_mapping(cart, mapping, by=None)

    cart.refresh_from_db()
    assert refused.value.faults[0][0] == place
    assert cart.mapping == ORDER


@pytest.mark.parametrize(
    ("value", "way", "form", "read"),
    [
        ("1,980円", "amount", "", "1980"),
        ("¥12,800", "amount", "", "12800"),
        ("19.80", "amount", "", "19.80"),
        (None, "amount", "", None),
        ("", "text", "", None),
        (" あおい ", "text", "", "あおい"),
        ("３", "number", "", 3),
        ("2026-10-02T10:00:00+09:00", "time", "", "2026-10-02T01:00:00+00:00"),
        ("2026/10/02 10:00", "time", "", "2026-10-02T01:00:00+00:00"),
        ("1790000000", "time", "", "2026-09-21T14:13:20+00:00"),
        ("02.10.2026", "time", "%d.%m.%Y", "2026-10-01T15:00:00+00:00"),
        ("1990/4/1", "day", "", "1990-04-01"),
        ("１９９０年４月１日", "day", "", "1990-04-01"),
        ("はい", "yes", "", True),
        ("", "yes", "", False),
        ("a, b,,c", "list", "", ["a", "b", "c"]),
    ],
)
def test_values_are_read_as_they_are_written_in_japan(tenant, value, way, form, read):
    assert values.read(value, way, form) == read


@pytest.mark.parametrize(
    ("value", "way"),
    [
        ("two", "number"),
        ("1e9", "amount"),
        ("32 Oct", "time"),
        ("1990-13-01", "day"),
        ("maybe", "yes"),
        ({}, "text"),
    ],
)
def test_values_that_are_something_else_are_refused(tenant, value, way):
    with pytest.raises(values.Unreadable):
        values.read(value, way)


def test_a_form_of_times_that_cannot_be_is_a_fault_of_its_field(tenant):
    fields = {"number": "id", "placed_at": {"path": "at", "format": "%Y %Y"}}
    mapping = {"rules": [{"to": "order", "fields": fields}]}

    tried = preview.of(make_cart(mapping=mapping), mapping, '{"id": "1", "at": "2026 2026"}')

    assert [name for name, _why in tried.rows[0].faults] == ["placed_at"]


def test_a_body_of_boxes_within_boxes_fails_with_a_reason(tenant):
    cart = make_cart(mapping=ORDER)

    send(cart, b'{"event": "order.created", "order": ' + b"[" * 300 + b"]" * 300 + b"}")

    [(state, remark)] = deliveries()
    assert state == "failed"
    assert "inside each other" in remark


def test_a_body_of_too_many_rows_is_refused_rather_than_cut_off(tenant):
    rule = {"to": "product", "each": "stock[]", "fields": {"code": "sku", "stock": "count"}}
    cart = make_cart(mapping={"rules": [rule]})

    send(cart, {"stock": [{"sku": f"tea-{number}", "count": number} for number in range(201)]})

    [(state, remark)] = deliveries()
    assert (state, Product.objects.count()) == ("failed", 0)
    assert "more than 200 rows" in remark


def test_what_comes_with_an_erased_customer_is_taken_in(tenant):
    erasing.erase(make_customer("7"))
    rules = [
        {"to": "customer", "fields": {"number": "id", "name": "name"}},
        {"to": "order", "fields": {"number": "no", "customer": "id", "total": "sum"}},
    ]
    cart = make_cart(mapping={"rules": rules})

    send(cart, {"id": 7, "name": "Aoi", "no": "A-1", "sum": 500})

    assert deliveries() == [("done", "")]
    assert Order.objects.get().customer.name == ""


def test_a_preview_says_what_would_be_written_and_writes_nothing(tenant):
    cart = make_cart()

    tried = preview.of(cart, ORDER, orjson.dumps(BODY).decode())

    [row] = tried.rows
    assert tried.kind == "order.created"
    assert row.faults == []
    assert dict(row.fields)["number"] == "A-1"
    assert not Order.objects.exists()


def test_a_preview_names_what_would_be_refused_by_field(tenant):
    body = BODY | {"order": BODY["order"] | {"sum": "much", "date": "never"}}

    [row] = preview.of(make_cart(), ORDER, orjson.dumps(body).decode()).rows

    assert [field for field, _why in row.faults] == ["placed_at", "total"]


@pytest.mark.parametrize("name", list(PRESETS))
def test_the_sample_of_a_preset_would_be_taken_over(tenant, name):
    preset = PRESETS[name]
    cart = make_cart(preset=name, header=preset.settings["header"])

    tried = preview.of(cart, cart.mapping, preset.sample)

    assert checking.faults(preset.settings["mapping"]) == []
    assert tried.rows
    assert [row.faults for row in tried.rows] == [[] for _row in tried.rows]


def test_a_field_that_is_missing_or_empty_stays_as_it_is(tenant):
    mapping = {"rules": [{"to": "customer", "fields": {"number": "id", "name": "name", "email": "mail"}}]}

    [mapped] = reading.read(mapping, {"id": 7, "name": ""})

    assert mapped.row == {"number": "7"}


PIECES = {
    "rules": [
        {
            "to": "customer",
            "fields": {"number": "id", "name": {"path": "family", "and": ["given", "title"]}},
        },
        {
            "to": "order",
            "fields": {
                "number": "no",
                "total": "sum",
                "lines.product": "items[].sku",
                "lines.amount": {"path": "items[].price", "times": "items[].count"},
            },
        },
    ]
}


def test_amounts_are_multiplied_and_texts_put_behind_each_other():
    items = [{"sku": "tea", "price": "1,740円", "count": 2}, {"sku": "cup", "price": "99.5", "count": "3"}]

    customer, order = reading.read(
        PIECES, {"id": 7, "family": "山田", "given": "花子", "no": "A-1", "sum": 3778, "items": items}
    )

    assert (customer.row["name"], customer.faults, order.faults) == ("山田 花子", [], [])
    assert [Decimal(line["amount"]) for line in order.row["lines"]] == [Decimal(3480), Decimal("298.5")]


def test_a_number_of_pieces_that_is_none_is_named():
    items = [{"sku": "tea", "price": "1740", "count": "two"}]

    _customer, order = reading.read(PIECES, {"id": 7, "no": "A-1", "sum": 1, "items": items})

    assert [name for name, _why in order.faults] == ["lines.amount[0]"]


@pytest.mark.parametrize(
    "source",
    [
        {"path": "price", "times": 2},
        {"path": "price", "times": ""},
        {"value": 3, "times": "count"},
        {"path": "family", "and": "given"},
        {"path": "family", "and": [3]},
        {"value": "A", "and": ["given"]},
    ],
)
def test_a_mapping_that_multiplies_or_joins_nonsense_is_refused(source):
    mapping = {"rules": [{"to": "customer", "fields": {"number": "id", "name": source}}]}

    assert checking.faults(mapping)


def test_what_is_multiplied_comes_from_the_list_of_the_line():
    fields = {
        "number": "no",
        "total": "sum",
        "lines.amount": {"path": "items[].price", "times": "others[].n"},
    }

    assert checking.faults({"rules": [{"to": "order", "fields": fields}]})
