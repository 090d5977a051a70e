"""The standard leaves are answered by index: the shape of their plans, not their time.

Each also asked of a few friends, as it is when these have changed: no table of many rows is read whole.
"""

import re
from contextlib import ExitStack

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from segments import leaves
from segments.answers import asking
from segments.leaves import Moment
from tests.clients import committed_client

FILL = """
RESET ROLE; -- only the owner may move what waits in the index of attributes to its place
INSERT INTO friends_friend
    (line_user_id, display_name, picture_url, language, status, followed_at, created_at)
  SELECT 'U' || md5(n::text), '', '', '', 'friend', now() - n * interval '1 hour', now()
  FROM generate_series(1, 20000) n;
INSERT INTO friends_tag (name, color) SELECT n::text, '' FROM generate_series(1, 50) n;
INSERT INTO friends_friendtag (friend_id, tag_id, at)
  SELECT friend.id, tag.id, now()
  FROM friends_friend friend JOIN friends_tag tag ON tag.id % 50 = friend.id % 50;
INSERT INTO customers_customer (number, name, attributes, created_at, updated_at)
  SELECT n::text, '', jsonb_build_object('rank', n % 100), now(), now() FROM generate_series(1, 10000) n;
INSERT INTO linking_link (friend_id, customer_id, method, linked_at, ended, consent, unlinked_at)
  SELECT friend.id, customer.id, 'api', now(), '', '', CASE WHEN n % 20 > 0 THEN now() END
  FROM (SELECT id, row_number() OVER () n FROM friends_friend) friend
  JOIN (SELECT id, row_number() OVER () n FROM customers_customer) customer USING (n);
INSERT INTO events_event (friend_id, customer_id, type, at, properties)
  SELECT CASE WHEN n % 2 = 0 THEN n END, CASE WHEN n % 2 = 1 THEN n END, 'type ' || n % 100, now(), '{}'
  FROM generate_series(1, 20000) n;
INSERT INTO shops_order
    (source, number, customer_number, customer_id, status, placed_at, currency, total, refunded, discount,
     shipping, tax, lines, coupon_code, tracking_number, first_total, first_told_at, shop_updated_at, stamps)
  SELECT 'api', number || '-' || n, number, id, 'placed', now() - n * interval '1 hour', 'JPY', 1000, 0, 0,
    0, 0, '[]', '', '', 1000, now(), now(), '{}'
  FROM customers_customer, generate_series(1, 2) n WHERE id % 2 = 0
  ON CONFLICT DO NOTHING;
INSERT INTO shops_customertotals (customer_id, orders, amount, first_at, last_at)
  SELECT id, 2, 2000, now(), now() FROM customers_customer;
SELECT gin_clean_pending_list('customer_attributes');
RESET ROLE; -- to the owner, who alone may do what follows
ANALYZE friends_friend, friends_friendtag, customers_customer, linking_link, events_event,
  shops_order, shops_customertotals;
"""

LARGE = "friend|friendtag|customer|link|event|order|customertotals"


@pytest.fixture(scope="module")
def full_client(django_db_setup, django_db_blocker):
    """A client with many of everything, made once: only its plans are looked at."""
    stack = ExitStack()
    with django_db_blocker.unblock():
        tenant = stack.enter_context(committed_client("plans"))
        with tenant_context(tenant), connection.cursor() as cursor:
            cursor.execute(FILL)
    yield tenant
    with django_db_blocker.unblock():
        stack.close()


@pytest.fixture
def filled(db, full_client):
    with tenant_context(full_client):
        yield


def plan(raw: dict, *, of: int | None = None) -> str:
    """Of everyone, or of so many friends who have changed."""
    query = leaves.parse(raw).query(Moment.present())
    sql, params = query.sql, query.params
    if of is not None:
        some = asking.SOME.format(members=sql, asked="SELECT friend_id FROM changed")
        sql = f"WITH changed AS MATERIALIZED (SELECT unnest(%s::int[]) AS friend_id) {some}"
        params = [list(range(of)), *params]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def condition(kind: str, **values: object) -> dict:
    return {"type": kind, **values}


@pytest.mark.parametrize(
    ("raw", "index"),
    [
        (condition("tag", tag=7), "friend_tag_once"),
        (condition("linked", **{"is": True}), "link_active_"),
        (condition("friend_for", days_less_than=7), "friend_status_followed"),
        (condition("customer", field="attributes.rank", op="equals", value=7), "customer_attributes"),
        (condition("customer", field="attributes.rank", op="in", value=[7, 8]), "customer_attributes"),
        (condition("customer", field="number", op="equals", value="7"), "customer_number"),
        (condition("events", event="type 7", count_at_least=1), "event_type_friend_at"),
        (condition("events", event="type 7", count_at_least=2, within_days=30), "event_type_friend_at"),
        (condition("events", event="type 7", count_at_most=0), "event_type_friend_at"),
    ],
)
def test_a_leaf_is_answered_by_its_index(filled, raw, index):
    assert index in plan(raw)


@pytest.mark.parametrize(
    "raw",
    [
        condition("tag", tag=7),
        condition("linked", **{"is": True}),
        condition("friend_for", days_at_least=7),
        condition("friendship", **{"is": "blocked"}),
        condition("friend", field="language", op="equals", value="ja"),
        condition("customer", field="attributes.points", op="at_least", value=7),
        condition("customer", field="birthday", op="at_least", value="1990-01-01"),
        condition("events", event="type 7", count_at_least=2, within_days=30),
        condition("events", event="type 7", count_at_most=0),
        condition("event_time", event="type 7", which="first", since="1997-02-01"),
        condition("sequence", steps=[{"event": "type 7"}, {"event": "type 9"}], within={"days": 3}),
        condition("bought", products=["a"], times_at_least=2),
        condition("orders", orders_at_least=2, last_days_at_most=90),
        condition("run_out", products=["a"], lasts_days=30, from_days=0, to_days=7),
        condition("rfm", **{"class": "champions"}),
        condition("list", list=7),
        condition("received", broadcast=7),
        condition("clicked", broadcast=7),
    ],
    ids=lambda raw: raw["type"],
)
def test_a_few_friends_are_asked_without_reading_a_whole_table(filled, raw):
    assert not re.findall(rf"Seq Scan on [a-z]+_(?:{LARGE})\b", plan(raw, of=3))
