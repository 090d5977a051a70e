"""`make demo`: the main job from beginning to end, on this machine; `--once` ends with the account."""

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    with _alone(), start(port=_port(8200)) as running:
        shutil.rmtree(DATA, ignore_errors=True)
        print("Starting PostgreSQL and Redis, making the tables ...", flush=True)
        # Only a demo relays to its own machine.
        settings = running.environment | {"RELAY_ALLOW_PRIVATE": "true"}
        with stack(DATA, port=_port(8000), **settings) as installation:
            print("Starting web, workers and beat ...", flush=True)
            installation.start()
            return _play(installation, running.base_url, wishes)


def _play(installation: Stack, line_url: str, wishes: argparse.Namespace) -> int:
    """Run the story against an installation that is up; the exit status."""
    import django

    os.environ.update(installation.environment)
    django.setup()
    # Models can be imported only now.
    from demo import directions, story
    from demo.account import Account
    from demo.receiver import Receiver
    from demo.scene import Scene
    from line.simulator.control import Simulator

    with Receiver().listening() as receiver:
        account = Account()
        scene = Scene(installation, Simulator(line_url), account, receiver)
        (story.seed if wishes.seed_only else story.play)(scene)
        print(directions.where_to_look(scene, line_url))
        ending = "Every step held" if account.held else "NOT every step held"
        print(f"\n{ending}, {account.seconds:.0f} s.", flush=True)
        if wishes.once:
            return 0 if account.held else 1
        print("\nIt stays up. Ctrl-C ends it.", flush=True)
        return watch(installation)


@contextmanager
def _alone() -> Iterator[None]:
    """Two at once would work on the same data, and the second would delete it under the first."""
    DATA.parent.mkdir(parents=True, exist_ok=True)
    with DATA.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("A demo is running already on this machine. End it first (Ctrl-C where it was started).")
        yield


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
