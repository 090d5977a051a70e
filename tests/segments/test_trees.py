"""Trees: algebra, counts of the parts, samples, words, reasons, JSON Schema."""

import jsonschema
import pytest
from django.utils import timezone, translation
from django_tenants.utils import tenant_context
from pyroaring import BitMap

from segments import services, tree
from segments.errors import InvalidTree
from tests.factories import make_friend, make_link, make_tag

BOUGHT_TWICE = {
    "type": "events",
    "event": "bought",
    "count_at_least": 2,
    "within_days": 90,
    "where": {"product": "A"},
}


def tagged(tag) -> dict:
    return {"type": "tag", "tag": tag.pk}


@pytest.fixture
def people(tenant):
    """aoi: red; ren: red, blue; mio: blue, linked; yui: nothing; jun: red, but has blocked the account."""
    red, blue = make_tag("red"), make_tag("blue")
    friends = [
        make_friend("aoi", tags=[red]),
        make_friend("ren", tags=[red, blue]),
        make_friend("mio", tags=[blue]),
        make_friend("yui"),
        make_friend("jun", tags=[red], status="blocked"),
    ]
    make_link(friends[2])
    return {"red": tagged(red), "blue": tagged(blue)} | {friend.display_name: friend for friend in friends}


def names(raw: dict) -> list[str]:
    return sorted(friend.display_name for friend in services.sample(raw, n=100))


def test_all_any_and_not(people):
    red, blue = people["red"], people["blue"]

    assert names({"all": [red, blue]}) == ["ren"]
    assert names({"any": [red, blue]}) == ["aoi", "mio", "ren"]
    assert names({"not": {"any": [red, blue]}}) == ["yui"]
    assert names({"all": [blue, {"not": {"type": "linked", "is": True}}]}) == ["ren"]
    assert names({"all": []}) == ["aoi", "mio", "ren", "yui"]
    assert names({"not": {"all": []}}) == []


def test_the_count_says_how_many_are_in_each_part(people):
    raw = {"all": [{"any": [people["red"], people["blue"]]}, {"not": {"type": "linked", "is": True}}]}

    counted = services.count(raw)

    assert counted.total == 2
    assert counted.reachable == 4
    assert counted.parts == {
        "": 2,
        "all[0]": 3,
        "all[0].any[0]": 2,
        "all[0].any[1]": 2,
        "all[1]": 3,
        "all[1].not": 1,
    }


def test_a_sample_is_spread_over_the_members_and_stays_the_same(tenant):
    friends = [make_friend(f"friend {place}") for place in range(10)]

    some = services.sample({"all": []}, n=3)

    assert {friend.pk for friend in some} == {friends[0].pk, friends[3].pk, friends[6].pk}
    assert services.sample({"all": []}, n=3) == some


def test_a_sample_of_nobody_is_empty(tenant):
    assert services.sample({"all": []}) == []


def test_the_reasons_why_a_friend_is_out(people):
    raw = {"all": [people["blue"], {"not": {"type": "linked", "is": True}}]}

    explained = services.explain(raw, people["mio"].pk)

    assert not explained.is_in
    assert explained.is_reachable
    assert explained.parts == {"": False, "all[0]": True, "all[1]": False, "all[1].not": True}


def test_a_friend_for_whom_all_is_true_is_out_when_out_of_reach(people):
    explained = services.explain({"all": [people["red"], {"type": "linked", "is": False}]}, people["jun"].pk)

    assert not explained.is_in
    assert not explained.is_reachable
    assert explained.parts == {"": True, "all[0]": True, "all[1]": True}


def test_reasons_for_everyone_in_agree_with_the_members(people):
    raw = {"any": [people["red"], {"not": people["blue"]}]}
    everyone = [people[name].pk for name in ("aoi", "ren", "mio", "yui", "jun")]

    members = BitMap(number for number in everyone if services.explain(raw, number).is_in)

    assert members == services.evaluate(raw)


def test_a_tree_in_words(people):
    raw = {
        "all": [
            {"type": "linked", "is": True},
            {"any": [people["red"], {"not": people["blue"]}]},
            {"type": "friend_for", "days_at_least": 30},
            BOUGHT_TWICE,
            {"type": "customer", "field": "attributes.rank", "op": "in", "value": ["gold", "silver"]},
        ]
    }

    with translation.override("en"):
        assert services.words(raw) == (
            "linked · (tagged “red” or not (tagged “blue”)) · friend for 30 days or more"
            " · Bought (Product: A) 2 times or more within 90 days · rank is one of gold, silver"
        )
        assert services.words({"all": []}) == "all friends"


def test_words_of_many_trees_ask_for_their_tags_once(people, django_assert_num_queries):
    trees = [tree.parse({"all": [people["red"]]}), tree.parse({"any": [people["blue"], people["red"]]})]

    with django_assert_num_queries(1):
        assert tree.sentences(trees) == ["tagged “red”", "tagged “blue” or tagged “red”"]


def test_a_deleted_tag_is_said_to_be_one(tenant):
    assert services.words({"type": "tag", "tag": 999}) == "tagged “deleted tag”"


def test_what_is_read_is_written_back_as_it_was(people):
    raw = {
        "any": [
            {"not": {"type": "linked", "is": False}},
            {"all": [{"type": "events", "event": "bought", "count_at_most": 0, "within_days": 0}]},
            {"type": "customer", "field": "birthday", "op": "exists"},
        ]
    }

    assert tree.parse(raw).as_json() == raw


def test_the_json_schema_takes_what_we_take(people):
    schema = tree.schema()

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"all": [people["red"], {"not": {"any": [people["blue"]]}}]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"all": [{"type": "tag", "tag": "red"}]}, schema)


def test_another_clients_friends_are_never_counted(people, other_tenant):
    with tenant_context(other_tenant):
        make_friend("stranger", followed_at=timezone.now())
        assert names({"all": []}) == ["stranger"]
        with pytest.raises(InvalidTree) as refused:
            services.create_segment("Red", {"all": [people["red"]]})
        assert refused.value.path == "all[0]"
    assert names({"all": [people["red"]]}) == ["aoi", "ren"]
