-- What each is follows from its number alone, so that orders and events agree without being joined, and every
-- run measures the same people. {friends} and the like are numbers that benchmarks/segments_data.py puts in.

CREATE FUNCTION pg_temp.chance(bigint, int) RETURNS float8 IMMUTABLE LANGUAGE sql
  AS 'SELECT (hashint8extended($1, $2) & 2147483647) / 2147483648.0';
-- A few people do most of what is done.
CREATE FUNCTION pg_temp.person(bigint, int, bigint) RETURNS int IMMUTABLE LANGUAGE sql
  AS 'SELECT (1 + floor($3 * power(pg_temp.chance($1, $2), 3))::bigint * 7919 % $3)::int';
CREATE FUNCTION pg_temp.days_ago(float8) RETURNS timestamptz STABLE LANGUAGE sql
  AS 'SELECT date_trunc(''minute'', now() - $1 * interval ''1 day'')';
CREATE FUNCTION pg_temp.product(bigint) RETURNS int IMMUTABLE LANGUAGE sql
  AS 'SELECT 1 + floor({products} * power(pg_temp.chance($1, 3), 2.5))::int';
CREATE FUNCTION pg_temp.amount(bigint) RETURNS int IMMUTABLE LANGUAGE sql
  AS 'SELECT (1 + $1 % 3)::int * (500 + $1 % 97 * 90)::int';
CREATE FUNCTION pg_temp.category(int) RETURNS text IMMUTABLE LANGUAGE sql
  AS 'SELECT ''部門'' || $1 % 8 || '' > 棚'' || $1 % 40';
INSERT INTO friends_friend
  (id, line_user_id, display_name, picture_url, language, status, followed_at, blocked_at, created_at)
SELECT n, 'U' || md5(n::text), 'friend ' || n, '', CASE n % 20 WHEN 0 THEN 'en' ELSE 'ja' END,
  CASE n % 12 WHEN 0 THEN 'blocked' ELSE 'friend' END, pg_temp.days_ago(n % 700),
  CASE n % 12 WHEN 0 THEN pg_temp.days_ago(n % 90) END, now()
FROM generate_series(1, {friends}) n;

INSERT INTO friends_tag (id, name, color) SELECT n, 'tag ' || n, '' FROM generate_series(1, {tags}) n;

INSERT INTO friends_friendtag (friend_id, tag_id, at)
SELECT 1 + (n::bigint * 7919 + tag * 104729) % {friends}, tag, now()
FROM generate_series(1, {tags}) tag, generate_series(1, {friends} / (2 * tag)) n;

INSERT INTO friends_friendfield (id, key, name, type, choices, description, position, created_at)
VALUES (1, 'birthday', '誕生日', 'date', '[]', '', 0, now());

INSERT INTO friends_fieldvalue (friend_id, field_id, place, day)
SELECT n, 1, 0, date '1950-01-01' + (pg_temp.chance(n, 4) * 20000)::int
FROM generate_series(1, {friends}, 4) n;

INSERT INTO customers_customer (id, number, name, birthday, attributes, created_at, updated_at)
SELECT n, 'C-' || n, '', date '1950-01-01' + (pg_temp.chance(n, 5) * 20000)::int,
  jsonb_build_object('rank', (ARRAY['gold', 'silver', 'bronze'])[1 + n % 3], 'points', n % 1000), now(), now()
FROM generate_series(1, {customers}) n;

INSERT INTO linking_link (friend_id, customer_id, method, linked_at, ended, consent)
SELECT 1 + n::bigint * 104729 % {friends}, n, 'api', pg_temp.days_ago(n % 500), '', ''
FROM generate_series(1, {links}) n;

INSERT INTO shops_product (id, code, name, category, currency, picture_url, page_url, shop_updated_at)
SELECT n, 'sku-' || n, 'リネンシャツ ' || n, pg_temp.category(n), 'JPY', '', '', now()
FROM generate_series(1, {products}) n;

INSERT INTO shops_order (id, source, number, customer_id, customer_number, status, placed_at, currency, total,
  refunded, discount, shipping, tax, lines, coupon_code, tracking_number, first_total, first_told_at,
  shop_updated_at, stamps)
SELECT n, 'shop', 'R-' || n, customer, 'C-' || customer, 'delivered', pg_temp.days_ago(730 * (1 - n::float8 / {orders})),
  'JPY', total, 0, 0, 0, 0, '[{"product": "sku-1", "name": "リネンシャツ", "quantity": 1, "amount": 4980}]', '', '', total,
  now(), now(), '{}'
FROM generate_series(1, {orders}) n, pg_temp.person(n, 1, {customers}) customer,
  LATERAL (SELECT pg_temp.amount(2 * n) + pg_temp.amount(2 * n + 1)) AS sum (total);

INSERT INTO shops_customertotals (customer_id, orders, amount, first_at, last_at)
SELECT customer_id, count(*), sum(total), min(placed_at), max(placed_at) FROM shops_order GROUP BY customer_id;

INSERT INTO events_event (id, customer_id, type, at, properties, key)
SELECT n, pg_temp.person(n, 1, {customers}), 'order_placed', pg_temp.days_ago(730 * (1 - n::float8 / {orders})),
  ('{"order": "R-' || n || '", "total": ' || pg_temp.amount(2 * n) + pg_temp.amount(2 * n + 1)
    || ', "items": 2, "shop": "shop"}')::jsonb, 'order:' || n || ':order_placed:'
FROM generate_series(1, {orders}) n;

INSERT INTO events_event (id, customer_id, type, at, properties, key)
SELECT {orders} + n, pg_temp.person(n / 2, 1, {customers}), 'bought',
  pg_temp.days_ago(730 * (1 - (n / 2)::float8 / {orders})),
  ('{"product": "sku-' || product || '", "name": "リネンシャツ", "category": "' || pg_temp.category(product)
    || '", "quantity": ' || 1 + n % 3 || ', "amount": ' || pg_temp.amount(n) || ', "order": "R-' || n / 2
    || '"}')::jsonb,
  'order:' || n / 2 || ':bought:' || n % 2
FROM generate_series(2, 2 * {orders} + 1) n, pg_temp.product(n) product;

-- Events come in as they happen, in the order of time. Of ten: seven views, two of which are by friends inside LINE; a click on a message, a cart, a favourite.
INSERT INTO events_event (id, friend_id, customer_id, type, at, properties)
SELECT 4 * {orders} + n, CASE WHEN n % 10 < 3 THEN pg_temp.person(n, 6, {friends}) END,
  CASE WHEN n % 10 >= 3 THEN pg_temp.person(n, 7, {customers}) END,
  CASE n % 10 WHEN 2 THEN 'clicked' WHEN 8 THEN 'carted' WHEN 9 THEN 'favourite_added' ELSE 'viewed' END,
  pg_temp.days_ago(365 * (1 - n::float8 / {others})),
  ('{"product": "sku-' || pg_temp.product(n) || '", "name": "リネンシャツ", "price": 4980}')::jsonb
FROM generate_series(1, {others}) n;

INSERT INTO segments_segment (name, tree, version, created_at, updated_at)
VALUES ('全員', '{"all": []}', 1, now(), now());

INSERT INTO broadcasts_broadcast (id, name, segment_id, messages, status, version, created_at, key, method,
  audience_count, started_at, finished_at, problem)
SELECT n, 'お知らせ ' || n, (SELECT max(id) FROM segments_segment), '[{"type": "text", "text": "新作です"}]',
  'sent', 1, now(), gen_random_uuid(), 'multicast', {friends} / 3, pg_temp.days_ago(3 * n),
  pg_temp.days_ago(3 * n), ''
FROM generate_series(1, 10) n;

-- Each to every third friend, 500 a request.
INSERT INTO broadcasts_batch (broadcast_id, position, method, friends, friend_count, dropped_count, retry_key,
  state, attempts, is_uncertain, accepted_at, accepted_count, rejected, request_id, error)
SELECT n, start, 'multicast', numbers, cardinality(numbers), 0, gen_random_uuid(), 'accepted', 1, false,
  pg_temp.days_ago(3 * n), cardinality(numbers), '{}', '', ''
FROM generate_series(1, 10) n, generate_series(1, {friends}, 1500) start,
  LATERAL (SELECT array_agg(number) FROM generate_series(start + n % 3, start + 1499, 3) number
           WHERE number % 12 <> 0 AND number <= {friends}) AS batch (numbers);
