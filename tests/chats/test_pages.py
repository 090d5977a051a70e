"""Inbox and talk as pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import User
from channels.models import Channel
from chats import delivery, sources
from chats.models import Conversation, Message, SavedReply, Sending
from chats.sources import Entry
from friends.models import Friend
from tests.chats.conftest import talk_of, writes
from tests.factories import make_conversation, make_friend


@pytest.fixture
def ren(tenant) -> Friend:
    return make_friend("ren", display_name="Ren Sato")


def versions(page: str) -> dict[str, str]:
    """What the page asks for news with."""
    found = re.search(r"after=(\d+)&amp;newest=(\d+)", page)
    return {"after": found[1], "newest": found[2]}


def test_the_inbox_says_who_wrote_what(ren, visit):
    writes(ren, "Do you have this in red?")

    page = visit().read("chats/")

    assert "Ren Sato" in page
    assert "Do you have this in red?" in page


def test_the_inbox_explains_itself_while_it_is_empty(tenant, visit):
    assert "They begin when a friend writes" in visit().read("chats/?tab=all")


def test_each_tab_shows_its_state(visit, tenant):
    for state in ("unread", "in_progress", "done"):
        make_conversation(make_friend(display_name=f"is {state}"), state=state)
    visitor = visit()

    assert "is unread" in visitor.read("chats/?tab=unread")
    assert "is done" not in visitor.read("chats/?tab=unread")
    assert "is in_progress" in visitor.read("chats/?tab=in_progress")
    assert "is done" in visitor.read("chats/?tab=all")


def test_ones_own_conversations_have_a_tab(visit, tenant):
    visitor = visit(email="sato@example.com")
    user = User.objects.get(email="sato@example.com")
    make_conversation(make_friend(display_name="Hers"), assignee_id=user.pk)
    make_conversation(make_friend(display_name="Nobodys"))

    page = visitor.read("chats/?tab=mine")

    assert "Hers" in page
    assert "Nobodys" not in page


@pytest.mark.parametrize("words", ["Ren", "ｒｅｄ", "RED DRESS"])
def test_search_finds_names_and_words_of_any_width_and_case(ren, visit, words):
    writes(ren, "A red  dress?")
    make_conversation(make_friend(display_name="Mio"), text="Thanks")

    page = visit().read("chats/", {"tab": "all", "q": words})

    assert "Ren Sato" in page
    assert "Mio" not in page


@pytest.mark.parametrize("words", ["%", "_", "\\", "x" * 100, "👩‍👩‍👧‍👦", "が"])
def test_search_takes_every_character_for_itself(ren, visit, words):
    writes(ren, "nothing special")

    assert "Ren Sato" not in visit().read("chats/", {"tab": "all", "q": words})


@pytest.mark.parametrize(
    "query", ["tab=nothing", "assignee=me", "assignee=99999999999", "before=x_y", "q=" + "x" * 999]
)
def test_a_strange_address_shows_the_inbox(tenant, visit, query):
    assert visit().get(f"chats/?{query}").status_code == 200


def test_the_list_goes_on_where_the_page_ends(tenant, visit):
    now = timezone.now()
    for n in range(45):
        make_conversation(make_friend(display_name=f"No-{n:02}."), last_at=now - timedelta(minutes=n // 2))
    visitor = visit()

    first = visitor.read("chats/?tab=all")
    following = re.search(r'href="(\?[^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    second = visitor.read(f"chats/{following}")

    shown = re.findall(r"No-\d\d\.", first) + re.findall(r"No-\d\d\.", second)
    assert len(shown) == len(set(shown)) == 45


def test_the_inbox_asks_the_database_as_often_for_many(tenant, visit, django_assert_max_num_queries):
    for _ in range(30):
        make_conversation(assignee_id=1)
    visitor = visit()
    visitor.read("chats/?tab=all")

    with django_assert_max_num_queries(16):
        visitor.read("chats/?tab=all")


def test_the_list_is_sent_again_only_when_it_has_changed(ren, visit):
    writes(ren, "Hello")
    visitor = visit()
    mark = re.search(r"mark=(\w+)", visitor.read("chats/?tab=all"))[1]

    assert visitor.get("chats/rows/", {"tab": "all", "mark": mark}).status_code == 204
    writes(ren, "Hello?", 1)
    assert "Hello?" in visitor.read("chats/rows/", {"tab": "all", "mark": mark})


def test_news_are_only_what_is_new(ren, visit):
    writes(ren, "Hello")
    visitor = visit()
    asked = versions(visitor.read(f"chats/{ren.pk}/"))

    assert visitor.get(f"chats/{ren.pk}/news/", asked).status_code == 204
    writes(ren, "Anybody there?", 1)
    news = visitor.read(f"chats/{ren.pk}/news/", asked)

    assert "Anybody there?" in news
    assert ">Hello<" not in news
    assert visitor.get(f"chats/{ren.pk}/news/", versions(news)).status_code == 204


def test_asking_in_vain_costs_one_question(ren, visit, django_assert_max_num_queries):
    writes(ren, "Hello")
    visitor = visit()
    asked = versions(visitor.read(f"chats/{ren.pk}/"))

    with django_assert_max_num_queries(7):  # six are about who asks, and for which client
        visitor.get(f"chats/{ren.pk}/news/", asked)


def test_others_see_who_is_typing(ren, visit):
    writes(ren, "Hello")
    sato, tanaka = visit(email="sato@example.com"), visit(email="tanaka@example.com")

    sato.post(f"chats/{ren.pk}/typing/")

    assert "sato@example.com is writing" in tanaka.read(f"chats/{ren.pk}/news/?after=1&newest=999")
    assert sato.get(f"chats/{ren.pk}/news/?after=1&newest=999").status_code == 204


def test_opening_a_talk_makes_it_read(ren, visit):
    writes(ren, "Hello")

    visit().post(f"chats/{ren.pk}/seen/")

    assert Conversation.objects.get().state == "in_progress"


def test_looking_without_the_right_to_answer_leaves_it_unread(ren, visit):
    writes(ren, "Hello")
    viewer = visit("viewer")

    page = viewer.read(f"chats/{ren.pk}/")

    assert "/seen/" not in page
    assert "composer" not in page
    assert viewer.post(f"chats/{ren.pk}/seen/").status_code == 403


def test_states_go_both_ways_and_are_kept_with_who_and_when(ren, visit):
    writes(ren, "Hello")
    visitor = visit(email="sato@example.com")

    visitor.post(f"chats/{ren.pk}/state/", {"state": "done"})
    visitor.post(f"chats/{ren.pk}/state/", {"state": "unread"})
    visitor.post(f"chats/{ren.pk}/state/", {"state": "in_progress"})

    assert Conversation.objects.get().state == "in_progress"
    page = visitor.read(f"chats/{ren.pk}/")
    assert "sato@example.com set it to “Done”." in page
    assert "sato@example.com set it to “Unread”." in page


def test_a_talk_is_given_to_somebody_who_can_answer(ren, visit):
    writes(ren, "Hello")
    visitor = visit(email="sato@example.com")
    user = User.objects.get(email="sato@example.com")

    visitor.post(f"chats/{ren.pk}/assignee/", {"assignee": user.pk})

    assert Conversation.objects.get().assignee_id == user.pk


def test_a_talk_is_not_given_to_somebody_of_another_client(ren, visit, other_tenant):
    writes(ren, "Hello")
    with tenant_context(other_tenant):
        visit("owner", email="elsewhere@example.com")
    stranger = User.objects.get(email="elsewhere@example.com")

    page = visit().send(f"chats/{ren.pk}/assignee/", {"assignee": stranger.pk})

    assert "cannot answer chats of this client" in page
    assert "elsewhere@example.com" not in page
    assert Conversation.objects.get().assignee_id is None


def test_notes_stay_among_us(aoi, channel: Channel, simulator, visit):
    visit().send(f"chats/{aoi.pk}/notes/", {"note": "VIP, be quick"})
    delivery.send_due()

    assert Message.objects.get().sender == "note"
    assert not Sending.objects.exists()
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == []


@pytest.mark.parametrize("note", ["", "   ", "x" * 5_001])
def test_a_note_needs_words(ren, visit, note):
    assert "A note needs" in visit().send(f"chats/{ren.pk}/notes/", {"note": note})


def test_what_friends_write_is_never_code(ren, visit):
    writes(ren, "<script>alert(1)</script><img src=x onerror=alert(1)>")

    page = visit().read(f"chats/{ren.pk}/")

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_an_answer_goes_from_the_page_to_the_friend(aoi, channel: Channel, simulator, visit):
    visitor = visit()
    token = re.search(r'name="client_token" value="(\w+)"', visitor.read(f"chats/{aoi.pk}/"))[1]
    form = {"client_token": token, "text": "Yes,\r\nwe do", "may_push": "on", "sticker": "446:1988"}

    visitor.post(f"chats/{aoi.pk}/messages/", form)
    visitor.post(f"chats/{aoi.pk}/messages/", form)
    delivery.send_due()

    text, sticker = simulator.inbox(channel.channel_id, aoi.line_user_id)
    assert text["text"] == "Yes,\nwe do"
    assert sticker["stickerId"] == "1988"
    assert "Sent by push" in visitor.read(f"chats/{aoi.pk}/")


def test_the_price_of_a_push_is_shown_before(aoi, channel: Channel, visit):
    page = visit().read(f"chats/{aoi.pk}/")

    assert "Push: 1 message, within the plan’s free messages" in page


def test_an_answer_that_is_refused_keeps_its_words(aoi, visit):
    form = {"client_token": "1", "text": "Precious words"}

    page = visit().send(f"chats/{aoi.pk}/messages/", form)

    assert "The free reply is over." in page
    assert "Precious words</textarea>" in page


@pytest.mark.parametrize("sticker", ["446:1", "1:2", "446:１９８８", "x", "446:1988:1"])
def test_only_stickers_that_line_lets_everybody_send(aoi, visit, sticker):
    form = {"client_token": "1", "text": "", "may_push": "on", "sticker": sticker}

    assert "Choose one of the stickers shown." in visit().send(f"chats/{aoi.pk}/messages/", form)
    assert not Sending.objects.exists()


@pytest.mark.parametrize("picture", ["a\0b", "x" * 5_000, "😀"])
def test_a_picture_that_was_not_uploaded_is_none(visit, aoi, picture):
    page = visit().send(f"chats/{aoi.pk}/messages/", {"client_token": "t1", "text": "", "picture": picture})

    assert "<form" in page
    assert not Sending.objects.exists()


def test_a_blocked_friend_cannot_be_answered(aoi, visit):
    Friend.objects.update(status="blocked")

    page = visit().read(f"chats/{aoi.pk}/")

    assert "has blocked the account" in page


def test_a_channel_that_only_sends_says_so(aoi, channel: Channel, visit):
    Channel.objects.filter(pk=channel.pk).update(mode="send_only")

    assert "another tool receives what friends write" in visit().read(f"chats/{aoi.pk}/")


def test_without_a_channel_the_page_says_what_to_do(ren, visit):
    assert "No LINE channel is connected." in visit().read(f"chats/{ren.pk}/")


def test_looking_at_a_friend_does_not_begin_a_talk(ren, visit):
    visit().read(f"chats/{ren.pk}/")

    assert not Conversation.objects.exists()


def test_earlier_messages_are_fetched_piece_by_piece(ren, visit):
    for n in range(60):
        writes(ren, f"No-{n:02}.", n)
    visitor = visit()

    page = visitor.read(f"chats/{ren.pk}/")
    earlier = re.search(r'hx-get="/c/apparel/(chats/\d+/earlier/[^"]*)"', page)[1]
    more = visitor.read(earlier)

    assert "No-59." in page
    assert "No-05." not in page
    assert "No-05." in more
    assert "Show earlier" not in more


@pytest.mark.parametrize("moment", ["2026-02-30T00:00:00", "2026-01-01T00:00:00", "soon"])
def test_what_is_no_moment_shows_the_newest(ren, visit, moment):
    writes(ren, "Do you have this in red?")

    assert "in red?" in visit().read(f"chats/{ren.pk}/earlier/?before={moment}")


def test_what_other_apps_sent_stands_in_the_talk(ren, visit, monkeypatch):
    monkeypatch.setattr(sources, "_sources", [])
    writes(ren, "Hello")

    @sources.register
    def sale(friend_id, before, limit):
        at = Message.objects.get().at - timedelta(days=1)
        return [Entry(at, [{"type": "text", "text": "Sale today"}], "Autumn sale", "/broadcasts/1/")]

    page = visit().read(f"chats/{ren.pk}/")

    talk = page.partition('id="talk"')[2]
    assert talk.index("Sale today") < talk.index("Hello")
    assert "Autumn sale" in talk


def test_saved_replies_are_offered_with_the_friends_name(ren, visit):
    visitor = visit()
    visitor.send("chats/saved-replies/new/", {"title": "Thanks", "text": "Thank you, {name}."})

    assert 'data-insert="Thank you, Ren Sato."' in visitor.read(f"chats/{ren.pk}/")


def test_a_saved_reply_is_changed_and_deleted(tenant, visit):
    visitor = visit()
    saved = SavedReply.objects.create(title="Hours", text="10:00")

    visitor.send(f"chats/saved-replies/{saved.pk}/", {"title": "Hours", "text": "11:00"})
    assert SavedReply.objects.get().text == "11:00"
    page = visitor.send(f"chats/saved-replies/{saved.pk}/delete/", {})

    assert "“Hours” is deleted." in page
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize(
    ("title", "text"), [("", "x"), ("Hours", "y"), ("x" * 61, "x"), ("Other", ""), ("Other", "👍" * 2_501)]
)
def test_a_saved_reply_that_cannot_be_sent_is_refused(tenant, visit, title, text):
    SavedReply.objects.create(title="Hours", text="10:00")

    visit().send("chats/saved-replies/new/", {"title": title, "text": text})

    assert SavedReply.objects.count() == 1


def test_how_many_are_unread_is_counted_for_the_menu(ren, visit):
    writes(ren, "Hello")

    assert 'data-unread="1"' in visit().read("chats/unread/")


def test_a_talk_with_a_friend_of_another_client_is_not_found(ren, visit, other_tenant):
    writes(ren, "Hello")
    with tenant_context(other_tenant):
        visitor = visit("owner")

    assert visitor.get(f"/c/cosmetics/chats/{ren.pk}/").status_code == 404
    assert visitor.post(f"/c/cosmetics/chats/{ren.pk}/notes/", {"note": "Hi"}).status_code == 404
    assert talk_of(ren) == ["Hello"]
