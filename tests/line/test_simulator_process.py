import signal
from uuid import uuid4

import pytest

from line import messages, wire
from line.client import Endpoints, LineClient
from line.errors import Unavailable
from line.simulator.control import start
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_friends, make_text


def test_what_happened_is_remembered_over_a_restart(tmp_path):
    state = tmp_path / "line.state"
    with start(0, "--state", str(state)) as running:
        line = running.simulator
        line.add_channel(CHANNEL, SECRET, name="Hana Cosmetics")
        [aoi] = make_friends(line, "Aoi")
        send(running.base_url, aoi)

    with start(0, "--state", str(state)) as running:
        send(running.base_url, aoi)

        assert running.simulator.texts(CHANNEL, aoi) == ["Sale today", "Sale today"]


def test_it_ends_when_told_to_and_says_nothing_of_lost_answers():
    with start() as running:
        running.simulator.add_channel(CHANNEL, SECRET)
        [aoi] = make_friends(running.simulator, "Aoi")
        running.simulator.lose_next_answers(1)
        with pytest.raises(Unavailable):
            send(running.base_url, aoi)

        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(timeout=10) == 0
        assert running.log.read_text().count("\n") == 1


def send(url, person):
    client = LineClient(CHANNEL, SECRET, endpoints=Endpoints(url, url, url))
    wire.run(client.push(messages.push_body(person, [make_text()]), uuid4()))
