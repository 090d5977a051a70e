"""Friends who never click: who they are, what leaving them out saves, and the segment of everybody else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Due
from billing.pricing import Bracket, Tariff, price_accepted
from costs import tasks
from costs.advice import habits, quiet, reckoning
from costs.advice.models import QuietReckoning
from costs.advice.quiet import Asked
from costs.spending import Eyes
from segments import services as segments
from segments.models import Segment
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.costs.factories import book, subscribe
from tests.factories import make_customer, make_friend, make_link, make_order, make_user

NOW = datetime(2026, 12, 15, 3, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
DAY = timedelta(days=1)
LONG_AGO = NOW - 400 * DAY
TWICE = Asked(times=2, days=90)
STANDARD = Tariff(
    "JPY",
    Decimal(15_000),
    30_000,
    (Bracket(50_000, Decimal("3.0")), Bracket(100_000, Decimal("2.8")), Bracket(None, Decimal("2.6"))),
)


@pytest.fixture(autouse=True)
def in_december(tenant):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people(tenant):
    """One who clicks, one who does not, one who does not but buys, one who got a single message."""
    clicks, silent, buyer, new = (
        make_friend(name, followed_at=LONG_AGO) for name in ("clicks", "silent", "buyer", "new")
    )
    make_link(buyer, make_customer("c1"))
    make_order(customer="c1", placed_at=(NOW - 5 * DAY).isoformat())
    first = make_sent(clicks, silent, buyer, at=NOW - 40 * DAY, tracks_people=True)
    make_sent(clicks, silent, buyer, new, at=NOW - 20 * DAY, tracks_people=True)
    make_sent(clicks, silent, buyer, new, at=NOW - 19 * DAY)
    make_click(first, clicks)
    return clicks, silent, buyer, new


def found(tenant, asked: Asked = TWICE) -> quiet.Advice:
    return quiet.of(tenant.pk, asked, quiet.find(asked, NOW))


def test_who_got_enough_and_clicked_in_none_is_told_and_buyers_stay_in(tenant, people):
    told = found(tenant).found

    assert (told.people, told.linked, told.buyers, told.left_out) == (2, 1, 1, 1)
    assert (told.reachable, told.sums.sends, told.sums.own_links) == (4, 3, 2)


def test_buyers_are_left_out_only_if_that_is_wanted(tenant, people):
    assert found(tenant, Asked(2, 90, keeps_buyers=False)).found.left_out == 2


def test_only_messages_count_in_which_a_click_would_have_been_known(tenant, people):
    """All got three broadcasts, but only two of them had links of each friend's own."""
    assert found(tenant, Asked(3, 90)).found.people == 0


def test_the_segment_is_everybody_else_and_is_made_once(tenant, people):
    clicks, _silent, buyer, new = people
    user = make_user("marketer")

    made, again = (quiet.make_segment(TWICE, by=user) for _time in range(2))

    assert set(segments.evaluate(made.tree)) == {clicks.pk, buyer.pk, new.pk}
    assert made == again
    assert Segment.objects.filter(pk=made.pk).exists()


def test_what_is_saved_are_the_last_messages_of_each_month(tenant, people):
    subscribe("standard", since=OCTOBER)
    book("broadcast:1", 30_001, at=NOW - 20 * DAY)

    advice = found(tenant, Asked(2, 90, keeps_buyers=False))

    [november] = advice.months
    # Three broadcasts of November to two of these friends, of which the last message was the only paid one.
    assert (november.messages, november.theirs) == (30_001, 6)
    assert [(part.count, part.unit_price) for part in november.saved.parts] == [
        (5, Decimal(0)),
        (1, Decimal("3.0")),
    ]
    assert advice.saved(Eyes(tenant)) == Decimal("3.0")


def test_without_full_months_nothing_is_said_of_savings(tenant, people):
    advice = found(tenant)

    assert advice.months == []
    assert advice.saved(Eyes(tenant)) is None


def test_the_messages_of_a_day_beyond_the_first_of_each_person_are_counted(tenant, people):
    clicks, silent, *_others = people
    subscribe("standard", since=OCTOBER)
    make_sent(clicks, silent, at=NOW - 20 * DAY + timedelta(hours=2))
    book("broadcast:1", 30_001, at=NOW - 20 * DAY)

    twice = habits.twice(tenant.pk, habits.again_by_day())

    assert (twice.messages, [count for _day, count in twice.on]) == (2, [2])
    assert twice.saved.amount == Decimal("3.0")


def test_one_broadcast_a_day_is_no_repetition(tenant, people):
    assert habits.twice(tenant.pk, habits.again_by_day()) is None


def test_what_was_reckoned_is_kept_for_hours_and_then_reckoned_anew(tenant, people):
    first = reckoning.ask(TWICE)
    reckoning.work(lambda: True)
    kept = reckoning.ask(TWICE)
    with time_machine.travel(NOW + timedelta(hours=4), tick=False):
        old = reckoning.ask(TWICE)

    assert (first.found, reckoning.found(kept)) == (None, quiet.find(TWICE, NOW))
    assert kept.wanted_at is None
    assert (old.wanted_at, reckoning.found(old)) == (NOW + timedelta(hours=4), reckoning.found(kept))


def test_whoever_asks_twice_waits_once_and_another_way_of_asking_is_another(tenant, people):
    for asked in (TWICE, TWICE, Asked(3, 90)):
        reckoning.ask(asked)

    assert QuietReckoning.objects.filter(wanted_at__isnull=False).count() == 2


def test_a_turn_that_is_over_comes_back_for_the_rest(tenant, people):
    reckoning.ask(TWICE)

    assert reckoning.work(lambda: False) == NOW
    assert reckoning.work(lambda: True) is None


def test_the_task_reckons_in_its_own_client_and_is_done(tenant, other_tenant, people):
    reckoning.ask(TWICE)

    tasks.reckon_advice.apply(headers={"musubi_schema": tenant.schema_name}, throw=True)

    assert reckoning.found(QuietReckoning.objects.get()).people == 2
    assert Due.objects.get(tenant=tenant.pk, kind=reckoning.KIND).due_at is None
    with tenant_context(other_tenant):
        assert not QuietReckoning.objects.exists()


def test_reckoning_twice_at_once_finds_the_same(tenant, people):
    reckoning.ask(TWICE)
    [row] = QuietReckoning.objects.all()

    for _worker in range(2):
        reckoning._reckon(row)

    assert reckoning.found(reckoning.ask(TWICE)) == quiet.find(TWICE, NOW)


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_leaving_out_so_many_saves_the_price_of_all_less_that_of_the_rest(total, leaving):
    leaving = min(total, leaving)

    saved = price_accepted(STANDARD, total - leaving, leaving)

    rest = price_accepted(STANDARD, 0, total - leaving).amount
    assert saved.amount == price_accepted(STANDARD, 0, total).amount - rest
    assert saved.messages == leaving
