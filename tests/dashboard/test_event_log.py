"""The event log: what is found, what is shown, what is handled again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import paging
from accounts.models import Activity
from channels import handlers, processing, replays
from channels.models import EventReplay, HourOfEvents, InboxBody, WebhookEvent
from tests.channels.conftest import give_channel, make_body, put_in_inbox
from tests.factories import make_friend, make_line_user_id
from tests.relays.factories import make_webhook_event

LOG = "channel/events/"
AOI, REN = ({"source": {"type": "user", "userId": make_line_user_id(name)}} for name in ("aoi", "ren"))


@pytest.fixture
def handled(monkeypatch) -> list[str]:
    """LINE's numbers of the events that were handed over; none fails any more."""
    ids: list[str] = []
    known = frozenset({"message", "follow"})
    monkeypatch.setattr(handlers, "_handlers", [(known, lambda events: ids.extend(e.id for e in events))])
    return ids


@pytest.mark.parametrize(
    "query",
    [
        {"state": "failed"},
        {"type": "follow"},
        {"person": make_line_user_id("aoi")},
        {"person": "aoi"},
        {"text": "KEYERROR"},
        {"since": "2026-11-10"},
    ],
)
def test_the_log_is_searched(visit, time_machine, query):
    time_machine.move_to("2026-11-20T12:00:00+09:00")
    make_friend("aoi")
    now = timezone.now()
    found = make_webhook_event("follow", state="failed", error="KeyError: 'follow'", **AOI)
    other = make_webhook_event("message", state="done", error="", happened_at=now - timedelta(days=15), **REN)

    page = visit("owner").read(LOG, query)

    assert f"/events/{found.pk}/" in page
    assert f"/events/{other.pk}/" not in page


def test_days_are_those_of_the_client(visit, time_machine):
    time_machine.move_to("2026-11-20T12:00:00+09:00")
    late = make_webhook_event(happened_at=timezone.now().replace(hour=14, minute=59))  # 23:59 in Tokyo

    visitor = visit("owner")

    assert f"/events/{late.pk}/" in visitor.read(LOG, {"since": "2026-11-20", "until": "2026-11-20"})
    assert f"/events/{late.pk}/" not in visitor.read(LOG, {"since": "2026-11-21"})


def test_a_type_that_line_did_not_have_is_told_from_one_that_we_let_be(visit):
    make_webhook_event("earthquake", state="ignored", error="")
    make_webhook_event("join", state="ignored", error="")

    visitor = visit("owner")

    assert "earthquake" in visitor.read(LOG, {"state": "unknown"})
    assert "Happens in groups only" not in visitor.read(LOG, {"state": "unknown"})
    assert "Happens in groups only" in visitor.read(LOG, {"state": "ignored"})


@pytest.mark.parametrize(
    "query",
    [{"before": "x"}, {"state": "nonsense"}, {"since": "tomorrow"}, {"person": "x" * 500}, {"text": "%_\\"}],
)
def test_what_makes_no_sense_in_an_address_does_no_harm(visit, query):
    make_webhook_event()

    assert "Webhook events" in visit("owner").read(LOG, query)


def test_the_log_takes_as_many_queries_for_fifty_as_for_one(visit, django_assert_max_num_queries):
    for _ in range(60):
        make_webhook_event()
    visitor = visit("owner")

    with django_assert_max_num_queries(15):
        visitor.read(LOG)


def test_the_log_goes_on_where_the_page_before_ended(visit, monkeypatch):
    monkeypatch.setattr(paging.page, "__kwdefaults__", {"size": 2})
    first, second, third = (make_webhook_event() for _ in range(3))

    page = visit("owner").read(LOG, {"before": second.pk})

    assert f"/events/{first.pk}/" in page
    assert f"/events/{third.pk}/" not in page


def test_the_error_rate_is_shown(visit, tenant):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    HourOfEvents.objects.create(tenant_id=tenant.pk, hour=now, event_count=200, failed_count=5)
    HourOfEvents.objects.create(
        tenant_id=tenant.pk, hour=now - timedelta(days=3), event_count=200, failed_count=0
    )

    page = visit("owner").read(LOG)

    assert "2.5%" in page
    assert "1.2%" in page


def test_one_event_is_shown_as_line_sent_it_and_nothing_of_it_is_html(visit, tenant, handled):
    give_channel(tenant)
    put_in_inbox(
        make_body({"type": "message", "webhookEventId": "A", "timestamp": 1, "x": "<script>あ"} | AOI)
    )
    processing.process(seconds=5)
    event = WebhookEvent.objects.get(tenant_id=tenant.pk)

    page = visit("owner").read(f"{LOG}{event.pk}/")

    assert "&lt;script&gt;あ" in page
    assert make_line_user_id("aoi") in page


def test_one_event_is_handled_again(visit, handled):
    event = make_webhook_event()

    page = visit("owner").send(f"{LOG}{event.pk}/replay/", {})

    assert "1 handled." in page
    assert handled == [event.webhook_event_id]
    assert Activity.objects.filter(verb="webhook_events.replayed").exists()


def test_the_ticked_ones_are_handled_again_and_the_search_stays(visit, handled):
    first, second, third = (make_webhook_event() for _ in range(3))

    response = visit("owner").post(
        f"{LOG}replay/", {"pk": [first.pk, third.pk, "x", "9" * 30], "query": "state=failed"}
    )

    assert response.url == "/c/apparel/channel/events/?state=failed"
    assert sorted(handled) == sorted([first.webhook_event_id, third.webhook_event_id])
    assert WebhookEvent.objects.get(pk=second.pk).state == "failed"


def test_nobody_replays_what_is_another_clients(visit, other_tenant, handled):
    with tenant_context(other_tenant):
        event = make_webhook_event()

    visit("owner").post(f"{LOG}replay/", {"pk": [event.pk]})

    assert handled == []


def test_all_failed_ones_of_a_search_are_handled_again_with_progress(visit, handled, monkeypatch):
    monkeypatch.setattr(replays, "AT_ONCE", 2)
    events = [make_webhook_event(**AOI) for _ in range(5)]
    make_webhook_event(**REN)
    visitor = visit("owner")

    begun = visitor.send(f"{LOG}replay/", {"all": "1", "person": make_line_user_id("aoi")})
    replays._some_of_the_next()
    order = EventReplay.objects.get()
    half = visitor.read(f"{LOG}replays/{order.pk}/", **{"HX-Request": "true"})
    replays.run(seconds=5)
    end = visitor.read(f"{LOG}replays/{order.pk}/", **{"HX-Request": "true"})

    assert "it goes on" in begun
    assert 'hx-trigger="every 1s"' in half
    assert "Finished" in end
    assert sorted(handled) == sorted(event.webhook_event_id for event in events)


def test_what_fails_during_a_replay_of_many_is_counted_and_the_rest_goes_on(tenant, monkeypatch):
    good, bad = make_webhook_event("follow"), make_webhook_event("message")
    known = frozenset({"message", "follow"})
    fails = [(known, lambda events: [{}["gone"] for event in events if event.type == "message"])]
    monkeypatch.setattr(handlers, "_handlers", fails)
    order = replays.order(replays.Search(), by=None)

    assert replays.run(seconds=5) is None

    order.refresh_from_db()
    assert (order.total_count, order.done_count, order.failed_count) == (2, 1, 1)
    states = dict(WebhookEvent.objects.filter(pk__in=[good.pk, bad.pk]).values_list("type", "state"))
    assert states == {"follow": "done", "message": "failed"}


def test_what_fails_after_the_order_is_not_part_of_it(tenant, handled):
    order = replays.order(replays.Search(), by=None)
    make_webhook_event()

    replays.run(seconds=5)

    order.refresh_from_db()
    assert (order.total_count, order.done_count) == (0, 0)
    assert handled == []


def test_bodies_in_quarantine_are_shown_and_processed_again(visit, tenant, handled):
    channel = give_channel(tenant, bot_user_id="U" + "c" * 32)
    put_in_inbox(make_body({"type": "message", "webhookEventId": "A", "timestamp": 1} | AOI), b"<b>not JSON")
    processing.process(seconds=5)
    foreign, broken = InboxBody.objects.filter(tenant_id=tenant.pk).order_by("id")
    visitor = visit("owner")

    assert "for another account" in visitor.read(f"{LOG}quarantine/")
    assert "&lt;b&gt;not JSON" in visitor.read(f"{LOG}quarantine/{broken.pk}/")

    channel.bot_user_id = "U" + "b" * 32
    channel.save()
    visitor.send(f"{LOG}quarantine/again/", {"pk": [foreign.pk]})
    processing.process(seconds=5)

    assert handled == ["A"]
    assert InboxBody.objects.get(pk=broken.pk).state == "quarantined"


def test_before_anything_came_the_page_says_what_to_do(visit):
    assert "Add the account as a friend" in visit("owner").read(LOG)
    assert "Nothing is in quarantine" in visit("owner").read(f"{LOG}quarantine/")
