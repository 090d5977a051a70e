"""The phone page in Debian's chromium, and what the tests look at there."""

import json
from uuid import uuid4

from playwright.sync_api import Browser, Locator, Page

from line import messages, wire
from line.client import LineClient
from line.simulator.control import Simulator
from tests.line.conftest import CHANNEL, Receiver
from tests.line.factories import make_friends


class Phone:
    """Aoi's telephone, a friend's of the channel, with what she sees and does."""

    def __init__(self, browser: Browser, line: Simulator, client: LineClient):
        self.line, self.client = line, client
        self.context = browser.new_context(viewport={"width": 390, "height": 844})
        self.page: Page = self.context.new_page()
        [self.person] = make_friends(line, "Aoi")

    def open(self, *people: str) -> "Phone":
        places = ",".join(f"{CHANNEL}/{person}" for person in people or [self.person])
        self.page.goto("about:blank")
        self.page.goto(f"{self.line.base_url}/phone#{places}")
        self.page.locator(".chat-top .title").first.wait_for()  # all of a chat is drawn at once
        return self

    def receive(self, *given: dict) -> Locator:
        """Aoi is sent these messages and looks; the last of them as she sees it."""
        wire.run(self.client.push(messages.push_body(self.person, list(given)), uuid4()))
        self.open()
        received = self.page.locator(".item.theirs").last
        received.wait_for()
        return received

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def size(self, selector: str) -> dict[str, float]:
        """Where the first element of a selector stands, and how large."""
        box = self.page.locator(selector).first.bounding_box()
        assert box is not None
        return {name: round(value) for name, value in box.items()}

    def css(self, selector: str, name: str) -> str:
        script = "(element, name) => getComputedStyle(element).getPropertyValue(name)"
        return self.page.locator(selector).first.evaluate(script, name)

    def upload(self, button: str, *files: dict) -> None:
        """Tap, and answer the browser's file dialog."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(button)
        chooser.value.set_files(list(files))


def events(receiver: Receiver) -> list[dict]:
    return [event for _, body in receiver.received for event in json.loads(body)["events"]]


def last_event(receiver: Receiver, page: Page, kind: str) -> dict:
    """The newest event of a kind; the page is given the time to send it."""
    for _ in range(600):
        found = events(receiver)
        if matching := [event for event in found if event["type"] == kind]:
            return matching[-1]
        page.wait_for_timeout(30)
    raise AssertionError(f"no {kind} among {[event['type'] for event in found]}")
