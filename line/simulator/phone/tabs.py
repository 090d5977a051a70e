"""Whose telephone a tab belongs to.

A cookie is the whole browser's, so two phones on one page would share one. A tab that a phone opens keeps its
person in its session storage instead, on other sites and back; each of LINE's own pages first asks its tab.
"""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from multidict import CIMultiDict, MultiDict

from line.simulator.channels import is_user_id
from line.simulator.exchange import Answer, Refusal, Request, page
from line.simulator.viewers import PERSON_COOKIE, remember

PERSON = "sim_person"
_LINES_PAGES = ("/dialog/", "/oauth2/v2.1/authorize", "/liff/")


def asking(request: Request) -> Answer | None:
    """When a browser opens one of LINE's pages, a page that comes back at once with the tab's person.

    None when that is known, and for other programs, which send a cookie.
    """
    is_opened = request.method == "GET" and request.headers.get("sec-fetch-dest") in ("document", "iframe")
    if not is_opened or PERSON in request.query or not request.path.startswith(_LINES_PAGES):
        return None
    return _run("asked.js")


def of_its_person(request: Request) -> Request:
    """The request as it would be if the tab's person were the only one in this browser."""
    if not request.path.startswith(_LINES_PAGES):
        return request
    person = request.query.get(PERSON) or _on_the_page_before(request)
    query = MultiDict((name, value) for name, value in request.query.items() if name != PERSON)
    if not is_user_id(person):
        return replace(request, query=query)
    headers = CIMultiDict(request.headers)
    headers["Cookie"] = f"{PERSON_COOKIE}={person}"
    return replace(request, query=query, headers=headers)


def opening(person: str, url: str) -> Answer:
    """A page that makes its tab `person`'s and goes on to `url`; refused unless that is a web address."""
    if not is_user_id(person):
        raise Refusal(400, "No such person")
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refusal(400, "Only http and https can be opened")
    return replace(_run("open.js"), headers=remember(person))


def _run(script: str) -> Answer:
    return page(
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>LINE</title>'
        f'<script src="/phone/{script}"></script></html>'
    )


def _on_the_page_before(request: Request) -> str:
    return parse_qs(urlsplit(request.headers.get("referer", "")).query).get(PERSON, [""])[0]
