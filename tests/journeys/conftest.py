"""A whole installation with its own database and Redis, used from outside: commands, HTTP, the simulator."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.stack import Stack, stack
from line.simulator.control import Simulator, start
from tests.journeys.servers import new_database, new_redis
from tests.journeys.shop import Shop

SECRET = "secret of the channel"


@pytest.fixture
def line() -> Iterator[Simulator]:
    """A simulator of this test alone."""
    with start(port=0) as running:
        yield Simulator(running.base_url)


@pytest.fixture
def installation(tmp_path: Path, line: Simulator) -> Iterator[Stack]:
    """Migrated, nothing started; LINE is the simulator."""
    bases = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], line.base_url)
    with (
        new_database() as url,
        new_redis(tmp_path) as redis,
        stack(tmp_path, DATABASE_URL=url, REDIS_URL=redis, LINE_CHANNEL_SECRET=SECRET, **bases) as running,
    ):
        yield running


@pytest.fixture
def shop(installation: Stack, line: Simulator) -> Shop:
    """A client that needs no approval, with a channel and a key for its API; web is up."""
    installation.manage("create_agency", "sakura", "Sakura Agency")
    installation.manage("create_client", "sakura", "shop", "Shop", "--no-approval")
    line.add_channel("1000000001", SECRET, name="Shop")
    installation.start("web")
    installation.manage("connect_channel", "shop", "1000000001")
    key = json.loads(installation.manage("create_api_key", "shop", "*", "--json"))["key"]
    return Shop(installation, line, "1000000001", key)
