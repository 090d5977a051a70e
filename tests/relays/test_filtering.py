"""Events are cut out of a body as they are written."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relays import filtering

VALUES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["follow", "message", "join"])}, optional={"x": VALUES, "y": st.lists(VALUES)}
)


@given(events=st.lists(EVENTS, max_size=5), types=st.sets(st.sampled_from(["follow", "message"]), min_size=1))
def test_what_is_kept_is_what_was_asked_for(events, types):
    body = orjson.dumps(
        {"destination": "U1", "new": {"events": [1]}, "events": events}, option=orjson.OPT_INDENT_2
    )

    kept = filtering.keep(body, types)

    wanted = [event for event in events if event["type"] in types]
    assert (orjson.loads(kept)["events"] if kept else []) == wanted
    assert (kept == body) == (bool(wanted) and wanted == events)


def test_numbers_and_escapes_stay_as_they_are_written():
    event = r'{"type":"follow", "n":1.50, "big":123456789012345678901234567890, "e":"\u3042\/"}'
    body = f'{{"events":[{{"type":"join"}} ,\n{event}],"destination":"U1"}}'.encode()

    assert filtering.keep(body, {"follow"}).decode() == f'{{"destination":"U1","events":[{event}]}}'


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"events"', b'{"events":[', b'{"events":{}}', b"\xff",
     b'{"events":[1,"follow",null]}', b'{"events":' + b"[" * 5_000, b'{"destination":"U1"}', b'{1:2}'],
)  # fmt: skip
def test_what_cannot_be_read_has_no_part(body):
    assert filtering.keep(body, {"follow"}) is None
