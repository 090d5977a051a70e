import io
import signal
import time
from datetime import UTC, datetime
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


def test_being_killed_loses_little(tmp_path):
    state = tmp_path / "line.state"
    with start(0, "--state", str(state), "--save-every", "0.1") as running:
        line = running.simulator
        line.set_clock(datetime(2030, 1, 31, tzinfo=UTC))
        line.add_channel(CHANNEL, SECRET, name="Hana Cosmetics")
        line.add_login_channel("1657000001", "e" * 32, channel_id=CHANNEL, redirect_uris=[])
        liff_id = line.add_liff_app("1657000001", "https://musubi.example/liff/")
        [aoi] = make_friends(line, "Aoi")
        sent = line.send_image(CHANNEL, aoi, b"\x89PNG")["message"]
        send(running.base_url, aoi)
        wait_until_all_is_written(state)
        running.process.kill()
        running.process.wait()

    with start(0, "--state", str(state)) as running:
        line = running.simulator
        into = io.BytesIO()
        wire.run(client_of(running.base_url).get_content(sent["id"], into, most_bytes=100))
        opened = line.open_liff(aoi, f"{running.base_url}/liff/{liff_id}")

        assert line.texts(CHANNEL, aoi) == ["Sale today"]
        assert into.getvalue() == b"\x89PNG"
        assert opened["url"] == "https://musubi.example/liff/"
        assert line.now().year == 2030
        assert sorted(tmp_path.iterdir()) == [state]


def test_what_is_to_be_delivered_again_outlives_the_process(tmp_path):
    state = tmp_path / "line.state"
    with start(0, "--state", str(state)) as running:
        line = running.simulator
        line.add_channel(CHANNEL, SECRET, redelivery=True, redelivery_after=[60])
        line.configure(CHANNEL, webhook_url="http://127.0.0.1:9/")
        make_friends(line, "Aoi")

    with start(0, "--state", str(state)) as running:
        running.simulator.advance(60)

        attempts = running.simulator.webhook_log(CHANNEL)
        assert [attempt["is_redelivery"] for attempt in attempts] == [False, True]


def test_answers_do_not_wait_for_the_file(tmp_path):
    with start(0, "--state", str(tmp_path / "line.state"), "--save-every", "0.01") as running:
        line = running.simulator
        line.add_channel(CHANNEL, SECRET)
        [aoi] = make_friends(line, "Aoi")
        line.send_video(CHANNEL, aoi, b"\x01" * 30_000_000)

        started = time.monotonic()
        for _ in range(50):
            send(running.base_url, aoi)

        assert time.monotonic() - started < 5
        assert len(line.texts(CHANNEL, aoi)) == 50


def test_it_ends_when_told_to_and_says_nothing_of_lost_answers():
    with start() as running:
        running.simulator.add_channel(CHANNEL, SECRET)
        [aoi] = make_friends(running.simulator, "Aoi")
        running.simulator.lose_next_answers(1)
        with pytest.raises(Unavailable):
            send(running.base_url, aoi)

        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(timeout=60) == 0
        assert running.log.read_text().count("\n") == 1


def wait_until_all_is_written(state):
    """Until the file has not been replaced for half a second."""
    seen = [None, -1]
    while seen[-1] != seen[-2]:
        time.sleep(0.5)
        seen.append(state.stat().st_ino if state.exists() else len(seen))


def client_of(url) -> LineClient:
    return LineClient(CHANNEL, SECRET, endpoints=Endpoints(url, url, url))


def send(url, person):
    wire.run(client_of(url).push(messages.push_body(person, [make_text()]), uuid4()))
