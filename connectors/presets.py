"""Starting points for carts in Japan: how they prove themselves, and a mapping to begin with.

None of them could be tried against a real shop: each says what its maker documents and what is assumed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from connectors.models import Connection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Proof = Connection.Proof
# The customer's notification and the order's are told apart by a field that the template itself carries.
ECFORCE_TEMPLATE = """{
  "kind": "order",
  "number": "{{ payment.order.number }}",
  "customer_number": "{{ payment.order.customer.number }}",
  "name": "{{ payment.order.billing_address.name01 }} {{ payment.order.billing_address.name02 }}",
  "email": "{{ payment.order.customer.email }}",
  "state": "{{ payment.order.state }}",
  "total": "{{ payment.order.total }}"
}"""


@dataclass(frozen=True)
class Preset:
    """`advice`: what to do in the cart. `template`: what to enter there, if the cart asks for a text.

    `sample`: a body as the mapping expects it, to try it on.
    """

    name: str
    label: "StrOrPromise"
    advice: "StrOrPromise"
    settings: dict[str, Any]
    sample: str
    template: str = ""


def _table(**values: str) -> dict[str, str]:
    return values


_ecforce = Preset(
    "ecforce",
    "ecforce",
    _(
        "In ecforce, create a payment webhook template with the text below and a webhook that uses it. "
        "ecforce's help names the fields of orders and customers; how ecforce proves itself and which "
        "states your shop uses could not be verified: please check with a sample."
    ),
    {
        "proof": Proof.TOKEN,
        "header": "X-Webhook-Token",
        "mapping": {
            "kind": {"path": "kind"},
            "rules": [
                {
                    "when": ["order"],
                    "to": "customer",
                    "fields": {"number": "customer_number", "name": "name", "email": "email"},
                },
                {
                    "when": ["order"],
                    "to": "order",
                    "fields": {
                        "number": "number",
                        "customer": "customer_number",
                        "total": "total",
                        "status": {
                            "path": "state",
                            "table": _table(shipped="shipped", canceled="cancelled", returned="returned"),
                            "else": "placed",
                        },
                    },
                },
            ],
        },
    },
    '{"kind": "order", "number": "EC-1001", "customer_number": "C-7", "name": "山田 花子",'
    ' "email": "hanako@example.jp", "state": "complete", "total": "5,980"}',
    ECFORCE_TEMPLATE,
)
_eccube = Preset(
    "eccube4",
    "EC-CUBE 4",
    _(
        "EC-CUBE's Web API plugin signs its webhooks with X-ECCUBE-Signature, but sends only which record "
        "changed, not the record. Have a plugin or a customization send the whole order with the same "
        "signature; the mapping expects EC-CUBE's own names of fields. Please check with a sample."
    ),
    {
        "proof": Proof.HMAC_HEX,
        "header": "X-ECCUBE-Signature",
        "mapping": {
            "kind": {"path": "entity"},
            "rules": [
                {
                    "when": ["order"],
                    "to": "customer",
                    "fields": {
                        "number": "record.Customer.id",
                        "email": "record.Customer.email",
                        "updated_at": "record.Customer.update_date",
                    },
                },
                {
                    "when": ["order"],
                    "to": "order",
                    "fields": {
                        "number": "record.order_no",
                        "customer": "record.Customer.id",
                        "placed_at": "record.order_date",
                        "updated_at": "record.update_date",
                        "total": "record.payment_total",
                        "discount": "record.discount",
                        "shipping": "record.delivery_fee_total",
                        "tax": "record.tax",
                        "status": {
                            "path": "record.OrderStatus.id",
                            "table": {
                                "1": "placed",
                                "3": "cancelled",
                                "4": "paid",
                                "5": "shipped",
                                "6": "paid",
                                "9": "returned",
                            },
                            "else": "placed",
                        },
                        "lines.product": "record.OrderItems[].product_code",
                        "lines.name": "record.OrderItems[].product_name",
                        "lines.quantity": "record.OrderItems[].quantity",
                        "lines.amount": {
                            "path": "record.OrderItems[].price",
                            "times": "record.OrderItems[].quantity",
                        },
                    },
                },
                {
                    "when": ["customer"],
                    "to": "customer",
                    "fields": {
                        "number": "record.id",
                        "name": {"path": "record.name01", "and": ["record.name02"]},
                        "email": "record.email",
                        "phone": "record.phone_number",
                        "birthday": "record.birth",
                        "updated_at": "record.update_date",
                    },
                },
            ],
        },
    },
    '{"entity": "order", "action": "updated", "id": 12, "record": {"order_no": "12",'
    ' "order_date": "2026-11-20T10:00:00+09:00", "update_date": "2026-11-20T10:00:00+09:00",'
    ' "payment_total": "3980.00", "discount": "0", "delivery_fee_total": "500", "tax": "361",'
    ' "Customer": {"id": 3, "email": "taro@example.jp", "update_date": "2026-11-20T10:00:00+09:00"},'
    ' "OrderStatus": {"id": 1}, "OrderItems": [{"product_code": "cube-01", "product_name": "ジェラート",'
    ' "quantity": "2", "price": "1740"}]}}',
)
_futureshop = Preset(
    "futureshop",
    "futureshop",
    _(
        "futureshop documents an API to be asked and no webhooks, so something in between has to ask it and "
        "post each order here. The names of fields in this mapping are assumed: please check with a sample."
    ),
    {
        "proof": Proof.HMAC_HEX,
        "header": "X-Signature",
        "id_header": "X-Delivery-Id",
        "mapping": {
            "rules": [
                {
                    "to": "order",
                    "each": "orderList[]",
                    "fields": {
                        "number": "orderNo",
                        "customer": "memberId",
                        "placed_at": "orderDate",
                        "updated_at": "lastModified",
                        "total": {"path": "totalAmount", "as": "amount"},
                        "status": {
                            "path": "shippingStatus",
                            "table": {"shipped": "shipped", "canceled": "cancelled"},
                            "else": "placed",
                        },
                        "lines.product": "productList[].productNo",
                        "lines.name": "productList[].productName",
                        "lines.quantity": "productList[].quantity",
                        "lines.amount": "productList[].subtotal",
                    },
                }
            ]
        },
    },
    '{"orderList": [{"orderNo": "FS-9", "memberId": "M-1", "orderDate": "2026-11-20 10:00:00",'
    ' "lastModified": "2026-11-20 10:05:00", "totalAmount": "¥12,800", "shippingStatus": "waiting",'
    ' "productList": [{"productNo": "bag-1", "productName": "トート", "quantity": 1, "subtotal": 12800}]}]}',
)
PRESETS = {preset.name: preset for preset in (_ecforce, _eccube, _futureshop)}
