-- A million forms of ten questions, each answered to the end, and a twentieth as many that were left at the third.
-- What each says follows from its number. {forms} and the like are numbers that benchmarks/answers.py puts in.

CREATE FUNCTION pg_temp.some(bigint, int, int) RETURNS int IMMUTABLE LANGUAGE sql
  AS 'SELECT ((hashint8extended($1, $2) & 2147483647) % $3)::int';
-- Those who are younger answer otherwise, so that tests of significance find something.
CREATE FUNCTION pg_temp.letter(bigint, int, int) RETURNS varchar[] IMMUTABLE LANGUAGE sql
  AS 'SELECT ARRAY[chr(97 + least(pg_temp.some($1, $2, $3), pg_temp.some($1, $2 + 50, $3)))]::varchar[]';
CREATE FUNCTION pg_temp.words(bigint) RETURNS text STABLE LANGUAGE sql AS $$
  SELECT CASE WHEN pg_temp.some($1, 9, 10) < 4 THEN '' ELSE
    (ARRAY['スタッフの対応が', '店内の雰囲気が', '化粧水の香りが', '美容液のテクスチャーが', '定期便の送料が', '注文してから届くまでが',
      'アプリのクーポンが', 'パッケージのデザインが', '敏感肌にも', 'オンラインショップの検索が', '店舗の品揃えが', 'ポイントの使い方が'])
      [1 + pg_temp.some($1, 10, 12)]
    || (ARRAY['とても丁寧で', '以前よりも分かりやすく', '少し残念で', '値段のわりに良くて', '想像していたより早くて', 'やや不便に感じられ',
      '友人にも勧めたいほど気に入り', '肌に合っていて', 'もう少し改善してほしいですが', '毎回楽しみで', '季節によって変わり'])
      [1 + pg_temp.some($1, 11, 11)]
    || (ARRAY['また購入したいです。', '満足しています。', '家族も使っています。', '次回も利用します。', '乾燥する冬に助かります。',
      '新商品を待っています。', 'サンプルがあると嬉しいです。', '詰め替え用を希望します。', '写真と色が違いました。'])
      [1 + pg_temp.some($1, 12, 9)] END $$;

INSERT INTO surveys_response (id, survey_id, version_id, friend_id, channel, state, question, opened_at, started_at,
  finished_at, changed_at, key, pending, reward_words, reward_address)
SELECT n, {survey}, {version}, n, CASE n % 3 WHEN 0 THEN 'chat' ELSE 'page' END,
  CASE WHEN n <= {forms} THEN 'finished' ELSE 'open' END, CASE WHEN n <= {forms} THEN '' ELSE 'q3' END,
  at, at, CASE WHEN n <= {forms} THEN at + interval '3 minutes' END, at, '', '{}', '', ''
FROM generate_series(1, {forms} + {forms} / 20) n,
  LATERAL (SELECT now() - n % 86400 * interval '1 minute') AS moment (at);

INSERT INTO surveys_answer (id, response_id, survey_id, question, options, number, text, date, answered_at)
SELECT (n - 1) * 10 + place, n, {survey}, 'q' || place, options, number, coalesce(said, ''), day,
  now() - n % 86400 * interval '1 minute'
FROM generate_series(1::bigint, {forms} + {forms} / 20) n, LATERAL (VALUES
  (1, pg_temp.letter(n, 1, 4), NULL::int, NULL::text, NULL::date),
  (2, pg_temp.letter(n, 2, 3) || pg_temp.letter(n, 3, 3 + pg_temp.some(n, 1, 4)), NULL, NULL, NULL),
  (3, NULL, 10 - least(pg_temp.some(n, 4, 11), pg_temp.some(n, 1, 4) * 3), NULL, NULL),
  (4, NULL, 1 + pg_temp.some(n, 5, 5), NULL, NULL),
  (5, pg_temp.letter(n, 6, 3), NULL, NULL, NULL),
  (6, ARRAY[(%(prefectures)s::varchar[])[1 + pg_temp.some(n, 7, 47)]], NULL, NULL, NULL),
  (7, NULL, NULL, NULL, date '2025-01-01' + pg_temp.some(n, 8, 600)),
  (8, NULL, NULL, pg_temp.words(n), NULL),
  (9, pg_temp.letter(n, 13, 6), NULL, NULL, NULL),
  (10, pg_temp.letter(n, 14, 5) || CASE WHEN n % 3 = 0 THEN ARRAY['f']::varchar[] END, NULL, NULL, NULL)
  ) AS answer (place, options, number, said, day)
WHERE n <= {forms} OR place < 3;
