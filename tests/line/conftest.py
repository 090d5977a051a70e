"""One channel in the simulator, our client for it, and a server that takes webhooks."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from line.client import Endpoints, LineClient
from line.simulator.control import Simulator

CHANNEL = "1650000001"
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"


@pytest.fixture
def line(simulator) -> Simulator:
    """The simulator, with the channel in it."""
    simulator.add_channel(CHANNEL, SECRET, name="Hana Cosmetics", basic_id="@hana")
    return simulator


@pytest.fixture
def endpoints(line) -> Endpoints:
    return Endpoints(api=line.base_url, data=line.base_url, access=line.base_url)


@pytest.fixture
def client(endpoints) -> LineClient:
    return LineClient(CHANNEL, SECRET, endpoints=endpoints)


@dataclass
class Receiver:
    """A webhook address. Answers with the statuses queued, then with 200; keeps signature and body."""

    url: str
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(line):
    """The channel's webhook address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    receiver = server.receiver = Receiver(f"http://127.0.0.1:{server.server_port}/webhook")
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    line.configure(CHANNEL, webhook_url=receiver.url)
    yield receiver
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.received.append((self.headers["X-Line-Signature"], body))
        self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


@dataclass
class Visited:
    """A page that people are sent to."""

    url: str
    user_agents: list[str] = field(default_factory=list)


@pytest.fixture
def visited():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    visited = server.visited = Visited(f"http://127.0.0.1:{server.server_port}/l/abc")
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield visited
    server.shutdown()
    server.server_close()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.visited.user_agents.append(self.headers["User-Agent"])
        self.send_response(302)
        self.send_header("Location", "https://shop.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""
