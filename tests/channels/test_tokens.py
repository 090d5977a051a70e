"""One access token for all processes: several of them start at the same moment, at one channel of LINE's."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from django.conf import settings

from channels.token_store import RedisStore
from config.embedded import free_port
from line import tokens, wire
from line.client import Endpoints, LineClient
from line.simulator.control import Simulator

NUMBER, SECRET = "1656000077", "secret of seventy-seven"
PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import asyncio, sys, time
from channels.token_store import RedisStore
from line import tokens
from line.client import Endpoints, LineClient
base, store, start_at, times = sys.argv[1:]
tokens.share(RedisStore(store, "secret key"))
client = LineClient("1656000077", "secret of seventy-seven", endpoints=Endpoints(base, base, base))
async def ask():
    await asyncio.sleep(float(start_at) - time.time())
    for _ in range(int(times)):
        await client.get_bot_info()
asyncio.run(ask())
"""


@pytest.fixture
def account(line) -> Simulator:
    line.add_channel(NUMBER, SECRET)
    return line


@pytest.fixture
def client(account) -> LineClient:
    base = account.base_url
    return LineClient(NUMBER, SECRET, endpoints=Endpoints(base, base, base))


@pytest.fixture
def credentials(client) -> tokens.Credentials:
    return tokens.Credentials(client.endpoints.api, NUMBER, SECRET)


@pytest.fixture
def forgetful(monkeypatch) -> None:
    """This process has no token in hand."""
    monkeypatch.setattr(tokens, "_tokens", {})


def in_processes(number: int, line: Simulator, store: str, *, times: int = 1) -> list[int]:
    """Exit codes of that many processes, each of which asks LINE something `times` times, from one moment."""
    given = [line.base_url, store, str(time.time() + 2.5), str(times)]
    running = [subprocess.Popen([sys.executable, "-c", ASK, *given], cwd=PROJECT) for _ in range(number)]
    return [process.wait(120) for process in running]


def tokens_issued(line: Simulator) -> int:
    return sum(line.requests(NUMBER)["by_endpoint"]["POST /oauth2/v3/token"].values())


def test_processes_that_start_together_ask_for_one_token(account):
    assert in_processes(4, account, settings.REDIS_URL, times=3) == [0, 0, 0, 0]

    assert tokens_issued(account) == 1


def test_a_token_that_line_refuses_is_replaced_once_for_all(account):
    in_processes(1, account, settings.REDIS_URL)
    account.advance(16 * 60)  # LINE's clock alone: the processes believe that the token is good

    assert in_processes(3, account, settings.REDIS_URL) == [0, 0, 0]

    assert tokens_issued(account) == 2


def test_where_one_token_is_refused_an_older_one_of_others_is_not_tried(
    client, credentials, account, forgetful
):
    wire.run(client.get_bot_info())
    old = tokens.Token("left by others a while ago", time.time() + tokens.KEPT_FOR - 60)
    wire.run(RedisStore(settings.REDIS_URL, settings.SECRET_KEY).keep(credentials, old))
    account.advance(16 * 60)

    assert wire.run(client.get_bot_info())["userId"]


def test_where_a_new_one_of_others_is_refused_too_line_is_asked(client, credentials, account, forgetful):
    wire.run(client.get_bot_info())
    new = tokens.Token("left by others just now", time.time() + tokens.KEPT_FOR)
    wire.run(RedisStore(settings.REDIS_URL, settings.SECRET_KEY).keep(credentials, new))
    account.advance(16 * 60)

    assert wire.run(client.get_bot_info())["userId"]


def test_without_redis_each_process_asks_for_itself(account):
    assert in_processes(2, account, f"redis://127.0.0.1:{free_port()}/0") == [0, 0]

    assert tokens_issued(account) == 2


def test_a_token_is_found_again_by_a_process_that_has_none(client, account, forgetful):
    wire.run(client.get_bot_info())
    tokens._tokens.clear()

    wire.run(client.get_bot_info())

    assert tokens_issued(account) == 1


def test_a_flushed_redis_costs_one_more_token(client, account, forgetful):
    wire.run(client.get_bot_info())
    redis.from_url(settings.REDIS_URL).flushdb()
    tokens._tokens.clear()

    wire.run(client.get_bot_info())

    assert tokens_issued(account) == 2


def test_a_process_that_died_while_asking_holds_nobody_up_for_long(
    client, credentials, account, forgetful, monkeypatch
):
    monkeypatch.setattr(tokens, "LOOKS", 3)
    wire.run(RedisStore(settings.REDIS_URL, settings.SECRET_KEY).claim(credentials))

    assert wire.run(client.get_bot_info())["userId"]


def test_proof_of_the_secret_is_asked_of_line_itself(client, account):
    wire.run(client.get_bot_info())
    before = tokens_issued(account)

    wire.run(client.open())

    assert tokens_issued(account) == before + 1


def test_what_lies_in_redis_tells_neither_token_nor_secret_nor_channel(client, credentials, forgetful):
    wire.run(client.get_bot_info())

    everything = b" ".join(_contents(redis.from_url(settings.REDIS_URL)))
    for secret in (tokens.cached(credentials), SECRET, NUMBER):
        assert secret.encode() not in everything


def test_what_others_put_into_redis_is_not_taken_for_a_token(client, credentials, forgetful):
    wire.run(client.get_bot_info())
    store = redis.from_url(settings.REDIS_URL)
    for name in store.scan_iter("musubi:line-token:*"):
        store.set(name, b"another's token")

    assert wire.run(RedisStore(settings.REDIS_URL, settings.SECRET_KEY).read(credentials)) is None


def _contents(store: redis.Redis) -> list[bytes]:
    names = list(store.scan_iter("musubi:line-token:*"))
    return [*names, *(store.get(name) or b"" for name in names)]
