"""Bringing products up to date, whoever tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction


@dataclass
class ProductReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def upsert_products(rows: Iterable[dict]) -> ProductReport:
    """Bring products up to date by `code`; good rows go in, bad ones are reported.

    A row has what JSON can hold: `code`, `name`, `category` (a path such as "Women > Shirts"), `price`,
    `compare_at_price`, `currency`, `stock` (a whole number; null: not counted), `picture_url`, `page_url`
    (https), `updated_at` (ISO 8601 with offset; now if left out), and `variants`: a list of `code`, `name`,
    `price`, `compare_at_price`, `stock`, `picture_url`, `page_url`. What a row lacks stays as it is, null
    makes it empty; variants that a list lacks stay too. A row older than what is known changes nothing.

    Stock that comes back from nothing, and a price that changes, become rows of ProductChange.
    """
    raise NotImplementedError
