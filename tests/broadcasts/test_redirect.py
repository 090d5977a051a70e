"""Tracked links as a browser meets them."""

import asyncio

import pytest

from broadcasts.models import LinkClick, TrackedLink
from broadcasts.redirect import Redirect
from tests.channels.conftest import database_url
from tests.factories import make_broadcast


def visit(*paths: str, method: str = "GET") -> list[tuple[int, str]]:
    """Status and location for each path, asked for at the same time."""
    return asyncio.run(_visit(paths, method))


async def _visit(paths: tuple[str, ...], method: str) -> list[tuple[int, str]]:
    redirect = Redirect(database_url())
    try:
        return await asyncio.gather(*(_ask(redirect, path, method) for path in paths))
    finally:
        await redirect.close()


async def _ask(redirect: Redirect, path: str, method: str) -> tuple[int, str]:
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    await redirect({"path": path, "method": method}, None, send)
    return sent[0]["status"], dict(sent[0]["headers"]).get(b"location", b"").decode()


@pytest.fixture
def link(own_tenant) -> TrackedLink:
    return TrackedLink.objects.create(broadcast=make_broadcast(), url="https://shop.example/sale", code="abc")


def test_clicks_lead_to_the_stored_address_and_each_is_counted(own_tenant, link):
    path = f"/c/{own_tenant.slug}/l/abc"

    assert visit(path, path, path) == [(302, "https://shop.example/sale")] * 3
    assert LinkClick.objects.filter(link=link).count() == 3


def test_a_machine_that_only_asks_is_led_on_but_not_counted(own_tenant, link):
    assert visit(f"/c/{own_tenant.slug}/l/abc", method="HEAD") == [(302, "https://shop.example/sale")]
    assert not LinkClick.objects.exists()


def test_a_sentence_that_goes_on_behind_the_code_does_not_break_it(own_tenant, link):
    assert visit(f"/c/{own_tenant.slug}/l/abcをご覧ください") == [(302, "https://shop.example/sale")]


def test_an_unknown_code_client_or_path_is_not_found(own_tenant, link):
    slug = own_tenant.slug
    paths = [f"/c/{slug}/l/other", "/c/nobody/l/abc", f"/c/{slug}/l/abc/more", "/c/apparel/l/abc"]

    assert visit(*paths) == [(404, "")] * 4
