import json

from django_tenants.utils import tenant_context

from segments import services as segments
from segments.models import Segment
from tests.dashboard.pages import fields_of
from tests.factories import make_broadcast, make_friend, make_link, make_segment, make_tag

AMOUNT = {"property": "amount", "op": "equals", "value": 4800}


def tagged(tag, **more: str) -> dict:
    """The form of one condition: has this tag."""
    return {"n-kind": "all", "n-size": "1", "n-0-kind": "tag", "n-0-tag": str(tag.pk)} | more


def test_the_builder_counts_each_condition_and_shows_some_people(visit):
    vip = make_tag("VIP", friends=[make_friend("Aoi Tanaka")])
    make_friend("Ren Sato")

    page = visit().send("segments/build/", tagged(vip))

    assert "of 2 reachable" in page
    assert "Aoi Tanaka" in page
    assert "Ren Sato" not in page
    assert '<span class="count">1 friends</span>' in page


def test_a_condition_is_added_and_removed(visit):
    vip = make_tag("VIP")
    visitor = visit()

    more = visitor.send("segments/build/", tagged(vip, do="add:n:linked"))
    less = visitor.send("segments/build/", tagged(vip, do="remove:n-0"))

    assert 'name="n-1-is"' in more
    assert 'name="n-0-tag"' in more
    assert 'name="n-0-tag"' not in less


def test_groups_nest(visit):
    form = {"n-kind": "all", "n-size": "1", "n-0-kind": "none", "n-0-size": "1", "n-0-0-kind": "linked"}
    make_link(make_friend("Aoi Tanaka"))
    make_friend("Ren Sato")

    page = visit().send("segments/build/", form | {"n-0-0-is": "true"})

    assert "Ren Sato" in page
    assert "Aoi Tanaka" not in page


def test_the_conditions_are_one_click_away_as_json_and_back(visit):
    vip = make_tag("VIP")
    visitor = visit()

    as_json = visitor.send("segments/build/", tagged(vip, do="json"))
    as_form = visitor.send(
        "segments/build/", {"json": json.dumps({"any": [{"type": "tag", "tag": vip.pk}]}), "do": "form"}
    )

    assert "&quot;type&quot;: &quot;tag&quot;" in as_json
    assert "tagged “VIP”" in as_form
    assert 'name="n-0-kind" value="leaf"' in as_form


def test_json_that_says_nothing_is_named(visit):
    page = visit().send("segments/build/", {"json": '{"all": [{"type": "moon"}]}'})

    assert "all[0].type" in page


def test_what_was_built_is_saved(visit):
    vip = make_tag("VIP")

    page = visit().send("segments/new/", tagged(vip, name="Our VIPs"))

    saved = Segment.objects.get()
    assert saved.tree == {"all": [{"type": "tag", "tag": vip.pk}]}
    assert "Our VIPs" in page
    assert "tagged “VIP”" in page


def test_every_kind_of_condition_comes_back_as_it_was_saved(visit):
    tree = {
        "any": [
            {"type": "tag", "tag": make_tag("VIP").pk},
            {"type": "linked", "is": False},
            {"type": "friend_for", "days_at_least": 30},
            {"type": "customer", "field": "attributes.rank", "op": "in", "value": ["gold", "3", 3]},
            {"type": "customer", "field": "birthday", "op": "exists"},
            {"type": "events", "event": "bought", "count_at_least": 2, "where": [AMOUNT]},
            {"not": {"all": [{"type": "linked", "is": True}]}},
        ]
    }
    segment = make_segment(tree, name="All kinds")
    visitor = visit()

    text = visitor.read(f"segments/{segment.pk}/edit/")
    visitor.send(f"segments/{segment.pk}/edit/", fields_of(text) | {"name": "Renamed"})

    segment.refresh_from_db()
    assert segment.name == "Renamed"
    assert segments.words(segment.tree) == segments.words(tree)
    assert segment.tree["any"][:6] == tree["any"][:6]


def test_a_condition_that_is_not_complete_is_not_saved(visit):
    make_tag("VIP")

    page = visit().send(
        "segments/new/", {"name": "Empty", "n-kind": "all", "n-size": "1", "n-0-kind": "tag", "n-0-tag": ""}
    )

    assert "A condition is not complete." in page
    assert not Segment.objects.exists()


def test_somebody_elses_change_is_not_overwritten(visit):
    segment = make_segment(name="Before")
    segments.change_segment(segment, version=1, name="By somebody else")

    page = visit().send(
        f"segments/{segment.pk}/edit/", {"name": "Mine", "version": "1", "n-kind": "all", "n-size": "0"}
    )

    assert "Somebody else has changed the segment" in page
    assert Segment.objects.get().name == "By somebody else"


def test_the_list_says_each_rule_in_words_in_few_queries(visit, django_assert_max_num_queries):
    for number in range(20):
        make_segment(
            {"all": [{"type": "tag", "tag": make_tag(f"tag {number}").pk}]}, name=f"Segment {number}"
        )
    visitor = visit()

    with django_assert_max_num_queries(19):  # one of them for each app that may use a segment
        page = visitor.read("segments/")

    assert "tagged “tag 7”" in page


NESTED = {"kind": "all", "size": "1"}
CLOSED = [
    {"type": "linked", "is": True},
    {"type": "friend_for", "days_at_least": 5},
    {"type": "customer", "field": "attributes.rank", "op": "equals", "value": "gold"},
    {"type": "events", "event": "bought", "count_at_least": 1, "within_days": 90},
    {"type": "events", "event": "viewed", "count_at_most": 0},
    {"type": "friendship", "is": "friend"},
    {"type": "orders", "count_at_least": 1},
    {"type": "linked", "is": False},
    {"type": "friend_for", "days_less_than": 900},
]


def form_of(conditions: list[dict]) -> dict:
    """The form of closed conditions."""
    form = {"n-kind": "all", "n-size": str(len(conditions))}
    for place, raw in enumerate(conditions):
        form |= {f"n-{place}-kind": "leaf", f"n-{place}-json": json.dumps(raw)}
    return form


def test_ten_conditions_are_answered_in_few_queries(visit, django_assert_max_num_queries):
    vip = make_tag("VIP", friends=[make_friend("Aoi")])
    form = form_of([{"type": "tag", "tag": vip.pk}, *CLOSED])
    visitor = visit()
    visitor.send("segments/build/", form)

    with django_assert_max_num_queries(13):
        page = visitor.send("segments/build/", form)

    assert 'id="n-9-note"' in page


def test_typing_leaves_the_fields_alone_and_an_act_shows_them_anew(visit):
    vip = make_tag("VIP", friends=[make_friend("Aoi")])
    visitor = visit()

    typed = visitor.send("segments/build/", tagged(vip))
    acted = visitor.send("segments/build/", tagged(vip, do="count"))

    assert 'name="n-0-tag"' not in typed
    assert 'id="answer"' in typed
    assert 'name="n-0-tag"' in acted
    assert 'id="answer"' in acted


def test_a_condition_that_is_not_complete_does_not_hide_the_others(visit):
    vip = make_tag("VIP", friends=[make_friend("Aoi")])
    make_friend("Ren")
    form = tagged(vip) | {"n-size": "2", "n-1-kind": "tag", "n-1-tag": ""}

    page = visit().send("segments/build/", form)

    assert "of 2 reachable" in page
    assert "not complete yet" in page
    assert "Without the conditions that are not complete yet." in page


def test_a_tag_deleted_since_is_named_at_its_condition(visit):
    page = visit().send("segments/build/", form_of([{"type": "tag", "tag": 4711}]) | {"do": "count"})

    assert 'id="n-0-wrong" role="alert">there is no tag 4711</div>' in page


def test_a_new_segment_begins_with_what_the_address_says(visit):
    vip = make_tag("VIP")
    visitor = visit()
    raw = json.dumps({"any": [{"type": "tag", "tag": vip.pk}]})

    assert "not linked" in visitor.read("segments/new/", {"ready": "not-linked"})
    assert "tagged “VIP”" in visitor.read("segments/new/", {"tree": raw})
    for wrong in ("no JSON", '{"type": "moon"}', "[" * 5000, "7"):
        assert "Without a condition" in visitor.read("segments/new/", {"tree": wrong})
    assert "Without a condition" in visitor.read("segments/new/", {"list": "4711"})


def test_changing_a_segment_in_use_names_what_uses_it_first(visit):
    segment = make_segment(name="In use")
    make_broadcast(segment=segment, name="Autumn sale")
    visitor = visit()
    form = {"name": "In use", "version": "1"} | form_of([{"type": "linked", "is": True}])

    asked = visitor.send(f"segments/{segment.pk}/edit/", form)
    before = Segment.objects.get().tree
    visitor.send(f"segments/{segment.pk}/edit/", form | {"confirmed": "yes"})

    assert "This segment is in use." in asked
    assert "Autumn sale" in asked
    assert before == {"all": []}
    assert Segment.objects.get().tree == {"all": [{"type": "linked", "is": True}]}


def test_without_scripts_the_buttons_work_too(visit):
    vip = make_tag("VIP")
    visitor = visit()

    menu = visitor.send("segments/new/", tagged(vip, name="Half", do="menu:n"))
    added = visitor.send("segments/new/", tagged(vip, name="Half", do="add:n:linked"))

    assert '<dialog class="adding" id="adding" open' in menu
    assert 'name="n-1-is"' in added
    assert 'value="Half"' in added
    assert not Segment.objects.exists()


def test_nonsense_is_answered_with_a_page(visit):
    visitor = visit()
    deep = {f"n{'-0' * depth}-{name}": value for depth in range(100) for name, value in NESTED.items()}

    for form in (
        {"n-kind": "moon"},
        {"n-kind": "all", "n-size": "9" * 50},
        {"n-kind": "leaf", "n-json": "[" * 5000},
        {"n-kind": "all", "n-size": "1", "n-0-kind": "tag", "n-0-tag": "9" * 400},
        {"json": "[" * 100_000},
        {"json": '{"all": [' + '{"not": ' * 60 + '{"all": []}' + "}" * 60 + "]}"},
        {"do": "remove:n"},
        {"do": "up:n-7-7-7"},
        {"do": "less:n:where-99"},
        deep,
    ):
        assert visitor.post("segments/build/", form).status_code == 200


def test_who_only_looks_cannot_build(visit):
    assert visit("viewer").get("segments/new/").status_code == 403
    assert visit("marketer").get("segments/new/").status_code == 200


def test_a_segment_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_segment(name="Theirs")
        Segment.objects.filter(pk=theirs.pk).update(id=900_001)

    visitor = visit()

    for page in ("", "edit/", "count/"):
        assert visitor.get(f"segments/900001/{page}").status_code == 404
