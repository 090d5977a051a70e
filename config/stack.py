"""The whole product on one machine: servers where none are named, web, workers, beat.

`make run` starts it. The demo and the failure tests build on `Stack` too.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config import embedded

ROOT = embedded.ROOT
WORKER = "celery -A config.celery worker --pool threads --loglevel warning --without-gossip --without-mingle"
PARTS = {
    "web": "granian --interface asgi --no-ws --loop uvloop --workers 2 --workers-kill-timeout 10"
    " --log-level warning --host {host} --port {port}"
    " config.asgi:application",
    "delivery": f"{WORKER} -n delivery@%h -Q delivery --concurrency 16",
    "worker": f"{WORKER} -n worker@%h -Q trigger,webhook,bulk --concurrency 8",
    "relay": f"{WORKER} -n relay@%h -Q relay --concurrency 16",
    "beat": "celery -A config.celery beat --loglevel warning --schedule {data}/beat --pidfile=",
}


@dataclass
class Stack:
    """Processes of one installation. With its `environment` any command works on the same data."""

    environment: dict[str, str]
    data: Path
    port: int
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.environment.get("HOST", "127.0.0.1")

    @property
    def url(self) -> str:
        return self.environment["BASE_URL"]

    def manage(self, *arguments: str) -> str:
        """Run `manage.py`; its output. Raises CalledProcessError, having shown what it said."""
        done = subprocess.run(  # noqa: S603  (our own commands)
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
        )
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            done.check_returncode()
        return done.stdout

    def start(self, *names: str) -> None:
        """Start web, delivery, worker, relay and beat, or those named; each logs to a file in the data."""
        for name in names or PARTS:
            command = PARTS[name].format(host=self.host, port=self.port, data=self.data)
            self.start_command(name, [sys.executable, "-m", *command.split()])
        if "web" in self.processes:
            embedded.wait_for_port(self.port)

    def start_command(self, name: str, command: list[str]) -> None:
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(  # noqa: S603  (our own commands)
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, *names: str) -> None:
        """Ask all (or those named) to end, and wait; who does not listen is killed."""
        stopping = [self.processes.pop(name) for name in names or list(self.processes)]
        for process in stopping:
            process.terminate()
        for process in stopping:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def dead(self) -> list[str]:
        """Names of processes that have ended by themselves."""
        return [name for name, process in self.processes.items() if process.poll() is not None]


@contextmanager
def stack(data: Path, *, port: int | None = None, **settings: str) -> Iterator[Stack]:
    """A migrated installation in `data` with nothing started yet; everything stops at the end."""
    with embedded.environment(data) as servers:
        port = port or embedded.free_port()
        settings.setdefault("BASE_URL", os.environ.get("BASE_URL", f"http://127.0.0.1:{port}"))
        settings.setdefault("MEDIA_ROOT", str(data / "media"))
        settings.setdefault("SPOOL_DIR", str(data / "spool"))
        settings.setdefault("STATIC_ROOT", str(data / "static"))
        Path(settings["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
        environment = os.environ | servers | {"DJANGO_SETTINGS_MODULE": "config.settings"} | settings
        installation = Stack(environment, data, port)
        installation.manage("migrate", "--verbosity", "0")
        try:
            yield installation
        finally:
            installation.stop()


def end_orderly() -> None:
    """Let SIGTERM end the program as Ctrl-C does, so that it stops all it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def main() -> int:
    end_orderly()
    port = int(os.environ.get("PORT", "8000"))
    with stack(ROOT / ".data", port=port) as installation:
        installation.start()
        print(f"Musubi is up: {installation.url}   (Ctrl-C stops it)", flush=True)
        print("First steps: manage.py create_agency, create_client, connect_channel (see README)", flush=True)
        return watch(installation)


def watch(installation: Stack) -> int:
    """Stay until Ctrl-C (0) or until a part dies (1)."""
    try:
        while not (dead := installation.dead()):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    print(f"{', '.join(dead)} ended; see the logs in {installation.data}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
