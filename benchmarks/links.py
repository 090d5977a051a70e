"""Tracked links opened a second: the same for all, each friend's own, and by machines.

Two granian processes serve, as in `make run`; the requests come from another process over 32 connections that
are kept alive. Django's models are imported inside functions: they can be only once the servers are known.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import django
import uvloop

from benchmarks.webhooks import serving
from config import embedded

CLICKS, CONNECTIONS, ROUNDS, WARM_UP = 10_000, 32, 3, 1_000
SLUG = "bench-links"
PEOPLE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 Safari/604.1 Line/15.9.0"
)
PREVIEW = "facebookexternalhit/1.1;line-poker/1.0"


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env | {"SPOOL_DIR": f"{data}/spool", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        same, own = _make_paths()
        with serving("config.asgi:application") as port:
            return [
                *_rows(port, "tracked links", same, PEOPLE),
                *_rows(port, "links of each friend's own", own, PEOPLE),
                *_rows(port, "tracked links opened by machines", same, PREVIEW),
            ]


def _make_paths() -> tuple[list[str], list[str]]:
    """Three links of one broadcast, as all get them, and as each of 5,000 friends opens two of their own."""
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from accounts import secrets, services
    from broadcasts.models import Broadcast, TrackedLink
    from broadcasts.tracking import people
    from segments import services as segments

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of links", slug=SLUG)
    tenant = services.create_client(agency, slug=SLUG, name="Benchmark")
    with tenant_context(tenant):
        broadcast = Broadcast.objects.create(
            name="Sale", segment=segments.create_segment("Everyone", {"all": []}), messages=[], key=uuid4()
        )
        codes = [f"code{number}" for number in range(3)]
        for code in codes:
            TrackedLink.objects.create(broadcast=broadcast, url="https://shop.example/sale", code=code)
        tokens = people.Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    given = [(codes[number % 3], number // 2 + 1) for number in range(CLICKS)]
    same = [f"/c/{SLUG}/l/{code}" for code, _friend in given]
    return same, [f"/c/{SLUG}/l/{code}.{tokens.seal(code, friend)}" for code, friend in given]


def _rows(port: int, name: str, paths: list[str], agent: str) -> list[dict]:
    _load(port, paths[:WARM_UP], agent)
    best = max((_load(port, paths, agent) for _ in range(ROUNDS)), key=lambda found: found["rate"])
    note = f"best of {ROUNDS} rounds of {CLICKS:,}, {CONNECTIONS} connections; noted before the answer"
    common = {"floor": None, "ratio": None, "note": note}
    return [
        {"name": name, "ours": best["rate"], "unit": "/s"} | common,
        {"name": f"{name}, p99", "ours": best["p99"], "unit": "ms"} | common,
    ]


def _load(port: int, paths: list[str], agent: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.links", "load", str(port), agent]
    return json.loads(subprocess.check_output(command, cwd=embedded.ROOT, input="\n".join(paths).encode()))


async def load(port: int, paths: list[str], agent: str) -> dict:
    """Open each, all to be answered 302; their rate, and p99 in milliseconds."""
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(_open(port, paths[place::CONNECTIONS], agent, times) for place in range(CONNECTIONS))
    )
    took = time.perf_counter() - began
    return {"rate": round(len(paths) / took), "p99": round(quantiles(times, n=100)[98] * 1000, 1)}


async def _open(port: int, paths: list[str], agent: str, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {agent}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 302 " in head.partition(b"\r\n")[0], head
        if b"chunked" in head.lower():
            await reader.readuntil(b"0\r\n\r\n")
        times.append(time.perf_counter() - began)
    writer.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        print(json.dumps(uvloop.run(load(int(sys.argv[2]), sys.stdin.read().split(), sys.argv[3]))))
    else:
        print(json.dumps(run()))
