"""An audience on its way to LINE, in a browser: the page follows by itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, expect

from accounts.models import Tenant, User
from adplatforms.line_audiences import working
from adplatforms.models import LineAdVersion
from segments.models import Audience
from tests.adplatforms.factories import make_line_audience, make_version
from tests.chromium import NEEDS_CHROMIUM, chromium, live_site, sign_in
from tests.factories import make_user

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def client_of_mine(own_tenant, simulator) -> Tenant:
    make_user("account_manager", email=f"manager@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def site(client_of_mine) -> Iterator[str]:
    with live_site() as address:
        yield address


@pytest.fixture
def version(client_of_mine) -> LineAdVersion:
    """One of two people, of whom one is uploaded."""
    made = make_version(make_line_audience(), state="next", out=2, total=2)
    Audience.objects.filter(pk=made.made_id).update(state="uploading", count=2, sent_count=1)
    return made


@pytest.fixture
def browser(site, version) -> Iterator[Browser]:
    with chromium() as running:
        yield running


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
