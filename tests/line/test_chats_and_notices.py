"""Read marks, the loading animation, and notification messages to telephone numbers."""

import hashlib
import time

import orjson
import pytest

from line import wire
from line.errors import Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends, make_notice, make_text

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


def test_a_notice_by_a_template_arrives_and_counts_apart(client, line, receiver):
    [stranger] = line.add_people(CHANNEL, ["Aoi"])
    line.set_person(CHANNEL, stranger, phone=PHONE)
    day = line.today()

    wire.run(
        client.push_templated_by_phone(DIGEST, "shipment_completed_ja", make_notice(), delivery_tag="t" * 16)
    )
    [told] = wait_for(receiver, 1)
    line.advance(24 * 3600)

    [shown] = line.inbox(CHANNEL, stranger)
    assert shown["altText"] == "shipment_completed_ja"
    assert orjson.loads(told[1])["events"][0]["delivery"] == {"data": "t" * 16}
    assert wire.run(client.get_templated_notice_count(day)) == 1
    assert wire.run(client.get_delivery_count("pnp", day)) == 0


def test_who_was_never_asked_has_24_hours_to_agree(client, line, receiver):
    aoi, ren = line.add_people(CHANNEL, ["Aoi", "Ren"])
    for person, phone in ((aoi, PHONE), (ren, "+818000009999")):
        line.set_person(CHANNEL, person, phone=phone, notices="unset")
        digest = hashlib.sha256(phone.encode()).hexdigest()
        wire.run(client.push_by_phone(digest, [make_text("On its way")]))

    line.agree_to_notices(CHANNEL, aoi)
    line.advance(24 * 3600 + 1)
    line.agree_to_notices(CHANNEL, ren)

    assert len(wait_for(receiver, 1)) == 1
    assert (line.texts(CHANNEL, aoi), line.texts(CHANNEL, ren)) == (["On its way"], [])


def test_who_does_not_want_notices_is_422(client, line):
    [aoi] = make_friends(line, "Aoi")
    line.set_person(CHANNEL, aoi, phone=PHONE, notices="off")

    with pytest.raises(Rejected) as error:
        wire.run(client.push_templated_by_phone(DIGEST, "shipment_completed_ja", make_notice()))

    assert error.value.status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"emphasizedItem": {"itemKey": "date_002_ja", "content": "日" * 16}}, "body.emphasizedItem.content"),
        ({"items": [{"itemKey": "number_001_ja", "content": "1" * 301}]}, "body.items[0].content"),
        ({"items": [{"itemKey": "date_002_ja", "content": "1"}]}, "body.items[0].itemKey"),
        ({"items": [{"itemKey": f"n{n}", "content": "1"} for n in range(16)]}, "body.items"),
        (
            {"buttons": [{"buttonKey": f"b{n}", "url": "https://a.jp/"} for n in range(3)]},
            "body.buttons",
        ),
        ({"buttons": [{"buttonKey": "b", "url": "https://a.example/" + "a" * 990}]}, "body.buttons[0].url"),
    ],
)
def test_a_notice_beyond_the_template_types_limits_is_refused(client, line, body, field):
    with pytest.raises(Rejected) as error:
        wire.run(client.push_templated_by_phone(DIGEST, "shipment_completed_ja", make_notice(**body)))

    assert [detail["property"] for detail in error.value.details] == [field]


def wait_for(receiver, number) -> list:
    """Webhooks of notifications are sent behind the answer."""
    deadline = time.monotonic() + 30
    while len(receiver.received) < number and time.monotonic() < deadline:
        time.sleep(0.01)
    return receiver.received
