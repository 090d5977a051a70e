"""Scenarios as files: by name out of one client and into another, with nothing left out."""

import json

import pytest
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from friends import personal
from friends.models import Tag
from scenarios import services
from scenarios.errors import InvalidFlow
from scenarios.exchange import exporting, importing, places
from scenarios.exchange.errors import ImportIncomplete, InvalidScenarioFile, NotOfThisKind
from scenarios.flow import reading
from scenarios.flow.steps import types as step_types
from segments import leaves
from segments.kinds import HIGHEST_ROW, Listing, RowOr, Whole
from tests.coupons.factories import make_own_coupon
from tests.factories import (
    make_coupon,
    make_field,
    make_list,
    make_media_file,
    make_route,
    make_segment,
    make_tag,
    make_tap_action,
    make_user,
)

CARD = {
    "type": "template",
    "altText": "Your cart",
    "template": {
        "type": "buttons",
        "text": "Still there",
        "actions": [{"type": "postback", "label": "I like it", "data": "tap:CODE"}],
    },
}


def make_flow(**parts: object) -> dict:
    return {"steps": [{"id": "hour", "type": "wait", "minutes": 60}]} | parts


def exported(flow: dict, name: str = "Cart") -> dict:
    return exporting.document(services.create(name, flow=flow, by=None))


@pytest.fixture
def everything(tenant) -> dict:
    """A flow that names one row of each kind that can be made here."""
    tap, tag = make_tap_action("Likes tea"), make_tag("VIP")
    media = make_media_file("Shop")
    other = services.create("Thanks", by=None)
    messages = json.loads(json.dumps([CARD]).replace("CODE", tap.code))
    picture = {
        "type": "image",
        "originalContentUrl": f"{media.base}/card",
        "previewImageUrl": f"{media.base}/card",
    }
    tree = {
        "any": [
            {"type": "tag", "tag": tag.pk},
            {"not": {"type": "list", "list": make_list("Gold").pk}},
            {"type": "segment", "segment": make_segment(name="Buyers").pk},
            {"type": "route", "route": make_route("Flyer").pk},
        ]
    }
    make_field("Shop", key="shop")
    coupon = {"type": "coupon", "couponId": make_coupon("01ABC", title="10% off").coupon_id}
    paths = [{"key": "yes", "name": "Yes", "when": tree}]
    inner = [{"id": "say", "type": "send", "messages": [*messages, picture, coupon]}]
    return make_flow(
        condition=tree,
        steps=[
            {"id": "mark", "type": "tag", "add": [tag.pk]},
            {"id": "keep", "type": "field", "field": "shop", "value": "Ginza"},
            {"id": "part", "type": "branch", "paths": paths, "ways": {"yes": inner}},
            {"id": "next", "type": "scenario", "scenario": other.pk},
            {"id": "tell", "type": "notify", "users": [make_user("marketer").pk], "subject": "Look"},
        ],
    )


def test_a_file_has_names_where_the_flow_has_numbers(everything):
    said = exported(everything)["flow"]

    assert said["condition"]["any"] == [
        {"type": "tag", "tag": {"$tag": "VIP"}},
        {"not": {"type": "list", "list": {"$list": "Gold"}}},
        {"type": "segment", "segment": {"$segment": "Buyers"}},
        {"type": "route", "route": {"$route": "Flyer"}, "which": "newest"},
    ]
    assert said["steps"][0]["add"] == [{"$tag": "VIP"}]
    card, picture, coupon = said["steps"][2]["ways"]["yes"][0]["messages"]
    assert card["template"]["actions"][0]["data"] == {"$tap": "Likes tea"}
    assert picture["originalContentUrl"] == {"$media": "Shop", "$size": "card"}
    assert coupon["couponId"] == {"$coupon": "10% off"}
    assert said["steps"][3]["scenario"] == {"$scenario": "Thanks"}


def test_back_in_the_same_client_it_is_the_same_flow(everything):
    original = services.create("Cart", flow=everything, by=None)

    made = importing.take(exporting.document(original), name="Cart 2", by=None)

    assert made.flow == original.flow
    assert made.status == "draft"


def test_in_another_client_all_that_is_missing_is_listed_at_once(everything, other_tenant):
    document = exported(everything)

    with tenant_context(other_tenant), pytest.raises(ImportIncomplete) as refused:
        importing.take(document, by=None)

    kinds = {each["kind"] for each in refused.value.more["missing"]}
    listed = {"tag", "list", "segment", "route", "tap", "media", "coupon", "field", "scenario", "user"}
    assert kinds == listed
    assert "VIP" in refused.value.message


def test_in_another_client_tags_are_made_and_the_rest_is_chosen(tenant, other_tenant):
    tree = {"all": [{"type": "tag", "tag": make_tag("VIP").pk}, {"type": "list", "list": make_list("G").pk}]}
    document = exported(make_flow(condition=tree))

    with tenant_context(other_tenant):
        other_list = make_list("Silver")
        chosen = {("list", "G"): str(other_list.pk)}
        made = importing.take(document, chosen=chosen, makes_tags=True, by=None)
        tag = Tag.objects.get(name="VIP")

        assert made.flow["condition"] == {
            "all": [{"type": "tag", "tag": tag.pk}, {"type": "list", "list": other_list.pk}]
        }


def words(*texts: str) -> dict:
    messages = [{"type": "text", "text": text} for text in texts]
    return make_flow(steps=[{"id": "say", "type": "send", "messages": messages}])


def said(flow: dict) -> list[str]:
    return [message["text"] for message in flow["steps"][0]["messages"]]


def test_a_coupon_that_a_text_names_is_that_of_its_name_in_another_client(tenant, other_tenant):
    first, second = make_own_coupon(name="Winter"), make_own_coupon(name='The "best" | {{one}}')
    text = f"Yours: {{{{coupon.{second.pk}}}}} and {{{{ coupon.{first.pk} |–}}}}, {{{{coupon.{second.pk}}}}}"
    document = json.loads(json.dumps(exported(words(text))))

    with tenant_context(other_tenant):
        with pytest.raises(ImportIncomplete) as missing:
            importing.take(document, name="Taken", by=None)
        make_own_coupon(name="Some other")
        best, winter = make_own_coupon(name=second.name), make_own_coupon(name="Winter")
        made = importing.take(document, name="Taken", by=None)

        assert said(made.flow) == [
            f"Yours: {{{{coupon.{best.pk}}}}} and {{{{ coupon.{winter.pk} |–}}}}, {{{{coupon.{best.pk}}}}}"
        ]
    assert f"coupon.{first.pk}" not in str(document)
    assert {need["name"] for need in missing.value.more["missing"]} == {"Winter", second.name}


def test_every_page_that_a_text_can_name_is_named_in_a_file(tenant):
    pages = {variable.partition(".")[0] for variable in places.PAGES}

    assert pages == set(personal._places)


def test_a_coupons_number_of_another_client_is_refused_in_a_text(tenant):
    document = exported(make_flow())
    document["flow"] = words("{{coupon.7}}")

    with pytest.raises(InvalidFlow) as refused:
        importing.take(document, name="Again", by=None)

    assert refused.value.path == "steps[0].messages[0].text"
    assert '{{coupon.$"…"}}' in str(refused.value.message)


@pytest.mark.parametrize("text", ['{{coupon.$"\\x"}}', '{{coupon.$""}}'])
def test_what_names_nothing_in_a_text_makes_no_draft(tenant, text):
    document = exported(make_flow())
    document["flow"] = words(text)

    with pytest.raises((InvalidFlow, ImportIncomplete)):
        importing.take(document, name="Again", by=None)


def test_of_two_segments_of_one_name_a_person_chooses(tenant):
    first, second = make_segment(name="Buyers"), make_segment(name="Buyers")
    document = exported(make_flow(condition={"type": "segment", "segment": first.pk}))

    with pytest.raises(ImportIncomplete):
        importing.take(document, name="Again", by=None)
    made = importing.take(document, name="Again", chosen={("segment", "Buyers"): second.pk}, by=None)

    assert made.flow["condition"]["segment"] == second.pk


def test_what_was_chosen_must_be_there(tenant, other_tenant):
    document = exported(make_flow(condition={"type": "list", "list": make_list("Gold").pk}))
    with tenant_context(other_tenant):
        theirs = make_list("Theirs").pk

    for wrong in (theirs, "0", "-1", "9" * 30, "nine", "\0"):
        with pytest.raises(NotOfThisKind):
            importing.take(document, name="Again", chosen={("list", "Gold"): wrong}, by=None)


def test_a_number_of_another_client_is_refused(tenant):
    tag = make_tag("VIP")
    document = exported(make_flow())
    document["flow"]["condition"] = {"type": "tag", "tag": tag.pk}

    with pytest.raises(InvalidFlow) as refused:
        importing.take(document, name="Again", by=None)

    assert refused.value.path == "condition.tag"


def test_what_is_gone_is_said_in_the_file_and_must_be_chosen(tenant):
    tag = make_tag("VIP")
    scenario = services.create("Cart", flow=make_flow(condition={"type": "tag", "tag": tag.pk}), by=None)
    number = tag.pk
    tag.delete()

    document = exporting.document(scenario)

    assert document["flow"]["condition"]["tag"] == {"$tag": f"deleted ({number})"}
    with pytest.raises(ImportIncomplete):
        importing.take(document, name="Again", by=None)


def test_a_name_where_none_belongs_is_refused(tenant):
    document = exported(make_flow())
    document["flow"]["steps"] = [{"id": "a", "type": "wait", "minutes": {"$tag": "VIP"}}]

    with pytest.raises(InvalidFlow) as refused:
        importing.take(document, name="Again", makes_tags=True, by=None)

    assert refused.value.path == "steps[0].minutes"


def nested(depth: int) -> object:
    found: object = 1
    for _level in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"format_version": 2},
        {"name": 7},
        {"note": []},
        {"flow": []},
        {"flow": {"steps": nested(5_000)}},
        {"flow": {"steps": [{"id": "a", "type": "tag", "add": [1] * 60_000}]}},
        {"name": "a\0b"},
        {"secret": 1},
    ],
)
def test_a_file_that_is_none_is_refused_in_words(tenant, changes):
    document = exported(make_flow()) | changes

    with pytest.raises(InvalidScenarioFile) as refused:
        importing.take(document, name="Again", by=None)

    assert refused.value.message


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["tag", "VIP", "tap:x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "steps",
                    "ways",
                    "all",
                    "not",
                    "tag",
                    "$tag",
                    "$size",
                    "messages",
                    "paths",
                    "when",
                    "data",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(flow=st.dictionaries(st.sampled_from(["trigger", "condition", "steps"]), json_values))
def test_whatever_a_file_holds_its_names_are_found(flow):
    found = list(places.of(flow))

    assert all(place.path for place in found)
    assert all(isinstance(path, str) for path in places.left(flow))


@pytest.mark.parametrize(
    "named",
    [
        {"$planet": "Mars", "$of": "customer."},
        {"$tag": "VIP", "$of": "customer."},
        {"$customer_field": "joined", "$of": "elsewhere."},
        {"$customer_field": "joined", "$of": ["customer."]},
    ],
)
def test_a_field_of_nobody_is_refused_with_its_place(tenant, named):
    document = exported(make_flow())
    document["flow"]["steps"] = [{"id": "a", "type": "wait", "date": {"field": named}}]

    with pytest.raises(InvalidFlow) as refused:
        importing.take(document, name="Again", by=None)

    assert refused.value.path.startswith("steps[0].date")


def test_a_file_without_a_name_wants_one(tenant):
    document = exported(make_flow()) | {"name": " "}

    with pytest.raises(InvalidScenarioFile):
        importing.take(document, by=None)
    assert importing.take(document, name="Ours", by=None).name == "Ours"


def names_rows(kind: object) -> bool:
    inner = kind.of if isinstance(kind, Listing) else kind
    return isinstance(inner, RowOr) or (isinstance(inner, Whole) and inner.most >= HIGHEST_ROW)


def unnamed(parts: list, known: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{part.type}.{declared.metadata['name'] or declared.name}"
        for part in parts
        for declared in part.__dataclass_fields__.values()
        if "kind" in declared.metadata
        and names_rows(declared.metadata["kind"])
        and (declared.metadata["name"] or declared.name) not in known.get(part.type, {})
    ]


def test_files_know_every_value_that_names_a_row():
    trigger_types = reading.triggers.all()

    assert unnamed(step_types.all(), places.STEPS) == []
    assert unnamed(trigger_types, places.TRIGGERS) == []
    assert unnamed(leaves.all_types(), places.LEAVES) == []
