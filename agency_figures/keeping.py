"""What a client's nightly count tells its agency."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from accounts import current
from agency_figures.models import ClientFigure

KEY = ["tenant", "month", "metric", "prices"]
FACTS = [
    "currency",
    "value",
    "end",
    "target",
    "light",
    "reached",
    "responsible_id",
    "counted_until",
    "counted_at",
]


@transaction.atomic
def keep(months: Collection[date], rows: Collection[ClientFigure]) -> None:
    """All that is known of the present client in these months; what is not among `rows` is taken away.

    The same again changes nothing. One at a time: the caller holds a lock of the client.
    """
    of_client = ClientFigure.objects.filter(tenant=current.tenant().pk, month__in=list(months))
    told = {(row.month, row.metric, row.prices) for row in rows}
    known = of_client.order_by().values_list("pk", "month", "metric", "prices")
    of_client.filter(pk__in=[pk for pk, *key in known if tuple(key) not in told]).delete()
    ClientFigure.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=KEY, update_fields=FACTS, batch_size=500
    )
