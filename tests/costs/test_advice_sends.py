"""Sends that cost more for a click than usual, with the arithmetic, and what is left out and why."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from broadcasts.models import Broadcast
from costs.advice import sends
from costs.spending import Eyes
from tests.costs.factories import agree, make_clicks, make_send, subscribe
from tests.factories import make_friend, make_series, make_user

NOW = datetime(2026, 12, 15, 3, tzinfo=UTC)
DAY = timedelta(days=1)
NOVEMBER_10 = datetime(2026, 11, 10, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_december(tenant):
    with time_machine.travel(NOW, tick=False):
        subscribe("standard")
        yield


def make_clicked(
    clickers: int, *, name: str = "Sale", at: datetime = NOVEMBER_10, people: int = 1_000, **given
):
    """A send to so many people, of whom so many clicked."""
    made = make_send(people, at=at, name=name, friends=[make_friend()], tracks_people=True)
    made.batches.update(accepted_count=people)
    make_clicks(made, tuple(range(1, clickers + 1)))
    return made


def make_usual(number: int = 5) -> None:
    for place in range(number):
        make_clicked(100, name=f"Usual {place}", at=NOVEMBER_10 + place * DAY)


def found(tenant, user=None, days: int = 90) -> sends.Advice:
    return sends.of(Eyes(tenant, user), days, NOW)


def test_a_send_that_cost_much_more_for_a_click_is_named_with_what_it_cost_too_much(tenant):
    make_usual()
    dear = make_clicked(10, name="Dear", at=NOVEMBER_10 + 6 * DAY)

    advice = found(tenant)

    # ¥15,000 for 6,000 messages: ¥2,500 for each send, ¥25 for each of 100 clicks.
    assert advice.usual == Decimal(25)
    [worst] = advice.worst
    assert (worst.sent.broadcast, worst.sent.cost.amount, worst.sent.per_click) == (dear, 2_500, 250)
    assert (worst.usual_cost, worst.more, worst.times) == (250, 2_250, 10)


def test_nobody_clicking_is_the_worst(tenant):
    make_usual()
    make_clicked(10, name="Dear", at=NOVEMBER_10 + 6 * DAY)
    nobody = make_clicked(0, name="Nobody", at=NOVEMBER_10 + 7 * DAY)

    worst = found(tenant).worst[0]

    assert (worst.sent.broadcast, worst.sent.per_click, worst.times) == (nobody, None, None)
    assert worst.more == worst.sent.cost.amount


def test_too_few_sends_have_no_usual(tenant):
    make_usual(4)

    advice = found(tenant)

    assert (advice.usual, advice.worst, len(advice.judged)) == (None, [], 4)


def test_what_cannot_be_judged_is_left_out_and_counted(tenant):
    make_usual()
    make_clicked(0, name="Few people", people=99)
    make_clicked(0, name="Just now", at=NOW - DAY)
    make_send(1_000, name="Nobody counted", friends=[make_friend()]).batches.update(accepted_count=1_000)
    make_clicked(0, name="Long ago", at=NOW - 91 * DAY)

    advice = found(tenant)

    assert (advice.small, advice.fresh, advice.unknown, len(advice.judged)) == (1, 1, 1, 5)
    assert advice.worst == []


def test_the_sends_of_a_series_are_one(tenant):
    make_usual()
    series = make_series()
    for place in range(2):
        made = make_clicked(10, name="Weekly", at=NOVEMBER_10 + place * DAY)
        Broadcast.objects.filter(pk=made.pk).update(series=series)

    [worst] = found(tenant).worst

    assert (worst.sent.sends, worst.sent.people, worst.sent.clickers) == (2, 2_000, 20)


def test_who_sees_the_clients_price_sees_it_in_all_of_the_arithmetic(tenant):
    agree(kind="markup", rate=Decimal("0.2"), shows="gross")
    make_usual()
    make_clicked(10, name="Dear", at=NOVEMBER_10 + 6 * DAY)

    net, gross = (found(tenant, make_user(role)) for role in ("account_manager", "marketer"))

    assert gross.usual == net.usual * Decimal("1.2")
    assert gross.worst[0].more == net.worst[0].more * Decimal("1.2")
