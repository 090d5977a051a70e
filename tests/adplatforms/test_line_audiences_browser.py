"""An audience on its way to LINE, in a browser: the page follows by itself."""

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.models import Tenant, User
from adplatforms.line_audiences import working
from segments.models import Audience
from tests.adplatforms.factories import make_line_audience, make_version
from tests.dashboard.test_browser import CHROMIUM, sign_in
from tests.factories import make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; set CHROMIUM"),
]


@pytest.fixture
def client_of_mine(own_tenant, simulator) -> Tenant:
    make_user("account_manager", email=f"manager@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def site(client_of_mine) -> Iterator[str]:
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def test_the_page_follows_until_line_has_it_ready(browser, site, client_of_mine):
    audience = make_line_audience()
    version = make_version(audience, state="next", out=2, total=2)
    rows = Audience.objects.filter(pk=version.made_id)
    rows.update(state="uploading", count=2, sent_count=1)
    page = sign_in(browser, site, f"manager@{client_of_mine.slug}.example")

    page.goto(f"{site}/c/{client_of_mine.slug}/ad-platforms/audiences/line/{audience.pk}/")
    expect(page.get_by_text("1 of 2 people (50 %)")).to_be_visible()
    rows.update(state="readying", sent_count=2)
    expect(page.get_by_text("LINE is preparing the audience")).to_be_visible()
    rows.update(state="ready", ready_at=timezone.now())
    working.settle()

    expect(page.locator("#line-state .badge.good").first).to_have_text("At LINE")
    expect(page.locator("#line-state [hx-trigger]")).to_have_count(0)
