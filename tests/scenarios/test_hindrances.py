"""Why something could not be done, in the language of whoever reads it."""

import pytest
from django.utils import timezone, translation

from accounts import reasons
from billing.errors import PlanExceeded
from billing.quota import record_reading
from scenarios.models import Halt
from tests.factories import make_followers
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario

pytestmark = pytest.mark.usefixtures("channel")
SEND = {"type": "send", "messages": [TEXT]}
USED_UP = "The messages of this month are used up."


def test_what_kept_somebody_waiting_is_told_in_the_readers_language(simulator, channel, tenant):
    [aoi] = make_followers(simulator, channel, ["aoi"])
    entry = make_entry(make_scenario(SEND), aoi)
    record_reading(tenant.pk, 2, 2, timezone.now())

    with translation.override("ja"):
        lead()

    entry.refresh_from_db()
    with translation.override("ja"):
        japanese = entry.hindrance
    assert "but only 0 are left this month" in entry.hindrance
    assert "今月" in japanese
    assert "0" in japanese


def test_why_nothing_is_sent_is_told_in_the_readers_language(simulator, channel, visit):
    [aoi] = make_followers(simulator, channel, ["aoi"])
    make_entry(make_scenario(SEND), aoi)
    simulator.configure(channel.channel_id, quota=0)

    with translation.override("ja"):
        lead()

    assert Halt.present().reason == USED_UP
    assert USED_UP in visit().read("scenarios/")


def test_the_list_of_people_says_why_somebody_waits(simulator, channel, visit):
    [aoi] = make_followers(simulator, channel, ["aoi"])
    scenario = make_scenario(SEND)
    make_entry(scenario, aoi, problem=reasons.of(PlanExceeded(messages=1, remaining=0)))

    page = visit().read(f"scenarios/{scenario.pk}/entries/")

    assert "This needs 1 messages, but only 0 are left this month." in page
    assert visit().get(f"scenarios/{scenario.pk}/entries/?step=a%00b").status_code == 200
