"""Somebody uploads a picture while writing, draws areas on it, and saves the rich message."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import Tenant, User
from broadcasts.models import Broadcast
from library.models import MediaFile
from segments import services as segments
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fail_on_error, fits, live_site, sign_in
from tests.factories import make_user
from tests.library.contents import picture

pytestmark = NEEDS_CHROMIUM
FILE = {"name": "sale.png", "mimeType": "image/png", "buffer": picture("PNG", (1200, 600))}


@pytest.fixture
def shop(own_tenant) -> Tenant:
    """A client with a segment, and sato@…"""
    segments.create_segment("Everyone", {"all": []})
    make_user("marketer", email=f"sato@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def site(shop, settings) -> Iterator[str]:
    with live_site() as address:
        settings.MEDIA_BASE_URL = settings.LINE_API_BASE = address
        yield settings.MEDIA_BASE_URL


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def kept(shop) -> Callable[[Callable[[], object]], Any]:
    """Looks into the client's tables, beside the browser: in a thread with a connection of its own."""

    def look(at: Callable[[], object]) -> object:
        def work() -> object:
            with tenant_context(shop):
                found = at()
            connection.close()
            return found

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()

    return look


def drag(page: Page, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """From one point of the picture to another, in LINE's units."""
    board = page.locator(".map-board svg")
    board.scroll_into_view_if_needed()
    place = board.bounding_box()
    assert place is not None
    unit = place["width"] / 1040
    page.mouse.move(place["x"] + begin[0] * unit, place["y"] + begin[1] * unit)
    page.mouse.down()
    for share in (0.5, 1):
        x, y = (first + (last - first) * share for first, last in zip(begin, end, strict=True))
        page.mouse.move(place["x"] + x * unit, place["y"] + y * unit)
    page.mouse.up()


@contextmanager
def held_back(page: Page, address: str) -> Iterator[None]:
    """What is asked of this address meanwhile is answered afterwards."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))  # a function of its own, which Playwright can mark
    yield
    for route in held:
        route.continue_()
    page.unroute(address)


def box(page: Page, number: int) -> list[int]:
    prefix = f"b1-actions{number}"
    return [
        int(page.locator(f"[name={prefix}-{edge}]").input_value()) for edge in ("x", "y", "width", "height")
    ]


def test_a_rich_message_is_drawn_and_saved(browser, site, shop, kept):
    page = sign_in(browser, site, f"sato@{shop.slug}.example")
    page.remove_listener("console", fail_on_error)  # htmx tells there which looks at the phone were overtaken
    page.goto(f"{site}/c/{shop.slug}/broadcasts/new/")
    page.get_by_label("Name", exact=True).fill("Autumn sale")
    page.locator("#id_segment").select_option(label="Everyone")
    page.locator("[name=b0-text]").fill("秋のセール")

    page.locator('button[value="add:b:imagemap"]').click()
    page.locator("[data-media-pick=id_b1-baseUrl]").click()
    page.locator("#media-window input[type=file]").set_input_files(FILE)
    page.locator("#media-window .tile").click()
    expect(page.locator("#media-window")).to_be_hidden()
    base = kept(lambda: MediaFile.objects.get().base)
    expect(page.locator(".map-board img")).to_have_attribute("src", f"{base}/1040")
    assert box(page, 0) == [0, 0, 1040, 520]  # the only area has grown with the picture

    page.locator('button[value="grid:b1:columns2"]').click()
    expect(page.locator(".map-board g")).to_have_count(2)
    page.locator('button[value="remove:b1-actions1"]').click()
    expect(page.locator(".map-board g")).to_have_count(1)
    with held_back(page, "**/compose/"):
        with page.expect_request("**/compose/"):
            drag(page, (600, 100), (900, 400))
        page.evaluate("document.dispatchEvent(new Event('htmx:afterSettle'))")  # another part of the page
    expect(page.locator("[name=b1-actions1-uri]")).to_be_focused()  # when all is settled
    x, y, width, height = box(page, 1)
    assert [x, y, width, height] == pytest.approx([600, 100, 300, 300], abs=15)

    drag(page, (750, 250), (700, 200))
    moved = box(page, 1)
    assert moved[2:] == [width, height]
    assert moved[0] < x
    area = page.locator(".map-board g").nth(1)
    area.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert box(page, 1) == [moved[0] + 10, moved[1], width, height + 10]

    page.locator("[name=b1-actions0-uri]").fill("https://shop.example/left")
    page.locator("[name=b1-actions1-uri]").fill("https://shop.example/right")
    page.locator("[name=b1-altText]").fill("秋のセール 🍁")
    drawn = box(page, 1)
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/broadcasts/*/")

    message = kept(lambda: Broadcast.objects.get().messages[1])
    assert message == {
        "type": "imagemap",
        "baseUrl": base,
        "altText": "秋のセール 🍁",
        "baseSize": {"width": 1040, "height": 520},
        "actions": [
            {
                "type": "uri",
                "linkUri": "https://shop.example/left",
                "area": {"x": 0, "y": 0, "width": 520, "height": 520},
            },
            {
                "type": "uri",
                "linkUri": "https://shop.example/right",
                "area": dict(zip(("x", "y", "width", "height"), drawn, strict=True)),
            },
        ],
    }


def test_the_library_fits_a_phone(browser, site, shop):
    page = sign_in(browser, site, f"sato@{shop.slug}.example", viewport=PHONE)
    page.goto(f"{site}/c/{shop.slug}/library/")

    page.locator("form[data-upload] input[type=file]").set_input_files(
        [FILE, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"nothing"}]
    )

    expect(page.locator(".tile")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="notes")).to_be_visible()
    assert fits(page)
    page.locator(".tile").click()
    expect(page.get_by_role("heading", name="sale")).to_be_visible()
    assert fits(page)
