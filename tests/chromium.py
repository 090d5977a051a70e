"""Pages as people see them: a site that answers from this process, and Debian's chromium to look at it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
SHOTS = os.environ.get("SHOTS", "")  # a folder, for who wants to look at the pages
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; set CHROMIUM"),
]


def needs_chromium(test: Callable) -> Callable:
    """For one test of a file of which the others need none."""
    for mark in NEEDS_CHROMIUM:
        test = mark(test)
    return test


@contextmanager
def live_site(handler: Callable = StaticFilesHandler) -> Iterator[str]:
    """Its address. It answers in a thread of its own, with connections of its own."""
    server = LiveServerThread("127.0.0.1", handler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright keeps a loop in this thread, where Django then has no connection: make data before it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def sign_in(browser: Browser, site: str, email: str, *, viewport: dict = DESK) -> Page:
    """A page of somebody who has signed in; errors in its console fail the test.

    The page after signing in is loaded: a "load" of it that comes late would be taken for the next page's.
    """
    page = browser.new_context(viewport=viewport, locale="en-US").new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", fail_on_error)
    page.goto(f"{site}/sign-in/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("secret pass")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    page.set_default_timeout(20_000)  # two browsers and a database may share a core
    return page


def fail_on_error(message) -> None:
    """But for what htmx says of a request that a later one of the same kind replaces, as is meant."""
    is_replaced = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
    assert message.type != "error" or is_replaced, message.text


def fits(page: Page) -> bool:
    """Nothing stands out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def shot(page: Page, name: str) -> None:
    """A picture of the whole page, for who asked for pictures."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
