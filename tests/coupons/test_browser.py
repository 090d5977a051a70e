"""The till in a browser: by a scanner or by hand, where there is no camera or nobody lets it be used."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import Tenant, User
from coupons.models import Coupon
from segments.models import Segment
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, live_site, sign_in
from tests.coupons.factories import make_own_coupon
from tests.factories import make_friend, make_segment, make_user

pytestmark = NEEDS_CHROMIUM
NO_CAMERA = (
    "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
)
READS_CODES = "window.BarcodeDetector = class { async detect() { return [] } }"


@pytest.fixture
def shop(own_tenant, simulator) -> Tenant:
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def site(shop) -> Iterator[str]:
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("has_detector", [True, False])
def test_the_till_works_without_a_camera(browser, site, shop, has_detector):
    till = sign_in(browser, site, f"marketer@{shop.slug}.example", viewport=PHONE)
    till.add_init_script(f"{NO_CAMERA}; {READS_CODES if has_detector else 'delete window.BarcodeDetector'}")

    till.goto(f"{site}/c/{shop.slug}/coupons/scan/")
    camera = till.get_by_role("button", name="Scan with the camera")
    if has_detector:
        camera.click()
        expect(till.get_by_text("The camera cannot be used here. Type the code.")).to_be_visible()
    expect(camera).to_have_count(1 if has_detector else 0)
    till.get_by_label("Code").fill("NOT-A-CODE")
    till.get_by_label("Code").press("Enter")

    expect(till.get_by_role("alert")).to_contain_text("There is no coupon with this code")


@pytest.fixture
def too_few(shop) -> tuple[Coupon, Segment]:
    """One coupon for two friends."""
    for name in ("aoi", "ren"):
        make_friend(name, followed_at=timezone.now())
    return make_own_coupon("Autumn", most=1), make_segment(name="All")


def test_the_composer_says_while_one_writes_that_not_everybody_can_have_the_coupon(
    too_few, browser, site, shop
):
    coupon, segment = too_few
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")

    page.goto(f"{site}/c/{shop.slug}/broadcasts/new/?segment={segment.pk}")
    page.locator("[name=b0-text]").fill(f"Yours: {{{{coupon.{coupon.pk}}}}}")
    expect(page.get_by_text("1 can still be given, and 2 of 2 friends do not have it yet")).to_be_visible()
    page.locator("[name=b0-text]").fill("Hello")

    expect(page.get_by_text("1 can still be given")).to_have_count(0)
