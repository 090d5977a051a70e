"""What a client's people and integrators do, from outside."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.stack import Stack
from line.simulator.control import Simulator


@dataclass
class Shop:
    """One client of a running installation."""

    installation: Stack
    line: Simulator
    channel_id: str
    key: str

    def call(self, method: str, path: str, **body: object) -> Any:
        """The API's answer. Raises urllib's HTTPError for a refusal."""
        request = urllib.request.Request(
            f"{self.installation.url}/c/shop/api/v1/{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def import_followers(self, count: int, folder: Path) -> list[str]:
        """People who are friends at LINE and come into our books by CSV; their LINE user IDs."""
        user_ids = self.line.add_people(self.channel_id, count)
        self.line.configure(self.channel_id, open_friends=True)
        file = folder / "friends.csv"
        rows = [f"{user_id},Friend {n},imported" for n, user_id in enumerate(user_ids)]
        file.write_text("\n".join(["line_user_id,display_name,tags", *rows]))
        self.installation.manage("import_friends", "shop", str(file))
        return user_ids

    def send(self, text: str) -> int:
        """Send a text to everyone now; the broadcast's number."""
        segment = self.call("POST", "segments/", name="Everyone", tree={"all": []})
        messages = [{"type": "text", "text": text}]
        made = self.call("POST", "broadcasts/", name="Sale", segment=segment["id"], messages=messages)
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.call("PUT", f"broadcasts/{made['id']}/schedule/", send_at=soon)
        return made["id"]

    def status(self, broadcast: int) -> dict:
        return json.loads(self.installation.manage("send_status", "shop", str(broadcast), "--json"))

    def accepted(self) -> int:
        """Sending requests that LINE has accepted so far."""
        return sum(self.line.requests(self.channel_id)["accepted"].values())


def wait_until(is_so: Callable[[], bool], *, seconds: float = 60, every: float = 0.1) -> None:
    """Return when it is so; TimeoutError if it never is."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(every)
