"""A real history of purchases: 69,659 of 23,570 people at CDNOW, whose first were in early 1997.

Published with “Counting Your Customers the Easy Way”, https://www.brucehardie.com/datasets/
"""

import io
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from importlib import metadata
from zoneinfo import ZoneInfo

import pytest

from events.models import Event
from imports.engine import import_file
from shops import services, totals
from shops.models import CustomerTotals

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def purchases() -> list[tuple[str, str, str, str]]:
    """Customer, day, discs, dollars."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError:
        pytest.skip("lifetimes is not installed: `make setup` brings it")
    [file] = [file for file in files if file.name == "CDNOW_master.txt"]
    rows = file.locate().read_text().splitlines()[1:]
    return [tuple(row.split()) for row in rows if row.strip()]


def expected(purchases: list[tuple[str, str, str, str]]) -> dict[str, tuple]:
    """Number, sum, first and last purchase of each, by plain Python."""
    bought: dict[str, list] = defaultdict(list)
    for customer, day, _discs, dollars in purchases:
        at = datetime.strptime(day, "%Y%m%d").replace(tzinfo=TOKYO).astimezone(UTC)
        bought[customer].append((at, Decimal(dollars)))
    return {
        customer: (len(each), sum(dollars for _at, dollars in each), min(each)[0], max(each)[0])
        for customer, each in bought.items()
    }


def as_csv(header: str, rows: list[str]) -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows, ""]).encode())


def test_totals_of_a_real_history_equal_those_of_plain_python(tenant, purchases):
    services.count_in("USD")
    people = sorted({customer for customer, *_rest in purchases})
    orders = [f"{number},{','.join(each)},CD" for number, each in enumerate(purchases)]

    import_file("customers", as_csv("number", people))
    report = import_file("orders", as_csv("number,customer,placed_at,quantity,line_amount,product", orders))

    assert report.counts == {"created": 69_659, "updated": 0}
    assert report.refused == []
    found = CustomerTotals.objects.values_list("customer__number", "orders", "amount", "first_at", "last_at")
    assert {number: kept for number, *kept in map(list, found)} == {
        number: list(sums) for number, sums in expected(purchases).items()
    }
    assert len(people) == 23_570
    assert Event.objects.filter(type="bought").count() == 69_659
    assert totals.different() == []
