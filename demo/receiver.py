"""Another tool of a client's, to which its webhooks are passed on: it keeps what comes, as it came."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

MOST_BYTES = 10_000_000


class Received(NamedTuple):
    """The raw body of one request, and LINE's signature over it."""

    body: bytes
    signature: str


class Receiver:
    def __init__(self) -> None:
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/line"

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers["Content-Length"]), MOST_BYTES))
                received.append(Received(body, self.headers["X-Line-Signature"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """The demo tells of it itself."""

        return Handler
