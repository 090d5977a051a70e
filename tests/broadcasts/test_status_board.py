"""The status board: who responds how, how they moved, and drafts to each class."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from broadcasts.errors import NobodyToFollow
from broadcasts.models import Broadcast, FollowUp, Insight, Outcome, PlatformSend
from broadcasts.status import balance, following, period, send
from broadcasts.status.responses import OF_PERIOD, Response
from friends.models import Friend
from segments import services as segments
from segments.reaching import planner
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.factories import make_broadcast, make_friend, make_user

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
DAY = timedelta(days=1)
LONG_AGO = NOON - 400 * DAY


@pytest.fixture
def four(tenant) -> list[Friend]:
    """Friends since long ago: one will click, one will not, one gets links of nobody, one gets nothing."""
    return [make_friend(name, followed_at=LONG_AGO) for name in ("clicks", "silent", "nameless", "left")]


@pytest.fixture
def user(tenant):
    return make_user("marketer")


def sizes(board: period.Board) -> dict[str, int]:
    return {each.response: each.count for each in board.classes}


def test_each_friend_is_in_the_class_of_the_most_they_did(four):
    clicks, silent, nameless, _left = four
    with time_machine.travel(NOON - 3 * DAY):
        own = make_sent(clicks, silent, tracks_people=True)
        make_sent(clicks, silent, nameless)
        make_click(own, clicks)

    with time_machine.travel(NOON, tick=False):
        found = period.board(30)

    assert sizes(found) == {"clicked": 1, "no_click": 1, "unknown": 1, "untouched": 1}
    assert (found.friends, found.sends) == (4, 2)


def test_the_segment_of_a_class_has_the_people_that_the_board_counts(four):
    clicks, silent, nameless, left = four
    with time_machine.travel(NOON - 3 * DAY):
        own = make_sent(clicks, silent, tracks_people=True)
        make_sent(nameless)
        make_click(own, clicks)

    with time_machine.travel(NOON, tick=False):
        trees = {each: following._tree(each, None, 30) for each in OF_PERIOD}
        people = {each: set(segments.evaluate(tree)) for each, tree in trees.items()}

    assert people == {
        Response.CLICKED: {clicks.pk},
        Response.NO_CLICK: {silent.pk},
        Response.UNKNOWN: {nameless.pk},
        Response.UNTOUCHED: {left.pk},
    }


def test_people_move_between_classes_come_and_go(four):
    clicks, silent, nameless, left = four
    with time_machine.travel(NOON - 10 * DAY):
        before = make_sent(*four, tracks_people=True)
        make_click(before, silent)
    with time_machine.travel(NOON - 3 * DAY):
        now = make_sent(clicks, silent, tracks_people=True)
        make_click(now, clicks)
        make_friend("new", followed_at=timezone.now())
        Friend.objects.filter(pk=left.pk).update(status="blocked", blocked_at=timezone.now())

    with time_machine.travel(NOON, tick=False):
        moved = period.board(7).moved

    assert moved["no_click"] == {"clicked": 1, "no_click": 0, "unknown": 0, "untouched": 1, "gone": 1}
    assert moved["clicked"]["no_click"] == 1
    assert moved["new"]["untouched"] == 1


@given(st.lists(st.tuples(st.sampled_from(OF_PERIOD), st.sampled_from([*OF_PERIOD, None])), max_size=60))
def test_movement_has_everyone_in_one_place(drawn):
    past = {each: BitMap(n for n, (was, _now) in enumerate(drawn) if was == each) for each in OF_PERIOD}
    present = {each: BitMap(n for n, (_was, now) in enumerate(drawn) if now == each) for each in OF_PERIOD}

    moved = period.movement(past, present, newcomers=BitMap())

    for was in OF_PERIOD:
        assert sum(moved[was].values()) == len(past[was])
    for now in OF_PERIOD:
        assert sum(moved[was][now] for was in moved) == len(present[now])


def test_how_many_opened_is_estimated_by_what_line_counted(four):
    with time_machine.travel(NOON - 3 * DAY):
        sent = make_sent(*four, tracks_people=True)
    Insight.objects.create(broadcast=sent, day=1, delivered=40, opened=30, clicked=None, data={})

    with time_machine.travel(NOON, tick=False):
        found = period.board(30)

    assert found.open_rate == 0.75
    assert [each.opened for each in found.classes if each.response == "no_click"] == [3]


def make_by_line(segment_all: Broadcast) -> Broadcast:
    """A narrowcast that LINE took, and counted."""
    at = timezone.now()
    Broadcast.objects.filter(pk=segment_all.pk).update(
        started_at=at, finished_at=at, status="sent", method="narrowcast"
    )
    segment_all.refresh_from_db()
    sent = PlatformSend.objects.create(
        broadcast=segment_all,
        position=0,
        method="narrowcast",
        friends=BitMap().serialize(),
        most=200,
        retry_key=uuid4(),
        state="sent",
        request_id=str(uuid4()),
        accepted_at=at,
        target_count=200,
        success_count=200,
    )
    Insight.objects.create(
        broadcast=segment_all, send=sent, day=1, delivered=200, opened=120, clicked=30, data={}
    )
    return segment_all


def test_what_line_sent_itself_has_three_classes_which_line_reaches(four):
    Friend.objects.bulk_create([Friend(line_user_id=f"U{n:032x}", display_name=str(n)) for n in range(60)])

    found = send.board(make_by_line(make_broadcast()))

    assert [(each.response, each.count) for each in found.classes] == [
        ("unopened", 80),
        ("opened", 90),
        ("clicked", 30),
    ]
    methods = [planner.plan(each.tree).sends[0].method for each in found.classes]
    assert methods == ["narrowcast"] * 3


def test_of_a_send_with_personal_links_who_clicked_and_who_did_not_is_reached(four):
    clicks, silent, *_others = four
    sent = make_sent(clicks, silent, tracks_people=True)
    make_click(sent, clicks)

    found = {each.response: each for each in send.board(sent).classes}

    assert set(segments.evaluate(found[Response.CLICKED].tree)) == {clicks.pk}
    assert set(segments.evaluate(found[Response.NO_CLICK].tree)) == {silent.pk}
    assert found[Response.OPENED].tree is None
    assert "tells nobody" in str(found[Response.OPENED].why_not)


def test_of_a_multicast_with_the_same_links_nobody_can_be_followed_up(four, user):
    sent = make_sent(*four)

    assert [each.tree for each in send.board(sent).classes] == [None] * 3
    with pytest.raises(NobodyToFollow):
        following.draft(Response.CLICKED, broadcast=sent, by=user)


def test_a_draft_goes_to_the_class_and_says_what_was_planned(four, user):
    clicks, silent, *_others = four
    sent = make_sent(clicks, silent, tracks_people=True, name="Sale")
    make_click(sent, clicks)
    following.plan(Response.NO_CLICK, "Still on sale", broadcast=sent, by=user)

    made = following.draft(Response.NO_CLICK, broadcast=sent, by=user)

    assert made.messages == [{"type": "text", "text": "Still on sale"}]
    assert made.status == "draft"
    assert set(segments.evaluate(made.segment.tree)) == {silent.pk}
    assert FollowUp.objects.get().draft == made


def test_a_second_draft_to_a_class_takes_the_segment_that_is_there(four, user):
    sent = make_sent(*four, tracks_people=True)

    first = following.draft(Response.NO_CLICK, broadcast=sent, by=user)
    second = following.draft(Response.NO_CLICK, broadcast=sent, by=user)

    assert first.pk != second.pk
    assert first.segment_id == second.segment_id
    assert first.messages == sent.messages


def test_of_a_period_something_must_be_planned_first(four, user):
    with pytest.raises(NobodyToFollow) as refused:
        following.draft(Response.NO_CLICK, days=30, by=user)

    assert "Write first" in refused.value.message


def test_promotion_and_useful_messages_are_counted_by_month(four):
    with time_machine.travel(NOON - 40 * DAY):
        promotion = make_sent(*four)
        useful = make_sent(*four, nature="useful")
    Broadcast.objects.filter(pk=promotion.pk).update(audience_count=300)
    Broadcast.objects.filter(pk=useful.pk).update(audience_count=100)
    at = {"counted_at": NOON, "buyers": 0, "orders": 0, "revenue": 0}
    Outcome.objects.create(broadcast=promotion, receivers=300, blocked=6, stopped=3, **at)

    with time_machine.travel(NOON, tick=False):
        months, reactions = balance.months(), balance.reactions()

    assert [each.month.isoformat() for each in months][0::11] == ["2025-07-01", "2026-06-01"]
    assert months[-2].promotion_percent == 75
    assert (reactions[0].people, reactions[0].blocked, reactions[0].stopped) == (300, 6, 3)


def test_the_board_is_read_planned_on_and_followed_up_on_its_pages(visit, four):
    clicks, silent, *_others = four
    sent = make_sent(clicks, silent, tracks_people=True, name="Sale")
    make_click(sent, clicks)
    visitor = visit("marketer")

    board = visitor.read("broadcasts/status/?days=7")
    page = visitor.read(f"broadcasts/{sent.pk}/status/")
    asked = {"response": "no_click", "broadcast": sent.pk, "text": "Still on sale"}
    kept = visitor.send("broadcasts/status/follow-up/", asked)
    draft = visitor.send("broadcasts/status/follow-up/", asked | {"draft": "1"})

    assert "Did not click" in board
    assert "Who responded how" in page
    assert "Still on sale" in kept
    assert "Change the broadcast" in draft


@pytest.mark.parametrize(
    "asked", [{}, {"days": "30"}, {"response": "no_click"}, {"response": "no_click", "days": "31"}]
)
def test_a_follow_up_of_nothing_is_not_found(visit, four, asked):
    assert visit("marketer").post("broadcasts/status/follow-up/", asked).status_code == 404


def test_a_period_that_is_not_offered_is_not_found(visit):
    assert visit().get("broadcasts/status/?days=31").status_code == 404


def test_an_integrator_reads_the_board_and_the_conditions_of_each_class(call, four):
    clicks, silent, *_others = four
    sent = make_sent(clicks, silent, tracks_people=True)
    make_click(sent, clicks)

    over = call().get("status-board/?days=7").json()
    of_one = call().get(f"status-board/{sent.pk}/").json()

    assert {each["response"]: each["count"] for each in over["classes"]} == {
        "clicked": 1,
        "no_click": 1,
        "unknown": 0,
        "untouched": 2,
    }
    assert segments.count(over["classes"][1]["tree"]).total == 1
    assert [each["response"] for each in of_one["classes"]] == ["unopened", "opened", "no_click", "clicked"]


def test_an_integrator_who_asks_for_other_days_is_told_which_there_are(call):
    answer = call().get("status-board/?days=8")

    assert answer.status_code == 400
    assert "days" in answer.json()["fields"]
