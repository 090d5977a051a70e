"""A field of friends or of customers is asked for as its type wants it."""

import json
import re

import pytest

from segments import services
from segments.models import Segment
from tests.factories import make_customer_field, make_field, make_segment

ASKED = {"n-kind": "all", "n-size": "1", "name": "New"}


@pytest.fixture
def fields(tenant) -> None:
    make_field("Wedding", "date", key="wedding")
    make_field("Note", "text", key="note")
    make_field("Shop", "choice", key="shop", choices=["Ginza", "Ueno"])
    make_customer_field("Rank", "choice", key="rank", choices=["gold", "silver"])
    make_customer_field("Member", "yes_no", key="member")
    make_customer_field("Points", "number", key="points")


def asked(type_: str, field: str, op: str, **more: object) -> dict:
    begun = {"n-0-kind": type_, "n-0-field": field, "n-0-op": op}
    return ASKED | begun | {f"n-0-{name}": value for name, value in more.items()}


def tag_of(page: str, name: str) -> str:
    """The field's own tag, and what stands in it."""
    found = re.search(rf'<select name="{name}".*?</select>|<input [^>]*name="{name}"[^>]*>', page, re.S)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (asked("friend", "fields.wedding", "at_least"), 'type="date"'),
        (asked("customer", "birthday", "equals"), 'type="date"'),
        (asked("customer", "attributes.points", "at_most"), 'type="number"'),
        (asked("customer", "attributes.rank", "equals"), '<option value="silver">'),
        (asked("customer", "attributes.rank", "in"), 'type="checkbox"'),
        (asked("customer", "attributes.member", "equals"), '<option value="true">'),
        (asked("friend", "language", "equals"), '<option value="ja">'),
        (asked("friend", "name", "contains"), 'type="text"'),
        (asked("customer", "attributes.unheard", "equals"), 'type="text"'),
    ],
)
def test_a_value_is_asked_for_by_the_type_of_its_field(fields, visit, form, wanted):
    page = visit().send("segments/build/", form | {"do": "shape:n-0"})

    assert wanted in tag_of(page, "n-0-value")


def test_what_is_only_known_or_not_has_no_value(fields, visit):
    page = visit().send("segments/build/", asked("friend", "fields.shop", "exists") | {"do": "shape:n-0"})

    assert 'name="n-0-value"' not in page
    assert "Shop is known" in page


def test_what_was_said_for_another_field_goes_with_it(fields, visit):
    page = visit().send(
        "segments/build/", asked("customer", "birthday", "contains", value="gold") | {"do": "shape:n-0"}
    )

    assert '<option value="equals" selected' in tag_of(page, "n-0-op")
    assert '"contains"' not in tag_of(page, "n-0-op")
    assert 'value=""' in tag_of(page, "n-0-value")


@pytest.mark.parametrize(
    ("form", "leaf"),
    [
        (asked("friend", "fields.note", "equals", value="123"), {"value": "123"}),
        (asked("friend", "fields.note", "in", value="123, 045"), {"value": ["123", "045"]}),
        (asked("friend", "fields.wedding", "at_most", value="2020-02-29"), {"value": "2020-02-29"}),
        (asked("customer", "attributes.rank", "in", value=["gold", "silver"]), {"value": ["gold", "silver"]}),
        (asked("customer", "attributes.points", "in", value="1, 2.5"), {"value": [1, 2.5]}),
        (asked("customer", "attributes.member", "equals", value="false"), {"value": False}),
        (asked("customer", "number", "equals", value="0042"), {"value": "0042"}),
    ],
)
def test_it_is_saved_as_its_type_and_opens_as_it_was(fields, visit, form, leaf):
    visitor = visit()

    visitor.post("segments/new/", form)
    [saved] = Segment.objects.get().tree["all"]
    closed = {"n-kind": "all", "n-size": "1", "n-0-kind": "leaf", "n-0-json": json.dumps(saved)}
    opened = visitor.send("segments/build/", closed | {"do": "open:n-0"})

    assert saved["value"] == leaf["value"]
    assert 'name="n-0-json"' not in opened
    assert 'name="n-0-value"' in opened


def test_what_the_form_cannot_say_opens_as_json(fields, visit):
    odd = {"type": "customer", "field": "attributes.rank", "op": "contains", "value": "ol"}
    made = make_segment({"all": [odd]})

    page = visit().send(f"segments/{made.pk}/edit/", ASKED | {"n-0-kind": "leaf", "do": "open:n-0"})

    assert 'name="n-0-json"' in page


def test_many_conditions_on_fields_take_the_same_queries(fields, visit, django_assert_max_num_queries):
    def send(many: int) -> int:
        form = {"n-kind": "all", "n-size": str(many)}
        for place in range(many):
            each = asked("customer", "attributes.rank", "equals", value="gold")
            form |= {key.replace("n-0", f"n-{place}"): said for key, said in each.items() if "n-0" in key}
        with django_assert_max_num_queries(60) as queries:
            visitor.send("segments/build/", form | {"do": "count"})
        return len(queries)

    visitor = visit()
    send(1)

    assert send(20) == send(2)


def test_days_are_said_as_days(fields):
    raw = {"type": "friend", "field": "fields.wedding", "op": "at_least", "value": "2020-02-29"}

    assert services.words(raw) == "Wedding is 2020-02-29 or later"


def test_a_group_that_is_not_fulfilled_has_its_brackets_once(tenant):
    linked = {"type": "linked", "is": True}

    assert services.words({"not": {"any": [linked, linked]}}) == "not (linked or linked)"
