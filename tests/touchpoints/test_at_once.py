"""Two people at once: one draft, one closing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from broadcasts.models import Broadcast
from tests.factories import make_friend
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import classes, closing, starting
from touchpoints.models import Period

AT_ONCE = 4


@pytest.fixture
def at_once(own_tenant) -> Iterator[Callable[[Callable], list]]:
    """What each of several workers answers that begin in the same moment."""
    begin = Barrier(AT_ONCE)

    def work(act: Callable) -> object:
        with tenant_context(own_tenant):
            begin.wait()
            found = act()
        connection.close()
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield lambda act: list(pool.map(work, [act] * AT_ONCE))


def test_several_who_start_a_class_at_once_make_one_draft(at_once):
    make_friend("aoi")
    period = period_of(make_plan())
    found = classes.plan(class_of(period, "new"), action="message", text="Hello", by=None)

    started = at_once(lambda: starting.start(found, by=None).broadcast_id)

    assert len(set(started)) == 1
    assert Broadcast.objects.count() == 1


def test_several_who_start_all_at_once_make_one_draft_each(at_once):
    make_friend("aoi")
    period = period_of(make_plan())
    classes.plan(class_of(period, "new"), action="message", text="Hello", by=None)

    started = at_once(lambda: len(starting.start_all(period, by=None)))

    assert sorted(started) == [0, 0, 0, 1]
    assert Broadcast.objects.count() == 1


def test_several_who_close_a_period_at_once_close_it_once(at_once):
    make_friend("aoi")
    period = period_of(make_plan())

    opened = at_once(lambda: closing.close(period, by=None).pk)

    assert len(set(opened)) == 1
    assert Period.objects.filter(plan=period.plan_id).count() == 2
