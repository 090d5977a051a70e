"""The standard leaves are answered by index: the shape of their plans, not their time."""

import pytest
from django.db import connection

from segments import leaves
from segments.leaves import Moment

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
SELECT gin_clean_pending_list('customer_attributes');
ANALYZE friends_friend, friends_friendtag, customers_customer, linking_link, events_event;
"""


@pytest.fixture
def filled(tenant):
    with connection.cursor() as cursor:
        cursor.execute(FILL)


def plan(raw: dict, *, of_friend: int | None = None) -> str:
    query = leaves.parse(raw).query(Moment.present())
    with connection.cursor() as cursor:
        if of_friend is None:
            cursor.execute(f"EXPLAIN {query.sql}", query.params)
        else:
            cursor.execute(
                f"EXPLAIN SELECT FROM ({query.sql}) AS leaf (id) WHERE id = %s", [*query.params, of_friend]
            )
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
        condition("customer", field="attributes.points", op="at_least", value=7),
        condition("events", event="type 7", count_at_least=2, within_days=30),
    ],
)
def test_one_friends_reasons_read_no_whole_table(filled, raw):
    assert "Seq Scan" not in plan(raw, of_friend=77)
