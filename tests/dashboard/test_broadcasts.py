from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts import services as broadcasts
from broadcasts.models import Broadcast
from tests.broadcasts.sending import send
from tests.dashboard.pages import fields_of
from tests.factories import make_broadcast, make_followers, make_segment, make_sending

Status = Broadcast.Status
FLEX = '{"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": []}}'


def written(segment, text: str = "Sale today", **more: str) -> dict:
    """The form of a broadcast with one text."""
    form = {"name": "Sale", "segment": str(segment.pk), "bubbles": "1", "b0-type": "text", "b0-text": text}
    return form | more


def in_an_hour() -> str:
    return timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


def ready(**fields) -> Broadcast:
    """Approved, to be scheduled."""
    broadcast = make_broadcast(**fields)
    broadcast.move(Status.DRAFT, to=Status.APPROVED, approved_at=timezone.now())
    broadcast.refresh_from_db()
    return broadcast


def test_a_broadcast_is_written(visit):
    segment = make_segment(name="Everyone")

    page = visit().send("broadcasts/new/", written(segment, "Line one\r\nLine two"))

    made = Broadcast.objects.get()
    assert made.messages == [{"type": "text", "text": "Line one\nLine two"}]
    assert "Ask for approval" in page


def test_a_message_over_lines_limits_is_refused_at_its_bubble(visit):
    bubble = {"bubbles": "2", "b1-type": "flex-json", "b1-altText": "New", "b1-contents": '{"type": "moon"}'}

    page = visit().send("broadcasts/new/", written(make_segment(), **bubble))

    assert "Must be one of: bubble, carousel." in page
    assert not Broadcast.objects.exists()


def test_what_was_typed_is_still_there_after_a_refusal(visit):
    page = visit().send("broadcasts/new/", written(make_segment(), "Sale today", name=""))

    assert fields_of(page)["b0-text"] == "Sale today"
    assert not Broadcast.objects.exists()


def test_the_phone_shows_the_messages_while_they_are_written(visit):
    text = "{{display_name|dear customer}}, <b>sale</b> today"

    page = visit().send("messages/compose/", written(make_segment(), text))

    assert "Hanako</span>" in page
    assert ", &lt;b&gt;sale&lt;/b&gt; today" in page


def test_bubbles_are_added_moved_and_removed(visit):
    two = written(make_segment(), "First", **{"bubbles": "2", "b1-type": "text", "b1-text": "Second"})
    visitor = visit()

    added = fields_of(visitor.send("messages/compose/", two | {"do": "add:b:image"}))
    moved = fields_of(visitor.send("messages/compose/", two | {"do": "up:b1"}))
    removed = fields_of(visitor.send("messages/compose/", two | {"do": "remove:b0"}))

    assert added["b2-type"] == "image"
    assert (moved["b0-text"], moved["b1-text"]) == ("Second", "First")
    assert removed["b0-text"] == "Second"
    assert removed["bubbles"] == "1"


def test_there_are_never_more_than_five_bubbles(visit):
    five = {"bubbles": "5"} | {f"b{index}-type": "text" for index in range(5)}

    page = visit().send("messages/compose/", five | {"do": "add:b:text"})

    assert fields_of(page)["bubbles"] == "5"
    assert "Add a bubble" not in page


def test_a_draft_opens_as_it_was_saved(visit):
    messages = [
        {"type": "text", "text": "Sale\ntoday"},
        {
            "type": "image",
            "originalContentUrl": "https://a.test/a.png",
            "previewImageUrl": "https://a.test/b.png",
        },
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    ]
    broadcast = make_broadcast(messages=messages)
    visitor = visit()

    form = fields_of(visitor.read(f"broadcasts/{broadcast.pk}/edit/"))
    visitor.send(f"broadcasts/{broadcast.pk}/edit/", form | {"name": "Renamed"})

    broadcast.refresh_from_db()
    assert broadcast.name == "Renamed"
    assert broadcast.messages == messages


def test_recipients_and_cost_are_shown_before_it_is_sent(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    segment = make_segment()

    page = visit().read("broadcasts/forecast/", {"segment": segment.pk})

    assert "<dt>Recipients</dt><dd>3</dd>" in page
    assert "3 free, 0 paid" in page


def test_who_may_not_see_costs_sees_recipients_only(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    segment = make_segment()

    page = visit("creator").read("broadcasts/forecast/", {"segment": segment.pk})

    assert "<dt>Recipients</dt><dd>3</dd>" in page
    assert "¥" not in page


def test_the_way_from_draft_to_scheduled(visit, simulator, channel):
    make_followers(simulator, channel, 2)
    marketer, approver = visit("marketer"), visit("approver")
    marketer.send("broadcasts/new/", written(make_segment(), "Sale today"))
    broadcast = Broadcast.objects.get()

    marketer.send(f"broadcasts/{broadcast.pk}/submit/", {})
    review = approver.read(f"broadcasts/{broadcast.pk}/review/")
    approver.send(
        f"broadcasts/{broadcast.pk}/review/", {"version": "1", "verdict": "approve", "comment": "Good"}
    )
    last_look = marketer.read(f"broadcasts/{broadcast.pk}/schedule/")
    marketer.send(
        f"broadcasts/{broadcast.pk}/schedule/", {"version": "1", "send_at": in_an_hour(), "confirmed": "1"}
    )

    broadcast.refresh_from_db()
    assert "Sale today" in review
    assert "You are about to send as <b>Apparel</b>." in last_look
    assert broadcast.status == Status.SCHEDULED


def test_sending_back_needs_a_reason_and_shows_it(visit):
    broadcast = broadcasts.submit_for_approval(make_broadcast(), by=None)
    approver = visit("approver")
    answer = {"version": "1", "verdict": "send_back"}

    without = approver.send(f"broadcasts/{broadcast.pk}/review/", answer)
    page = approver.send(f"broadcasts/{broadcast.pk}/review/", answer | {"comment": "The date is wrong"})

    assert "Say what should change." in without
    assert "The date is wrong" in page
    assert Broadcast.objects.get().status == Status.DRAFT


def test_nothing_is_approved_that_was_not_seen(visit):
    broadcast = make_broadcast("Seen")
    changed = broadcasts.change_broadcast(broadcast, by=None, messages=[{"type": "text", "text": "Not seen"}])
    broadcasts.submit_for_approval(changed, by=None)

    page = visit("approver").send(
        f"broadcasts/{broadcast.pk}/review/", {"version": "1", "verdict": "approve"}
    )

    assert "Somebody else has changed this broadcast" in page
    assert Broadcast.objects.get().status == Status.AWAITING_APPROVAL


def test_a_refusal_is_told_on_the_form(visit, simulator, channel):
    broadcast = ready()

    page = visit().send(
        f"broadcasts/{broadcast.pk}/schedule/", {"version": "1", "send_at": in_an_hour(), "confirmed": "1"}
    )

    assert "Nobody is in the segment" in page
    assert Broadcast.objects.get().status == Status.APPROVED


def test_sending_now_takes_no_time_from_the_form(visit, simulator, channel):
    make_followers(simulator, channel, 1)
    broadcast = ready()

    visit().send(f"broadcasts/{broadcast.pk}/schedule/", {"version": "1", "time": "now", "confirmed": "1"})

    broadcast.refresh_from_db()
    assert broadcast.status == Status.SCHEDULED
    assert broadcast.send_at <= timezone.now()


def test_the_result_shows_people_and_cost(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = make_sending()
    send()

    page = visit().read(f"broadcasts/{broadcast.pk}/")

    assert "3 free, 0 paid" in page
    assert 'hx-trigger="every 2s"' not in page


def test_progress_asks_for_itself_while_it_is_sent(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = make_sending()

    page = visit().read(f"broadcasts/{broadcast.pk}/live/")

    assert 'hx-trigger="every 2s"' in page
    assert "0 of 3 accepted by LINE" in page


def test_pause_resume_and_cancel(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = make_sending()
    visitor = visit()

    paused = visitor.send(f"broadcasts/{broadcast.pk}/pause/", {})
    resumed = visitor.send(f"broadcasts/{broadcast.pk}/resume/", {})
    asked = visitor.read(f"broadcasts/{broadcast.pk}/cancel/")
    visitor.send(f"broadcasts/{broadcast.pk}/cancel/", {})

    assert "Paused" in paused
    assert "Sending" in resumed
    assert "of <b>Apparel</b> will be cancelled" in asked
    assert Broadcast.objects.get().status == Status.CANCELLED


@pytest.mark.parametrize(
    ("act", "role", "may"),
    [
        ("submit", "viewer", False),
        ("submit", "creator", True),
        ("pause", "creator", False),
        ("pause", "marketer", True),
        ("review", "marketer", False),
        ("review", "approver", True),
        ("schedule", "approver", False),
        ("schedule", "marketer", True),
    ],
)
def test_each_act_needs_its_right(visit, act, role, may):
    broadcast = make_broadcast()

    response = visit(role).post(f"broadcasts/{broadcast.pk}/{act}/")

    assert (response.status_code != 403) is may


def test_buttons_are_there_only_for_those_who_may(visit):
    broadcast = broadcasts.submit_for_approval(make_broadcast(), by=None)

    approver = visit("approver").read(f"broadcasts/{broadcast.pk}/")
    marketer = visit("marketer").read(f"broadcasts/{broadcast.pk}/")

    assert "Review and approve" in approver
    assert "Review and approve" not in marketer


@pytest.mark.parametrize("tab", ["drafts", "approval", "scheduled", "sending", "sent", "errors"])
def test_lists_take_few_queries_however_long(visit, tab, django_assert_max_num_queries):
    segment = make_segment()
    for number in range(20):
        make_broadcast(name=f"Number {number}", segment=segment)
    visitor = visit()

    with django_assert_max_num_queries(15):
        visitor.read("broadcasts/", {"tab": tab})


def test_the_list_opens_where_there_is_something(visit):
    waiting = make_broadcast(name="Sale tomorrow")
    broadcasts.submit_for_approval(waiting, by=None)

    assert "Sale tomorrow" in visit().read("broadcasts/")
    assert "Sale tomorrow" not in visit().read("broadcasts/", {"tab": "drafts"})


def test_what_would_be_refused_has_no_button(visit, simulator, channel):
    make_followers(simulator, channel, 1)
    linked = make_segment({"type": "linked", "is": True}, name="Linked")

    page_of_nobody = visit().read(f"broadcasts/{ready(segment=linked).pk}/schedule/")
    page_of_one = visit().read(f"broadcasts/{ready().pk}/schedule/")

    assert page_of_nobody.count("disabled>") == 1
    assert "disabled>" not in page_of_one


def test_a_broadcast_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        make_broadcast(id=900_001)
    visitor = visit()

    for page in ("", "live/", "edit/", "schedule/", "cancel/"):
        assert visitor.get(f"broadcasts/900001/{page}").status_code == 404
