"""Requests a second that the LINE simulator holds, beside the bare HTTP server it stands on.

The load comes from a process of its own over connections that are kept alive, so that a core each remains.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import orjson
import uvloop
from aiohttp import web

from config import embedded
from line.simulator.control import PROJECT, start

CONNECTIONS, TIMES = 32, 3
CHANNEL, SECRET = "1", "secret of the channel"
PEOPLE = [f"U{number:032x}" for number in range(500)]
MESSAGES = [{"type": "text", "text": "本日より春のセール開催中です"}]
REQUESTS = {"push": 10_000, "multicast": 4_000}


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note."""
    with start() as line, _bare_server() as bare:
        line.simulator.add_channel(CHANNEL, SECRET, open_friends=True, rate_limits=False)
        token = _token(line.base_url)
        return [
            _row(kind, _rates(line.base_url, kind, token), _rates(bare, kind, token)) for kind in REQUESTS
        ]


def _rates(base_url: str, kind: str, token: str) -> list[float]:
    return [_load(base_url, kind, token) for _ in range(TIMES)]


def _load(base_url: str, kind: str, token: str) -> float:
    command = [sys.executable, "-m", "benchmarks.simulator", "load", base_url, kind, token]
    return float(subprocess.check_output(command, cwd=PROJECT))


def _row(kind: str, ours: list[float], floor: list[float]) -> dict:
    figures = {"ours": median(ours), "floor": median(floor), "ratio": median(ours) / median(floor)}
    note = f"median of {TIMES}; floor: aiohttp's server that reads the body and says {{}}"
    return {"name": f"simulator, {kind}", **figures, "unit": "requests/s", "note": note}


async def load(base_url: str, kind: str, token: str) -> float:
    """Send that many, each with a retry key of its own; the rate. All must be answered 200."""
    requests = [_request(kind, token, uuid4()) for _ in range(REQUESTS[kind])]
    address = urlsplit(base_url)
    began = time.perf_counter()
    await asyncio.gather(*(_talk(address.hostname, address.port, requests) for _ in range(CONNECTIONS)))
    return REQUESTS[kind] / (time.perf_counter() - began)


async def _talk(host: str, port: int, requests: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while requests:
        writer.write(requests.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(length.split(b":")[1]))
    writer.close()


def _request(kind: str, token: str, retry_key: UUID) -> bytes:
    to: object = PEOPLE if kind == "multicast" else PEOPLE[0]
    body = orjson.dumps({"to": to, "messages": MESSAGES})
    head = (
        f"POST /v2/bot/message/{kind} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nX-Line-Retry-Key: {retry_key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _token(base_url: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": CHANNEL, "client_secret": SECRET}
    url = f"{base_url}/oauth2/v3/token"
    with urllib.request.urlopen(url, urlencode(form).encode()) as answer:  # noqa: S310  (our own simulator)
        return json.load(answer)["access_token"]


@contextmanager
def _bare_server() -> Iterator[str]:
    port = embedded.free_port()
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.simulator", "bare", str(port)], cwd=PROJECT)
    try:
        embedded.wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


async def serve_bare(port: int) -> None:
    """The floor: reads what comes and answers {}, until the process is told to end."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=b"{}", content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main(what: str = "", *arguments: str) -> None:
    parts: dict[str, Callable[[], object]] = {
        "load": lambda: print(uvloop.run(load(*arguments))),
        "bare": lambda: uvloop.run(serve_bare(int(arguments[0]))),
        "": lambda: json.dump(run(), sys.stdout, indent=2, ensure_ascii=False),
    }
    parts[what]()


if __name__ == "__main__":
    main(*sys.argv[1:])
