"""Commands on customers: one by one as staff writes them, or brought up to date in bulk."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from customers import numbers, upserting
from customers.errors import BadCustomer, CustomerErased, CustomerExists
from customers.models import Customer
from customers.rows import Reader, Row
from events import versions
from imports.kinds import Unfit

# Who changes many customers, and who merges some, take turns: rows come in any order, and may be the same.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('customers'), hashtext(current_schema()))"


@dataclass
class UpsertReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def upsert_customers(rows: Iterable[dict]) -> UpsertReport:
    """Bring customers up to date by `number`; good rows go in, bad ones are reported.

    A row may have `name`, `birthday` (ISO date, date, or None for unknown), `email` and `phone` ("" or None
    takes it away), `attributes`, and `as_of`: the sender's time of the row, with offset. What it lacks stays
    as it is; attributes are merged by name, and one that is None is removed. A row older by `as_of` than what
    is known changes nothing. Rows that change nothing count neither as created nor as updated. A number that
    was merged into another means that one; one whose personal data was erased is refused.
    """
    report = UpsertReport()
    alone()
    batch = _Batch(report)
    reader = Reader.present()
    for index, given in enumerate(rows):
        batch.take(index, given, reader)
    batch.rename()
    batch.leave_out_erased()
    if batch.good:
        created, updated = upserting.write([row for _index, row in batch.good.values()])
        report.created, report.updated = len(created), len(updated)
        if created or updated:
            versions.touch("customers", customers=[*created, *updated])
    report.errors.sort()
    return report


def alone() -> None:
    """Have the customers of this client to ourselves until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)


@transaction.atomic
def save_customer(given: dict, *, by: User | None = None, is_new: bool = False) -> Customer:
    """Keep one customer, new or changed, as a row of `upsert_customers`. Raises BadCustomer, CustomerErased.

    Of a new one also CustomerExists.
    """
    named = given.get("number")
    number = "" if named is None else str(named).strip()  # 0 is one
    known = numbers.get(number)
    if known and is_new:
        raise CustomerExists(number=known.number)
    if known and known.erased_at:
        raise CustomerErased(number=known.number)
    report = upsert_customers([given])
    if report.errors:
        raise BadCustomer(report.errors[0][1])
    customer = numbers.get(number)
    assert customer
    if report.created or report.updated:
        activity.record("customer.created" if report.created else "customer.changed", customer, by=by)
    return customer


class _Batch:
    """Good rows with their indexes, by number; what is not good goes to the report."""

    def __init__(self, report: UpsertReport) -> None:
        self.good: dict[str, tuple[int, Row]] = {}
        self._report = report

    def take(self, index: int, given: dict, reader: Reader) -> None:
        try:
            self._add(index, reader.read(given))
        except Unfit as error:
            self._refuse(index, error.reason)

    def rename(self) -> None:
        """Numbers from before a merge become those of now."""
        for former, number in numbers.present(self.good).items():
            index, row = self.good.pop(former)
            self._add(index, replace(row, number=number))

    def leave_out_erased(self) -> None:
        for number in upserting.lock(list(self.good)):
            index, _row = self.good.pop(number)
            self._refuse(index, CustomerErased(number=number).message)

    def _add(self, index: int, row: Row) -> None:
        if row.number in self.good:
            self._refuse(index, _("This customer number stands in an earlier row."))
        else:
            self.good[row.number] = (index, row)

    def _refuse(self, index: int, reason: str) -> None:
        self._report.errors.append((index, reason))
