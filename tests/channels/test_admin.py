"""Channels and failures as the agency and the client see them."""

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts import services as accounts
from accounts.models import Tenant, User
from channels import handlers, processing
from channels.models import Channel, InboxBody, WebhookEvent
from tests.channels.conftest import give_channel, make_body, make_event, put_in_inbox
from tests.factories import make_user

SITES = ["/admin", "/c/apparel/admin"]


def sign_in(user: User) -> Client:
    """A browser of somebody who reads English."""
    browser = Client()
    with schema_context("public"):
        User.objects.filter(pk=user.pk).update(language="en")
        browser.force_login(user)
    return browser


@pytest.fixture
def manager(tenant) -> Client:
    """An account manager of the whole agency."""
    return sign_in(make_user("account_manager", whole_agency=True))


@pytest.fixture
def troubled(tenant, no_handlers) -> Tenant:
    """The first client, with one body in quarantine and one failed event."""
    give_channel(tenant)
    handlers.register("message")(lambda events: {}["missing"])
    put_in_inbox(b"<script>alert(1)</script>", make_body(make_event()))
    processing.process(seconds=5)
    return tenant


@pytest.mark.parametrize("site", SITES)
def test_bodies_in_quarantine_can_be_read_and_processed_again(manager, troubled, site):
    body = InboxBody.objects.get(tenant_id=troubled.pk, state="quarantined")

    assert "not JSON" in manager.get(f"{site}/channels/inboxbody/").content.decode()
    page = manager.get(f"{site}/channels/inboxbody/{body.pk}/change/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    manager.post(
        f"{site}/channels/inboxbody/", {"action": "process_again", "_selected_action": body.pk}, follow=True
    )

    assert InboxBody.objects.get(pk=body.pk).state == "new"


@pytest.mark.parametrize("site", SITES)
def test_a_failed_event_can_be_read_and_replayed(manager, troubled, site):
    event = WebhookEvent.objects.get(tenant_id=troubled.pk)
    assert "KeyError" in manager.get(f"{site}/channels/webhookevent/").content.decode()
    assert manager.get(f"{site}/channels/webhookevent/{event.pk}/change/").status_code == 200

    handlers._handlers.clear()
    handlers.register("message")(lambda events: None)
    manager.post(f"{site}/channels/webhookevent/", {"action": "replay", "_selected_action": event.pk})

    assert WebhookEvent.objects.get(pk=event.pk).state == "done"


@pytest.mark.parametrize("site", SITES)
def test_events_are_not_changed_by_hand(manager, troubled, site):
    event = WebhookEvent.objects.get(tenant_id=troubled.pk)

    assert manager.get(f"{site}/channels/webhookevent/add/").status_code == 403
    assert manager.post(f"{site}/channels/webhookevent/{event.pk}/change/", {}).status_code == 403
    assert manager.post(f"{site}/channels/webhookevent/{event.pk}/delete/").status_code == 403


def test_a_role_in_one_client_shows_nothing_on_the_agencys_site(troubled):
    manager = sign_in(make_user("account_manager"))

    assert manager.get("/admin/channels/webhookevent/").status_code == 403
    assert manager.get("/c/apparel/admin/channels/webhookevent/").status_code == 200


def test_another_agency_sees_nothing(db, troubled):
    with schema_context("public"):
        other = accounts.create_agency(name="Other", slug="other")
        stranger = sign_in(accounts.invite("owner@example.com", agency=other, role="owner"))

    page = stranger.get("/admin/channels/webhookevent/")

    assert page.status_code == 200
    assert "KeyError" not in page.content.decode()


def test_an_owner_connects_a_channel_and_the_secret_is_never_shown(tenant, line):
    line.add_channel("1656000001", "5ecre7", name="さくら洋品店")
    owner = sign_in(make_user("owner", whole_agency=True))
    form = {"tenant": tenant.pk, "channel_id": "1656000001", "mode": "receiving", "channel_secret": "5ecre7"}

    refused = owner.post("/admin/channels/channel/add/", form | {"channel_secret": "wr0ng"})
    assert "LINE does not know this channel ID" in refused.content.decode()
    assert "wr0ng" not in refused.content.decode()
    assert not Channel.objects.filter(tenant=tenant).exists()

    owner.post("/admin/channels/channel/add/", form)
    channel = Channel.objects.get(tenant=tenant)
    assert channel.secret() == "5ecre7"
    page = owner.get(f"/admin/channels/channel/{channel.pk}/change/").content.decode()
    assert "さくら洋品店" in page
    assert "5ecre7" not in page


def test_a_reissued_secret_is_entered_in_the_clients_admin(tenant, line):
    line.add_channel("1656000001", "reissued")
    channel = give_channel(tenant, "old", channel_id="1656000001")
    manager = sign_in(make_user("account_manager"))
    address = f"/c/apparel/admin/channels/channel/{channel.pk}/change/"

    manager.post(address, {"channel_secret": "reissued", "account_type": "unverified"})
    assert Channel.objects.get(pk=channel.pk).secrets() == ["reissued", "old"]

    done = {"action": "finish_rotation", "_selected_action": channel.pk}
    manager.post("/c/apparel/admin/channels/channel/", done)
    assert Channel.objects.get(pk=channel.pk).secrets() == ["reissued"]
