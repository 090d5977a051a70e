"""A browser, as far as a benchmark needs one: one connection, a session, and forms sent as they stand."""

import http.client
import json
import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

IDLE_FOR = 10  # seconds after which a server may have ended a connection


class Connection:
    """One connection that is kept alive while it is used."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._used_at = time.monotonic()

    def ask(
        self, method: str, path: str, body: str | None, headers: dict
    ) -> tuple[str, http.client.HTTPMessage]:
        """The text of an answer of 200 or 201, and its headers."""
        if time.monotonic() - self._used_at > IDLE_FOR:
            self._connection.close()  # the request opens it again
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._used_at = time.monotonic()
        if answer.status not in {200, 201}:
            raise AssertionError(f"{method} {path}: {answer.status} {text[:500]}")
        return text, answer.headers


class Browser:
    """Somebody signed in to one client, over one connection that is kept alive."""

    def __init__(self, port: int, slug: str, user: Any) -> None:
        from django.conf import settings
        from django.test import Client

        signed_in = Client()
        signed_in.force_login(user)
        self._connection = Connection(port)
        self._prefix = f"/c/{slug}"
        self._cookies = {settings.SESSION_COOKIE_NAME: signed_in.cookies[settings.SESSION_COOKIE_NAME].value}

    def get(self, path: str) -> str:
        return self._ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> str:
        """As htmx sends a form: the token of the form is among the fields."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        return self._ask("POST", path, urlencode(fields), headers)

    def form(self, path: str, form_id: str) -> list[tuple[str, str]]:
        """The fields of a form as the browser would send them if it were left as it is."""
        form = _Form(form_id)
        form.feed(self.get(path))
        return form.fields

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies} | (headers or {})
        text, sent = self._connection.ask(method, f"{self._prefix}{path}", body, headers)
        for cookie in sent.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return text


class Program:
    """A program with a key of the API, over one connection that is kept alive."""

    def __init__(self, port: int, slug: str, key: str) -> None:
        self._connection = Connection(port)
        self._prefix = f"/c/{slug}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict) -> dict:
        path = f"{self._prefix}{path}"
        return json.loads(self._connection.ask("POST", path, json.dumps(body), self._headers)[0])


class _Form(HTMLParser):
    """Collects what the controls of one form would send."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._id = form_id
        self._is_inside = False
        self._select = ""  # name of the one that is open
        self._chosen: list[str] = []  # the options it would send, or the first if none is marked
        self._has_choice = False
        self._textarea: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._is_inside = given.get("id") == self._id
        elif not (self._is_inside or given.get("form") == self._id) or "disabled" in given:
            return
        elif tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "select":
            self._select, self._chosen, self._has_choice = given.get("name", ""), [], "multiple" in given
        elif tag == "option" and self._select:
            self._option(given)
        elif tag == "textarea" and given.get("name"):
            self.fields.append((given["name"], ""))
            self._textarea = []

    def _option(self, given: dict[str, str]) -> None:
        if "selected" in given and not self._has_choice:
            self._chosen, self._has_choice = [], True
        if "selected" in given or not (self._chosen or self._has_choice):
            self._chosen.append(given.get("value", ""))

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"submit", "button", "image", "file"}:
            return
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        self.fields.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select" and self._select:
            self.fields += [(self._select, value) for value in self._chosen]
            self._select = ""
        elif tag == "textarea" and self._textarea is not None:
            self.fields[-1] = (self.fields[-1][0], "".join(self._textarea).removeprefix("\n"))
            self._textarea = None
