"""Pages of conversions, their points and the way to an order; the same by API."""

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from attribution import services
from attribution.counting import turns
from attribution.models import Point, PointVersion
from shops.models import Order
from tests.api.conftest import caller, make_key
from tests.attribution.factories import DAY, HOUR, NOON, arrive, buy, click, make_buyer
from tests.factories import make_conversion_point, make_order, make_route, make_scenario

OF_NOVEMBER = {"first": "2026-11-01", "last": "2026-11-20"}
NEW = {
    "name": "Visit",
    "code": "visit",
    "event": "visited",
    "counts": "each",
    "model": "last",
    "window_days": "7",
    "view_hours": "24",
    "touches": ["broadcast", "route"],
    "op_0": "equals",
    "op_1": "equals",
    "op_2": "equals",
}


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


@pytest.fixture
def sold(tenant) -> tuple[str, object]:
    """An order of ¥3,000 that came by a route, after a click in a scenario; and one that nothing led to."""
    friend, customer = make_buyer()
    scenario, route = make_scenario(name="Cart left behind"), make_route("Flyer")
    click(friend, f"scenario:{scenario.pk}/step:a", NOON - DAY)
    arrive(friend, route, NOON)
    number = buy(customer, NOON + HOUR)
    buy(make_buyer()[1], NOON + HOUR, 700)
    turns.catch_up()
    return number, scenario


def test_what_led_to_orders_stands_in_a_table_with_what_nothing_led_to(page, sold):
    by_route = page.read("conversions/", OF_NOVEMBER | {"by": "route"})
    by_first = page.read("conversions/", OF_NOVEMBER | {"by": "scenario", "model": "first"})
    by_step = page.read("conversions/", OF_NOVEMBER | {"by": "step", "model": "first"})

    assert "Flyer" in by_route
    assert "¥3,000" in by_route
    assert "¥700" in by_route
    assert "Cart left behind" in by_first
    assert "Cart left behind – a" in by_step


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "never"},
        {"by": "x", "model": "x", "point": "99"},
        {"first": "2026-11-20", "last": "1999-01-01"},
    ],
)
def test_what_cannot_be_asked_is_answered_with_the_usual(page, asked):
    assert "What led to our orders?" in page.read("conversions/", asked)


def test_the_way_to_an_order_marks_the_touch_that_got_it_and_says_why(page, sold):
    order = Order.objects.get(number=sold[0])

    shown = page.read(f"conversions/orders/{order.pk}/")

    assert shown.index("Flyer") < shown.index("gets the order") < shown.index("Cart left behind")
    assert "would get it by “First click”" in shown


@pytest.mark.parametrize("told", [{}, {"status": "cancelled", "customer": None}])
def test_an_order_that_nothing_can_be_credited_with_says_so(page, told):
    order = make_order(**told)

    assert "No message, click or route is known" in page.read(f"conversions/orders/{order.pk}/")


def test_conversions_are_listed_one_by_one_by_few_queries(page, sold, django_assert_max_num_queries):
    page.read("conversions/each/")
    with django_assert_max_num_queries(25):
        shown = page.read("conversions/each/")

    assert "Flyer" in shown


def test_a_point_is_made_narrowed_changed_and_its_history_kept(page):
    given = NEW | {"property_0": "shop", "value_0": "Ginza", "property_1": "amount", "op_1": "at_least"}
    made = page.send("conversions/points/new/?kind=event", given | {"value_1": "100"})
    point = Point.objects.get(code="visit")
    kept = {**NEW, "window_days": "30", "property_0": "shop", "value_0": "Ginza"}
    changed = page.send(f"conversions/points/{point.pk}/edit/", kept)
    point.refresh_from_db()

    assert "Made a reservation" not in made
    assert "Broadcasts, Routes" in made
    assert "being counted anew" in changed
    assert "days after the touch: 30" in changed
    assert point.where == [{"property": "shop", "op": "equals", "value": "Ginza"}]
    assert PointVersion.objects.filter(point=point).count() == 2
    assert Activity.objects.filter(verb__startswith="conversion_point.").count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"name": " 　"}, "required"),
        ({"code": "Größe"}, "Use a–z"),
        ({"code": "orders"}, "already exists"),
        ({"event": "order_placed"}, "valid choice"),
        ({"window_days": "91"}, "90"),
        ({"window_days": "0"}, "1"),
        ({"touches": []}, "required"),
        ({"property_0": "shop", "op_0": "equals", "value_0": ""}, "not understood"),
        ({"name": "🎉" * 61}, "60"),
    ],
)
def test_what_is_wrong_with_a_point_is_said_on_the_form(page, wrong, said):
    shown = page.send("conversions/points/new/?kind=event", NEW | wrong)

    assert said in shown
    assert not Point.objects.exclude(kind="order").exists()


def test_orders_cannot_be_archived_and_other_points_can_and_come_back(page):
    point = make_conversion_point()
    orders = page.send(f"conversions/points/{services.orders().pk}/archive/", {})
    archived = page.send(f"conversions/points/{point.pk}/archive/", {})
    restored = page.send(f"conversions/points/{point.pk}/archive/", {})

    assert "cannot be archived" in orders
    assert "It counts no more" in archived
    assert "counts again" in restored


def test_how_far_a_count_is_is_shown_until_it_is_done(page):
    point = make_conversion_point()
    make_buyer()
    during = page.read(f"conversions/points/{point.pk}/progress/")
    turns.catch_up()

    assert "0 %" in during
    assert "hx-get" not in page.read(f"conversions/points/{point.pk}/progress/")


@pytest.mark.parametrize("address", ["conversions/points/{}/", "conversions/points/{}/edit/"])
def test_a_point_of_another_client_is_not_there(page, other_tenant, address):
    with tenant_context(other_tenant):
        for number in range(5):
            theirs = make_conversion_point(code=f"p{number}")

    assert page.get(address.format(theirs.pk)).status_code == 404


def test_programs_read_sums_and_credits_and_make_points(tenant, sold):
    program = caller(make_key(tenant, "attribution.view_credit", "attribution.add_point"))
    sums = program.get("credit-sums/?since=2026-11-01&until=2026-11-20&by=route").json()
    never = program.get("credit-sums/?since=9999-12-01&until=9999-12-31&by=route")
    made = program.post(
        "conversion-points/", {"kind": "event", "name": "Visit", "code": "v", "event": "visited"}
    )
    wrong = program.post("conversion-points/", {"kind": "order", "name": "Visit", "code": "w"})
    twice = program.post(
        "conversion-points/", {"kind": "event", "name": "V", "code": "v", "event": "visited"}
    )

    assert never.status_code == 400
    assert [(row["name"], row["revenue"]) for row in sums["rows"]] == [("Flyer", "3000.00")]
    assert sums["alone"] == {"conversions": 1, "orders": 1, "revenue": "700.00", "others": []}
    assert program.get("credits/").json()["items"][0]["owner"].startswith("route:")
    assert made.status_code == 201
    assert wrong.status_code == 400
    assert twice.json()["code"] == "point_code_taken"
