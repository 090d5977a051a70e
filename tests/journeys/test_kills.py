"""A broadcast to 20,000 friends survives the worst, and every one of them has it exactly once."""

import redis

from tests.journeys.shop import Shop, wait_until

FRIENDS = 20_000
ONCE_EACH = {"1": FRIENDS}


def assert_sent_once(shop: Shop, broadcast: int) -> None:
    """Exactly once in the phones; all of it booked."""
    wait_until(lambda: shop.status(broadcast)["status"] == "sent", seconds=90, every=1)
    found = shop.status(broadcast)
    assert shop.line.delivery_histogram(shop.channel_id) == ONCE_EACH
    assert (found["accepted"], found["messages"]) == (FRIENDS, FRIENDS)


def flush_redis(shop: Shop) -> None:
    redis.Redis.from_url(shop.installation.environment["REDIS_URL"]).flushall()


def test_a_worker_killed_amid_personal_pushes_loses_and_doubles_nobody(shop, tmp_path):
    shop.import_followers(FRIENDS, tmp_path)
    shop.installation.start("delivery", "worker", "beat")
    broadcast = shop.send("Hello {{display_name|you}}")

    wait_until(lambda: shop.accepted() > FRIENDS / 4)
    shop.installation.kill("delivery")
    killed_at = shop.accepted()
    shop.installation.start("delivery")

    assert 0 < killed_at < FRIENDS
    assert_sent_once(shop, broadcast)


def test_a_worker_killed_while_line_accepts_multicasts_loses_and_doubles_nobody(shop, tmp_path):
    shop.import_followers(FRIENDS, tmp_path)
    shop.line.delay(1500)
    shop.installation.start("delivery", "worker", "beat")
    broadcast = shop.send("Sale today")

    wait_until(lambda: shop.accepted() > 0)
    shop.installation.kill("delivery")
    requests, stored = shop.accepted(), shop.status(broadcast)["accepted"]
    shop.line.clear_faults()
    shop.installation.start("delivery")

    assert requests > 0
    assert stored < FRIENDS
    assert_sent_once(shop, broadcast)


def test_answers_lost_after_line_accepted_lose_and_double_nobody(shop, tmp_path):
    shop.import_followers(FRIENDS, tmp_path)
    shop.line.lose_next_answers(10)
    shop.installation.start("delivery", "worker", "beat")

    broadcast = shop.send("Sale today")

    assert_sent_once(shop, broadcast)
    answers = shop.line.requests(shop.channel_id)["by_endpoint"]["POST /v2/bot/message/multicast"]
    assert answers["409"] == 10


def test_redis_flushed_amid_personal_pushes_loses_and_doubles_nobody(shop, tmp_path):
    shop.import_followers(FRIENDS, tmp_path)
    shop.installation.start("delivery", "worker", "beat")
    broadcast = shop.send("Hello {{display_name|you}}")

    wait_until(lambda: shop.accepted() > FRIENDS / 4)
    flush_redis(shop)
    flushed_at = shop.accepted()

    assert 0 < flushed_at < FRIENDS
    assert_sent_once(shop, broadcast)
