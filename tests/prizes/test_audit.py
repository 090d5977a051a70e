"""The proof of a lottery: what was drawn is drawn again."""

import time_machine
from django.db import connection
from django_tenants.utils import schema_context

from prizes.lotteries import audit, commands, drawing, odds
from prizes.models import Draw, Lottery, Prize
from tests.factories import make_friend
from tests.prizes.factories import make_open_lottery

NOTHING = [{"name": "Bag", "ppm": 1, "stock": 0}]
PRIZES = [
    {"name": "Trip", "ppm": 50_000, "stock": 1},
    {"name": "Bag", "ppm": 500_000, "stock": 5, "per_day": 3},
]


def test_all_draws_follow(tenant):
    lottery = make_open_lottery(prizes=PRIZES, turns=3)
    for friend in [make_friend() for _ in range(10)]:
        for turn in (1, 2, 3):
            drawing.draw(lottery, friend.pk, turn=turn)

    found = audit.make(lottery)

    assert (found.draws, found.wrong, found.is_seed_right, found.holds) == (30, 0, True, True)


def test_draws_follow_across_odds_that_were_changed(tenant):
    lottery = make_open_lottery(prizes=PRIZES, turns=None)
    friend, bag = make_friend(), Prize.objects.get(name="Bag")
    drawing.draw(lottery, friend.pk, turn=1)
    table = odds.add(lottery, [{"prize": bag.pk, "ppm": 1_000_000, "stock": 9}], by=None)
    with time_machine.travel(table.holds_from, tick=False):
        drawing.draw(lottery, friend.pk, turn=2)

    assert audit.make(lottery).holds


def test_a_draw_that_was_changed_behind_our_back_is_found(tenant):
    lottery = make_open_lottery(turns=None)
    friend = make_friend()
    first, second = (drawing.draw(lottery, friend.pk, turn=turn) for turn in (1, 2))
    tamper(first, lot=(first.lot + 1) % 1_000_000)

    found = audit.make(lottery)

    assert found.problems == [(first.pk, "lot")]
    assert not found.holds
    assert second.pk not in dict(found.problems)


def test_a_prize_that_was_kept_back_is_found(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "stock": 2}])
    draw = drawing.draw(lottery, make_friend().pk, turn=1)
    tamper(draw, prize_id=None, serial=None)

    assert audit.make(lottery).problems == [(draw.pk, "refused")]


def test_a_draw_that_was_taken_away_is_found(tenant):
    lottery, friend = make_open_lottery(prizes=NOTHING, turns=None), make_friend()
    first, second = (drawing.draw(lottery, friend.pk, turn=turn) for turn in (1, 2))
    remove(first)

    assert audit.make(lottery).problems == [(second.pk, "turn")]


def test_closing_tells_the_seed_and_has_all_drawn_again(tenant):
    lottery = make_open_lottery()
    drawing.draw(lottery, make_friend().pk, turn=1)

    commands.close(lottery, by=None)
    audit.do_asked()

    lottery = Lottery.objects.get(pk=lottery.pk)
    assert lottery.seed
    assert audit.kept(lottery).holds
    assert lottery.audit_asked_at is None


def tamper(draw: Draw, **values: object) -> None:
    said = ", ".join(f"{name} = %s" for name in values)
    behind_our_back(f"UPDATE {{}}.prizes_draw SET {said} WHERE id = %s", [*values.values(), draw.pk])


def remove(draw: Draw) -> None:
    behind_our_back("DELETE FROM {}.prizes_draw WHERE id = %s", [draw.pk])


def behind_our_back(statement: str, params: list) -> None:
    """As somebody could who owns the database, past the trigger."""
    schema = connection.schema_name
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement.format(schema), params)
        cursor.execute("SET LOCAL session_replication_role = origin")
