"""What handlers take and give: a request, an answer, a refusal; and the table that finds the handler."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON = "application/json"
OURS = ("/sim/", "/phone")  # where LINE has nothing to say


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read completely. `headers` ignore case; `id` is what its answer will carry."""

    id: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict:
        """The body as a JSON object; otherwise the request is refused as LINE does."""
        kind = self.headers.get("content-type", JSON)
        if not kind.startswith(JSON) and not self.path.startswith(OURS):
            raise Refusal(415, f"The content type, {kind}, is not supported")
        try:
            parsed = orjson.loads(self.body or b"{}")
        except orjson.JSONDecodeError as error:
            raise Refusal(400, f"The request body could not be parsed as JSON ({error})") from error
        if not isinstance(parsed, dict):
            raise Refusal(400, "The request body could not be parsed as JSON (not an object)")
        return parsed


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes | AsyncIterator[bytes] = b"{}"
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """Ends a request with LINE's error body."""

    def __init__(
        self, status: int, message: str, details: list[dict] | None = None, headers: dict | None = None
    ):
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers or {}

    def answer(self) -> Answer:
        body: dict[str, Any] = {"message": self.message}
        if self.details:
            body["details"] = self.details
        return Answer(orjson.dumps(body), self.status, headers=self.headers)


def answer(content: Any, status: int = 200, **headers: str) -> Answer:
    """JSON."""
    return Answer(orjson.dumps(content), status, headers=headers)


def page(html: str, status: int = 200) -> Answer:
    return Answer(html.encode(), status, "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Route:
    """`for_channel`: needs a channel's token, and is counted and limited per channel, as LINE's API is."""

    name: str
    handler: Callable
    for_channel: bool
    takes_retry_key: bool


class Routes:
    """Handlers by method and path; `{name}` in a path is handed to the handler by name.

    `{name:path}` takes the rest of the path, slashes and all.
    """

    def __init__(self, *, for_channel: bool):
        self.for_channel = for_channel
        self.exact: dict[tuple[str, str], Route] = {}
        self.patterns: list[tuple[str, re.Pattern, Route]] = []

    def add(self, method: str, path: str, *, takes_retry_key: bool = False) -> Callable:
        def register(handler: Callable) -> Callable:
            route = Route(f"{method} {path}", handler, self.for_channel, takes_retry_key)
            if "{" in path:
                regex = re.sub(r"{(\w+):path}", r"(?P<\1>.*)", path)
                regex = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", regex)
                self.patterns.append((method, re.compile(regex), route))
            else:
                self.exact[method, path] = route
            return handler

        return register

    def all(self) -> list[Route]:
        return [*self.exact.values(), *(route for _, _, route in self.patterns)]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        if route := self.exact.get((method, path)):
            return route, {}
        for known_method, regex, route in self.patterns:
            if method == known_method and (match := regex.fullmatch(path)):
                return route, match.groupdict()
        return None
