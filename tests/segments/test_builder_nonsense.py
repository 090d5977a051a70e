"""Forms and addresses that no page of ours makes: each is answered, never with an error of the server."""

import pytest

DIGITS = "9" * 5_000  # more than Python makes a number of
LEAF = {"n-kind": "all", "n-size": "1"}
HALF = '{"type": "tag", "tag": 1, "\\ud800": 1}'


@pytest.mark.parametrize(
    "form",
    [
        {"n-kind": "all", "n-size": DIGITS},
        {**LEAF, "n-0-kind": "tag", "n-0-tag": DIGITS},
        {**LEAF, "n-0-kind": "clicked", "n-0-broadcast": DIGITS},
        {**LEAF, "n-0-kind": "events", "n-0-where-size": DIGITS},
        {**LEAF, "n-0-kind": "events", "do": f"less:n-0:where-{DIGITS}"},
        {**LEAF, "n-0-kind": "events", "do": f"more:n-0:where-{DIGITS}-of"},
        {**LEAF, "n-0-kind": "json", "n-0-json": HALF},
        {**LEAF, "n-0-kind": "leaf", "n-0-json": HALF, "do": "text:n-0"},
        {"json": HALF},
        {"json": "[" * 100_000},
        {"json": '{"type": "tag", "tag": ' + DIGITS + "}"},
    ],
)
def test_the_builder_answers_any_form(visit, form):
    page = visit().send("segments/build/", form)

    assert 'id="answer' in page


@pytest.mark.parametrize(
    "address",
    [
        "segments/?before=",
        "segments/audiences/?before=",
        "segments/new/?list=",
        "segments/lists/?before=",
        "broadcasts/?before=",
        "imports/?before=",
    ],
)
def test_a_number_of_any_length_stands_in_an_address(visit, address):
    page = visit("marketer").read(address + DIGITS)

    assert "<h1" in page


def test_what_cannot_be_read_is_said_in_our_words(visit):
    visitor = visit()

    deep = visitor.send("segments/build/", {"json": "[" * 100_000})
    half = visitor.send("segments/build/", {"json": HALF})

    assert "brackets without end" in deep
    assert "half of a character" in half
