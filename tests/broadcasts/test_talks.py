"""What a friend was sent by broadcasts, as the talk with them shows it."""

from datetime import timedelta

from django.utils import timezone

from broadcasts.talks import sent_to
from tests.broadcasts.sending import send
from tests.factories import make_followers, make_segment, make_sending, make_tag


def tomorrow():
    return timezone.now() + timedelta(days=1)


def test_who_was_sent_something_sees_it_and_others_do_not(channel, simulator):
    aoi, ren, yui = make_followers(simulator, channel, ["葵", "蓮", "結衣"])
    vip = make_tag("VIP", friends=[aoi, yui])
    chosen = make_segment({"type": "tag", "tag": vip.pk}, name="VIP")

    make_sending("セールです", segment=chosen)
    send()

    [entry] = sent_to(aoi.pk, tomorrow(), 10)
    assert (entry.label, entry.messages) == ("Test", [{"type": "text", "text": "セールです"}])
    assert sent_to(yui.pk, tomorrow(), 10) == [entry]
    assert sent_to(ren.pk, tomorrow(), 10) == []


def test_a_personal_message_is_shown_with_the_name_it_went_out_with(channel, simulator):
    [aoi] = make_followers(simulator, channel, ["葵"])

    make_sending("{{display_name|お客様}}、こんにちは")
    send()

    [entry] = sent_to(aoi.pk, tomorrow(), 10)
    assert entry.messages[0]["text"] == "葵、こんにちは"


def test_what_has_not_left_is_not_shown(channel, simulator):
    [aoi] = make_followers(simulator, channel, ["葵"])

    make_sending("セールです")

    assert sent_to(aoi.pk, tomorrow(), 10) == []


def test_pages_go_back_in_time(channel, simulator):
    [aoi] = make_followers(simulator, channel, ["葵"])
    for text in ("一通目", "二通目"):
        make_sending(text)
        send()

    [newest] = sent_to(aoi.pk, tomorrow(), 1)
    [older] = sent_to(aoi.pk, newest.at, 1)

    assert [each.messages[0]["text"] for each in (newest, older)] == ["二通目", "一通目"]
