"""An installation that things befall: its own PostgreSQL, cables to be cut, a clock to be stepped."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import psutil
import psycopg
import redis
from psycopg import conninfo
from psycopg.rows import dict_row

from config import embedded
from config.stack import PARTS, Stack, stack
from line.simulator.control import Simulator, start
from tests.journeys.faults.cable import Cable, cable
from tests.journeys.servers import Postgresql, new_postgresql, new_redis
from tests.journeys.shop import Shop, wait_until

SECRET, CHANNEL = "secret of the channel", "1000000001"
PEOPLE = 3_001  # seven multicasts, one of them to a single friend; a second and a half of pushes
CLOCKS = Path(__file__).parent / "clock"
QUICK = {"narrowcast_waiting_seconds": 0.2, "narrowcast_sending_seconds": 0.3}
TREES: dict[str, dict] = {"everyone": {"all": []}, "women": {"type": "line_gender", "in": ["female"]}}
FRIENDS = """
INSERT INTO friends_friend
  (line_user_id, display_name, picture_url, language, status, followed_at, created_at)
SELECT user_id, 'friend ' || n, '', 'ja', 'friend', now(), now()
FROM unnest(%s::text[]) WITH ORDINALITY AS line (user_id, n)
"""
T = TypeVar("T")


@dataclass
class Scene:
    """One client of a running installation, and what may be done to both."""

    shop: Shop
    database: Postgresql
    to_line: Cable
    to_database: Cable
    clock: Path
    user_ids: dict[int, str] = field(default_factory=dict)  # by friend
    segments: dict[str, int] = field(default_factory=dict)
    work: str = ""  # the round's broadcast or scenario, as the API names it

    @property
    def line(self) -> Simulator:
        return self.shop.line

    def begin(self, *, stranger: bool) -> None:
        """LINE forgets what was; one of our friends is a stranger to it if wanted."""
        self.line.reset()
        self.line.add_channel(CHANNEL, SECRET, name="Shop", unknown_ids="reject", **QUICK)
        self.line.follow(CHANNEL, self.line.add_people(CHANNEL, PEOPLE - stranger))
        self.ask("UPDATE friends_friend SET status = 'friend' WHERE status <> 'friend'")

    def kill(self, name: str) -> None:
        """SIGKILL, if it runs."""
        if name in self.shop.installation.processes:
            self.shop.installation.kill(name)

    def bring_back(self, name: str) -> None:
        if name not in self.shop.installation.processes:
            self.shop.installation.start(name)

    def add(self, name: str, part: str) -> None:
        """A second process of this part, under a name of its own."""
        running = self.shop.installation
        command = PARTS[part].replace(f"{part}@", f"{name}@").replace("/beat", f"/{name}")
        command = command.format(host=running.host, port=running.port, data=running.data)
        running.start_command(name, [sys.executable, "-m", *command.split()])

    def crash_database(self) -> None:
        """SIGKILL to PostgreSQL's first process; it recovers from its log and is back soon."""
        first = psutil.Process(self.database.server.get_pid())
        first.kill()
        first.wait(10)
        wait_until(self._starts, seconds=60, every=0.3)

    def empty_redis(self) -> None:
        redis.Redis.from_url(self.shop.installation.environment["REDIS_URL"]).flushall()

    def step_clock(self, seconds: float) -> None:
        """Every process of ours believes that it is so much later; 0: the right time."""
        self.clock.write_text(str(seconds))

    def call(self, method: str, path: str, **body: object) -> Any:
        """As an integrator who tries again: the installation may be in the middle of something."""
        return patiently(lambda: self.shop.call(method, path, **body), URLError, ConnectionError)

    def act(self, method: str, what: str, **body: object) -> None:
        """Pause, resume, cancel or decide what the round is about; in vain if it is not the time for it."""
        self.attempt(method, f"{self.work}/{what}/", **body)

    def attempt(self, method: str, path: str, **body: object) -> None:
        """In vain if it is not the time for it, or has been done by a call that nobody answered."""
        try:
            self.call(method, path, **body)
        except HTTPError as refusal:
            if refusal.code != 409:
                raise

    def ask(self, query: str, *given: object) -> list[dict]:
        """Rows of the client's schema, read beside the cable."""
        return patiently(lambda: self._ask(query, given), psycopg.OperationalError)

    def _ask(self, query: str, given: tuple) -> list[dict]:
        with psycopg.connect(self.database.url, autocommit=True, row_factory=dict_row) as connection:
            connection.execute("SET search_path = c_shop, public")
            found = connection.execute(query, given)
            return found.fetchall() if found.description else []

    def _starts(self) -> bool:
        try:
            self.database.server.ensure_postgres_running()
        except (subprocess.SubprocessError, AssertionError):
            return False  # the memory of the one that was killed is not free yet, or it still reads its log
        return True


def patiently(ask: Callable[[], T], *errors: type[Exception], seconds: float = 60) -> T:
    """What it answers once it answers; the last error if it does not in this time."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except errors as error:
            if time.monotonic() > end or getattr(error, "code", 500) < 500:
                raise
            time.sleep(0.2)


@contextmanager
def scene(data: Path) -> Iterator[Scene]:
    """Everything up, with as many friends as LINE knows people."""
    clock = data / "clock"
    clock.write_text("0")
    with (
        start() as line,
        new_postgresql(data) as database,
        new_redis(data) as redis_url,
        cable(_place(line.base_url)) as to_line,
        cable(_socket(database.url)) as to_database,
        stack(data, **_settings(line.environment, to_line, to_database, redis_url, clock)) as installation,
    ):
        shop = _shop(installation, line.simulator)
        made = Scene(shop, database, to_line, to_database, clock)
        _fill(made)
        installation.start("delivery", "worker", "beat")
        yield made


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 80)


def _socket(url: str) -> str:
    return f"{conninfo.conninfo_to_dict(url)['host']}/.s.PGSQL.5432"


def _settings(line: dict, to_line: Cable, to_database: Cable, redis_url: str, clock: Path) -> dict[str, str]:
    """Of an installation that reaches LINE and its database by the cables."""
    own = f"http://127.0.0.1:{to_line.port}"
    bases = dict.fromkeys(("LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"), own)
    return {
        **line,
        **bases,
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{to_database.port}/{embedded.DATABASE}",
        "REDIS_URL": redis_url,
        "PYTHONPATH": str(CLOCKS),
        "CLOCK_FILE": str(clock),
        "LOG_LEVEL": "WARNING",
    }


def _shop(installation: Stack, line: Simulator) -> Shop:
    installation.manage("create_agency", "sakura", "Sakura Agency")
    installation.manage("create_client", "sakura", "shop", "Shop", "--no-approval")
    line.add_channel(CHANNEL, SECRET, name="Shop")
    installation.environment["LINE_CHANNEL_SECRET"] = SECRET
    installation.start("web")
    installation.manage("connect_channel", "shop", CHANNEL)
    key = json.loads(installation.manage("create_api_key", "shop", "*", "--json"))["key"]
    return Shop(installation, line, CHANNEL, key)


def _fill(made: Scene) -> None:
    """Friends, in another order than at LINE: who is a stranger there stands in the middle here."""
    people = made.line.add_people(CHANNEL, PEOPLE)
    half = PEOPLE // 2
    made.ask(FRIENDS, [*people[half:], *people[:half]])
    rows = made.ask("SELECT id, line_user_id FROM friends_friend")
    made.user_ids.update((row["id"], row["line_user_id"]) for row in rows)
    for name, tree in TREES.items():
        made.segments[name] = made.call("POST", "segments/", name=name, tree=tree)["id"]
