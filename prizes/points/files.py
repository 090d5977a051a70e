"""A delivery list as a file for the partner, written while it is sent."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django_tenants.utils import tenant_context

from accounts import activity, current
from accounts.models import Tenant, User
from prizes.models import DeliveryList
from prizes.points import listing

PORTION = 5_000


@dataclass
class File:
    """Number, user ID or customer number, points; with the mark by which Excel knows UTF-8."""

    tenant: Tenant
    list: DeliveryList

    def __iter__(self) -> Iterator[bytes]:
        """Portions. They are made once the response has begun, so this enters the client itself."""
        with tenant_context(self.tenant):
            yield codecs.BOM_UTF8 + _written([["number", "identity", "points"]])
            rows = listing.eligible_rows(self.list)
            while portion := list(islice(rows, PORTION)):
                yield _written([[str(row.place), row.identity, str(row.points)] for row in portion])


def begin(list_: DeliveryList, *, by: User | None) -> File:
    """That it was asked for is on the log at once."""
    activity.record("delivery_list.exported", list_, by=by, people=list_.eligible)
    return File(current.tenant(), list_)


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
