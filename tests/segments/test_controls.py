"""Forms made from what a type of leaf says of itself: fields, meanings, problems at their field."""

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from segments import leaves
from segments.building import builder
from segments.building.controls.base import Blank, Options
from segments.kinds import (
    Choice,
    Day,
    Number,
    Properties,
    Record,
    RowOr,
    Rows,
    Several,
    Single,
    SingleOrList,
    Text,
    Unfit,
    Whole,
    YesNo,
)
from segments.leaves import Leaf, Moment, Query
from segments.leaves import given as said


class Odd:
    """A kind that no control knows."""

    def read(self, value: object) -> object:
        if value != {"x": [1]}:
            raise Unfit("must be odd")
        return value

    def schema(self) -> dict:
        return {}


@dataclass(frozen=True)
class Step:
    event: str = said(Text(), label="Event")
    within: int | None = said(Whole(1, 90), default=None, label="Within", unit="days")


@dataclass(frozen=True)
class Everything(Leaf):
    """One value of every kind."""

    type = "everything"
    label = gettext_lazy("Everything")
    group = leaves.BEHAVIOUR
    whole: int | None = said(Whole(0, 100), default=None, label="Whole", unit="days")
    number: float | None = said(Number(), default=None, label="Number")
    day: str | None = said(Day(), default=None, label="Day")
    yes: bool | None = said(YesNo(), default=None, label="Yes")
    text: str | None = said(Text(), default=None, label="Text")
    choice: str | None = said(Choice(("a", "b")), default=None, label="Choice")
    several: list | None = said(Several(("x", 2)), default=None, label="Several")
    single: object = said(Single(), default=None, label="Single")
    listed: object = said(SingleOrList(), default=None, label="Listed")
    row: object = said(
        RowOr(("last",)), default=None, label="Row", options=lambda: [("last", "The last"), (7, "Seven")]
    )
    named: dict | None = said(Properties(), default=None, label="Named")
    record: dict | None = said(Record(Step), default=None, label="Record")
    rows: list | None = said(Rows(Record(Step), 1, 3), default=None, label="Rows")
    odd: object = said(Odd(), default=None, label="Odd")

    def query(self, moment: Moment) -> Query:
        return Query("SELECT id FROM friends_friend", [])

    def topics(self) -> set[str]:
        return {"friends"}

    def words(self, known: dict) -> str:
        return "everything there is"


@pytest.fixture
def everything(monkeypatch) -> type[Leaf]:
    """Registered as an app would, for one test."""
    monkeypatch.setitem(leaves.types(), Everything.type, Everything)
    return Everything


def sent(texts: object, name: str = "n-0") -> QueryDict:
    """The form that a browser sends for what stands in the fields."""
    form = QueryDict(mutable=True)
    _send(form, texts, name)
    return form


def _send(form: QueryDict, texts: object, name: str) -> None:
    if isinstance(texts, dict):
        for each, below in texts.items():
            _send(form, below, f"{name}-{each}")
    elif isinstance(texts, list) and all(isinstance(each, str) for each in texts):
        form.setlist(name, texts)
    elif isinstance(texts, list):
        form[f"{name}-size"] = str(len(texts))
        for place, each in enumerate(texts):
            _send(form, each, f"{name}-{place}")
    else:
        form[name] = texts


TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12)
SINGLES = st.one_of(
    TEXTS,
    st.sampled_from(["3", "true", '"x"', "a, b", " ", "Tokyo, Japan", "化粧水", "👩‍👩‍👧", "12"]),
    st.integers(-1000, 1000),
    st.booleans(),
    st.floats(-1e6, 1e6, allow_nan=False),
)
STEPS = st.fixed_dictionaries({"event": TEXTS}, optional={"within": st.integers(1, 90)})
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "whole": st.integers(0, 100),
        "number": st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-1000, 1000),
        "day": st.dates().map(str),
        "yes": st.booleans(),
        "text": TEXTS,
        "choice": st.sampled_from(["a", "b"]),
        "several": st.sampled_from([["x"], [2], ["x", 2]]),
        "single": SINGLES,
        "listed": SINGLES | st.lists(SINGLES, min_size=1, max_size=3),
        "row": st.sampled_from(["last", 7, 12]),
        "named": st.dictionaries(TEXTS, SINGLES, min_size=1, max_size=3),
        "record": STEPS,
        "rows": st.lists(STEPS, min_size=1, max_size=3),
        "odd": st.just({"x": [1]}),
    },
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_a_form_shows_comes_back_as_it_was_or_is_not_shown_as_a_form(values):
    form = builder.form_of(Everything, Options())

    texts = form.spell(values)
    again = form.gather(sent(texts), "n-0")

    assert again == texts
    assert not form.says(texts, values) or form.mean(again) == [values]


@settings(max_examples=100, deadline=None)
@given(VALUES.filter(lambda values: "listed" not in values))
def test_every_value_without_commas_can_be_shown_as_a_form(values):
    form = builder.form_of(Everything, Options())

    assert form.says(form.spell(values), values)


def test_a_registered_type_is_in_the_menu_with_a_form_for_all_its_values(everything, visit):
    visitor = visit()

    menu = visitor.read("segments/new/")
    page = visitor.send("segments/build/", {"n-kind": "all", "n-size": "0", "do": "add:n:everything"})
    closed = visitor.send(
        "segments/build/",
        {"n-kind": "all", "n-size": "1", "n-0-kind": "everything", "n-0-whole": "5", "do": "close:n-0"},
    )

    assert 'value="add:n:everything"' in menu
    for name in ("whole", "number", "day", "yes", "text", "choice", "several", "single", "listed", "odd"):
        assert f'name="n-0-{name}"' in page, name
    assert 'name="n-0-record-event"' in page
    assert '<span class="unit">days</span>' in page
    assert "everything there is" in closed
    assert "everything" in str(leaves.types()["everything"].schema())


def test_rows_are_added_and_removed(everything, visit):
    form = {"n-kind": "all", "n-size": "1", "n-0-kind": "everything", "n-0-rows-size": "1"}
    visitor = visit()

    more = visitor.send("segments/build/", form | {"n-0-rows-0-event": "viewed", "do": "more:n-0:rows"})
    less = visitor.send("segments/build/", form | {"n-0-rows-0-event": "viewed", "do": "less:n-0:rows-0"})

    assert 'name="n-0-rows-0-event" id="n-0-rows-0-event" value="viewed"' in more
    assert 'name="n-0-rows-1-event"' in more
    assert 'name="n-0-rows-0-event"' not in less


def test_what_is_wrong_stands_at_its_field(everything, visit):
    form = {"n-kind": "all", "n-size": "1", "n-0-kind": "everything"}

    page = visit().send("segments/build/", form | {"n-0-whole": "101", "do": "count"})

    assert 'id="n-0-whole-problem" role="alert">must be a whole number from 0 to 100</div>' in page


@pytest.mark.parametrize("name", ["single", "listed", "odd", "whole", "text", "day"])
def test_brackets_without_end_are_answered_and_stay_typed(everything, visit, name):
    form = {"n-kind": "all", "n-size": "1", "n-0-kind": "everything", f"n-0-{name}": "[" * 3_000}

    page = visit().send("segments/build/", form | {"do": "count"})

    assert "[" * 3_000 in page


def test_a_value_that_is_needed_is_missed_at_its_field():
    form = builder.form_of(Everything, Options())

    with pytest.raises(Blank) as missed:
        form.mean(form.blank() | {"rows": [{"event": "", "within": "3"}]})

    assert missed.value.path == "rows[0].event"


@pytest.mark.parametrize("text", ["12", "１２", "1,2", " 12 "])
def test_numbers_are_read_as_people_write_them(text):
    form = builder.form_of(Everything, Options())

    assert form.mean(form.blank() | {"whole": text}) == [{"whole": 12}]


def test_many_options_are_searched_by_name(monkeypatch):
    @dataclass(frozen=True)
    class Chosen(Leaf):
        type = "chosen"
        shop: int = said(
            Whole(1, 1000), label="Shop", options=lambda: [(n, f"Shop {n // 2}") for n in range(2, 102)]
        )

    form = builder.form_of(Chosen, Options())

    assert form.spell({"shop": 8}) == {"shop": "Shop 4"}
    assert form.mean({"shop": "Shop 4"}) == [{"shop": 8}]
    assert form.mean({"shop": "Shop 4 (9)"}) == [{"shop": 9}]
    assert form.show({"shop": "Shop 4"}, "n-0", {}).parts[0].template == "search"
