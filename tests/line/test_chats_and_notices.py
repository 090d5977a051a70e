"""Read marks, the loading animation, and notification messages to telephone numbers."""

import hashlib
import time

import orjson
import pytest

from line import wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends, make_text

PHONE = "+818000001234"
DIGEST = hashlib.sha256(PHONE.encode()).hexdigest()


def test_a_message_is_marked_as_read_by_its_token(client, line):
    [aoi] = make_friends(line, "Aoi")
    token = line.say(CHANNEL, aoi, "Hello")["message"]["markAsReadToken"]

    wire.run(client.mark_as_read(token))
    wire.run(client.mark_as_read(token))

    with pytest.raises(Rejected):
        wire.run(client.mark_as_read("of nobody"))


@pytest.mark.parametrize("seconds", [0, 4, 7, 65])
def test_the_animation_lasts_5_to_60_seconds_in_steps_of_5(client, line, seconds):
    [aoi] = make_friends(line, "Aoi")

    with pytest.raises(Rejected) as error:
        wire.run(client.show_loading(aoi, seconds))
    wire.run(client.show_loading(aoi, 5))
    wire.run(client.show_loading(aoi, 60))

    assert error.value.details[0]["property"] == "loadingSeconds"


def test_the_animation_is_for_people(client, line):
    with pytest.raises(Rejected):
        wire.run(client.show_loading("C" + "0" * 32))

    wire.run(client.show_loading("U" + "0" * 32))


def test_a_notification_reaches_a_number_and_its_arrival_is_told(client, line, receiver):
    [stranger] = line.add_people(CHANNEL, ["Aoi"])
    line.set_person(CHANNEL, stranger, phone=PHONE)

    wire.run(client.push_by_phone(DIGEST, [make_text("On its way")]))
    wire.run(client.push_by_phone(DIGEST, [make_text("Arrived")], delivery_tag="order-1234567890"))
    wire.run(client.get_bot_info())

    told = [orjson.loads(body)["events"][0]["delivery"]["data"] for _, body in wait_for(receiver, 2)]
    assert line.texts(CHANNEL, stranger) == ["On its way", "Arrived"]
    assert sorted(told) == sorted([DIGEST, "order-1234567890"])
    assert wire.run(client.get_quota_consumption()) == 0


def test_a_number_of_nobody_or_of_who_blocks_the_account_is_422(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.set_person(CHANNEL, aoi, phone=PHONE)
    line.unfollow(CHANNEL, [aoi])

    with pytest.raises(Rejected) as nobody:
        wire.run(client.push_by_phone("0" * 64, [make_text()]))
    with pytest.raises(Rejected) as blocks:
        wire.run(client.push_by_phone(DIGEST, [make_text()]))

    assert (nobody.value.status, blocks.value.status) == (422, 422)


@pytest.mark.parametrize(
    ("to", "message", "tag"),
    [
        (PHONE, make_text(), None),
        (DIGEST.upper(), make_text(), None),
        (DIGEST, make_text(""), None),
        (DIGEST, make_text(), "too short"),
        (
            DIGEST,
            {
                "type": "image",
                "originalContentUrl": "https://cdn.example/a.jpg",
                "previewImageUrl": "https://cdn.example/a.jpg",
            },
            None,
        ),
    ],
)
def test_a_notification_that_is_not_in_order_is_refused(client, line, to, message, tag):
    [aoi] = make_friends(line, "Aoi")
    line.set_person(CHANNEL, aoi, phone=PHONE)

    with pytest.raises(Rejected) as error:
        wire.run(client.push_by_phone(to, [message], delivery_tag=tag))
    wire.run(client.push_by_phone(DIGEST, [make_text()]))

    assert error.value.status == 400


def wait_for(receiver, number) -> list:
    """Webhooks of notifications are sent behind the answer."""
    deadline = time.monotonic() + 5
    while len(receiver.received) < number and time.monotonic() < deadline:
        time.sleep(0.01)
    return receiver.received
