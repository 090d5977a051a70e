"""Relays and the event log by API."""

import pytest
from django_tenants.utils import tenant_context

from channels import handlers
from relays.models import Target
from tests.channels.conftest import give_channel
from tests.relays.factories import make_delivery, make_relay, make_webhook_event


def test_a_relay_is_made_changed_and_removed(call, tenant):
    program = call()

    made = program.post("relays/", {"name": "CRM", "url": "https://crm.jp", "untested": True}).json()
    changed = program.patch(f"relays/{made['id']}/", {"event_types": ["follow", "follow"]}).json()
    gone = program.delete(f"relays/{made['id']}/")

    assert (made["url"], made["standing"], made["event_types"]) == ("https://crm.jp/", "new", [])
    assert changed["event_types"] == ["follow"]
    assert gone.status_code == 204
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "bad_address"),
        ({"url": "http://crm.jp/"}, "bad_address"),
        ({"event_types": ["earthquake"]}, "unknown_event_types"),
        ({"url": "https://taken.example.jp/line"}, "relay_exists"),
    ],
)
def test_what_is_refused_says_why(call, tenant, change, code):
    make_relay("taken")

    answer = call().post("relays/", {"name": "CRM", "url": "https://crm.jp/", "untested": True} | change)

    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_a_relay_that_does_not_answer_is_not_made(call, tenant):
    give_channel(tenant)

    answer = call().post("relays/", {"name": "CRM", "url": "https://nobody.example.jp/"})

    assert answer.json()["code"] in {"bad_address", "relay_test_failed"}
    assert not Target.objects.exists()


def test_pausing_twice_is_pausing_once(call, tenant):
    relay = make_relay()
    program = call()

    first, second = (program.put(f"relays/{relay.pk}/pause/").json() for _ in range(2))
    resumed = program.delete(f"relays/{relay.pk}/pause/").json()

    assert first["standing"] == second["standing"] == "paused"
    assert first["paused_at"] == second["paused_at"]
    assert resumed["paused_at"] is None


def test_deliveries_are_listed_in_pages_newest_first(call, tenant):
    relay = make_relay()
    made = [make_delivery(relay).pk for _ in range(3)]

    page = call().get(f"relays/{relay.pk}/deliveries/?limit=2").json()
    rest = call().get(page["next"]).json()

    assert [row["id"] for row in page["items"] + rest["items"]] == made[::-1]


def test_the_log_is_searched_and_an_event_replayed(call, tenant, monkeypatch):
    handled = []
    monkeypatch.setattr(handlers, "_handlers", [(frozenset({"message"}), handled.extend)])
    failed, _done = make_webhook_event(), make_webhook_event(state="done")
    program = call()

    [found] = program.get("webhook-events/?state=failed").json()["items"]
    outcome = program.post(f"webhook-events/{found['id']}/replay/").json()

    assert found["id"] == failed.pk
    assert outcome == {"done": 1, "failed": 0}
    assert len(handled) == 1


def test_a_time_without_its_offset_is_refused(call, tenant):
    assert call().get("webhook-events/?since=2026-11-20T14:00:00").status_code == 400


def test_one_client_sees_no_log_of_another(call, other_tenant):
    with tenant_context(other_tenant):
        event, relay = make_webhook_event(), make_relay()

    program = call()

    assert program.get("webhook-events/").json()["items"] == []
    assert program.get(f"webhook-events/{event.pk}/").status_code == 404
    assert program.get(f"relays/{relay.pk}/deliveries/").status_code == 404
