"""Answers against what is known of the customers who gave them."""

from surveys.results import sides
from tests.factories import make_customer, make_customer_field, make_friend, make_link
from tests.surveys.factories import make_response, make_survey
from tests.surveys.test_results_totals import crossed


def answer(survey, option: str, **attributes: object) -> None:
    friend = make_friend()
    make_link(friend, make_customer(attributes=attributes))
    make_response(survey, friend, q1={"options": [option]})


def test_a_field_of_customers_stands_at_a_side(tenant):
    survey, rank = make_survey(), make_customer_field("Rank", "choice", choices=["gold", "silver"])
    for option, held in (("a", "gold"), ("a", "gold"), ("b", "silver"), ("b", "bronze")):
        answer(survey, option, **{rank.key: held})
    answer(survey, "c")
    make_response(survey, make_friend(), q1={"options": ["c"]})

    found = crossed(survey, "question:q1", f"customer:{rank.pk}")

    assert [words for _key, words in found.columns] == ["gold", "silver", "bronze"]
    assert [[cell.count for cell in cells] for _words, _people, cells in found.lines] == [
        [2, 0, 0],
        [0, 1, 1],
    ]
    assert found.table.people == 4


def test_yes_and_no_of_customers_are_told_apart_from_unknown(tenant):
    survey, member = make_survey(), make_customer_field("Member", "yes_no")
    for option, held in (("a", True), ("a", False), ("b", True)):
        answer(survey, option, **{member.key: held})
    answer(survey, "b")

    found = crossed(survey, f"customer:{member.pk}", "question:q1")

    assert [(words, people) for words, people, _cells in found.lines] == [("Yes", 2), ("No", 1)]


def test_a_text_that_anybody_may_write_is_no_side(tenant):
    note, rank = make_customer_field("Note", "text"), make_customer_field("Rank", "choice", choices=["gold"])

    offered = {code for _label, pairs in sides.offered_of_friends() for code, _words in pairs}

    assert f"customer:{rank.pk}" in offered
    assert f"customer:{note.pk}" not in offered
    assert sides.of(make_survey(), f"customer:{note.pk}") is None
