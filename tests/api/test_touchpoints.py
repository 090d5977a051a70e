"""Touchpoint plans by REST: planned, counted, started once, closed, and who moved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from broadcasts.models import Broadcast
from friends.models import Friend
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.factories import make_campaign, make_friend

DAYS = {"starts_on": "2026-06-01", "ends_on": "2026-06-30"}


@pytest.fixture
def api(call):
    return call()


@pytest.fixture
def sent(tenant) -> Broadcast:
    """To two friends, of whom one clicked."""
    long_ago = timezone.now() - timedelta(days=400)
    clicks, silent = (make_friend(name, followed_at=long_ago) for name in ("Aoi", "Ren"))
    made = make_sent(clicks, silent, tracks_people=True, name="Sale")
    make_click(made, clicks)
    return made


def test_classes_are_counted_and_one_is_started_once(api, sent):
    campaign = make_campaign()
    body = {"name": "June", "campaign": campaign.pk, **DAYS, "basis": "named", "named": [sent.pk]}

    plan = api.post("touchpoint-plans/", body).json()
    period = plan["period"]["id"]
    sizes = api.get(f"touchpoint-periods/{period}/sizes/").json()
    silent = next(row for row in sizes["classes"] if row["touch_class"]["kind"] == "unopened")["touch_class"]
    written = api.patch(f"touchpoint-classes/{silent['id']}/", {"action": "message", "text": "Still there"})
    started = [api.put(f"touchpoint-classes/{silent['id']}/start/").json()["broadcast"] for _ in range(2)]

    assert {row["touch_class"]["kind"]: row["count"] for row in sizes["classes"] if row["count"]} == {
        "clicked": 1,
        "unopened": 1,
    }
    assert (sizes["people"], sizes["sends"]) == (2, [sent.pk])
    assert (written.status_code, written.json()["text"]) == (200, "Still there")
    assert started[0] == started[1] == Broadcast.objects.get(status=Broadcast.Status.DRAFT).pk


def test_a_closed_period_tells_who_moved(api, sent):
    body = {"name": "June", **DAYS, "basis": "named", "named": [sent.pk]}
    first = api.post("touchpoint-plans/", body).json()["period"]["id"]

    closed = [api.put(f"touchpoint-periods/{first}/close/").json()["id"] for _ in range(2)]
    make_click(sent, Friend.objects.get(display_name="Ren"))
    found = api.get(f"touchpoint-periods/{closed[0]}/movement/").json()

    assert closed[0] == closed[1] != first
    moved = {(cell["origin"], cell["into"]): cell["count"] for cell in found["cells"] if cell["count"]}
    assert moved == {("clicked", "clicked"): 1, ("unopened", "clicked"): 1}
