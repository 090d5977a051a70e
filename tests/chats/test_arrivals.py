"""What friends write, tap and take back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import User
from chats import alerts, arrivals, media, services
from chats.models import Conversation, Media, Message
from friends.models import Friend
from friends.replies import Given
from friends.signals import replied
from tests.chats.conftest import of, talk_of, writes
from tests.factories import make_friend
from tests.friends.webhooks import NOON, arrive, received


@pytest.fixture
def ren(tenant) -> Friend:
    return make_friend("ren")


def test_what_a_friend_writes_makes_the_talk_unread(ren):
    writes(ren, "Do you have this in red?")

    talk = Conversation.objects.get(pk=ren.pk)
    assert talk.state == "unread"
    assert talk_of(ren) == ["Do you have this in red?"]


def test_a_new_message_opens_a_talk_that_was_done(ren):
    writes(ren, "Hello")
    Conversation.objects.update(state="done")

    writes(ren, "Still there?", 1)

    assert Conversation.objects.get().state == "unread"


def test_messages_stand_in_the_order_they_were_written(ren):
    writes(ren, "second", 2)
    writes(ren, "first", 1)

    assert talk_of(ren) == ["first", "second"]
    assert Conversation.objects.get().last_at == NOON + timedelta(minutes=2)


def test_a_tap_is_shown_and_asks_nobody(ren):
    arrive(of(received("postback", None, postback={"data": "menu=hours"}), ren))

    assert Conversation.objects.get().state == "done"
    assert Message.objects.get().content == {"data": "menu=hours"}


def test_the_same_message_again_is_kept_once(ren):
    writes(ren, "Hello", id="42")
    writes(ren, "Hello", id="42")

    assert talk_of(ren) == ["Hello"]


def test_whoever_writes_in_a_group_has_no_talk(ren):
    event = of(received("message", None, message={"type": "text", "id": "1", "text": "Hi all"}), ren)
    event.payload["source"]["type"] = "group"

    arrive(event)

    assert not Conversation.objects.exists()


def test_what_a_friend_takes_back_is_gone_with_its_file(ren, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    writes(ren, "", type="image", id="7", contentProvider={"type": "line"})
    kept = media._new_name()
    (tmp_path / kept).parent.mkdir(parents=True)
    (tmp_path / kept).write_bytes(b"picture")
    Media.objects.update(state="stored", file=kept)

    arrive(of(received("unsend", None, 1, unsend={"messageId": "7"}), ren))
    media.work_due()

    assert Message.objects.get().type == "unsent"
    assert not Media.objects.exists()
    assert not (tmp_path / kept).exists()


def test_words_taken_back_are_forgotten(ren):
    writes(ren, "My card number is 1234", id="8")

    arrive(of(received("unsend", None, 1, unsend={"messageId": "8"}), ren))

    message = Message.objects.get()
    assert (message.content, message.words) == ({}, "")


def test_what_is_taken_back_before_it_arrives_is_not_shown_later(ren):
    arrive(of(received("unsend", None, 1, unsend={"messageId": "9"}), ren))
    writes(ren, "Oops", id="9")

    assert talk_of(ren) == ["unsent"]


def test_nobody_takes_back_what_another_wrote(ren):
    writes(ren, "Mine", id="10")

    arrive(of(received("unsend", None, 1, unsend={"messageId": "10"}), make_friend("mio")))

    assert talk_of(ren) == ["Mine"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "text": "👩‍👩‍👧‍👦 が̀ ＡＢＣ"},
        {"type": "text", "text": "x" * 5_000},
        {"type": "text"},
        {"type": "text", "text": None},
        {"type": "hologram", "depth": 3},
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "location", "latitude": 35.6, "longitude": 139.7},
        {"type": "image", "contentProvider": "line"},
    ],
)
def test_any_kind_of_message_is_kept(ren, visit, message):
    arrive(of(received("message", None, message=message | {"id": "11"}), ren))

    assert Message.objects.get().type == message["type"]
    visit().read(f"chats/{ren.pk}/")


def test_what_the_account_answered_by_itself_is_in_the_talk(ren):
    writes(ren, "Opening hours?")
    words = [{"type": "text", "text": "10:00–19:00"}]

    replied.send(None, given=[Given(ren.pk, "keyword", 1, words, NOON + timedelta(seconds=2))])

    assert talk_of(ren) == ["Opening hours?", "10:00–19:00"]
    talk = Conversation.objects.get()
    assert (talk.state, talk.reply_token) == ("unread", "")


def test_a_greeting_begins_a_talk_that_waits_for_nobody(ren):
    replied.send(None, given=[Given(ren.pk, "greeting", None, [{"type": "text", "text": "Welcome"}], NOON)])

    assert Conversation.objects.get().state == "done"


def test_a_batch_costs_one_statement_and_a_look_at_what_is_awaited(ren, django_assert_num_queries):
    events = [
        of(received("message", None, n, message={"type": "text", "id": str(n), "text": "Hi"}), ren)
        for n in range(50)
    ]

    with django_assert_num_queries(2):
        arrivals.store(events)

    assert Message.objects.count() == 50


def test_each_client_has_talks_of_its_own(ren, other_tenant):
    writes(ren, "Hello")

    with tenant_context(other_tenant):
        assert not Conversation.objects.exists()


def test_who_takes_care_is_told_after_a_while(ren, mailoutbox, visit):
    visit("owner", email="sato@example.com")
    user = User.objects.get(email="sato@example.com")
    services.set_alerts(5, by=None)
    writes(ren, "Hello")
    Conversation.objects.update(state="done")
    services.assign(Conversation.objects.get(), user.pk, by=None)

    writes(ren, "Anybody there?", 1)
    alerts.send_due()
    assert mailoutbox == []
    Conversation.objects.update(alert_at=timezone.now())
    alerts.send_due()
    alerts.send_due()

    [mail] = mailoutbox
    assert mail.to == ["sato@example.com"]
    assert "Anybody there?" not in mail.body
