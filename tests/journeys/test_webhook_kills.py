"""Webhooks come in all the time while processes are killed and the database restarts. Whatever was answered
200 is stored, handled once, and passed on."""

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psycopg
import pytest

from config.stack import Stack, stack
from line import signatures
from tests.channels.conftest import make_event
from tests.factories import make_line_user_id
from tests.journeys.servers import Postgresql, new_postgresql, new_redis
from tests.journeys.shop import wait_until
from tests.relays.tools import Tool, tool

SECRET, PATH = "secret of the channel", "/c/shop/line/webhook/"
SEED, KILLS = 20_261_121, 50
PEOPLE = 20
SENDERS = 2

COUNTS = """
    SELECT (SELECT count(*) FROM channels_inboxbody WHERE state <> 'done'),
           (SELECT count(*) FROM channels_webhookevent WHERE state <> 'done'),
           (SELECT count(*) FROM channels_webhookevent),
           (SELECT sum(event_count) FROM channels_hourofevents),
           (SELECT count(*) FROM c_shop.events_event WHERE type = 'messaged'),
           (SELECT count(*) FROM relays_delivery WHERE state = 'new')
"""


class Sender(threading.Thread):
    """LINE: delivers one webhook after the other, each again and again until it is answered 200."""

    def __init__(self, installation: Stack, bot: str) -> None:
        super().__init__(daemon=True)
        self._installation, self._bot = installation, bot
        self._is_over = threading.Event()
        self.answered: list[str] = []

    def run(self) -> None:
        number = 0
        while not self._is_over.is_set():
            number += 1
            person = {"type": "user", "userId": make_line_user_id(f"person {number % PEOPLE}")}
            message = {"type": "text", "id": str(number), "text": "Hello"}
            event = make_event(at=time.time(), source=person, message=message)
            while not self._deliver(event) and not self._is_over.is_set():
                time.sleep(0.1)

    def end(self) -> list[str]:
        """The events that were answered 200."""
        self._is_over.set()
        self.join()
        return self.answered

    def _deliver(self, event: dict) -> bool:
        body = orjson.dumps({"destination": self._bot, "events": [event]})
        connection = http.client.HTTPConnection("127.0.0.1", self._installation.port, timeout=3)
        try:
            connection.request("POST", PATH, body, {"X-Line-Signature": signatures.sign(SECRET, body)})
            is_taken = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if is_taken:
            self.answered.append(event["webhookEventId"])
        return is_taken


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Postgresql]:
    with new_postgresql(tmp_path) as running:
        yield running


@pytest.fixture
def crm() -> Iterator[Tool]:
    with tool() as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, database: Postgresql, line, crm: Tool) -> Iterator[Stack]:
    """A client with a channel and a relay; everything is up."""
    bases = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], line.base_url)
    more = {"RELAY_ALLOW_PRIVATE": "1", "LINE_CHANNEL_SECRET": SECRET}
    with (
        new_redis(tmp_path) as redis,
        stack(tmp_path, DATABASE_URL=database.url, REDIS_URL=redis, **bases, **more) as running,
    ):
        running.manage("create_agency", "sakura", "Sakura Agency")
        running.manage("create_client", "sakura", "shop", "Shop", "--no-approval")
        line.add_channel("1000000001", SECRET, name="Shop")
        running.start()
        running.manage("connect_channel", "shop", "1000000001")
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO relays_target"
                " (tenant_id, name, url, event_types, fail_count, last_error, created_at)"
                " SELECT id, 'CRM', %s, '[]', 0, '', now() FROM accounts_tenant",
                [crm.url],
            )
        yield running


def bot_of(database: Postgresql) -> str:
    with psycopg.connect(database.url) as connection:
        return connection.execute("SELECT bot_user_id FROM channels_channel").fetchone()[0]


def counts(database: Postgresql) -> tuple[int, ...]:
    """Bodies and events not done; events stored, counted, and on the timeline; relays that wait."""
    with psycopg.connect(database.url) as connection:
        return connection.execute(COUNTS).fetchone()


def stored(database: Postgresql) -> list[str]:
    with psycopg.connect(database.url) as connection:
        rows = connection.execute("SELECT webhook_event_id FROM channels_webhookevent").fetchall()
    return [event_id for (event_id,) in rows]


def blows(installation: Stack, database: Postgresql) -> dict[str, Callable[[], None]]:
    """What may happen to an installation; each is over when it is up again."""

    def kill(name: str) -> Callable[[], None]:
        def blow() -> None:
            installation.kill(name)
            installation.start(name)

        return blow

    return {name: kill(name) for name in ("web", "worker", "relay")} | {"database": database.restart}


def survive(installation: Stack, database: Postgresql, crm: Tool, names: list[str]) -> None:
    """Let these things happen one after the other; nothing that was answered 200 may be lost or doubled."""
    senders = [Sender(installation, bot_of(database)) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    chance = random.Random(SEED)
    for name in names:
        time.sleep(chance.uniform(0.2, 1.5))
        blows(installation, database)[name]()
    time.sleep(1)
    answered = [event for sender in senders for event in sender.end()]

    assert len(answered) > 10 * len(names)
    wait_until(lambda: is_drained(database), seconds=120, every=0.5)
    events = stored(database)
    _bodies, _events, count, counted, on_timeline, _relays = counts(database)
    assert set(answered) <= set(events)
    assert len(events) == len(set(events)) == count == counted == on_timeline
    relayed = {
        orjson.loads(body)["events"][0]["webhookEventId"] for body in crm.bodies if b"timestamp" in body
    }
    assert set(answered) <= relayed


def is_drained(database: Postgresql) -> bool:
    bodies, events, *_rest, relays = counts(database)
    return bodies == events == relays == 0


def test_webhooks_survive_the_death_of_each_process_and_of_the_database(installation, database, crm):
    survive(installation, database, crm, ["worker", "web", "database"])


@pytest.mark.chaos
def test_webhooks_survive_fifty_kills_and_restarts(installation, database, crm):
    names = random.Random(SEED).choices(["web", "worker", "relay", "database"], k=KILLS)

    survive(installation, database, crm, names)
