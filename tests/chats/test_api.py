"""Chats by REST."""

import pytest

from channels.models import Channel
from chats import delivery
from chats.models import Conversation
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.factories import make_conversation

TEXT = [{"type": "text", "text": "Yes"}]


def test_conversations_newest_first_by_state(tenant, call):  # noqa: F811
    first, second = make_conversation(), make_conversation()
    make_conversation(state="done")

    answer = call("chats.view_conversation").get("chats/?state=unread").json()

    assert [each["friend"] for each in answer["items"]] == [second.pk, first.pk]


def test_what_was_said(tenant, call):  # noqa: F811
    talk = make_conversation(text="Do you have this in red?")

    [said] = call("chats.view_conversation").get(f"chats/{talk.pk}/messages/").json()["items"]

    assert (said["sender"], said["content"]) == ("friend", {"text": "Do you have this in red?"})


def test_a_program_answers(aoi, channel: Channel, simulator, call):  # noqa: F811
    answer = call("chats.reply_conversation").post(
        f"chats/{aoi.pk}/messages/", {"messages": TEXT, "may_push": True}, **{"Idempotency-Key": "1"}
    )
    delivery.send_due()

    assert (answer.status_code, answer.json()["way"]) == (201, "push")
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Yes"]


def test_a_program_that_did_not_agree_to_pay_is_told_so(aoi, call):  # noqa: F811
    answer = call("chats.reply_conversation").post(f"chats/{aoi.pk}/messages/", {"messages": TEXT})

    assert (answer.status_code, answer.json()["code"]) == (422, "costs_money")


def test_state_and_assignee_are_changed(tenant, call):  # noqa: F811
    talk = make_conversation(assignee_id=5)

    answer = call("chats.change_conversation").patch(f"chats/{talk.pk}/", {"state": "done", "assignee": None})

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["assignee"]) == ("done", None)
    assert Conversation.objects.get().state == "done"


@pytest.mark.parametrize(
    "body", [{"state": "gone"}, {"assignee": "me"}, {"assignee": 2**40}, {"assignee": 1_000_000}]
)
def test_what_makes_no_sense_is_refused(tenant, call, body):  # noqa: F811
    talk = make_conversation()

    assert call("chats.change_conversation").patch(f"chats/{talk.pk}/", body).status_code in {400, 422}


def test_whoever_is_nobodys_friend_cannot_be_answered(tenant, call):  # noqa: F811
    answer = call("chats.reply_conversation").post("chats/999999/messages/", {"messages": TEXT})

    assert answer.status_code == 404
