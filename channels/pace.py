"""Keeping to LINE's rates over all workers, in PostgreSQL so that it outlives Redis.

LINE counts per channel and endpoint. For each there is one moment, `free_at`, at which the next request may
leave; a worker that wants to send n of them moves it on by the time they take, in one statement.
"""

from django.db import connection

RESERVE = """
    INSERT INTO public.channels_pace AS pace (tenant_id, endpoint, free_at)
    VALUES (%(tenant)s, %(endpoint)s, clock_timestamp() + %(taken)s * interval '1 second')
    ON CONFLICT (tenant_id, endpoint) DO UPDATE
    SET free_at = greatest(least(pace.free_at, clock_timestamp() + interval '60 seconds'), clock_timestamp())
                  + %(taken)s * interval '1 second'
    RETURNING extract(epoch FROM free_at - clock_timestamp())::float8 - %(taken)s
"""


def reserve(tenant_id: int, endpoint: str, n: int, *, rate: float) -> float:
    """Book n requests at `rate` a second; the seconds to wait before the first of them.

    The caller spaces the rest by 1 / rate. What is booked and not used is lost, so book little at a time.
    Nobody waits longer than a minute, though the clock were set back.
    Call it outside of a transaction: the row stays locked for the other workers until the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, {"tenant": tenant_id, "endpoint": endpoint, "taken": n / rate})
        [seconds] = cursor.fetchone()
    return max(0.0, seconds)
