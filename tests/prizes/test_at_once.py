"""Many at once: one turn is one draw, and the last prizes go to as many people as there are prizes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from events.models import Event
from prizes.errors import NotThisTurn, NoTurnLeft
from prizes.lotteries import audit, commands, drawing
from prizes.models import Draw, Lottery, Prize, Win
from tests.factories import make_friend
from tests.prizes.factories import make_open_lottery

THREADS = 16
PEOPLE = 1_000


@pytest.fixture
def draw_at_once(own_tenant):
    """Draw for each of these pairs of friend and turn, as many at once as there are connections."""

    def draw(lottery: Lottery, pairs: list[tuple[int, int]]) -> list[Draw | Exception]:
        def one(pair: tuple[int, int]) -> Draw | Exception:
            with tenant_context(own_tenant):
                try:
                    return drawing.draw(lottery, pair[0], turn=pair[1])
                except (NoTurnLeft, NotThisTurn) as refusal:
                    return refusal

        def leave() -> None:
            connection.close()

        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(one, pairs))
            list(pool.map(lambda _n: leave(), range(THREADS * 4)))
        return found

    return draw


def test_the_last_prizes_go_to_as_many_people_as_there_are_prizes(own_tenant, draw_at_once):
    prizes = [{"name": "Trip", "ppm": 600_000, "stock": 1}, {"name": "Bag", "ppm": 400_000, "stock": 50}]
    lottery = make_open_lottery(prizes=prizes)
    people = [make_friend().pk for _ in range(PEOPLE)]

    found = draw_at_once(lottery, [(friend, 1) for friend in people])

    given = Counter(draw.prize.name for draw in found if draw.prize)
    assert given == {"Trip": 1, "Bag": 50}
    assert sorted(draw.serial for draw in found if draw.prize and draw.prize.name == "Bag") == [*range(1, 51)]
    assert dict(Prize.objects.values_list("name", "given")) == given
    assert Draw.objects.count() == Event.objects.filter(type="drew").count() == PEOPLE
    assert Win.objects.count() == 51
    assert audit.make(lottery).holds


def test_one_turn_asked_for_by_many_at_once_is_one_draw(own_tenant, draw_at_once):
    lottery, friend = make_open_lottery(), make_friend().pk

    found = draw_at_once(lottery, [(friend, 1)] * 64)

    assert len({draw.pk for draw in found}) == 1
    assert Draw.objects.count() == Win.objects.count() == Event.objects.filter(type="drew").count() == 1


def test_who_draws_while_it_is_closed_is_either_in_the_proof_or_refused(own_tenant):
    lottery = make_open_lottery()
    people = [make_friend().pk for _ in range(60)]

    def act(place: int) -> bool:
        with tenant_context(own_tenant):
            try:
                commands.close(lottery) if place == 30 else drawing.draw(lottery, people[place], turn=1)
                return True
            except Exception as refusal:  # noqa: BLE001
                return type(refusal).__name__ != "Over"
            finally:
                connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        drawn = list(pool.map(act, range(60)))

    closed = Lottery.objects.get(pk=lottery.pk)
    assert Draw.objects.count() == drawn.count(True) - 1
    assert audit.make(closed).holds
