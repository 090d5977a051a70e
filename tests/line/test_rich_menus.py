"""Rich menus: their limits, whom they are shown to, and how their taps are counted."""

import io
import struct
import zlib
from datetime import timedelta

import pytest

from line import wire
from line.errors import RateLimited, Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import (
    make_area,
    make_friends,
    make_many_friends,
    make_picture,
    make_rich_menu,
    make_shown_rich_menu,
)

DAY = 24 * 3600
POSTBACK = {"type": "postback", "data": "action=menu", "displayText": "Menu, please"}


def make_bomb() -> bytes:
    """A PNG that says it has ten thousand million pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def shown_to(line, user_id) -> str | None:
    menu = line.rich_menu(CHANNEL, user_id)
    return menu and menu["richMenuId"]


def test_a_menu_is_shown_once_it_has_its_picture(client, line):
    [aoi] = make_friends(line, "Aoi")
    menu_id = wire.run(client.create_rich_menu(make_rich_menu()))

    with pytest.raises(Rejected) as error:
        wire.run(client.set_default_rich_menu(menu_id))
    wire.run(client.set_rich_menu_image(menu_id, make_picture(), "image/png"))
    wire.run(client.set_default_rich_menu(menu_id))

    assert error.value.status == 400
    assert shown_to(line, aoi) == menu_id
    assert wire.run(client.get_default_rich_menu_id()) == menu_id


def test_ones_own_menu_goes_before_the_default(client, line):
    aoi, ren = make_friends(line, "Aoi", "Ren")
    default, own = make_shown_rich_menu(client), make_shown_rich_menu(client)
    wire.run(client.set_default_rich_menu(default))

    wire.run(client.link_rich_menu_id_to_user(aoi, own))
    linked = (shown_to(line, aoi), shown_to(line, ren))
    wire.run(client.unlink_rich_menu_id_from_user(aoi))

    assert linked == (own, default)
    assert shown_to(line, aoi) == default
    assert wire.run(client.get_rich_menu_id_of_user(aoi)) is None


def test_who_blocks_the_account_loses_the_menu_for_good(client, line):
    [aoi] = make_friends(line, "Aoi")
    own = make_shown_rich_menu(client)
    wire.run(client.link_rich_menu_id_to_user(aoi, own))

    line.unfollow(CHANNEL, [aoi])
    wire.run(client.link_rich_menu_id_to_user(aoi, own))
    while_blocked = shown_to(line, aoi)
    line.follow(CHANNEL, [aoi])

    assert (while_blocked, shown_to(line, aoi)) == (None, None)


def test_a_deleted_menu_is_shown_to_nobody(client, line):
    [aoi] = make_friends(line, "Aoi")
    default, own = make_shown_rich_menu(client), make_shown_rich_menu(client)
    wire.run(client.set_default_rich_menu(default))
    wire.run(client.link_rich_menu_id_to_user(aoi, own))

    wire.run(client.delete_rich_menu(own))
    after_own = shown_to(line, aoi)
    wire.run(client.delete_rich_menu(default))

    assert after_own == default
    assert shown_to(line, aoi) is None
    assert wire.run(client.get_default_rich_menu_id()) is None
    assert wire.run(client.get_rich_menu(own)) is None
    assert wire.run(client.get_rich_menu_list()) == []


@pytest.mark.parametrize(
    ("menu", "place"),
    [
        (make_rich_menu(width=799), "size.width"),
        (make_rich_menu(width=2501), "size.width"),
        (make_rich_menu(height=249), "size.height"),
        (make_rich_menu(width=800, height=552), "size"),
        (make_rich_menu(chatBarText="あ" * 15), "chatBarText"),
        (make_rich_menu(chatBarText=""), "chatBarText"),
        (make_rich_menu(name="a" * 301), "name"),
        (make_rich_menu(selected=None), "selected"),
        (make_rich_menu(selected="yes"), "selected"),
        (make_rich_menu(size=[800, 400]), "size"),
        (make_rich_menu(*[make_area()] * 21), "areas"),
        (make_rich_menu(areas=None), "areas"),
        (make_rich_menu(make_area(x=401)), "areas[0].bounds.width"),
        (make_rich_menu(make_area(y=-1)), "areas[0].bounds.y"),
        (make_rich_menu(make_area({"type": "location", "label": "Here"})), "areas[0].action.type"),
        (make_rich_menu(make_area({**POSTBACK, "label": "あ" * 21})), "areas[0].action.label"),
        (
            make_rich_menu(make_area({"type": "richmenuswitch", "richMenuAliasId": "A b", "data": "x"})),
            "areas[0].action.richMenuAliasId",
        ),
    ],
)
def test_a_menu_over_its_limits_is_refused_with_the_place(client, menu, place):
    for attempt in (client.create_rich_menu, client.validate_rich_menu_object):
        with pytest.raises(Rejected) as error:
            wire.run(attempt(menu))

        assert place in [detail["property"] for detail in error.value.details]


@pytest.mark.parametrize(
    "menu",
    [
        make_rich_menu(width=2500, height=1686),
        make_rich_menu(chatBarText="👨‍👩‍👧" * 14),
        make_rich_menu(*[make_area()] * 20),
        make_rich_menu(make_area({"type": "richmenuswitch", "richMenuAliasId": "a-1_", "data": "x"})),
    ],
)
def test_a_menu_within_its_limits_is_taken(client, menu):
    wire.run(client.validate_rich_menu_object(menu))

    assert wire.run(client.get_rich_menu(wire.run(client.create_rich_menu(menu))))["areas"] == menu["areas"]


@pytest.mark.parametrize(
    ("picture", "media_type", "status"),
    [
        (make_picture(800, 401), "image/png", 400),
        (make_picture(kind="GIF"), "image/gif", 415),
        (make_picture(kind="GIF"), "image/png", 400),
        (b"", "image/jpeg", 400),
        (make_bomb(), "image/png", 400),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "image/png", 400),
        (make_picture() + b"\0" * (1 << 20), "image/png", 413),
    ],
)
def test_a_picture_must_be_of_the_menus_size_and_kind(client, picture, media_type, status):
    menu_id = wire.run(client.create_rich_menu(make_rich_menu()))

    with pytest.raises(Rejected) as error:
        wire.run(client.set_rich_menu_image(menu_id, picture, media_type))
    wire.run(client.set_rich_menu_image(menu_id, make_picture(kind="JPEG"), "image/jpeg"))

    assert error.value.status == status


def test_a_picture_is_kept_and_cannot_be_replaced(client):
    menu_id, file = make_shown_rich_menu(client), io.BytesIO()

    with pytest.raises(Rejected):
        wire.run(client.set_rich_menu_image(menu_id, make_picture(), "image/png"))

    assert wire.run(client.get_rich_menu_image(menu_id, file, most_bytes=1 << 20)) == "image/png"
    assert file.getvalue() == make_picture()


def test_a_channel_has_a_thousand_menus(client, line):
    line.configure(CHANNEL, rate_limits=False)
    for _ in range(1000):
        menu_id = wire.run(client.create_rich_menu(make_rich_menu()))

    with pytest.raises(Rejected):
        wire.run(client.create_rich_menu(make_rich_menu()))
    wire.run(client.delete_rich_menu(menu_id))

    assert wire.run(client.create_rich_menu(make_rich_menu()))


def test_a_hundred_menus_are_made_in_an_hour(client, line):
    for _ in range(100):
        wire.run(client.create_rich_menu(make_rich_menu()))

    with pytest.raises(RateLimited) as error:
        wire.run(client.create_rich_menu(make_rich_menu()))

    assert error.value.retry_after == 36


def test_five_hundred_are_linked_at_once_some_seconds_later(client, line):
    people = make_many_friends(line, 500)
    menu_id = make_shown_rich_menu(client)
    line.configure(CHANNEL, rich_menu_seconds=60)

    wire.run(client.link_rich_menu_id_to_users(menu_id, people))
    at_once = shown_to(line, people[-1])
    line.advance(61)
    later = shown_to(line, people[-1])
    wire.run(client.unlink_rich_menu_id_from_users(people))
    line.advance(61)

    assert (at_once, later, shown_to(line, people[-1])) == (None, menu_id, None)


@pytest.mark.parametrize("people", [[], ["U" + "0" * 32] * 501, ["Ren"], "Uaaa"])
def test_lists_of_another_length_or_kind_are_refused(client, people):
    with pytest.raises(Rejected):
        wire.run(client.unlink_rich_menu_id_from_users(people))


def test_a_batch_moves_everyone_once(client, line):
    aoi, ren, rin = make_friends(line, "Aoi", "Ren", "Rin")
    old, new, gone = (make_shown_rich_menu(client) for _ in range(3))
    for person, menu_id in ((aoi, old), (ren, new), (rin, gone)):
        wire.run(client.link_rich_menu_id_to_user(person, menu_id))
    moves = [
        {"type": "link", "from": old, "to": new},
        {"type": "link", "from": new, "to": old},
        {"type": "unlink", "from": gone},
    ]
    line.configure(CHANNEL, rich_menu_seconds=60)

    batch = wire.run(client.rich_menu_batch(moves))
    under_way = wire.run(client.get_rich_menu_batch_progress(batch.request_id))
    line.advance(61)
    done = wire.run(client.get_rich_menu_batch_progress(batch.request_id))

    assert (under_way["phase"], done["phase"]) == ("ongoing", "succeeded")
    assert [shown_to(line, person) for person in (aoi, ren, rin)] == [new, old, None]


def test_a_repeated_batch_is_the_same_batch(client, line):
    [aoi] = make_friends(line, "Aoi")
    old, new = make_shown_rich_menu(client), make_shown_rich_menu(client)
    wire.run(client.link_rich_menu_id_to_user(aoi, old))
    move = [{"type": "link", "from": old, "to": new}]
    wire.run(client.rich_menu_batch(move, resume_request_key="october"))
    line.advance(5)
    wire.run(client.link_rich_menu_id_to_user(aoi, old))

    again = wire.run(client.rich_menu_batch(move, resume_request_key="october"))
    line.advance(5)

    assert shown_to(line, aoi) == old
    assert wire.run(client.get_rich_menu_batch_progress(again.request_id))["phase"] == "succeeded"


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [{"type": "unlinkAll"}] * 1001,
        [{"type": "unlinkAll"}, {"type": "unlink", "from": "richmenu-1"}],
        [{"type": "unlink", "from": "richmenu-1"}] * 2,
        [{"type": "link", "from": "richmenu-1"}],
        [{"type": "jump"}],
        ["unlinkAll"],
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(client, operations):
    with pytest.raises(Rejected) as error:
        wire.run(client.validate_rich_menu_batch_request(operations))

    assert error.value.details[0]["property"].startswith("operations")


def test_three_batches_an_hour_are_taken(client):
    for _ in range(3):
        wire.run(client.rich_menu_batch([{"type": "unlinkAll"}]))

    with pytest.raises(RateLimited) as error:
        wire.run(client.rich_menu_batch([{"type": "unlinkAll"}]))

    assert error.value.retry_after == 1200


def test_a_batch_is_remembered_for_14_days(client, line):
    batch = wire.run(client.rich_menu_batch([{"type": "unlinkAll"}]))

    line.advance(14 * DAY + 1)

    assert wire.run(client.get_rich_menu_batch_progress(batch.request_id)) is None


def test_an_alias_is_made_changed_and_deleted(client):
    first, second = make_shown_rich_menu(client), make_shown_rich_menu(client)

    wire.run(client.create_rich_menu_alias("summer", first))
    with pytest.raises(Rejected):
        wire.run(client.create_rich_menu_alias("summer", second))
    wire.run(client.update_rich_menu_alias("summer", second))
    changed = wire.run(client.get_rich_menu_alias_list())
    wire.run(client.delete_rich_menu_alias("summer"))

    assert changed == {"summer": second}
    assert wire.run(client.get_rich_menu_alias("summer")) is None
    with pytest.raises(Rejected):
        wire.run(client.delete_rich_menu_alias("summer"))


@pytest.mark.parametrize("alias", ["", "Summer", "夏", "a" * 33, "a b"])
def test_an_alias_is_of_small_letters_digits_and_dashes(client, alias):
    menu_id = make_shown_rich_menu(client)

    with pytest.raises(Rejected) as error:
        wire.run(client.create_rich_menu_alias(alias, menu_id))

    assert error.value.details[0]["property"] == "richMenuAliasId"


def test_a_channel_has_a_thousand_aliases(client, line):
    menu_id = make_shown_rich_menu(client)
    for number in range(1000):
        wire.run(client.create_rich_menu_alias(f"alias-{number}", menu_id))

    with pytest.raises(Rejected):
        wire.run(client.create_rich_menu_alias("one-more", menu_id))


def test_a_tap_switches_from_menu_to_menu(client, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    switch = {"type": "richmenuswitch", "richMenuAliasId": "second", "data": "to=second"}
    first, second = make_shown_rich_menu(client, make_area(switch)), make_shown_rich_menu(client)
    wire.run(client.set_default_rich_menu(first))
    wire.run(client.create_rich_menu_alias("second", second))

    tapped = line.tap_rich_menu(CHANNEL, aoi)

    assert tapped["richMenuId"] == shown_to(line, aoi) == second
    assert tapped["event"]["postback"] == {
        "data": "to=second",
        "params": {"newRichMenuAliasId": "second", "status": "SUCCESS"},
    }


def test_a_switch_to_nowhere_is_told(client, line):
    [aoi] = make_friends(line, "Aoi")
    switch = {"type": "richmenuswitch", "richMenuAliasId": "second", "data": "x"}
    menu_id = make_shown_rich_menu(client, make_area(switch))
    wire.run(client.set_default_rich_menu(menu_id))

    no_alias = line.tap_rich_menu(CHANNEL, aoi)
    gone = make_shown_rich_menu(client)
    wire.run(client.create_rich_menu_alias("second", gone))
    wire.run(client.delete_rich_menu(gone))
    no_menu = line.tap_rich_menu(CHANNEL, aoi)

    assert no_alias["event"]["postback"]["params"]["status"] == "RICHMENU_ALIAS_ID_NOTFOUND"
    assert no_menu["event"]["postback"]["params"]["status"] == "RICHMENU_NOTFOUND"
    assert no_menu["richMenuId"] == menu_id


def test_taps_reach_the_webhook(client, line, receiver):
    [aoi] = make_friends(line, "Aoi")
    picker = {"type": "datetimepicker", "data": "visit", "mode": "date"}
    areas = [make_area(), make_area(POSTBACK), make_area(picker), make_area({"type": "uri", "uri": "tel:1"})]
    wire.run(client.set_default_rich_menu(make_shown_rich_menu(client, *areas)))

    said = line.tap_rich_menu(CHANNEL, aoi, 0)["event"]
    posted = line.tap_rich_menu(CHANNEL, aoi, 1)["event"]
    picked = line.tap_rich_menu(CHANNEL, aoi, 2, params={"date": "2026-12-24"})["event"]
    opened = line.tap_rich_menu(CHANNEL, aoi, 3)["event"]

    assert said["message"]["text"] == "Menu"
    assert posted["postback"] == {"data": "action=menu"}
    assert picked["postback"]["params"] == {"date": "2026-12-24"}
    assert opened is None
    assert len(receiver.received) == 4


def test_impressions_and_clicks_are_told_by_area(client, line):
    people = make_many_friends(line, 20)
    menu_id = make_shown_rich_menu(client, make_area(POSTBACK), make_area(x=400))
    wire.run(client.set_default_rich_menu(menu_id))
    for person in people:
        line.show_rich_menu(CHANNEL, person)
        line.tap_rich_menu(CHANNEL, person, 0)
    line.tap_rich_menu(CHANNEL, people[0], 0)
    today = line.today()
    line.advance(DAY)

    summary = wire.run(client.get_rich_menu_insight_summary(menu_id, today, today))
    daily = wire.run(client.get_rich_menu_insight_daily(menu_id, today, line.today()))

    assert summary["impression"]["metrics"] == {"count": 20, "uniqueUsers": 20}
    assert [click["metrics"] for click in summary["clicks"]] == [
        {"count": 21, "uniqueUsers": 20},
        {"count": 0, "uniqueUsers": 0},
    ]
    assert summary["clicks"][1]["bounds"]["x"] == 400
    assert daily["clicks"][0]["metrics"] == [{"date": f"{today:%Y%m%d}", "count": 21, "uniqueUsers": 20}]


def test_nothing_is_told_of_fewer_than_20_people_nor_of_today(client, line):
    people = make_many_friends(line, 20)
    menu_id = make_shown_rich_menu(client)
    wire.run(client.set_default_rich_menu(menu_id))
    today = line.today()
    for person in people[:19]:
        line.tap_rich_menu(CHANNEL, person)
    line.advance(DAY)
    of_19 = wire.run(client.get_rich_menu_insight_summary(menu_id, today, today))
    line.tap_rich_menu(CHANNEL, people[19])

    with_today = wire.run(client.get_rich_menu_insight_summary(menu_id, today, line.today()))
    line.advance(DAY)
    tomorrow = wire.run(client.get_rich_menu_insight_summary(menu_id, today, line.today()))

    assert of_19 == with_today == {"richMenuId": menu_id}
    assert tomorrow["clicks"][0]["metrics"]["uniqueUsers"] == 20


@pytest.mark.parametrize(("days", "daily_days"), [(397, 100), (-1, -1)])
def test_a_period_has_its_longest(client, line, days, daily_days):
    menu_id = make_shown_rich_menu(client)
    today = line.today()

    with pytest.raises(Rejected):
        wire.run(client.get_rich_menu_insight_summary(menu_id, today - timedelta(days), today))
    with pytest.raises(Rejected):
        wire.run(client.get_rich_menu_insight_daily(menu_id, today - timedelta(daily_days), today))


def test_another_channel_does_not_know_it(client, line, endpoints):
    menu_id = make_shown_rich_menu(client)
    line.add_channel("1650000002", "another secret")
    other = type(client)("1650000002", "another secret", endpoints=endpoints)

    assert wire.run(other.get_rich_menu(menu_id)) is None
    with pytest.raises(Rejected):
        wire.run(other.set_default_rich_menu(menu_id))
    assert wire.run(client.get_rich_menu(menu_id))["richMenuId"] == menu_id
