"""What came in becomes deliveries: one for each target, in the transaction that closes the body."""

from django.db import connection

from accounts import board, current
from channels import bodies
from channels.bodies import Arrived
from relays.delivering import KIND
from relays.models import Target

# Due at the moment of receipt, so that the order of what is due is the order in which it came.
ADD = """
    INSERT INTO public.relays_delivery
        (tenant_id, target_id, body_id, body_received_at, event_types, due_at)
    SELECT %s, target_id, body_id, received_at, event_types, received_at
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
        AS given (target_id, body_id, received_at, event_types)
"""


@bodies.register
def on_bodies(arrived: list[Arrived]) -> None:
    """What we cannot read goes to targets without a filter: it is rightly signed, and theirs to judge."""
    targets = list(Target.objects.of(current.tenant()).only("event_types"))
    rows = [
        (target.pk, body.id, body.received_at, " ".join(sorted(body.types or ())))
        for target in targets
        for body in arrived
        if target.wants(body.types)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [current.tenant().pk, *map(list, zip(*rows, strict=True))])
        board.call(KIND)
