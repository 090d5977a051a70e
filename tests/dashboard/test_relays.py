"""The pages of relays."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Activity
from relays import announcing, services
from relays.errors import TooManyTargets
from relays.models import Delivery, Target
from tests.channels.conftest import give_channel, make_body, make_event
from tests.factories import make_user
from tests.relays.conftest import receive, relay
from tests.relays.factories import make_delivery, make_relay
from tests.relays.tools import Tool, tool


@pytest.fixture
def crm(tenant, settings) -> Iterator[Tool]:
    """A tool of a client that has a channel."""
    settings.RELAY_ALLOW_PRIVATE = True
    give_channel(tenant)
    with tool() as running:
        yield running


def test_a_relay_is_tested_with_an_empty_webhook_and_saved(visit, crm):
    page = visit("owner").send("relays/new/", {"name": "CRM", "url": crm.url, "event_types": ["follow"]})

    assert "Webhooks that come from now on go there" in page
    assert b'"events":[]' in crm.bodies[0]
    target = Target.objects.get()
    assert (target.name, target.url, target.event_types) == ("CRM", crm.url, ["follow"])
    assert Activity.objects.filter(verb="relay.created").exists()


def test_a_tool_that_does_not_take_the_test_is_not_saved_unless_one_insists(visit, crm):
    crm.status = 404
    given = {"name": "CRM", "url": crm.url}
    visitor = visit("owner")

    refused = visitor.send("relays/new/", given)
    assert "it answered with 404" in refused
    assert not Target.objects.exists()

    visitor.send("relays/new/", given | {"untested": "on"})
    assert Target.objects.get().url == crm.url


def test_only_testing_saves_nothing(visit, crm):
    page = visit("owner").send("relays/new/", {"name": "CRM", "url": crm.url, "test": "1"})

    assert "The tool answered with 200" in page
    assert not Target.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_name_is_needed(visit, crm, name):
    visit("owner").send("relays/new/", {"name": name, "url": crm.url})

    assert not Target.objects.exists()


def test_a_private_address_is_refused_with_a_word(visit, tenant):
    give_channel(tenant)

    page = visit("owner").send("relays/new/", {"name": "CRM", "url": "https://169.254.169.254/latest"})

    assert "This leads into a private network" in page
    assert not Target.objects.exists()


def test_an_address_is_relayed_to_once(visit, crm):
    given = {"name": "CRM", "url": crm.url}
    visitor = visit("owner")
    visitor.send("relays/new/", given)

    assert "There is a relay to this address already" in visitor.send("relays/new/", given | {"name": "2"})
    assert Target.objects.count() == 1


def test_there_are_at_most_ten(tenant):
    for number in range(services.MOST_TARGETS):
        make_relay(f"tool{number}")

    with pytest.raises(TooManyTargets):
        services.create_target(name="11", url="https://eleven.jp/", untested=True, by=None)


def test_the_channels_page_hands_on_the_address_of_before(visit, crm):
    response = visit("owner").get("relays/", {"url": "https://before.jp/hook?a=1&b=2"}, follow=True)

    assert "https://before.jp/hook?a=1&amp;b=2" in response.content.decode()


def test_the_log_shows_what_went_there_and_sends_it_again(visit, crm):
    visitor = visit("owner")
    visitor.send("relays/new/", {"name": "CRM", "url": crm.url})
    body = make_body(make_event())
    receive(body)
    relay()
    target, first = Target.objects.get(), Delivery.objects.get()

    assert "Delivered" in visitor.read(f"relays/{target.pk}/")
    assert "200" in visitor.read(f"relays/{target.pk}/deliveries/{first.pk}/")

    again = f"relays/{target.pk}/deliveries/{first.pk}/again/"
    assert "It is being sent again." in visitor.send(again, {})
    assert "on its way already" in visitor.send(again, {})
    relay()

    assert crm.bodies[1:] == [body, body]
    assert Delivery.objects.count() == 2


def test_what_failed_says_why_and_when_it_is_tried_again(visit, crm):
    visitor = visit("owner")
    visitor.send("relays/new/", {"name": "CRM", "url": crm.url})
    crm.status = 503
    receive(make_body())
    relay()

    page = visitor.read(f"relays/{Target.objects.get().pk}/")

    assert "it answered with 503" in page
    assert "again 20" in page


def test_it_is_paused_resumed_and_removed(visit):
    target = make_relay()
    make_delivery(target, state="new")
    visitor = visit("owner")

    assert "kept for 28 hours" in visitor.send(f"relays/{target.pk}/pause/", {})
    assert "kept for 28 hours" not in visitor.send(f"relays/{target.pk}/resume/", {})
    assert "1 webhooks still wait" in visitor.read(f"relays/{target.pk}/remove/")

    visitor.send(f"relays/{target.pk}/remove/", {})

    assert not Target.objects.exists()
    assert Delivery.objects.get().state == "skipped"
    verbs = Activity.objects.filter(verb__startswith="relay.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["relay.paused", "relay.resumed", "relay.removed"]


def test_a_changed_address_is_tested_and_gets_what_waits(visit, crm):
    target = make_relay()
    make_delivery(target, state="new", due_at=timezone.now() + timedelta(hours=5))
    visitor = visit("owner")

    visitor.send(f"relays/{target.pk}/edit/", {"name": "CRM 2", "url": crm.url})

    target.refresh_from_db()
    assert (target.name, target.url) == ("CRM 2", crm.url)
    assert Delivery.objects.get().due_at <= timezone.now()


def test_lists_take_as_many_queries_for_many_rows_as_for_few(visit, django_assert_max_num_queries):
    target = make_relay()
    for _ in range(60):
        make_delivery(target)
    visitor = visit("owner")

    with django_assert_max_num_queries(15):
        visitor.read(f"relays/{target.pk}/")


def test_a_failure_that_lasts_is_announced_once_and_so_is_its_end(
    tenant, crm, time_machine, django_capture_on_commit_callbacks
):
    make_user("account_manager", email="manager@example.com", whole_agency=True)
    target = services.create_target(name="CRM", url=crm.url, by=None)
    crm.status = 500
    start = timezone.now()
    receive(*[make_body(make_event()) for _ in range(6)])

    with django_capture_on_commit_callbacks(execute=True):
        for minute in (1, 11, 51, 91, 111):
            time_machine.move_to(start + timedelta(minutes=minute))
            relay()
    told = [message.to for message in mail.outbox]
    crm.status = 200
    time_machine.move_to(start + timedelta(minutes=180))
    with django_capture_on_commit_callbacks(execute=True):
        relay()

    assert told == [["manager@example.com"]]
    assert "500" in mail.outbox[0].body
    assert f"/relays/{target.pk}/" in mail.outbox[0].body
    assert len(mail.outbox) == 2
    assert timedelta(hours=1) == announcing.AFTER


def test_before_there_is_a_relay_or_a_channel_the_page_says_what_to_do(visit, tenant):
    assert "Connect the LINE channel first" in visit("owner").read("relays/")
    give_channel(tenant)
    assert "byte for byte" in visit("owner").read("relays/")
    give = tenant.channel
    give.mode = "send_only"
    give.save()
    assert "only sends" in visit("owner").read("relays/")
