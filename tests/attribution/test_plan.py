"""How PostgreSQL finds touches and conversions: by the person, however many rows there are."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from attribution import services
from attribution.counting import statement
from customers.models import Customer
from friends.models import Friend
from routes.models import Arrival, Route, Visit
from shops.models import Order
from tests.attribution.factories import arrive, buy, click, make_buyer
from tests.factories import make_conversion_point, make_route


@pytest.fixture
def buyer(tenant) -> tuple[int, int]:
    friend, number = make_buyer()
    click(friend, "broadcast:7")
    arrive(friend, make_route())
    buy(number)
    return friend.pk, friend.links.get().customer_id


CROWD = 500
CAME = ("friend_id", "visit_id", "route_id")
EVENTS = """INSERT INTO events_event (friend_id, customer_id, type, at, properties)
SELECT 1000000 + n % 500, 1000000 + n % 500, type, at - n * interval '1 minute', properties
FROM events_event, generate_series(1, 2000) n"""


def multiply(model: type[Model], changes: Callable[[int], dict]) -> list:
    """What each of the crowd has, made from what the buyer has; `changes` by a running number."""
    names = [each.attname for each in model._meta.concrete_fields if not (each.generated or each.primary_key)]
    known = model.objects.values(*names).get()
    return model.objects.bulk_create(model(**known | changes(number)) for number in range(CROWD))


def make_crowd() -> None:
    friends = multiply(Friend, lambda n: {"line_user_id": f"U{n:032}"})
    customers = multiply(Customer, lambda n: {"number": f"N{n}"})
    visits = multiply(Visit, lambda n: {"key": f"visit {n}"})
    routes = multiply(Route, lambda n: {"code": f"route{n}"})
    came = list(zip(friends, visits, routes, strict=True))
    multiply(Arrival, lambda n: dict(zip(CAME, (each.pk for each in came[n]), strict=True)))
    multiply(Order, lambda n: {"customer_id": customers[n].pk, "number": f"N{n}"})
    with connection.cursor() as cursor:
        cursor.execute(EVENTS)
    schema = connection.schema_name
    with schema_context("public"), connection.cursor() as cursor:  # the tables are their owner's to analyse
        for table in ("events_event", "routes_arrival", "shops_order"):
            cursor.execute(f"ANALYZE {schema}.{table}")


def plan_of(point, friend: int, customer: int) -> str:
    """As it is among the rows of many others, where tables are too large to be read whole."""
    make_crowd()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            statement.recount(point, customers=[customer], friends=[friend])
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        return "\n".join(line for (line,) in cursor)


@pytest.mark.parametrize("model", ["last", "view"])
def test_touches_and_orders_are_found_by_the_person(buyer, model):
    point = services.change_point(services.orders(), model=model, by=None)

    plan = plan_of(point, *buyer)

    for table in ("events_event", "shops_order", "routes_arrival", "scenarios_send"):
        assert f"Seq Scan on {table}" not in plan
    assert "event_type_friend_at_customer" in plan
    assert "order_customer_placed" in plan, plan
    assert "arrival_friend" in plan, plan


def test_events_are_found_by_the_person(buyer):
    plan = plan_of(make_conversion_point(), *buyer)

    assert "Seq Scan on events_event" not in plan
    assert "Seq Scan on attribution_credit" not in plan
