"""The step of a notification message as it is written in the editor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.notices import writing
from scenarios.notices.forms import StepForm
from segments.kinds import Unfit

keys = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(keys, texts), max_size=15), st.one_of(st.none(), st.tuples(keys, texts)))
def test_what_was_written_is_shown_again_as_it_was(items, emphasized):
    body = {
        "emphasizedItem": emphasized and {"itemKey": emphasized[0], "content": emphasized[1]},
        "items": [{"itemKey": key, "content": text} for key, text in items],
    }
    body = {name: said for name, said in body.items() if said}

    assert writing.body_of(**writing.of_body(body)) == body


def test_a_line_without_a_colon_is_named():
    with pytest.raises(Unfit) as problem:
        writing.body_of("", "number_001_ja: 1042\nnonsense", "")

    assert problem.value.path == "items"
    assert "nonsense" in str(problem.value)


def test_a_form_makes_a_step_and_a_step_fills_the_form():
    given = {
        "kind": "template",
        "template_key": "shipment_completed_ja",
        "emphasized": "date_002_ja：11/24",
        "items": "number_001_ja: {{event.order|-}}\n\nname_010_ja: T: M",
        "buttons": "contact_ja: https://shop.example/contact/",
    }
    form = StepForm(given)

    assert form.is_valid()
    step = form.step()
    assert step["body"]["items"][1] == {"itemKey": "name_010_ja", "content": "T: M"}
    assert StepForm.said(step)["buttons"] == given["buttons"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "template"}, "template_key"),
        ({"kind": "template", "template_key": "x", "emphasized": "a: 1\nb: 2"}, "emphasized"),
        ({"kind": "template", "template_key": "x", "buttons": "https"}, "buttons"),
        ({"kind": "sms"}, "kind"),
    ],
)
def test_what_is_missing_stands_at_its_field(given, field):
    form = StepForm(given)

    assert not form.is_valid()
    assert field in form.errors
