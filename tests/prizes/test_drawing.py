"""Drawing: who may, how often, and what one turn comes to."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import Error, connection, transaction
from django_tenants.utils import tenant_context

from events.models import Event
from prizes.errors import NotAmong, NotThisTurn, NoTurnLeft, NoTurnToday, NotYet, Over
from prizes.lotteries import commands, drawing, fairness, odds, turns
from prizes.models import Draw, Lottery, Prize, Win
from tests.factories import make_friend, make_link, make_segment, make_tag
from tests.prizes.factories import make_lottery, make_open_lottery

NEVER = [{"name": "Trip", "ppm": 0, "stock": 1}, {"name": "Bag", "ppm": 1}]
JAPAN = ZoneInfo("Asia/Tokyo")


def test_a_draw_follows_from_the_seed(tenant):
    lottery, friend = make_open_lottery(prizes=[{"name": "Bag", "ppm": 400_000}]), make_friend("aoi")

    draw = drawing.draw(lottery, friend.pk, turn=1)

    seed = drawing.seed_of(lottery)
    assert fairness.commitment(seed) == lottery.commitment
    assert draw.ticket == fairness.ticket(seed, lottery.pk, friend.pk)
    assert draw.lot == fairness.lot(seed, lottery.pk, draw.ticket, 1)
    assert (draw.prize is not None) == (draw.lot < 400_000)


def test_the_same_turn_again_is_the_same_draw(tenant):
    lottery, friend = make_open_lottery(turns=2), make_friend("aoi")

    first = drawing.draw(lottery, friend.pk, turn=1)
    again = drawing.draw(lottery, friend.pk, turn=1)

    assert again == first
    assert Draw.objects.count() == Win.objects.count() == Event.objects.filter(type="drew").count() == 1


def test_a_turn_that_is_not_the_next_is_refused(tenant):
    lottery, friend = make_open_lottery(turns=None), make_friend("aoi")

    with pytest.raises(NotThisTurn):
        drawing.draw(lottery, friend.pk, turn=2)


def test_nobody_draws_more_often_than_is_allowed(tenant):
    lottery, friend = make_open_lottery(turns=2), make_friend("aoi")
    drawing.draw(lottery, friend.pk, turn=1)
    drawing.draw(lottery, friend.pk, turn=2)

    with pytest.raises(NoTurnLeft):
        drawing.draw(lottery, friend.pk, turn=3)


def test_turns_of_a_day_come_back_at_the_clients_midnight(tenant):
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=JAPAN), tick=False):
        lottery, friend = make_open_lottery(turns=None, turns_per_day=1), make_friend("aoi")
    with time_machine.travel(datetime(2026, 11, 1, 23, 59, tzinfo=JAPAN), tick=False):
        drawing.draw(lottery, friend.pk, turn=1)
        with pytest.raises(NoTurnToday):
            drawing.draw(lottery, friend.pk, turn=2)

    with time_machine.travel(datetime(2026, 11, 2, 0, 0, tzinfo=JAPAN), tick=False):
        drawing.draw(lottery, friend.pk, turn=2)

    assert Draw.objects.count() == 2


def test_only_friends_of_the_segment_draw(tenant):
    aoi = make_friend("aoi")
    segment = make_segment({"type": "tag", "tag": make_tag("VIP", friends=[aoi]).pk})
    lottery = make_open_lottery(who="segment", segment=segment)

    assert drawing.draw(lottery, aoi.pk, turn=1).prize
    with pytest.raises(NotAmong):
        drawing.draw(lottery, make_friend("ren").pk, turn=1)


def test_a_turn_that_is_given_is_one_turn_more_and_once_for_a_key(tenant):
    lottery, aoi, ren = make_open_lottery(who="right"), make_friend("aoi"), make_friend("ren")

    turns.give(lottery, [aoi.pk], key="survey:4", source="survey:4")
    turns.give(lottery, [aoi.pk], key="survey:4", source="survey:4")

    drawing.draw(lottery, aoi.pk, turn=1)
    with pytest.raises(NoTurnLeft):
        drawing.draw(lottery, aoi.pk, turn=2)
    with pytest.raises(NotAmong):
        drawing.draw(lottery, ren.pk, turn=1)


def test_it_is_drawn_between_beginning_and_end_only(tenant):
    lottery, friend = make_open_lottery(), make_friend("aoi")

    with time_machine.travel(lottery.starts_at - timedelta(seconds=1), tick=False), pytest.raises(NotYet):
        drawing.draw(lottery, friend.pk, turn=1)
    with time_machine.travel(lottery.ends_at, tick=False), pytest.raises(Over):
        drawing.draw(lottery, friend.pk, turn=1)
    with pytest.raises(NotYet):
        drawing.draw(make_lottery("Draft"), friend.pk, turn=1)


def test_who_drew_before_the_closing_still_sees_what_it_was(tenant):
    lottery, friend = make_open_lottery(turns=2), make_friend("aoi")
    draw = drawing.draw(lottery, friend.pk, turn=1)
    commands.close(lottery, by=None)

    assert drawing.draw(lottery, friend.pk, turn=1) == draw
    with pytest.raises(Over):
        drawing.draw(lottery, friend.pk, turn=2)


def test_what_has_run_out_is_drawn_and_not_given(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "stock": 1}])

    first = drawing.draw(lottery, make_friend().pk, turn=1)
    second = drawing.draw(lottery, make_friend().pk, turn=1)

    assert (first.prize_id, first.serial) == (first.aimed_id, 1)
    assert (second.prize_id, second.serial) == (None, None)
    assert second.aimed_id == first.aimed_id


def test_only_so_many_are_given_on_a_day(tenant):
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=JAPAN), tick=False):
        lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "stock": 3, "per_day": 1}])
        today = [drawing.draw(lottery, make_friend().pk, turn=1).serial for _ in range(2)]

    with time_machine.travel(datetime(2026, 11, 2, 0, 1, tzinfo=JAPAN), tick=False):
        tomorrow = [drawing.draw(lottery, make_friend().pk, turn=1).serial for _ in range(2)]

    assert (today, tomorrow) == ([1, None], [2, None])


def test_what_fails_afterwards_takes_the_whole_draw_back(tenant):
    lottery, friend = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "stock": 1}]), make_friend()

    with transaction.atomic():
        drawing.draw(lottery, friend.pk, turn=1)
        transaction.set_rollback(True)

    assert Prize.objects.get().given == 0
    assert drawing.draw(lottery, friend.pk, turn=1).serial == 1


def test_a_draw_is_never_changed_or_deleted(tenant):
    draw = drawing.draw(make_open_lottery(), make_friend().pk, turn=1)

    with pytest.raises(Error), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(lot=1)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM prizes_draw WHERE id = %s", [draw.pk])


def test_the_timeline_says_what_came_of_it(tenant):
    lottery, friend = make_open_lottery(), make_friend("aoi")
    link = make_link(friend)

    drawing.draw(lottery, friend.pk, turn=1)

    event = Event.objects.get(type="drew")
    assert (event.friend_id, event.customer_id) == (friend.pk, link.customer_id)
    assert event.properties == {
        "lottery": str(lottery.pk),
        "name": "Autumn lottery",
        "won": True,
        "prize": "Tote bag",
    }


def test_new_odds_hold_from_their_moment_and_the_old_draws_keep_theirs(tenant):
    lottery = make_open_lottery(prizes=NEVER, turns=None)
    friend, trip = make_friend(), Prize.objects.get(name="Trip")
    before = drawing.draw(lottery, friend.pk, turn=1)

    table = odds.add(lottery, [{"prize": trip.pk, "ppm": 1_000_000, "stock": 1}], reason="More joy", by=None)

    assert drawing.draw(lottery, friend.pk, turn=2).table_id == before.table_id
    with time_machine.travel(table.holds_from, tick=False):
        after = drawing.draw(lottery, friend.pk, turn=3)
    assert (before.table.number, after.table.number) == (1, 2)
    assert after.prize == trip


def test_a_lottery_of_another_client_is_not_there(tenant, other_tenant):
    friend = make_friend("aoi")
    with tenant_context(other_tenant):
        theirs = make_open_lottery()

    with pytest.raises(Lottery.DoesNotExist):
        Lottery.objects.get(pk=theirs.pk, commitment=theirs.commitment)
    assert not Draw.objects.filter(friend=friend).exists()
