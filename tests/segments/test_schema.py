"""The published JSON Schema: valid itself, and of one mind with what is read."""

from collections.abc import Iterator
from dataclasses import fields

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft202012Validator

from segments import leaves, tree
from segments.errors import InvalidTree
from segments.kinds import Kind, Record, Rows, Unfit

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40_000),
    st.sampled_from([0, 1, 2, 2**31 - 1, 2**31, 10**15, 10**15 + 1, 1.0, 2.5, 4.0]),
    st.sampled_from(["", "last", "2026-11-20", "2026-02-30", "２０２６-11-20", "化粧水"]),
    st.sampled_from(["x\n", "\x00", "tab\t", "2026-11-20\n"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.just("x" * 201),
)
NAMES = st.sampled_from(["property", "op", "value", "event", "at_least", "within", "x", "", "\x07"])
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=6,
)


def kinds_within(kind: Kind) -> Iterator[Kind]:
    yield kind
    if isinstance(kind, Rows):
        yield from kinds_within(kind.of)
    if isinstance(kind, Record):
        for declared in fields(kind.of):
            yield from kinds_within(declared.metadata["kind"])


def all_kinds() -> dict[str, Kind]:
    declared = [each for type_ in leaves.all_types() for each in fields(type_)]
    return {repr(kind): kind for each in declared for kind in kinds_within(each.metadata["kind"])}


def validator(schema: dict) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


def reads(kind: Kind, value: object) -> bool:
    try:
        kind.read(value)
    except Unfit:
        return False
    return True


def words_of(kind: Kind) -> list:
    """Values that this kind takes, beside those drawn at random."""
    listed = [*getattr(kind, "options", ()), *getattr(kind, "steps", ()), *getattr(kind, "words", ())]
    return [*listed, listed[:1], listed[:2], listed[:1] * 2]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(tree.schema())


def test_every_type_has_a_title_a_description_and_a_title_for_each_value():
    for type_ in leaves.all_types():
        schema = type_.schema()

        assert schema["title"], type_
        assert schema["description"], type_
        for name, value in schema["properties"].items():
            assert name == "type" or value.get("title"), (type_, name)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_each_kind_of_value_is_described_as_it_is_read(data):
    for kind in all_kinds().values():
        schema = validator(kind.schema())
        value = data.draw(VALUES | st.sampled_from(words_of(kind)))

        # What holds several values may refuse in its check what a schema cannot say.
        if isinstance(kind, Record | Rows):
            assert schema.is_valid(value) or not reads(kind, value), (kind, value)
        else:
            assert schema.is_valid(value) == reads(kind, value), (kind, value)


@pytest.mark.parametrize("type_", leaves.all_types(), ids=lambda type_: type_.type)
def test_what_a_new_condition_says_is_described(type_):
    schema = validator(tree.schema())
    raw = {"type": type_.type} | type_.fresh

    described = [error.message for error in schema.iter_errors({"all": [raw]})]

    assert described == [] or not parses(raw)


def test_what_the_schema_refuses_is_refused():
    schema = validator(tree.schema())
    wrong = [
        {"all": {}},
        {"any": []},
        {"not": []},
        {"all": [], "any": []},
        {"type": "moon"},
        {"type": "tag"},
        {"type": "tag", "tag": "x"},
        {"type": "tag", "tag": 1, "more": 1},
    ]

    for raw in wrong:
        assert not schema.is_valid(raw), raw
        assert not parses(raw), raw


def parses(raw: dict) -> bool:
    try:
        tree.parse(raw)
    except InvalidTree:
        return False
    return True
