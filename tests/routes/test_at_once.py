"""Browsers and webhooks about the same people at the same time, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Tenant
from channels import handlers
from channels.handlers import Received
from routes import signing_in, visits
from routes.models import Arrival, Visit
from routes.signing_in import Person
from tests.factories import make_line_user_id, make_route, make_tag


def at_once(tenant: Tenant, acts: list[Callable[[], object]]) -> None:
    def act(each: Callable[[], object]) -> None:
        try:
            with tenant_context(tenant):
                each()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(act, acts))


def make_visit(route) -> Visit:
    return Visit.objects.create(route=route, at=timezone.now(), way="login", device="phone")


def follow(user_id: str) -> None:
    """What the processing of a webhook does in its transaction; one worker at a time does it for a client."""
    payload = {"type": "follow", "source": {"type": "user", "userId": user_id}}
    event = Received(uuid4().hex, "follow", timezone.now() + timedelta(seconds=1), user_id, payload)
    with transaction.atomic():
        handlers.dispatch([event])


def test_follow_and_sign_in_find_each_other_whoever_is_first(own_tenant):
    route = make_route(tags=[make_tag("VIP")])
    people = [Person(make_line_user_id(f"person {number}"), is_friend=False) for number in range(12)]
    visits_of = {person: make_visit(route) for person in people}

    def sign_in_some(share: int) -> None:
        for person in people[share::3]:
            signing_in.arrive(visits_of[person], person)

    def process_follows() -> None:
        for person in people:
            follow(person.line_user_id)

    at_once(own_tenant, [process_follows, *(partial(sign_in_some, share) for share in range(3))])

    arrivals = list(Arrival.objects.all())
    assert {(arrival.kind, arrival.is_newest) for arrival in arrivals} == {("new", True)}
    assert len(arrivals) == len(people)
    assert all(arrival.friend.tags.count() == 1 for arrival in arrivals)


def test_nobody_waits_for_ever_when_line_says_at_once_that_they_are_friends(own_tenant):
    route = make_route()
    people = [Person(make_line_user_id(f"person {n}"), has_changed=True, is_friend=True) for n in range(12)]
    visits_of = {person: make_visit(route) for person in people}

    def process_follows() -> None:
        for person in people:
            follow(person.line_user_id)

    at_once(own_tenant, [process_follows, *(partial(signing_in.arrive, visits_of[p], p) for p in people[:6])])

    assert Arrival.objects.filter(kind="new", is_newest=True).count() == 6


def test_the_same_answer_to_two_browsers_is_one_arrival(own_tenant):
    visit, person = make_visit(make_route()), Person(make_line_user_id("aoi"), is_friend=True)

    at_once(own_tenant, [lambda: signing_in.arrive(visit, person)] * 6)

    assert Arrival.objects.count() == Visit.objects.count() == 1


def test_several_people_with_one_link_have_a_visit_each(own_tenant):
    visit = make_visit(make_route())
    people = [Person(make_line_user_id(f"person {number}"), is_friend=True) for number in range(6)]

    at_once(own_tenant, [lambda p=person: signing_in.arrive(visit, p) for person in people])

    assert Arrival.objects.count() == Visit.objects.count() == 6
    assert visits.find(visit.key)
