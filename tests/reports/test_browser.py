"""Pages of reports as people see them: nothing runs over the edge, no script fails, also on a phone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from reports import life
from reports.models import Report
from tests.chromium import DESK, NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, shot, sign_in
from tests.costs.factories import subscribe
from tests.factories import make_user
from tests.reports.factories import make_october, make_released, make_report

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def report(own_tenant) -> Report:
    """October, with a comment, released; August waits as a draft. People who read each language."""
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True), transaction.atomic():
        subscribe("standard", since=date(2026, 7, 1))
        make_october()
        make_report(date(2026, 8, 1))
        found = life.change(make_report(), comment="10月は友だちが順調に増えました。", by=None)
        made = make_released(found)
    for language in ("en", "ja"):
        make_user("account_manager", email=f"{language}@{own_tenant.slug}.example")
        User.objects.filter(email=f"{language}@{own_tenant.slug}.example").update(language=language)
    return made


@pytest.fixture
def site(report) -> Iterator[str]:
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def look(page: Page, name: str) -> None:
    """Nothing is wider than the screen."""
    page.wait_for_load_state("networkidle")
    shot(page, name)
    assert fits(page), name


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_reports_fit_the_screen(browser, site, report, own_tenant, viewport):
    width = viewport["width"]
    client = f"{site}/c/{own_tenant.slug}/reports/"

    page = sign_in(browser, site, f"en@{own_tenant.slug}.example", viewport=viewport)
    for name, address in (
        ("list", ""),
        ("report-ja", f"{report.pk}/"),
        ("report-en", f"{report.pk}/?language=en"),
        ("mail", f"{report.pk}/mail/"),
        ("settings", "settings/"),
        ("new", "new/"),
    ):
        page.goto(client + address)
        look(page, f"{name}-{width}")


def test_a_draft_is_reviewed_and_released_by_hand(browser, site, report, own_tenant):
    page = sign_in(browser, site, f"en@{own_tenant.slug}.example")
    page.goto(f"{site}/c/{own_tenant.slug}/reports/")

    page.get_by_role("link", name="Monthly report 2026/08").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Comment of the account manager").first.fill("A quiet month.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_role("link", name="Release").click()
    look(page, "release")
    page.get_by_role("button", name="Release").click()

    expect(page.get_by_text("Released. The client’s people see it now")).to_be_visible()
    expect(page.get_by_role("link", name="Mail it")).to_be_visible()
