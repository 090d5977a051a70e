"""The page of a plan as people see it: no text runs over, no script fails, classes move by the keyboard."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from accounts.models import User
from broadcasts.models import Insight
from events import versions
from friends.models import Friend
from friends.services import KNOWN
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, shot, sign_in
from tests.costs.factories import subscribe
from tests.factories import make_campaign, make_friend, make_tag, make_user
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import classes, closing, starting
from touchpoints.models import Plan

pytestmark = NEEDS_CHROMIUM
DAY = timedelta(days=1)


@pytest.fixture
def plan(own_tenant) -> Plan:
    """Begun a while ago: forty friends of whom some clicked, came, went."""
    now = timezone.now()
    subscribe(since=(now - 60 * DAY).date().replace(day=1))
    friends = [make_friend(f"friend {number}", followed_at=now - 300 * DAY) for number in range(40)]
    sent = make_sent(*friends[:36], at=now - 9 * DAY, tracks_people=True, name="秋のセール")
    Insight.objects.create(broadcast=sent, day=1, delivered=36, opened=22, clicked=None, data={})
    for friend in friends[:8]:
        make_click(sent, friend)
    made = make_plan("秋のタッチポイント", campaign=make_campaign("秋のキャンペーン"))
    period = period_of(made)
    tag = make_tag("VIP", friends=friends[30:33])
    own = {"all": [{"type": "tag", "tag": tag.pk}]}
    classes.add_own(period, name="VIP", raw=own, level=4, color="#2563eb", by=None)
    for key, text in (
        ("clicked", "ご覧いただきありがとうございます"),
        ("unopened", "まだ間に合います。秋のセールは今週末まで"),
    ):
        planned = classes.plan(class_of(period, key), action="message", text=text, days_after=20, by=None)
    starting.start(planned, by=None)
    for friend in friends[10:19]:
        make_click(sent, friend)
    Friend.objects.filter(pk__in=[each.pk for each in friends[33:35]]).update(
        status="blocked", blocked_at=now
    )
    for number in range(5):
        make_friend(f"new {number}", followed_at=now)
    versions.touch("friends", KNOWN)
    for language in ("ja", "en"):
        make_user("marketer", email=f"{language}@{own_tenant.slug}.example")
        User.objects.filter(email=f"{language}@{own_tenant.slug}.example").update(language=language)
    return made


@pytest.fixture
def clicked(plan) -> int:
    """The class of those who clicked, by number."""
    return class_of(period_of(plan), "clicked").pk


@pytest.fixture
def next_clicked(plan) -> int:
    """Likewise in the period after it."""
    return class_of(closing.close(period_of(plan), by=None), "clicked").pk


@pytest.fixture
def site(plan, settings) -> Iterator[str]:
    with live_site() as address:
        settings.MEDIA_BASE_URL = settings.LINE_API_BASE = address
        yield settings.MEDIA_BASE_URL


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("how", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_every_page_fits_on_a_desk_and_a_phone(clicked, browser, site, plan, own_tenant, language, how):
    page = sign_in(browser, site, f"{language}@{own_tenant.slug}.example", **how)
    width = "phone" if how else "desk"
    base = f"{site}/c/{own_tenant.slug}/touchpoints/"
    paths = {
        "list": "",
        "plan": f"{plan.pk}/",
        "class": f"classes/{clicked}/",
        "start": f"{plan.pk}/start/",
        "close": f"{plan.pk}/close/",
        "new": "new/",
        "people": f"{plan.pk}/moved/?from=unopened&to=clicked",
        "own": f"{plan.pk}/classes/new/",
    }

    too_wide = []
    for name, path in paths.items():
        page.goto(base + path)
        shot(page, f"touchpoints-{name}-{width}-{language}")
        too_wide += [name] if not fits(page) else []

    assert not too_wide


def test_classes_are_moved_by_the_keyboard_alone(next_clicked, browser, site, plan, own_tenant):
    page = sign_in(browser, site, f"en@{own_tenant.slug}.example")
    page.goto(f"{site}/c/{own_tenant.slug}/touchpoints/{plan.pk}/")

    page.get_by_label("“Clicked” one place up").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#class-{next_clicked}")

    names = page.locator(".touch h3").all_inner_texts()
    assert names.index("Clicked") < names.index("Bought after a click")
