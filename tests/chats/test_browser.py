"""Two people at their browsers, a friend on the phone."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, expect

from accounts.models import Tenant, User
from channels import processing
from channels.models import Channel
from chats import delivery, reading
from chats.models import Conversation
from friends.models import Friend
from line.simulator.control import Simulator
from tests.channels.conftest import make_body, make_event, put_in_inbox
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, sign_in
from tests.factories import make_channel, make_followers, make_user

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def shop(own_tenant, simulator, settings) -> Tenant:
    """A client with a channel, the friend Aoi, and two people: sato@… and tanaka@…"""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = simulator.base_url
    channel = make_channel(simulator, own_tenant, f"40{own_tenant.pk:08}")
    make_followers(simulator, channel, ["Aoi"])
    for name in ("sato", "tanaka"):
        make_user("marketer", email=f"{name}@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def worker(shop) -> Iterator[Callable[[Callable], None]]:
    """Runs something in the client, in a thread with a connection of its own, and waits for it."""

    def run(act: Callable) -> None:
        def work() -> None:
            with tenant_context(shop):
                act()
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    return run


@pytest.fixture
def site(shop) -> Iterator[str]:
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def aoi_writes(simulator: Simulator, text: str) -> Callable[[], None]:
    """Her event, with the reply token that LINE knows, through the inbox to the talk."""

    def act() -> None:
        channel, aoi = Channel.objects.get(tenant=connection.tenant.pk), Friend.objects.get()
        event = simulator.say(channel.channel_id, aoi.line_user_id, text)
        body = make_event(
            at=timezone.now().timestamp(),
            source={"type": "user", "userId": aoi.line_user_id},
            replyToken=event["replyToken"],
            message=event["message"],
        )
        put_in_inbox(make_body(body, destination=channel.bot_user_id))
        processing.process(seconds=5)

    return act


def the_minute_is_over() -> None:
    Conversation.objects.update(reply_until=timezone.now(), version=1_000)


def test_a_talk_between_a_friend_and_two_people(simulator, worker, browser, site, shop):
    sato = sign_in(browser, site, f"sato@{shop.slug}.example")
    tanaka = sign_in(browser, site, f"tanaka@{shop.slug}.example", viewport=PHONE)
    sato.goto(f"{site}/c/{shop.slug}/chats/?tab=all")

    worker(aoi_writes(simulator, "Do you have this in red?"))
    tanaka.goto(f"{site}/c/{shop.slug}/chats/")
    expect(tanaka).to_have_title(re.compile(r"^\(1\) "))
    sato.get_by_role("link", name="Aoi").click()
    expect(sato.get_by_role("button", name="Send free")).to_be_visible()
    expect(sato.get_by_role("button", name="In progress")).to_have_attribute("aria-pressed", "true")
    worker(reading.tell_due)

    tanaka.goto(sato.url)
    expect(tanaka.locator(".talk")).to_contain_text("Do you have this in red?")
    assert fits(tanaka)
    sato.get_by_label("Answer").press_sequentially("Yes, we do")
    expect(tanaka.locator("#typing")).to_contain_text("is writing an answer")
    sato.get_by_role("button", name="Send free").click()
    expect(sato.locator(".talk .person")).to_contain_text("Sending")
    worker(delivery.send_due)
    expect(sato.locator(".talk .person")).to_contain_text("Sent free")
    expect(tanaka.locator(".talk .person")).to_contain_text("Yes, we do")

    worker(aoi_writes(simulator, "And in blue?"))
    expect(tanaka.locator(".talk")).to_contain_text("And in blue?")
    expect(sato.locator(".talk")).to_contain_text("And in blue?")
    worker(the_minute_is_over)
    expect(tanaka.get_by_text("Push: 1 message, within the plan’s free messages")).to_be_visible()
    tanaka.get_by_label("Answer").fill("In blue too")
    tanaka.get_by_role("button", name="Send as a push").click()
    expect(tanaka.locator(".talk .person").last).to_contain_text("In blue too")
    worker(delivery.send_due)
    expect(tanaka.locator(".talk .person").last).to_contain_text("Sent by push")
    expect(sato.locator(".talk .person").last).to_contain_text("In blue too")

    sato.get_by_role("button", name="Done", exact=True).click()
    expect(sato.locator(".talk")).to_contain_text("set it to “Done”.")
