"""Answers of people: free while the reply token lives, by push after that; neither lost nor sent twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from billing import quota
from billing.errors import PlanExceeded
from billing.models import LedgerEntry
from channels.services import client_for
from chats import delivery, sending
from chats.errors import CostsMoney, FriendBlocked, NotConnected, NothingToSend, WrongState
from chats.models import Conversation, Message, Sending
from composing.errors import InvalidMessages
from friends.models import Friend, Reply
from line import wire
from tests.chats.conftest import talk_of
from tests.factories import make_friend, make_user

REPLY, PUSH = "POST /v2/bot/message/reply", "POST /v2/bot/message/push"


@pytest.fixture
def asked(aoi, channel, simulator) -> Friend:
    """Aoi has written just now, and her reply token lives."""
    event = simulator.say(channel.channel_id, aoi.line_user_id, "Do you have this in red?")
    _asks(aoi, event["replyToken"])
    return aoi


def _asks(friend: Friend, token: str) -> None:
    now = timezone.now()
    Conversation.objects.update_or_create(
        friend=friend,
        defaults={
            "state": "unread",
            "last_at": now,
            "reply_token": token,
            "reply_until": now + timedelta(seconds=50),
        },
    )


def answer(friend: Friend, text: str = "Yes", *, may_push: bool = False, token: str = "") -> Sending:
    """As the form does, and sent at once."""
    made = sending.send(
        friend,
        [{"type": "text", "text": text}],
        client_token=token or uuid4().hex,
        may_push=may_push,
        by=None,
    )
    delivery.send_due()
    made.refresh_from_db()
    return made


def again_now() -> None:
    """When the pause is over."""
    Sending.objects.filter(state="pending").update(due_at=timezone.now())
    delivery.send_due()


def pushes() -> list[int]:
    entries = LedgerEntry.objects.filter(tenant=connection.tenant.pk, kind="push")
    return list(entries.values_list("messages", flat=True))


def test_an_answer_within_the_minute_is_free(asked, simulator, channel):
    made = answer(asked)

    assert (made.state, made.way) == ("sent", "reply")
    assert simulator.texts(channel.channel_id, asked.line_user_id) == ["Yes"]
    assert pushes() == []


def test_the_free_reply_is_given_once(asked):
    answer(asked)

    with pytest.raises(CostsMoney):
        answer(asked, "And in blue")


def test_after_the_minute_a_push_is_booked(aoi, simulator, channel):
    made = answer(aoi, may_push=True)

    assert (made.state, made.way) == ("sent", "push")
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert pushes() == [1]


def test_nobody_pays_who_did_not_agree(aoi):
    with pytest.raises(CostsMoney):
        answer(aoi)

    assert not Sending.objects.exists()
    assert not Message.objects.exists()


def test_five_messages_in_one_push_count_as_one(aoi):
    messages = [{"type": "text", "text": str(n)} for n in range(5)]

    sending.send(aoi, messages, client_token="five", may_push=True, by=None)
    delivery.send_due()

    assert pushes() == [1]


def test_the_same_form_twice_is_sent_once(aoi, simulator, channel):
    first = answer(aoi, may_push=True, token="form-1")
    second = answer(aoi, may_push=True, token="form-1")

    assert first == second
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]


def test_a_lost_answer_of_a_push_does_not_send_twice(aoi, simulator, channel):
    simulator.lose_next_answers(1)

    made = answer(aoi, may_push=True)
    assert made.state == "pending"
    again_now()

    made.refresh_from_db()
    assert made.state == "sent"
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert pushes() == [1]


def test_a_worker_that_died_before_storing_does_not_send_twice(aoi, simulator, channel):
    sending.send(aoi, [{"type": "text", "text": "Yes"}], client_token="1", may_push=True, by=None)
    dead = delivery._claim()
    wire.run(delivery._ask_line(client_for(channel), dead))
    again_now()

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert Sending.objects.get().state == "sent"
    assert pushes() == [1]


def test_a_push_whose_key_line_has_forgotten_is_left_to_a_person(aoi, simulator, channel):
    sending.send(aoi, [{"type": "text", "text": "Yes"}], client_token="1", may_push=True, by=None)
    wire.run(delivery._ask_line(client_for(channel), delivery._claim()))
    Sending.objects.update(first_tried_at=timezone.now() - timedelta(hours=24), retry_key=uuid4())
    again_now()

    assert Sending.objects.get().state == "unknown"
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]


def test_the_form_of_another_talk_does_not_swallow_an_answer(aoi):
    answer(aoi, may_push=True, token="form-1")

    with pytest.raises(WrongState):
        answer(make_friend("ren"), may_push=True, token="form-1")


def test_storing_the_same_outcome_twice_books_it_once(aoi):
    made = answer(aoi, may_push=True)

    delivery.store(made.pk, None)

    assert pushes() == [1]


def test_a_free_reply_that_was_not_answered_is_never_pushed_by_itself(asked, simulator, channel):
    simulator.lose_next_answers(1, path="/v2/bot/message/reply")

    made = answer(asked, may_push=True)
    again_now()

    made.refresh_from_db()
    assert made.state == "unknown"
    assert simulator.texts(channel.channel_id, asked.line_user_id) == ["Yes"]
    assert pushes() == []


def test_a_person_says_that_an_unknown_answer_arrived(asked, simulator):
    simulator.lose_next_answers(1, path="/v2/bot/message/reply")
    made = answer(asked)
    again_now()

    made.refresh_from_db()
    delivery.settle(made, by=None)

    made.refresh_from_db()
    assert made.state == "sent"
    with pytest.raises(WrongState):
        delivery.settle(made, by=None)


def test_a_token_that_turned_out_used_fails_without_consent(aoi):
    _asks(aoi, "f" * 32)

    made = answer(aoi)

    assert (made.state, made.reason) == ("failed", "The free reply was over.")


def test_a_token_that_turned_out_used_becomes_a_push_with_consent(aoi, simulator, channel):
    _asks(aoi, "f" * 32)

    made = answer(aoi, may_push=True)

    assert (made.state, made.way) == ("sent", "push")
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert pushes() == [1]


def test_without_room_for_it_an_answer_does_not_become_a_push(aoi, simulator, channel):
    _asks(aoi, "f" * 32)
    quota.record_reading(connection.tenant.pk, 10, 10, timezone.now())

    made = answer(aoi, may_push=True)

    assert (made.state, made.error) == ("failed", "used_up")
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == []
    assert pushes() == []


@pytest.mark.parametrize(("may_push", "state", "texts"), [(True, "sent", ["Yes"]), (False, "failed", [])])
def test_a_reply_that_line_was_too_busy_for_was_not_sent(asked, simulator, channel, may_push, state, texts):
    simulator.fail_next(2, status=429, path="/v2/bot/message/reply")

    made = answer(asked, may_push=may_push)
    Sending.objects.update(first_tried_at=timezone.now() - timedelta(minutes=2))
    again_now()

    made.refresh_from_db()
    assert made.state == state
    assert simulator.texts(channel.channel_id, asked.line_user_id) == texts
    assert len(pushes()) == len(texts)


def test_a_push_that_may_have_arrived_is_sent_again_and_arrives_once(aoi, simulator, channel):
    simulator.lose_next_answers(1, path="/v2/bot/message/push")
    made = answer(aoi, may_push=True)
    simulator.fail_next(1, status=403, path="/v2/bot/message/push")
    again_now()

    made.refresh_from_db()
    assert made.state == "unknown"
    sending.send_again(made, by=None)
    delivery.send_due()

    made.refresh_from_db()
    assert made.state == "sent"
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert pushes() == [1]


def test_a_failed_answer_is_pushed_when_somebody_says_so(aoi, simulator, channel):
    _asks(aoi, "f" * 32)
    made = answer(aoi)

    sending.send_again(made, by=None)
    delivery.send_due()

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]
    assert pushes() == [1]
    with pytest.raises(WrongState):
        sending.send_again(made, by=None)


def test_a_token_that_an_automatic_answer_will_use_is_not_offered(asked):
    token = Conversation.objects.get().reply_token
    now = timezone.now()
    Reply.objects.create(friend=asked, token=token, composer="keyword", asked_at=now, due_at=now)

    assert not sending.offer(Conversation.objects.get()).is_free


def test_a_month_that_is_used_up_is_said_before(aoi):
    quota.record_reading(connection.tenant.pk, 10, 10, timezone.now())

    with pytest.raises(PlanExceeded):
        answer(aoi, may_push=True)

    assert not sending.offer(Conversation(friend=aoi)).can_push


def test_a_month_that_line_says_is_used_up_is_shown_and_not_sent(aoi, simulator, channel):
    simulator.configure(channel.channel_id, quota=0)

    made = answer(aoi, may_push=True)

    assert (made.state, made.error) == ("failed", "used_up")
    assert pushes() == []


def test_answers_keep_their_order_while_line_is_away(aoi, simulator, channel):
    simulator.fail_next(1)

    answer(aoi, "first", may_push=True)
    answer(aoi, "second", may_push=True)
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == []
    again_now()
    again_now()

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["first", "second"]


def test_somebody_who_blocks_the_account_is_not_written_to(aoi):
    Friend.objects.update(status="blocked")

    with pytest.raises(FriendBlocked):
        answer(Friend.objects.get(), may_push=True)


def test_without_a_channel_nothing_can_be_sent(tenant):
    with pytest.raises(NotConnected):
        sending.send(
            make_friend(), [{"type": "text", "text": "Hi"}], client_token="1", may_push=True, by=None
        )


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([], NothingToSend),
        ([{"type": "text", "text": ""}], InvalidMessages),
        ([{"type": "text", "text": "x" * 5_001}], InvalidMessages),
        ([{"type": "text", "text": "Hi"}] * 6, InvalidMessages),
        ([{"type": "hologram"}], InvalidMessages),
        (["Hi"], InvalidMessages),
    ],
)
def test_what_line_would_refuse_is_refused_at_once(aoi, messages, error):
    with pytest.raises(error):
        sending.send(aoi, messages, client_token="1", may_push=True, by=None)


def test_who_answers_takes_the_talk_in_hand(asked):
    user = make_user("marketer")

    sending.send(asked, [{"type": "text", "text": "Yes"}], client_token="1", may_push=False, by=user)

    talk = Conversation.objects.get()
    assert (talk.state, talk.assignee_id) == ("in_progress", user.pk)
    assert talk_of(asked)[-1] == "Yes"


def test_emoji_and_combining_characters_arrive_as_they_were_written(aoi, simulator, channel):
    text = "👩‍👩‍👧‍👦 が ﾊﾝｶｸ é ＡＢＣ"

    answer(aoi, text, may_push=True)

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == [text]
