"""A broadcast to 20,000 friends survives the worst, as a scenario does; all of them have it exactly once."""

import time

import redis

from tests.journeys.shop import Shop, wait_until

FRIENDS = 20_000
ONCE_EACH = {"1": FRIENDS}
INSIDE = 2_000
STEPS = ("Welcome, {{display_name|you}}", "This is what we sell")


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


def test_a_worker_killed_and_redis_flushed_amid_a_scenario_lose_and_double_nobody(shop, tmp_path):
    people = shop.import_followers(INSIDE, tmp_path)
    shop.installation.start("worker", "beat")
    scenario = start_scenario(shop, people)

    wait_until(lambda: shop.accepted() > INSIDE / 4, every=0.01)
    shop.installation.kill("worker")
    flush_redis(shop)
    killed_at = shop.accepted()
    shop.installation.start("worker")

    assert 0 < killed_at < INSIDE * len(STEPS)
    wait_until(lambda: shop.call("GET", f"scenarios/{scenario}/")["people"] == 0, seconds=90, every=0.5)
    assert shop.line.delivery_histogram(shop.channel_id) == {str(len(STEPS)): INSIDE}
    assert_each_step_once(shop, scenario)


def start_scenario(shop: Shop, people: list[str]) -> int:
    """With some messages, one after the other, and these people in it; the scenario's number."""
    steps = [
        {"id": f"say{place}", "type": "send", "messages": [{"type": "text", "text": text}]}
        for place, text in enumerate(STEPS)
    ]
    manners = {"ignores_quiet_hours": True, "ignores_cap": True}
    flow = {"trigger": {"type": "api"}, "manners": manners, "steps": steps}
    made = shop.call("POST", "scenarios/", name="Welcome", flow=flow)
    shop.call("PUT", f"scenarios/{made['id']}/publication/", revision=made["revision"])
    callers = [{"line_user_id": user_id, "key": user_id} for user_id in people]
    for first in range(0, len(callers), 500):
        shop.call("POST", f"scenarios/{made['id']}/entries/", people=callers[first : first + 500])
    return made["id"]


def assert_each_step_once(shop: Shop, scenario: int) -> None:
    """Told so for each step, and booked."""
    found = shop.call("GET", f"scenarios/{scenario}/results/")
    month = time.strftime("%Y-%m", time.gmtime(time.time() + 9 * 3600))  # in Japan
    [booked] = shop.call("GET", f"ledger/owners/?month={month}&owner=scenario:{scenario}")["owners"]
    assert found["ended"] == {"finished": INSIDE}
    assert [step["by"]["line"]["sent"] for step in found["steps"]] == [INSIDE] * len(STEPS)
    assert booked["messages"] == INSIDE * len(STEPS)
