"""The engine leads people on, and sends, against the simulator."""

from datetime import timedelta

import pytest

from scenarios.models import Entry
from tests.factories import make_followers
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario, passages

pytestmark = pytest.mark.usefixtures("channel")


def test_people_are_led_through_waits_and_sent_to(simulator, channel):
    [aoi] = make_followers(simulator, channel, ["aoi"])
    scenario = make_scenario({"type": "wait", "minutes": 60}, {"type": "send", "messages": [TEXT]})
    entry = make_entry(scenario, aoi)

    lead()
    early = simulator.texts(channel.channel_id, aoi.line_user_id)
    lead(after=timedelta(minutes=61))

    entry.refresh_from_db()
    assert early == []
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Your cart is waiting"]
    assert (entry.state, entry.reason) == (Entry.State.ENDED, Entry.Reason.FINISHED)
    assert passages(entry) == [("s1", "next", ""), ("s2", "next", "sent")]
