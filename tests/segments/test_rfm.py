"""Classes of buyers: who is in which, by whose bounds, and how a client sets them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django_tenants.utils import tenant_context

from segments import ready, rfm, services
from segments.errors import InvalidTree, NoBuyers, UnfitBounds
from segments.rfm import CLASSES, SCORES, Bounds
from tests.factories import make_customer, make_friend, make_link, make_order

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
BOUNDS = Bounds(100, [10, 20, 30, 40], [2, 3, 4, 5], [1000, 2000, 3000, 4000])


@pytest.fixture
def today():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def make_buyer(name: str, *days_ago: int, total: int = 500) -> None:
    """A friend whose customer ordered so many days ago."""
    make_link(make_friend(name), make_customer(name))
    for number, days in enumerate(days_ago):
        at = (NOON - timedelta(days=days)).isoformat()
        make_order(f"{name}-{number}", customer=name, placed_at=at, total=total)


def names(**leaf: object) -> set[str]:
    raw = {"type": "rfm"} | leaf
    return {friend.display_name for friend in services.sample(raw, n=100)}


def test_recency_counts_days_of_the_calendar_since_the_last_order(tenant, today):
    rfm.change(BOUNDS)
    make_buyer("9 days", 50, 9)
    make_buyer("10 days", 10)
    make_buyer("39 days", 39)
    make_buyer("40 days", 40)
    make_buyer("100 days", 100)
    make_buyer("101 days", 101)

    assert names(recency=[5]) == {"9 days"}
    assert names(recency=[4]) == {"10 days"}
    assert names(recency=[2, 3]) == {"39 days"}
    assert names(recency=[1]) == {"40 days", "100 days"}


def test_frequency_and_money_begin_at_their_bounds(tenant, today):
    rfm.change(BOUNDS)
    make_buyer("once", 1, total=999)
    make_buyer("twice", 1, 2, total=500)
    make_buyer("often", 1, 2, 3, 4, 5, 6, total=1000)

    assert names(frequency=[1]) == {"once"}
    assert names(frequency=[2]) == {"twice"}
    assert names(frequency=[5], money=[5]) == {"often"}
    assert names(money=[1]) == {"once"}
    assert names(money=[2]) == {"twice"}


def test_a_class_by_name_and_a_buyer_who_wakes_up(tenant, today):
    rfm.change(BOUNDS)
    make_buyer("aoi", 1, 2, 3, 4)
    make_buyer("ren", 35, 36, 37)
    assert names(**{"class": "champions"}) == {"aoi"}
    assert names(**{"class": "at_risk"}) == {"ren"}

    make_order("new", customer="ren", placed_at=NOON.isoformat(), total=1)

    assert names(**{"class": "at_risk"}) == set()
    assert names(**{"class": "champions"}) == {"aoi", "ren"}


def test_a_cancelled_order_is_none(tenant, today):
    make_buyer("aoi", 1)
    make_order("aoi-0", status="cancelled")

    assert names(recency=list(SCORES)) == set()


def test_other_bounds_hold_at_the_next_count(tenant, today):
    make_buyer("aoi", 20)
    assert names(recency=[5]) == {"aoi"}

    rfm.change(BOUNDS)

    assert names(recency=[5]) == set()
    assert names(recency=[3]) == {"aoi"}


def test_marks_fall_at_midnight(tenant, today):
    rfm.change(BOUNDS)
    make_buyer("aoi", 9)
    today.move_to(datetime.fromisoformat("2026-06-15T23:59:59.999999+09:00"))
    assert names(recency=[5]) == {"aoi"}

    today.shift(timedelta(microseconds=1))

    assert names(recency=[5]) == set()


def test_every_buyer_is_in_exactly_one_class():
    cells = [cell for each in CLASSES.values() for cell in each.cells()]

    assert sorted(cells) == [(recency, frequency) for recency in SCORES for frequency in SCORES]


def test_proposed_bounds_divide_the_buyers_into_fifths(tenant, today):
    for number in range(1, 11):
        make_buyer(f"buyer {number}", *range(number * 3, number * 4), total=number * 100)

    proposed = rfm.propose(365)
    cells = rfm.table(proposed)

    by_recency = [sum(cell.customers for (r, _f), cell in cells.items() if r == score) for score in SCORES]
    by_frequency = [sum(cell.customers for (_r, f), cell in cells.items() if f == score) for score in SCORES]
    assert by_recency == by_frequency == [2, 2, 2, 2, 2]
    assert proposed.check() == proposed


def test_proposed_bounds_of_few_who_all_bought_alike_still_rise(tenant, today):
    make_buyer("aoi", 0)
    make_buyer("ren", 0)

    assert rfm.propose(365).check() == Bounds(365, [1, 2, 3, 4], [2, 3, 4, 5], [500, 501, 502, 503])


def test_nothing_is_proposed_without_orders(tenant):
    with pytest.raises(NoBuyers):
        rfm.propose(365)


@pytest.mark.parametrize(
    "wrong",
    [
        Bounds(0, [10, 20, 30, 40], [2, 3, 4, 5], [1, 2, 3, 4]),
        Bounds(100, [10, 20, 30], [2, 3, 4, 5], [1, 2, 3, 4]),
        Bounds(100, [10, 20, 20, 40], [2, 3, 4, 5], [1, 2, 3, 4]),
        Bounds(100, [10, 20, 30, 40], [5, 4, 3, 2], [1, 2, 3, 4]),
        Bounds(100, [10, 20, 30, 40], [0, 1, 2, 3], [1, 2, 3, 4]),
        Bounds(100, [10, 20, 30, 101], [2, 3, 4, 5], [1, 2, 3, 4]),
    ],
)
def test_bounds_that_do_not_fit_are_refused(tenant, wrong):
    with pytest.raises(UnfitBounds):
        rfm.change(wrong)

    assert rfm.present() == rfm.default("JPY")


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ({}, "needs a class, or recency, frequency or money"),
        ({"class": "best"}, "class: must be one of: champions"),
        ({"recency": [6]}, "recency[0]: must be one of: 1, 2, 3, 4, 5"),
        ({"recency": [1, 1]}, "recency: must name each only once"),
        ({"class": "new", "frequency": [1]}, "class: a class says the recency and the frequency already"),
    ],
)
def test_a_class_that_cannot_be_asked_is_refused(tenant, leaf, message):
    with pytest.raises(InvalidTree) as refused:
        services.count({"type": "rfm"} | leaf)

    assert refused.value.message.startswith(message)


def test_classes_are_ready_made(tenant, today):
    make_buyer("aoi", 1, 2, 3, 4, 5)

    counts = {name: services.count(ready.of(f"rfm-{name}").conditions()).total for name in CLASSES}

    assert counts == dict.fromkeys(CLASSES, 0) | {"champions": 1}


def form(**changed: object) -> dict:
    said = {"within_days": 365, "do": "save"}
    said |= {f"recency_days_{place}": days for place, days in enumerate([10, 20, 30, 40])}
    said |= {f"orders_{place}": number for place, number in enumerate([2, 3, 4, 5])}
    return said | {f"amounts_{place}": 1000 * (place + 1) for place in range(4)} | changed


def test_the_page_shows_the_effect_before_it_is_saved(visit, today):
    browser = visit("marketer")
    make_buyer("aoi", 15)

    assert "¥500" in browser.read("segments/rfm/")
    page = browser.send("segments/rfm/change/", form(do="preview"))
    assert "Nothing is saved yet" in page
    assert rfm.present() == rfm.default("JPY")

    assert "Saved." in browser.send("segments/rfm/change/", form())
    assert rfm.present().recency_days == [10, 20, 30, 40]


def test_the_page_says_what_is_wrong_and_proposes(visit, today):
    browser = visit("marketer")
    assert "No customer has ordered" in browser.read("segments/rfm/")
    assert "nothing yet to divide" in browser.send("segments/rfm/change/", form(do="propose"))
    assert "each larger than the one before" in browser.send("segments/rfm/change/", form(orders_1=2))
    assert "Every field needs a whole number" in browser.send("segments/rfm/change/", form(orders_1="😀"))

    make_buyer("aoi", 15)
    assert 'value="16"' in browser.send("segments/rfm/change/", form(do="propose"))


def test_bounds_of_one_client_are_not_those_of_another(tenant, other_tenant):
    rfm.change(BOUNDS)

    with tenant_context(other_tenant):
        assert rfm.present() == rfm.default("JPY")
