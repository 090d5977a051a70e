"""Cross tables of friends: counts as Python has them, and a segment behind each cell."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friends.models import FieldValue
from insights import crossing, sides
from insights.errors import NoSuchSide
from segments import services as segments
from tests.factories import (
    make_arrival,
    make_customer,
    make_customer_field,
    make_field,
    make_friend,
    make_link,
    make_order,
    make_route,
    make_segment,
    make_tag,
)
from tests.insights.factories import happen
from tests.touchpoints.factories import make_plan

OCTOBER = datetime(2026, 10, 10, tzinfo=UTC)
people = st.lists(
    st.tuples(
        st.sampled_from([None, "S", "M"]),  # the field
        st.booleans(),  # tagged
        st.sampled_from([None, "gold", "silver"]),  # the customer's rank; None: not linked
        st.sampled_from([None, 0, 1]),  # the route
        st.sampled_from([None, 9, 10]),  # the month they joined
        st.booleans(),  # blocked
    ),
    max_size=12,
)


class World:
    """Friends with what is known of them, and the codes of the sides that tell it."""

    def __init__(self) -> None:
        self.size = make_field("Size", "choice", choices=["S", "M"])
        self.tag = make_tag("VIP")
        self.rank = make_customer_field("Rank", "choice", choices=["gold", "silver"])
        self.routes = [make_route("Flyer"), make_route("Shop")]
        self.codes = [f"field:{self.size.pk}", f"tag:{self.tag.pk}", "linked", f"customer:{self.rank.pk}"]
        self.codes += ["route", "month"]
        self.known: list[list[str | None]] = []

    def add(self, size, is_tagged, rank, route, month, is_blocked) -> None:
        tags = [self.tag] if is_tagged else []
        friend = make_friend(tags=tags, status="blocked" if is_blocked else "friend")
        if size:
            FieldValue.objects.create(friend=friend, field=self.size, text=size)
        if rank:
            make_link(friend, make_customer(**{self.rank.key: rank}))
        if route is not None:
            make_arrival(friend, route=self.routes[route], is_newest=True)
        if month:
            happen(friend, "followed", OCTOBER.replace(month=month))
        came = "unknown" if route is None else str(self.routes[route].pk)
        told = [size, "yes" if is_tagged else "no", "yes" if rank else "no", rank, came]
        if not is_blocked:
            self.known.append([*told, f"2026-{month:02}" if month else None])


def cells(table) -> dict:
    return {
        (row, column): place.cell.count
        for (row, _words), places in zip(table.crossed.rows, table.places, strict=True)
        for (column, _said), place in zip(table.crossed.columns, places, strict=True)
        if place.cell.count
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=people, one=st.integers(0, 5), other=st.integers(0, 5))
def test_each_cell_has_whom_python_counts_and_its_segment_has_the_same(tenant, histories, one, other):
    other = (one + 1) % 6 if one == other else other
    with transaction.atomic():
        world = World()
        for history in histories:
            world.add(*history)

        table = crossing.of(world.codes[one], world.codes[other])

        pairs = [(known[one], known[other]) for known in world.known if known[one] and known[other]]
        assert cells(table) == Counter(pairs)
        assert table.crossed.table.people == len(pairs)
        for places in table.places:
            for place in places:
                assert segments.count(place.tree).total == place.cell.count
        transaction.set_rollback(True)


def test_only_friends_of_a_segment_are_counted_and_its_cells_lead_into_it(tenant):
    vip, tea = make_tag("VIP"), make_tag("Tea")
    both = make_friend(tags=[vip, tea])
    make_friend(tags=[tea])
    segment = make_segment({"all": [{"type": "tag", "tag": vip.pk}]})

    table = crossing.of(f"tag:{tea.pk}", "linked", segment)

    assert cells(table) == {("yes", "no"): 1}
    assert list(segments.members(table.places[0][0].tree)) == [both.pk]


def test_beyond_the_twenty_largest_groups_the_rest_are_others(tenant):
    for number in range(23):
        route = make_route(f"Route {number:02}")
        for _each in range(2 if number < 20 else 1):
            make_arrival(route=route, is_newest=True)

    table = crossing.of("route", "linked")

    assert len(table.crossed.rows) == sides.MOST + 1
    assert table.crossed.rows[-1] == (sides.OTHERS, "Others (3)")
    assert table.places[-1][0].cell.count == 3
    assert table.places[-1][0].tree is None


def test_classes_of_buyers_and_responses_are_sides_too(tenant):
    friend, customer = make_friend(), make_customer("1")
    make_link(friend, customer)
    make_order(customer="1")
    make_friend()

    table = crossing.of("rfm", "response")

    assert cells(table) == {("new", "none"): 1, ("none", "none"): 1}
    for places in table.places:
        assert segments.count(places[0].tree).total == 1


def test_text_and_yes_or_no_of_customers_are_sides(tenant):
    city, member = make_customer_field("City"), make_customer_field("Member", "yes_no")
    make_link(make_friend(), make_customer(**{city.key: "Kyoto", member.key: True}))
    make_link(make_friend(), make_customer(**{city.key: "Osaka", member.key: False}))

    table = crossing.of(f"customer:{city.pk}", f"customer:{member.pk}")

    assert cells(table) == {("Kyoto", "yes"): 1, ("Osaka", "no"): 1}
    for places in table.places:
        for place in places:
            assert segments.count(place.tree).total == place.cell.count


def test_classes_of_a_touchpoint_plan_are_a_side(tenant):
    plan = make_plan("Autumn")
    make_friend(), make_friend()

    table = crossing.of(f"plan:{plan.pk}", "linked")

    assert table.crossed.row.label == "Autumn"
    assert table.crossed.table.people == 2
    for places in table.places:
        assert segments.count(places[0].tree).total == places[0].cell.count


def test_a_difference_beyond_chance_is_said_and_one_that_may_be_chance_too(tenant):
    tag = make_tag("VIP")
    for number in range(60):
        friend = make_friend(tags=[tag] if number < 30 else [])
        if number < 28 or number > 55:
            make_link(friend)

    clear = crossing.of(f"tag:{tag.pk}", "linked").crossed

    assert "larger than chance explains" in clear.verdict
    assert clear.lines[0][2][0].sign == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("linked", "linked"),
        ("linked", "tag:0"),
        ("nothing", "linked"),
        ("field:x", "linked"),
        ("customer:9", "rfm"),
    ],
)
def test_two_different_things_that_are_known_are_needed(tenant, row, column):
    with pytest.raises(NoSuchSide):
        crossing.of(row, column)
