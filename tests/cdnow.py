"""A real history of purchases: 69,659 of 23,570 people at CDNOW, whose first were in early 1997.

Published with “Counting Your Customers the Easy Way”, https://www.brucehardie.com/datasets/
"""

import io
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from importlib import metadata

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from customers.models import Customer
from friends.models import Friend
from imports.engine import Report, import_file
from linking.models import Link
from shops import services
from tests.clients import committed_client, nothing_to_do

LAST_DAY = date(1998, 6, 30)


@dataclass(frozen=True)
class Purchase:
    """One row of the file. `amount` is in dollars."""

    customer: str
    day: date
    discs: int
    amount: Decimal


@dataclass(frozen=True)
class Cdnow:
    """The file, and the client that has it in its books: all are linked to a friend of their name."""

    purchases: list[Purchase]
    tenant: Tenant
    report: Report

    @cached_property
    def histories(self) -> dict[str, list[Purchase]]:
        """The purchases of each customer, in the order of their days."""
        found: dict[str, list[Purchase]] = defaultdict(list)
        for purchase in sorted(self.purchases, key=lambda each: each.day):
            found[purchase.customer].append(purchase)
        return found


@pytest.fixture(scope="session")
def cdnow(django_db_setup, django_db_blocker) -> Iterator[Cdnow]:
    """Loaded once per run; tests only read it."""
    purchases = read()
    stack = ExitStack()
    with django_db_blocker.unblock():
        tenant = stack.enter_context(committed_client("discs"))
        with tenant_context(tenant):
            report = _load(purchases)
        nothing_to_do(tenant)
    yield Cdnow(purchases, tenant, report)
    with django_db_blocker.unblock():
        stack.close()


def read() -> list[Purchase]:
    """The whole file; skips the test where it is not installed."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError:
        pytest.skip("lifetimes is not installed: `make setup` brings it")
    [file] = [file for file in files if file.name == "CDNOW_master.txt"]
    rows = [row.split() for row in file.locate().read_text().splitlines()[1:] if row.strip()]
    return [
        Purchase(customer, datetime.strptime(day, "%Y%m%d").date(), int(discs), Decimal(dollars))  # noqa: DTZ007  (a day)
        for customer, day, discs, dollars in rows
    ]


def _load(purchases: list[Purchase]) -> Report:
    services.count_in("USD")
    people = sorted({purchase.customer for purchase in purchases})
    orders = [
        f"{number},{each.customer},{each.day},{each.discs},{each.amount},CD"
        for number, each in enumerate(purchases)
    ]
    import_file("customers", _as_csv("number", people))
    report = import_file("orders", _as_csv("number,customer,placed_at,quantity,line_amount,product", orders))
    _link_all()
    return report


def _as_csv(header: str, rows: list[str]) -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows, ""]).encode())


def _link_all() -> None:
    now = timezone.now()
    customers = dict(Customer.objects.values_list("number", "pk"))
    friends = Friend.objects.bulk_create(
        Friend(line_user_id=f"U{number:0>32}", display_name=number, followed_at=now, status_at=now)
        for number in customers
    )
    Link.objects.bulk_create(
        Link(friend=friend, customer_id=customers[friend.display_name], method="import", linked_at=now)
        for friend in friends
    )
