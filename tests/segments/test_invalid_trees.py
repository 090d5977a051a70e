"""Trees that cannot be asked are refused before they reach the database, and the message names the place."""

import time

import pytest

from segments import services
from segments.errors import InvalidTree
from segments.models import Segment
from tests.factories import make_friend, make_tag

LINKED = {"type": "linked", "is": True}
WEIRD = {"type": "customer", "field": "attributes.x", "op": "equals"}


def nested(levels: int) -> dict:
    tree = LINKED
    for _level in range(levels - 1):
        tree = {"not": tree}
    return tree


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "must be an object with all, any, not or type"),
        ({}, "must have exactly one of all, any, not and type"),
        ({"all": [], "any": []}, "must have exactly one of all, any, not and type"),
        ({"all": LINKED}, "all: must be a list"),
        ({"any": []}, "any: must hold at least one condition"),
        ({"not": {"any": [7]}}, "not.any[0]: must be an object with all, any, not or type"),
        ({"type": "reachable"}, "type: must be one of: "),
        ({"all": [LINKED, {"type": ["tag"]}]}, "all[1].type: must be one of: "),
        ({"all": [LINKED, {"any": [{"type": "tag"}]}]}, "all[1].any[0].tag: is missing"),
        ({"type": "tag", "tag": "7"}, "tag: must be a whole number from 1 to 2147483647"),
        ({"type": "tag", "tag": True}, "tag: must be a whole number"),
        ({"type": "tag", "tag": 2**31}, "tag: must be a whole number"),
        ({"type": "tag", "tag": 7, "since": 3}, "since: is not known here"),
        ({"type": "linked", "is": 1}, "is: must be true or false"),
        ({"type": "friend_for"}, "needs days_at_least or days_less_than"),
        (
            {"all": [{"type": "friend_for", "days_at_least": -1}]},
            "all[0].days_at_least: must be a whole number",
        ),
        ({"type": "customer", "field": "rank", "op": "exists"}, "the field must be number, name, birthday"),
        ({"type": "customer", "field": "attributes.", "op": "exists"}, "the field must be number, name"),
        ({"type": "customer", "field": "name", "op": "like", "value": "A"}, "op: must be one of: equals, in"),
        (WEIRD, "a value is needed, except for exists"),
        ({**WEIRD, "op": "exists", "value": 1}, "a value is needed, except for exists"),
        ({**WEIRD, "value": [1]}, "a list of values goes with in, and only with it"),
        ({**WEIRD, "op": "in", "value": []}, "value: must list 1 to 100 values"),
        ({**WEIRD, "op": "at_least", "value": True}, "true and false have no order"),
        ({**WEIRD, "value": float("nan")}, "value: must be a number up to"),
        ({**WEIRD, "value": 10**400}, "value: must be a number up to"),
        ({**WEIRD, "value": "a\x00b"}, "value: must not contain control characters"),
        ({**WEIRD, "value": "\ud800"}, "value: must not contain control characters"),
        ({**WEIRD, "value": {"a": 1}}, "value: must be a text of 1 to 200 characters"),
        ({**WEIRD, "field": "birthday", "value": "30.4.1990"}, "a birthday is compared with dates like"),
        ({**WEIRD, "field": "number", "value": 7}, "this field is compared with texts"),
        ({"type": "events", "event": "bought"}, "needs count_at_least or count_at_most"),
        ({"type": "events", "event": "", "count_at_least": 1}, "event: must be a text of 1 to 60 characters"),
        (
            {"type": "events", "event": "bought", "count_at_least": 3, "count_at_most": 2},
            "count_at_most is less than count_at_least",
        ),
        (
            {"type": "events", "event": "bought", "count_at_least": 1, "where": {"product": ["a"]}},
            "where.product: must be a text of 1 to 200 characters",
        ),
        (nested(21), "not.not.not.not.not.not"),
        (nested(60), "is nested deeper than 20 levels"),
        ({"any": [LINKED] * 10_000}, "any[199]: is more than the 200 conditions allowed"),
    ],
)
def test_the_message_names_the_place(tenant, django_assert_num_queries, raw, message):
    began = time.thread_time()

    with django_assert_num_queries(0), pytest.raises(InvalidTree) as refused:
        services.count(raw)

    assert time.thread_time() - began < 0.1
    assert message in refused.value.message


def test_the_deepest_and_the_widest_tree_allowed(tenant):
    make_friend()

    assert services.count(nested(20)).total in {0, 1}
    assert services.count({"all": [{"not": LINKED}] * 99}).total == 1


@pytest.mark.parametrize("text", ["'; DROP TABLE friends_friend; --", "%s", "%(x)s", '{"a": 1}', "\\", "🍣"])
def test_sql_in_a_text_stays_a_text(tenant, text):
    make_friend()

    for raw in [
        {"type": "customer", "field": f"attributes.{text}", "op": "exists"},
        {"type": "customer", "field": f"attributes.{text}", "op": "at_least", "value": text},
        {"type": "customer", "field": "attributes.x", "op": "in", "value": [text]},
        {"type": "customer", "field": "name", "op": "equals", "value": text},
        {"type": "events", "event": text[:60], "count_at_least": 1, "where": {text: text}},
    ]:
        assert services.count({"not": raw}).total == 1


def test_a_tag_that_is_not_there_is_refused_when_saved(tenant):
    with pytest.raises(InvalidTree) as refused:
        services.create_segment("Skin care", {"all": [LINKED, {"not": {"type": "tag", "tag": 4711}}]})

    assert refused.value.message == "all[1].not: there is no tag 4711"
    assert not Segment.objects.exists()


def test_a_segment_whose_tag_was_deleted_since_cannot_be_frozen(tenant):
    tag = make_tag("VIP", friends=[make_friend()])
    segment = services.create_segment("VIP", {"any": [{"type": "tag", "tag": tag.pk}, LINKED]})
    tag.delete()

    with pytest.raises(InvalidTree) as refused:
        services.freeze(segment.tree)

    assert refused.value.path == "any[0]"
