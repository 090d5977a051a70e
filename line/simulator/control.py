"""Playing the world around LINE from Python: `with start() as line: line.simulator.add_channel(…)`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from line.simulator.control_login import LoginControl
from line.simulator.control_manager import ManagerControl
from line.simulator.control_people import PeopleControl
from line.simulator.control_webhooks import WebhookControl
from line.simulator.remote import SimulatorError

__all__ = ["PROJECT", "Running", "Simulator", "SimulatorError", "start"]

PROJECT = Path(__file__).resolve().parents[2]


class Simulator(PeopleControl, WebhookControl, LoginControl, ManagerControl):
    """A running simulator. Safe to use from several threads.

    What people do (follow, say, …) returns when its webhooks have been tried once, so the receiver has them.
    Channels are named by channel id, people by LINE user id.
    """

    def add_channel(self, channel_id: str, channel_secret: str, **settings) -> dict:
        """Make a channel, or change it. `settings` as in `configure`. Answers with its `userId`."""
        return self._post("/sim/channels", channel_id=channel_id, channel_secret=channel_secret, **settings)

    def configure(self, channel_id: str, **settings) -> dict:
        """Change any of `settings.Settings`, or `channel_secret`."""
        return self._post(f"/sim/channels/{channel_id}", **settings)

    def add_people(self, channel_id: str, names: list[str] | int) -> list[str]:
        """People with LINE, not yet friends: by name, or that many. Answers with their user ids."""
        return self._post(f"/sim/channels/{channel_id}/people", names=names)

    def inbox(self, channel_id: str, user_id: str) -> list[dict]:
        """The message objects somebody has received, in order."""
        return self._get(f"/sim/channels/{channel_id}/inbox/{user_id}")

    def texts(self, channel_id: str, user_id: str) -> list[str]:
        """The texts among them."""
        return [message["text"] for message in self.inbox(channel_id, user_id) if message["type"] == "text"]

    def delivery_histogram(self, channel_id: str) -> dict[str, int]:
        """{"1": 20000} when twenty thousand people have one accepted request each, and nobody two."""
        return self._get(f"/sim/channels/{channel_id}/histogram")

    def received(self, channel_id: str) -> dict[str, int]:
        """By user id, how many accepted requests each person has."""
        return self._get(f"/sim/channels/{channel_id}/received")

    def requests(self, channel_id: str) -> dict:
        """What the channel was asked, and how fast.

        `by_endpoint` {"POST /v2/…": {"200": 3}}; `accepted` and `max_per_second` by kind of sending;
        `first_accepted_at` and `last_accepted_at` in monotonic seconds; `billed` messages.
        """
        return self._get(f"/sim/channels/{channel_id}/requests")

    def open_and_click(
        self, channel_id: str, rate_open: float, rate_click: float, seed: int = 1
    ) -> dict[str, int]:
        """People look at what came since the last call, and some follow one of its links.

        Rates are shares of those who received it. Counts of people `opened` and `clicked`, and of links
        `visited`, `failed`, or `elsewhere`: not on this machine and so not fetched.
        """
        rates = {"rate_open": rate_open, "rate_click": rate_click, "seed": seed}
        return self._post(f"/sim/channels/{channel_id}/open-and-click", **rates)

    def lose_next_answers(self, times: int = 1, path: str | None = None) -> None:
        """The next requests are accepted, and the connection closed without an answer.

        Here and below: `path` is the beginning of one; without it the sending endpoints are meant.
        """
        self._fault("lose", times=times, path=path)

    def fail_next(self, times: int = 1, status: int = 500, path: str | None = None) -> None:
        """The next requests are answered with this status and not accepted."""
        self._fault("fail", times=times, status=status, path=path)

    def delay(self, ms: int, path: str | None = None) -> None:
        """Every request takes this much longer."""
        self._fault("delay", ms=ms, path=path)

    def chaos(self, seed: int, p_500: float, p_lost: float) -> None:
        """By chance: a 500 before anything is accepted, or an answer lost after."""
        self._fault("chaos", seed=seed, p_500=p_500, p_lost=p_lost)

    def clear_faults(self) -> None:
        self._fault("clear")

    def advance(self, seconds: float) -> None:
        """Move LINE's clock forward: tokens, retry keys, link tokens, days."""
        self._post("/sim/clock", seconds=seconds)

    def set_clock(self, moment: datetime) -> None:
        """Turn LINE's clock to this moment, which may be past."""
        self._post("/sim/clock", at=moment.timestamp())

    def freeze_clock(self) -> None:
        """Let LINE's clock stand still until `let_clock_go`; `advance` and `set_clock` still turn it."""
        self._post("/sim/clock", frozen=True)

    def let_clock_go(self) -> None:
        self._post("/sim/clock", frozen=False)

    def now(self) -> datetime:
        """The simulator's time, in UTC."""
        return datetime.fromtimestamp(self._get("/sim/clock")["now"], UTC)

    def today(self) -> date:
        """The simulator's day in Japan, by which LINE counts."""
        return datetime.strptime(self._get("/sim/clock")["day"] + "+0900", "%Y%m%d%z").date()

    def reset(self) -> None:
        """Forget every channel, fault and time moved."""
        self._post("/sim/reset")

    def _fault(self, kind: str, **settings) -> None:
        self._post("/sim/faults", kind=kind, **settings)


@dataclass(frozen=True)
class Running:
    """A simulator process of our own."""

    base_url: str
    process: subprocess.Popen
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """Settings by which an installation meets this simulator instead of LINE."""
        hosts = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], self.base_url)
        return {
            **hosts,
            "LIFF_BASE": f"{self.base_url}/liff",
            "LIFF_SDK_URL": f"{self.base_url}/liff/sdk.js",
        }

    @property
    def simulator(self) -> Simulator:
        return Simulator(self.base_url)


@contextmanager
def start(port: int = 0, *arguments: str) -> Iterator[Running]:
    """Run a simulator until the block ends; port 0 picks a free one.

    Raises RuntimeError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="line-simulator-") as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "line.simulator", "--port", str(port), *arguments]
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own module, no outside input
                command, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield Running(_wait_until_ready(process, log), process, log)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_until_ready(process: subprocess.Popen, log: Path) -> str:
    """The address from the ready line."""
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up and process.poll() is None:
        words = log.read_text().split()
        if "ready" in words and words[-1].startswith("http"):
            return words[-1]
        time.sleep(0.02)
    raise RuntimeError(f"the LINE simulator did not start: {log.read_text()}")
