"""What a tap on a button does to the friend who taps, from LINE's webhook on."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from accounts.models import Activity
from channels import processing
from composing import taps as composed
from events.models import Event
from friends import replies, wishes
from friends.models import Friend
from taps import services
from taps.errors import DoesNothing, SameTag, TapActionExists
from taps.models import TapAction
from tests.channels.conftest import put_in_inbox
from tests.factories import make_field, make_friend, make_tag, make_tap_action


@pytest.fixture
def aoi(channel, simulator) -> Friend:
    [user_id] = simulator.add_people(channel.channel_id, ["葵"])
    simulator.follow(channel.channel_id, [user_id])
    return make_friend(line_user_id=user_id, display_name="葵", profile_fetched_at=timezone.now())


@pytest.fixture
def tap(channel, simulator):
    """Somebody taps buttons with these data, one a second: the events, for `hear`."""

    def tap(friend: Friend, *data: str) -> list[dict]:
        events = [simulator.postback(channel.channel_id, friend.line_user_id, each) for each in data]
        return [event | {"timestamp": event["timestamp"] + n * 1000} for n, event in enumerate(events)]

    return tap


@pytest.fixture
def hear(channel):
    """Process these events as one webhook body, and give the answers that are owed."""

    def hear(events: list[dict]) -> None:
        put_in_inbox(orjson.dumps({"destination": channel.bot_user_id, "events": events}))
        processing.process(seconds=5)
        replies.give_due()

    return hear


def tags(friend: Friend) -> list[str]:
    return sorted(tag.name for tag in friend.tags.all())


def test_a_tap_puts_tags_on_takes_others_off_fills_a_field_and_is_answered(
    channel, simulator, aoi, tap, hear
):
    tea, coffee = make_tag("tea"), make_tag("coffee", friends=[aoi])
    action = make_tap_action(
        tags_put=[tea],
        tags_taken=[coffee],
        field=make_field("Drink", key="drink"),
        value="お茶",
        answer="了解です",
    )

    hear(tap(aoi, f"tap:{action.code}"))

    assert tags(aoi) == ["tea"]
    assert list(aoi.field_values.values_list("text", flat=True)) == ["お茶"]
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["了解です"]
    assert simulator.requests(channel.channel_id)["billed"] == 0
    action.refresh_from_db()
    assert action.tap_count == 1


def test_taps_work_in_the_order_in_which_they_were_made(aoi, tap, hear):
    tea = make_tag("tea")
    on, off = make_tap_action("on", tags_put=[tea]), make_tap_action("off", tags_taken=[tea])

    hear(tap(aoi, f"tap:{on.code}", f"tap:{off.code}"))
    without = tags(aoi)
    hear(tap(aoi, f"tap:{off.code}", f"tap:{on.code}"))

    assert without == []
    assert tags(aoi) == ["tea"]


def test_the_timeline_knows_which_bubble_of_which_broadcast_was_tapped(aoi, tap, hear):
    action = make_tap_action("Likes tea")
    button = {"type": "postback", "data": f"tap:{action.code}", "label": "Tea"}

    [sent] = [composed.marked({"type": "template", "action": button}, broadcast=12, bubble=2)]
    hear(tap(aoi, sent["action"]["data"]))

    event = Event.objects.get(type="tapped")
    assert event.properties == {"action": "Likes tea", "number": action.pk, "broadcast": 12, "bubble": 2}


@pytest.mark.parametrize("data", ["tap:", "tap:nobody", "tap:x@b1", "tap:UPPER", "action=buy", "tap:a b"])
def test_other_postbacks_do_nothing(aoi, tap, hear, data):
    make_tap_action(tags_put=[make_tag("tea")])

    hear(tap(aoi, data))

    assert tags(aoi) == []
    assert not Event.objects.filter(type="tapped").exists()


def test_a_webhook_that_comes_twice_counts_once(channel, aoi, tap, hear):
    action = make_tap_action()
    events = tap(aoi, f"tap:{action.code}")

    hear(events)
    hear(events)

    action.refresh_from_db()
    assert action.tap_count == 1


def test_who_taps_stop_gets_no_broadcasts_until_they_tap_resume(aoi, tap, hear):
    stop = make_tap_action("stop", broadcasts="stop")
    resume = make_tap_action("resume", broadcasts="resume")

    hear(tap(aoi, f"tap:{stop.code}@b7.1"))
    aoi.refresh_from_db()
    stopped_at = aoi.stopped_at
    hear(tap(aoi, f"tap:{resume.code}"))

    aoi.refresh_from_db()
    assert stopped_at is not None
    assert aoi.stopped_at is None
    assert Event.objects.get(type="stopped").properties == {"broadcast": 7}


def test_what_was_said_later_stands_though_it_is_heard_of_first(aoi):
    now = timezone.now()

    wishes.wish([aoi.pk], stops=True, at=now)
    wishes.wish([aoi.pk], stops=False, at=now - timedelta(minutes=1))

    aoi.refresh_from_db()
    assert aoi.stopped_at == now


def test_an_archived_action_goes_on_working_in_messages_that_were_sent(aoi, tap, hear):
    action = make_tap_action(tags_put=[make_tag("tea")])
    services.archive(action)

    hear(tap(aoi, f"tap:{action.code}"))

    assert tags(aoi) == ["tea"]


def test_a_field_whose_choice_is_gone_is_passed_over_and_the_rest_is_done(aoi, tap, hear):
    field = make_field("Size", key="size", type_="choice", choices=["S", "M"])
    action = make_tap_action(field=field, value="M", tags_put=[make_tag("tea")])
    type(field).objects.filter(pk=field.pk).update(choices=["S"])

    hear(tap(aoi, f"tap:{action.code}"))

    assert tags(aoi) == ["tea"]


def test_what_does_nothing_or_contradicts_itself_is_refused(tenant):
    tea = make_tag("tea")
    make_tap_action("Taken")

    with pytest.raises(DoesNothing):
        make_tap_action(answer=" ")
    with pytest.raises(SameTag):
        make_tap_action(tags_put=[tea], tags_taken=[tea])
    with pytest.raises(TapActionExists):
        make_tap_action("taken")


def typed(**fields: object) -> dict:
    return {"name": "Likes tea", "answer": "Noted", "broadcasts": "", "value": ""} | fields


def test_an_action_is_made_changed_and_archived_on_its_pages(visit):
    tea = make_tag("tea")
    visitor = visit()

    page = visitor.send("taps/new/", typed(tags_put=[tea.pk]))
    action = TapAction.objects.get()
    visitor.send(f"taps/{action.pk}/", typed(name="Loves tea", tags_put=[tea.pk]))
    visitor.send(f"taps/{action.pk}/archive/", {})

    assert "Likes tea" in page
    action.refresh_from_db()
    assert action.name == "Loves tea"
    assert action.archived_at is not None
    verbs = ["tap_action.created", "tap_action.changed", "tap_action.archived"]
    assert (
        list(Activity.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", flat=True)) == verbs
    )


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"answer": ""}, "at least one thing"),
        ({"name": ""}, "required"),
        ({"name": "taken"}, "already"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_lost(visit, fields, complaint):
    make_tap_action("Taken")

    page = visit().post("taps/new/", typed(**fields)).content.decode()

    assert complaint in page
    assert TapAction.objects.count() == 1


def test_staff_write_down_a_friends_wish_on_their_page(visit):
    aoi = make_friend("aoi")
    visitor = visit()

    page = visitor.send(f"friends/{aoi.pk}/stop/", {})

    aoi.refresh_from_db()
    assert aoi.stopped_at is not None
    assert "stopped since" in page
    assert Activity.objects.filter(verb="friend.stopped").count() == 1
