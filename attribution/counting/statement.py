"""The statement that brings credits to what is true now, for some people and one point.

All of a person is looked at at once: what they did that counts, the touches before each, who gets it. So it
does not matter what was heard of first, nor how often it runs. Ties are decided as docs/attribution.md says.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from attribution.counting import happenings
from attribution.models import Model, Point
from segments.leaves import Query

# A person is a customer with the friend they are at present, or a friend who is nobody's customer.
PEOPLE = """
people AS MATERIALIZED (
    SELECT link.friend_id, given.customer_id FROM unnest(%s::int[]) AS given (customer_id)
    LEFT JOIN linking_link AS link ON link.customer_id = given.customer_id AND link.unlinked_at IS NULL
    UNION ALL
    SELECT given.friend_id, NULL FROM unnest(%s::int[]) AS given (friend_id)
    WHERE NOT EXISTS (
        SELECT FROM linking_link AS link
        WHERE link.friend_id = given.friend_id AND link.unlinked_at IS NULL))"""
EACH = "counted AS MATERIALIZED (SELECT * FROM happened)"
ONCE = """
counted AS MATERIALIZED (
    SELECT DISTINCT ON (friend_id, customer_id) * FROM happened
    ORDER BY friend_id, customer_id, at, source)"""
# Whoever sends events by API may write anything into them: an owner is a number. Who clicks in what they got
# when the scenario was tried out was not led by it.
CLICK = """
    SELECT coalesce('broadcast:' || substring(click.properties ->> 'broadcast' FROM '^[0-9]{1,18}$'),
                    'scenario:' || substring(click.properties ->> 'scenario' FROM '^[0-9]{1,18}$')) AS owner,
           coalesce('step:' || left(click.properties ->> 'step', 20), '') AS part,
           'click' AS way, click.at, 2 AS place, click.id AS number
    FROM events_event AS click
    WHERE click.type = 'clicked' AND click.at BETWEEN did.at - %s AND did.at
      AND NOT (click.properties ->> 'kind' = 'scenario' AND coalesce((
          SELECT send.is_test FROM scenarios_send AS send
          WHERE send.friend_id = click.friend_id AND send.accepted_at <= click.at
            AND send.scenario_id::text = click.properties ->> 'scenario'
            AND send.step = click.properties ->> 'step'
          ORDER BY send.accepted_at DESC LIMIT 1), false))
      AND """
OF_FRIEND = "click.friend_id = did.friend_id"
OF_CUSTOMER = "click.customer_id = did.customer_id AND click.friend_id IS NULL"
ARRIVED = """
    SELECT 'route:' || arrival.route_id, '', 'arrival', arrival.at, 1, arrival.id
    FROM routes_arrival AS arrival
    WHERE arrival.friend_id = did.friend_id AND arrival.kind IN ('new', 'returned', 'already')
      AND arrival.at BETWEEN did.at - %s AND did.at"""
# Of each text of a broadcast the batches are in the order of their friends; pushes left over lie within.
RECEIVED = """
    SELECT 'broadcast:' || sent.id AS owner, '' AS part, 'view' AS way, batch.accepted_at AS at, 0 AS place,
           batch.id AS number
    FROM broadcasts_broadcast AS sent
    CROSS JOIN LATERAL (
        SELECT NULL::bigint AS id UNION ALL
        SELECT id FROM broadcasts_variant WHERE broadcast_id = sent.id) AS variant
    CROSS JOIN LATERAL (
        SELECT * FROM broadcasts_batch
        WHERE broadcast_id = sent.id AND friends[1] <= did.friend_id AND state = 'accepted'
          AND variant_id IS NOT DISTINCT FROM variant.id
        ORDER BY friends[1] DESC LIMIT 3) AS batch
    WHERE sent.started_at <= did.at AND coalesce(sent.finished_at, did.at) >= did.at - %s
      AND batch.accepted_at BETWEEN did.at - %s AND did.at
      AND did.friend_id = ANY(batch.friends) AND NOT did.friend_id = ANY(batch.rejected)
    UNION ALL
    SELECT 'scenario:' || send.scenario_id, 'step:' || send.step, 'view', send.accepted_at, 0, send.id
    FROM scenarios_send AS send
    WHERE send.friend_id = did.friend_id AND send.state = 'accepted' AND NOT send.is_test
      AND send.accepted_at BETWEEN did.at - %s AND did.at"""
CHOSEN = """
    SELECT did.*, '{model}' AS model, touch.owner, touch.part, touch.way, touch.at AS touched_at
    FROM counted AS did
    CROSS JOIN LATERAL (
        SELECT * FROM ({touches}) AS touched
        WHERE split_part(owner, ':', 1) = ANY(%s) ORDER BY {order} LIMIT 1) AS touch"""
BEFORE = """
WITH did AS (SELECT %s::int AS friend_id, %s::int AS customer_id, %s::timestamptz AS at)
SELECT touch.owner, touch.part, touch.way, touch.at
FROM did CROSS JOIN LATERAL ({touches}) AS touch
WHERE touch.owner IS NOT NULL ORDER BY touch.at DESC, place DESC, number DESC"""
LATEST, EARLIEST = "at DESC, place DESC, number DESC", "at, place, number"
ORDERS = {Model.LAST: LATEST, Model.FIRST: EARLIEST, Model.VIEW: f"place = 0, {LATEST}"}
COLUMNS = "owner, part, way, touched_at, at, friend_id, customer_id, amount, currency"
# Whose credits go is found by two indexes: one condition for customer or friend would read all there are.
WRITE = f"""
written AS (
    INSERT INTO attribution_credit AS known (point_id, source, model, {COLUMNS})
    SELECT %s, source, model, {COLUMNS} FROM wanted
    ON CONFLICT (point_id, source, model) DO UPDATE
    SET ({COLUMNS}) = ({", ".join(f"excluded.{name}" for name in COLUMNS.split(", "))})
    WHERE ({", ".join(f"known.{name}" for name in COLUMNS.split(", "))})
       IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in COLUMNS.split(", "))})
    RETURNING source),
theirs AS (
    SELECT known.id FROM people JOIN attribution_credit AS known USING (customer_id) WHERE known.point_id = %s
    UNION
    SELECT known.id FROM people JOIN attribution_credit AS known USING (friend_id) WHERE known.point_id = %s),
removed AS (
    DELETE FROM attribution_credit AS old USING theirs
    WHERE old.id = theirs.id
      AND NOT EXISTS (SELECT FROM wanted WHERE wanted.source = old.source AND wanted.model = old.model)
    RETURNING source)
SELECT count(*) FROM (SELECT source FROM written UNION ALL SELECT source FROM removed) AS changed"""  # noqa: S608


def recount(point: Point, *, customers: Collection[int], friends: Collection[int]) -> int:
    """Bring the credits of these people to what is true, in one statement; how many rows changed.

    Of a friend who is a customer the customer is looked at: name both, as `news.related` does.
    """
    people = [list(customers), list(friends)]
    found = happenings.of(point)
    wanted = _wanted(point)
    counted = ONCE if point.counts == Point.Counts.ONCE else EACH
    parts = [PEOPLE, f"happened AS MATERIALIZED ({found.sql})", counted, f"wanted AS ({wanted.sql})", WRITE]
    params = [*people, *found.params, *wanted.params, *[point.pk] * 3]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)}", params)
        return cursor.fetchone()[0]


def touches_before(
    friend_id: int | None, customer_id: int | None, at: datetime, within: timedelta
) -> list[tuple[str, str, str, datetime]]:
    """Owner, part, way and moment of all that touched this person before a moment, the newest first.

    Messages received are among them, with or without a click.
    """
    touches = " UNION ALL ".join([CLICK + OF_FRIEND, CLICK + OF_CUSTOMER, ARRIVED, RECEIVED])
    params: list[Any] = [friend_id, customer_id, at, *[within] * 6]
    with connection.cursor() as cursor:
        cursor.execute(BEFORE.format(touches=touches), params)
        return cursor.fetchall()


def _wanted(point: Point) -> Query:
    """What each conversion goes to, by each of the models."""
    chosen = [_chosen(point, Model(model)) for model in point.kept_models]
    sql = " UNION ALL ".join(each.sql for each in chosen)
    return Query(sql, [value for each in chosen for value in each.params])


def _chosen(point: Point, model: Model) -> Query:
    touches = _touches(point, with_views=model == Model.VIEW)
    sql = CHOSEN.format(model=model.value, touches=touches.sql, order=ORDERS[model])
    return Query(sql, [*touches.params, list(point.touches)])


def _touches(point: Point, *, with_views: bool) -> Query:
    """Everything that may have led to what somebody `did`."""
    window = happenings.days(point)
    parts, params = [CLICK + OF_FRIEND, CLICK + OF_CUSTOMER, ARRIVED], [window] * 3
    if with_views:
        parts.append(RECEIVED)
        params += [happenings.hours(point)] * 3
    return Query(" UNION ALL ".join(parts), params)
