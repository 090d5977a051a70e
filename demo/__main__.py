"""`make demo`: the main job from beginning to end, on this machine; `--once` ends with the account."""

import argparse
import os
import shutil
import sys

from config import embedded
from config.stack import Stack, end_orderly, stack, watch
from line.simulator.control import start

DATA = embedded.ROOT / ".data" / "demo"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--once", action="store_true", help="end after the account; status 0 only if all held"
    )
    parser.add_argument(
        "--seed-only", action="store_true", help="put the demo's people in, send nothing, stay up"
    )
    wishes = parser.parse_args()
    end_orderly()
    print("Musubi demo. Everything runs on this machine; LINE is a simulator.", flush=True)
    shutil.rmtree(DATA, ignore_errors=True)
    with start(port=_port(8200)) as running:
        print("Starting PostgreSQL and Redis, making the tables ...", flush=True)
        with stack(DATA, port=_port(8000), **running.environment) as installation:
            print("Starting web, workers and beat ...", flush=True)
            installation.start()
            held = play(installation, running.base_url, seed_only=wishes.seed_only)
            if wishes.once:
                return 0 if held else 1
            print("\nIt stays up. Ctrl-C ends it.", flush=True)
            return watch(installation)


def play(installation: Stack, line_url: str, *, seed_only: bool) -> bool:
    """Run the story against an installation that is up; whether every step held."""
    import django

    os.environ.update(installation.environment)
    django.setup()
    # Models can be imported only now.
    from demo.account import Account
    from demo.story import Story
    from line.simulator.control import Simulator

    account = Account()
    story = Story(installation, Simulator(line_url), account)
    if seed_only:
        story.seed()
    else:
        story.play()
    _tell_where(installation, line_url)
    print(
        f"\n{'Every step held' if account.held else 'NOT every step held'}, {account.seconds:.0f} s.",
        flush=True,
    )
    return account.held


def _tell_where(installation: Stack, line_url: str) -> None:
    from demo import cast

    url, client = installation.url, cast.COSMETICS
    agency = cast.AGENCY[0]
    print(
        f"""
Where to look (password of all: {cast.PASSWORD})
  Agency console   {url}/agency/                    owner@{agency}.example
  Agency admin     {url}/admin/                     owner@{agency}.example
  Dashboard        {url}/c/{client.slug}/                  {client.mail("marketer")}
  Approver         {url}/c/{client.slug}/broadcasts/       {client.mail("approver")}
  Client's admin   {url}/c/{client.slug}/admin/            manager@{agency}.example
  API docs         {url}/c/{client.slug}/api/v1/docs/      (any of them)
  LINE's phones    {line_url}/phone"""
    )


def _port(wanted: int) -> int:
    """This port if it is free, else any."""
    import socket

    with socket.socket() as probe:
        return wanted if probe.connect_ex(("127.0.0.1", wanted)) else embedded.free_port()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
