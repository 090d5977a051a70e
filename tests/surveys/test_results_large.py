"""Results of very many answers: the page stands before they are counted, and what took long is told again."""

import pytest

from surveys.results import narrowing, totals
from surveys.results.narrowing import Narrowing
from surveys.results.views import totals as pages
from tests.factories import make_friend
from tests.surveys.factories import make_response, make_survey

LATER = "counting takes some seconds"
KEPT = "counted anew every few minutes"
BY_ITSELF = {"HX-Request": "true"}


@pytest.fixture
def page(tenant, visit):
    return visit("account_manager")


@pytest.fixture
def many(monkeypatch):
    """Three answers are very many."""
    monkeypatch.setattr(pages, "MOST_LIVE", 3)
    survey = make_survey()
    for options in ("a", "a", "b"):
        make_response(survey, make_friend(), q1={"options": [options]}, q2={"number": 9})
    return survey


@pytest.mark.parametrize(
    ("address", "found"),
    [("", "3 answered"), ("cross/?row=question:q1&column=question:q2", "nothing to compare")],
)
def test_a_page_of_very_many_answers_stands_before_they_are_counted(page, many, address, found):
    address = f"surveys/{many.pk}/results/{address}"

    first, then = page.read(address), page.read(address, **BY_ITSELF)

    assert LATER in first
    assert found not in first
    assert 'hx-trigger="load"' in first
    assert found in then
    assert KEPT in then
    assert LATER not in then


def test_nothing_is_awaited_where_nothing_was_chosen(page, many):
    assert LATER not in page.read(f"surveys/{many.pk}/results/cross/")


def test_few_answers_are_counted_at_once(page, many, monkeypatch):
    monkeypatch.setattr(pages, "MOST_LIVE", 4)

    shown = page.read(f"surveys/{many.pk}/results/")

    assert "3 answered" in shown
    assert LATER not in shown
    assert KEPT not in shown


@pytest.mark.parametrize(("seconds", "answered"), [(0.0, 1), (60.0, 2)])
def test_what_took_long_to_count_is_told_again_for_a_while(tenant, monkeypatch, seconds, answered):
    monkeypatch.setattr(narrowing, "LONG", seconds)
    monkeypatch.setattr(narrowing, "KEPT", 10**6)
    survey = make_survey()
    make_response(survey, make_friend("first"), q1={"options": ["a"]})
    totals.of(Narrowing(survey))

    make_response(survey, make_friend("second"), q1={"options": ["a"]})

    assert totals.of(Narrowing(survey))[0].answered == answered


def test_what_is_kept_is_counted_anew_once_its_time_is_over(tenant, monkeypatch):
    monkeypatch.setattr(narrowing, "LONG", 0.0)
    monkeypatch.setattr(narrowing, "KEPT", 0)
    survey = make_survey()
    make_response(survey, make_friend("first"), q1={"options": ["a"]})
    totals.of(Narrowing(survey))

    make_response(survey, make_friend("second"), q1={"options": ["a"]})

    assert totals.of(Narrowing(survey))[0].answered == 2


def test_nothing_is_kept_for_long_however_long_it_took(tenant, monkeypatch):
    monkeypatch.setattr(narrowing, "LONG", 0.0)
    monkeypatch.setattr(narrowing, "KEPT", 10**9)
    monkeypatch.setattr(narrowing, "LONGEST", 0.0)
    survey = make_survey()
    make_response(survey, make_friend("first"), q1={"options": ["a"]})
    totals.of(Narrowing(survey))

    make_response(survey, make_friend("second"), q1={"options": ["a"]})

    assert totals.of(Narrowing(survey))[0].answered == 2
