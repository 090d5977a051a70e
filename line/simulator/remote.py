"""Calls to a simulator's /sim/ addresses."""

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit


class SimulatorError(Exception):
    """The simulator refused a call of `control`: a mistake in the test or demo, not a refusal of LINE's."""


class Remote:
    """A running simulator. Safe to use from several threads."""

    def __init__(self, base_url: str):
        self.base_url = base_url.rstrip("/")
        self._address = urlsplit(self.base_url)
        self._local = threading.local()

    def _get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def _post(self, path: str, /, **content) -> Any:
        return self._call("POST", path, json.dumps(content).encode())

    def _call(self, method: str, path: str, body: bytes | None) -> Any:
        try:
            status, answer = self._exchange(method, path, body)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._local.connection.close()
            status, answer = self._exchange(method, path, body)
        if status >= 300:
            raise SimulatorError(f"{method} {path}: {status} {answer.decode('utf-8', 'replace')}")
        return json.loads(answer)

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        if not hasattr(self._local, "connection"):
            address = self._address
            self._local.connection = http.client.HTTPConnection(
                str(address.hostname), address.port, timeout=120
            )
        self._local.connection.request(method, path, body)
        response = self._local.connection.getresponse()
        return response.status, response.read()
