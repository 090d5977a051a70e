"""What led to each order, counted anew by other rules; what a send really did; audiences for ad platforms.

On top of benchmarks/planning_data.py, whose PLANNING_FRIENDS and PLANNING_EVENTS make it smaller.
CREDITS_EXPLAIN names a file for the plan of the statement that counts credits. Django's models are imported
inside functions: they can be only once the servers are known.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.looking import browser_of, get
from benchmarks.planning_data import SIZE, busy_client, figure, seconds

SLUG = "bench-credits"
SEND, TIMES, PORTION = 5, 5, 20_000
# Clicks on messages name their broadcast; the page tag has told of one order in twelve, and of others that
# the shop has not told of.
TOLD = [
    "RESET ROLE",
    "RESET synchronous_commit",
    """UPDATE events_event SET properties = jsonb_build_object('broadcast', (11 + id % 200)::text)
       WHERE type = 'clicked'""",
    """INSERT INTO events_event (friend_id, type, at, properties, key)
       SELECT link.friend_id, 'converted', bought.placed_at,
         jsonb_build_object('order', bought.number, 'amount', bought.total), 'tag:order:' || bought.number
       FROM shops_order AS bought JOIN linking_link AS link USING (customer_id) WHERE bought.id % 12 = 0""",
    """INSERT INTO events_event (friend_id, type, at, properties, key)
       SELECT id, 'converted', now() - id % 400 * interval '1 day',
         jsonb_build_object('order', 'T-' || id, 'amount', 4980), 'tag:order:T-' || id
       FROM friends_friend WHERE id % 100 = 0""",
    "VACUUM ANALYZE events_event",
]
CONTACTS = """
UPDATE customers_customer AS customer
SET sealed_email = given.email, email_hash = given.email_hash, sealed_phone = given.phone,
    phone_hash = given.phone_hash
FROM unnest(%s::int[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])
  AS given (id, email, email_hash, phone, phone_hash) WHERE customer.id = given.id"""
AGREED = """
INSERT INTO adplatforms_adconsent (customer_id, is_given, at, how, source, proof)
SELECT id, id % 10 > 0, now(), 'import', '', '' FROM customers_customer"""
LINKED = """
SELECT customer.number, customer.sealed_email, customer.sealed_phone
FROM customers_customer AS customer JOIN linking_link AS link ON link.customer_id = customer.id"""
# Each order and the last click of its friend in the days before, for all of them at once.
CREDITS_BARE = """
SELECT count(*), sum(length(owner)) FROM (
  SELECT DISTINCT ON (bought.id) bought.id, click.properties ->> 'broadcast' AS owner
  FROM shops_order AS bought JOIN linking_link AS link ON link.customer_id = bought.customer_id
  JOIN events_event AS click ON click.type = 'clicked' AND click.friend_id = link.friend_id
    AND click.at BETWEEN bought.placed_at - interval '3 days' AND bought.placed_at
  ORDER BY bought.id, click.at DESC) AS credited"""
LIFT_BARE = """
SELECT link.friend_id, count(*), sum(bought.total) FROM shops_order AS bought
JOIN linking_link AS link ON link.customer_id = bought.customer_id
WHERE bought.placed_at >= %s AND bought.placed_at < %s GROUP BY 1"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with busy_client(SLUG) as (tenant, _campaign):
        for statement in TOLD:
            _bare(statement)
        return [*_credits(), *_lift(), *_contacts(tenant)]


def _credits() -> list[dict]:
    from attribution import services
    from attribution.counting import turns
    from attribution.models import Credit
    from shops.models import Order

    point, found = services.orders(), []
    size = f"{Order.objects.count():,} orders of {SIZE.friends:,} friends"
    turns.begin_anew()
    found.append(figure("credits counted for the first time", seconds(turns.catch_up), None, "s", size))
    point = services.change_point(services.orders(), window_days=3, by=None)
    memory.forget()
    ours, most = seconds(turns.catch_up), memory.peak()
    [(orders, _length)] = _bare(CREDITS_BARE)
    kept = Credit.objects.filter(point=point, model="last").count()
    floor = seconds(lambda: _bare(CREDITS_BARE))
    note = f"{size}, {kept:,} credited; floor: the last click of each order ({orders:,}) by one bare query"
    found.append(figure("credits counted anew by other rules", ours, floor, "s", note))
    found.append(figure("credits counted anew, memory", most, None, "MB", "of the worker"))
    if place := os.environ.get("CREDITS_EXPLAIN"):
        Path(place).write_text("\n".join(_plan(point)))
    return found


def _plan(point: Any) -> list[str]:
    """Of the statement for two thousand customers in the middle, then for two thousand friends."""
    from django.db import connection, transaction

    from attribution.counting import statement, turns

    found: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: dict) -> Any:
        execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params, many, context)
        found.extend(line for (line,) in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    first = SIZE.friends // 5
    people = list(range(first, first + turns.PORTION))
    for who in ({"customers": people, "friends": []}, {"customers": [], "friends": people}):
        with transaction.atomic():
            with connection.execute_wrapper(explained):
                statement.recount(point, **who)
            transaction.set_rollback(True)
    return found


def _lift() -> list[dict]:
    from pyroaring import BitMap

    from attribution import lift
    from broadcasts.models import Broadcast
    from broadcasts.results import outcome

    send = Broadcast.objects.get(pk=SEND)
    send.holdout = BitMap(range(1, SIZE.friends, 30)).serialize()
    send.save(update_fields=["holdout"])
    start, end = outcome.period(send)

    def ours() -> None:
        found = lift.of(f"broadcast:{SEND}")
        if found is None or not (found.reached.people and found.held_out.people and found.sentence):
            raise AssertionError(found)

    first, again = 1_000 * seconds(ours), 1_000 * seconds(ours, TIMES)
    floor = 1_000 * seconds(lambda: _bare(LIFT_BARE, [start, end]), TIMES)
    note = f"a third of {SIZE.friends:,} friends beside a thirtieth; floor: orders of its days by friend"
    return [
        figure("lift of a send, first time", first, floor, "ms", note),
        figure("lift of a send, again", again, floor, "ms", f"median of {TIMES}"),
    ]


def _contacts(tenant: Any) -> list[dict]:
    from customers.models import Customer

    numbers = list(Customer.objects.order_by("pk").values_list("pk", "number"))
    _seal(numbers, "first")
    _bare(AGREED)
    _bare("VACUUM ANALYZE customers_customer, adplatforms_adconsent")
    floor = seconds(_opened)
    return [*_audience(tenant, numbers, floor), *_digests(numbers, floor)]


def _seal(numbers: Sequence[tuple[int, str]], name: str) -> None:
    """An address and a number for each of these customers."""
    from customers import contacts

    for some in _portions(numbers):
        mails = contacts.seal("email", [(number, f"{name}.{pk}@example.jp") for pk, number in some])
        phones = contacts.seal("phone", [(number, f"090{pk:08}") for pk, number in some])
        numbered = [pk for pk, _number in some]
        of_mails = [[each.sealed for each in mails], [each.hash for each in mails]]
        of_phones = [[each.sealed for each in phones], [each.hash for each in phones]]
        _bare(CONTACTS, [numbered, *of_mails, *of_phones])


def _portions(numbers: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    for start in range(0, len(numbers), PORTION):
        yield numbers[start : start + PORTION]


def _opened() -> None:
    """The least that must be done with each who is linked: both contacts opened and hashed."""
    from django.db import connection

    from accounts import current, secrets

    with connection.cursor() as cursor:
        cursor.execute(LINKED)
        while some := cursor.fetchmany(5_000):
            for kind, place in (("email", 1), ("phone", 2)):
                sealed = [(f"customers_customer.{kind}:{row[0]}", row[place]) for row in some]
                for text in secrets.unseal_each(current.tenant().pk, sealed):
                    hashlib.sha256(text.encode()).hexdigest()


def _audience(tenant: Any, numbers: list[tuple[int, str]], floor: float) -> list[dict]:
    from adplatforms.audiences import commands, making
    from segments.models import Segment

    audience = commands.create("Everybody", Segment.objects.latest("pk"), "google", by=None)
    browser, page = browser_of(tenant), f"/c/{SLUG}/ad-platforms/audiences/{audience.pk}/"
    begun = 1_000 * seconds(lambda: commands.begin_export(audience, by=None))
    memory.forget()
    first, most = seconds(making.catch_up), memory.peak()
    _seal(numbers[::100], "second")
    commands.begin_export(audience, by=None)
    second = seconds(making.catch_up)
    files = list(audience.files.order_by("pk"))
    if any(each.state != "ready" or not each.rows for each in files):
        raise AssertionError([(each.state, each.rows) for each in files])
    shown = 1_000 * seconds(lambda: get(browser, page), TIMES)
    commands.begin_removal(audience, by=None)
    removed = seconds(making.catch_up)
    size = f"{SIZE.friends:,} friends, {files[0].rows:,} lines"
    note = f"{size}; floor: both contacts of each linked customer opened and hashed in a bare loop"
    return [
        figure("audience for ads begun", begun, None, "ms", "counted who may go out"),
        figure("audience for ads made", first, floor, "s", note),
        figure("audience for ads, memory", most, None, "MB", "of the worker"),
        figure("audience for ads made again, 1 % changed", second, floor, "s", size),
        figure("who must be taken off again, as a file", removed, None, "s", "1 % with other contacts"),
        figure("page of the audience", shown, None, "ms", f"with its sizes; median of {TIMES}"),
    ]


def _digests(numbers: list[tuple[int, str]], floor: float) -> list[dict]:
    from customers import digests

    memory.forget()
    first, most = seconds(digests.refresh), memory.peak()
    _seal(numbers[::100], "third")
    second = seconds(digests.refresh)
    note = f"{len(numbers):,} customers; floor: the bare loop of audiences, of those who are linked"
    return [
        figure("contacts as ad files name them, first time", first, floor, "s", note),
        figure("contacts as ad files name them, memory", most, None, "MB", "of the worker"),
        figure("contacts as ad files name them, 1 % changed", second, None, "s", "of all customers"),
    ]


def _bare(query: str, given: list | None = None) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall() if cursor.description else []


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
