"""Bringing orders up to date, whoever tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction


@dataclass
class OrderReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def upsert_orders(rows: Iterable[dict], *, source: str = "shop") -> OrderReport:
    """Bring orders up to date by `number`; good rows go in, bad ones are reported.

    A row has what JSON can hold: `number`, `customer` (number in the client's books, null: nobody's),
    `placed_at`, `updated_at` (ISO 8601 with offset; now if left out), `status`, `currency`, `total`,
    `refunded`, `discount`, `shipping`, `tax` (amounts: numbers, or texts such as "1980.50"), `lines` (each
    `product`, `name`, `category`, `quantity`, `amount`), `coupon_code`, `tracking_number`, `shipped_at`,
    `delivered_at`, `cancelled_at`. A new order needs `number`, `placed_at` and `total`; what a row lacks stays
    as it is, null makes it empty. Of each field the newest word by `updated_at` counts, in whatever order
    rows come; rows that change nothing count neither as created nor as updated.
    """
    raise NotImplementedError
