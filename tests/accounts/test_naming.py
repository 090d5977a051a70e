"""A copy is called like its original, and like nothing else, also when several copy at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from referrals import services as referrals
from referrals.models import Programme
from scenarios import services as scenarios
from scenarios.models import Scenario
from surveys import services as surveys
from surveys.models import Survey

AT_ONCE = 4
kinds = pytest.mark.parametrize(
    ("services", "model"), [(scenarios, Scenario), (surveys, Survey), (referrals, Programme)]
)


@kinds
def test_copies_made_at_once_have_names_of_their_own(own_tenant, services, model):
    made = services.create("Welcome", by=None)
    begin = Barrier(AT_ONCE)

    def copy(_turn: int) -> str:
        with tenant_context(own_tenant):
            begin.wait()
            name = services.copy(made, by=None).name
        connection.close()
        return name

    with ThreadPoolExecutor(AT_ONCE) as pool:
        names = set(pool.map(copy, range(AT_ONCE)))

    assert names == {"Welcome (copy)", "Welcome (copy 2)", "Welcome (copy 3)", "Welcome (copy 4)"}


@kinds
def test_copies_of_the_longest_name_can_be_told_apart(tenant, services, model):
    made = services.create("x" * model.NAME_LENGTH, by=None)

    names = [services.copy(made, by=None).name for _turn in range(2)]

    assert [name.lstrip("x") for name in names] == [" (copy)", " (copy 2)"]
    assert all(len(name) <= model.NAME_LENGTH for name in names)
