"""Consents to ads by file: the newest word holds."""

import pytest
from django.core.cache import cache

from adplatforms.consenting import consents, figures
from adplatforms.consenting.kinds import AdConsentsKind
from adplatforms.models import AdConsent
from tests.adplatforms.factories import make_buyer
from tests.factories import make_customer

KIND = AdConsentsKind()


def row(number: str, agreed: str, on: str = "", **more: str) -> dict:
    return KIND.read({"customer": number, "agreed": agreed, "on": on} | more)


def test_a_file_keeps_who_said_what_when_where_and_by_which_proof(tenant):
    customer = make_customer("A-1")

    written = KIND.write(
        [(2, row("A-1", "○", "2025-11-01", source="Till", proof="Terms 4")), (3, row("B", "1"))]
    )

    kept = AdConsent.objects.get(customer=customer)
    assert (kept.is_given, kept.source, kept.proof, kept.how) == (True, "Till", "Terms 4", "import")
    assert written.counts == {"changed": 1, "unchanged": 0}
    assert [line for line, _why in written.refused] == [3]


def test_who_withdrew_is_not_overruled_by_an_older_yes_or_one_of_unknown_time(tenant):
    customer = make_buyer("A-1", agreed=False)[1]

    KIND.write([(2, row("A-1", "yes", "2020-01-01"))])
    KIND.write([(2, row("A-1", "yes"))])

    assert not consents.of(customer).is_given


def test_a_yes_of_unknown_time_does_not_overrule_a_no_of_the_same_file(tenant):
    customer = make_customer("A-1")

    KIND.write([(2, row("A-1", "no", "2025-05-01")), (3, row("A-1", "yes"))])

    assert not consents.of(customer).is_given


def test_the_same_file_again_changes_nothing(tenant):
    make_customer("A-1")
    for _ in range(2):
        KIND.write([(2, row("A-1", "yes", "2025-11-01"))])

    assert AdConsent.objects.count() == 1


@pytest.fixture
def forgotten(tenant):
    cache.delete(figures.KEY)
    yield
    cache.delete(figures.KEY)


@pytest.mark.parametrize(("cheap", "again"), [(60, 2), (0, 1)])
def test_where_counting_takes_long_figures_stay_for_some_minutes(visit, forgotten, monkeypatch, cheap, again):
    monkeypatch.setattr(figures, "CHEAP", cheap)
    make_buyer("aoi")
    shown = visit("owner").read("ad-platforms/consents/")
    make_buyer("ren")

    later = figures.kept()

    assert "Customers who agreed</dt><dd>1</dd>" in shown
    assert later.agreed == again
