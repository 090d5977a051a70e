"""An audience on its way to LINE, in a browser: the page follows by itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test.testcases import LiveServerThread
from django.utils import timezone
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.models import Tenant, User
from adplatforms.line_audiences import working
from adplatforms.models import LineAdVersion
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
def version(client_of_mine) -> LineAdVersion:
    """One of two people, of whom one is uploaded."""
    made = make_version(make_line_audience(), state="next", out=2, total=2)
    Audience.objects.filter(pk=made.made_id).update(state="uploading", count=2, sent_count=1)
    return made


@pytest.fixture
def browser(site, version) -> Iterator[Browser]:
    """Playwright keeps a loop in this thread, where Django has no connection: data is made before it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def test_the_page_follows_until_line_has_it_ready(browser, site, client_of_mine, version):
    def meanwhile(happens: Callable[[], object]) -> None:
        """As a worker does it."""

        def work() -> None:
            try:
                with tenant_context(client_of_mine):
                    happens()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()

    rows = Audience.objects.filter(pk=version.made_id)
    page = sign_in(browser, site, f"manager@{client_of_mine.slug}.example")

    page.goto(f"{site}/c/{client_of_mine.slug}/ad-platforms/audiences/line/{version.audience_id}/")
    expect(page.get_by_text("1 of 2 people (50 %)")).to_be_visible()
    meanwhile(lambda: rows.update(state="readying", sent_count=2))
    expect(page.get_by_text("LINE is preparing the audience")).to_be_visible()
    meanwhile(lambda: rows.update(state="ready", ready_at=timezone.now()))
    meanwhile(working.settle)

    expect(page.locator("#line-state .badge.good").first).to_have_text("At LINE")
    expect(page.locator("#line-state [hx-trigger]")).to_have_count(0)
