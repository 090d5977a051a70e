"""The list of scenarios, and the page on which one is written."""

import json

import pytest
from django_tenants.utils import tenant_context

from scenarios import services
from scenarios.models import Scenario
from tests.factories import make_scenario

FLOW = {
    "trigger": {"type": "friend_added"},
    "steps": [
        {"id": "hello", "type": "send", "messages": [{"type": "text", "text": "Welcome!"}]},
        {"id": "day", "type": "wait", "days": 1},
        {
            "id": "fork",
            "type": "branch",
            "paths": [{"key": "linked", "name": "Linked", "when": {"type": "linked", "is": True}}],
            "ways": {"linked": [{"id": "thanks", "type": "wait", "minutes": 90}]},
        },
    ],
}


@pytest.fixture
def scenario(tenant) -> Scenario:
    return make_scenario(FLOW)


@pytest.fixture
def foreign(other_tenant) -> Scenario:
    with tenant_context(other_tenant):
        return make_scenario(name="Of somebody else")


def ids(scenario: Scenario) -> list[str]:
    scenario.refresh_from_db()
    return [step["id"] for step in scenario.flow["steps"]]


def test_the_page_draws_every_step_in_words(visit, scenario):
    page = visit("viewer").read(f"scenarios/{scenario.pk}/")

    assert "“Welcome!”" in page
    assert "90 minutes" in page
    assert "Linked" in page
    assert 'data-step="' not in page


def test_who_may_change_it_finds_steps_to_drag_and_places_to_add(visit, scenario):
    page = visit().read(f"scenarios/{scenario.pk}/")

    assert 'data-step="hello"' in page
    assert 'data-adds="fork.otherwise:0"' in page


def test_a_step_is_added_where_the_plus_was(visit, scenario):
    form = {"revision": 1, "part": "new", "key": ":1", "type": "wait"}
    form |= {"n-how": "time", "n-amount": "2", "n-unit": "hours"}

    page = visit().send(f"scenarios/{scenario.pk}/panel/", form)

    assert "2 hours" in page
    made = ids(scenario)
    assert [made[0], *made[2:]] == ["hello", "day", "fork"]
    assert scenario.flow["steps"][1]["minutes"] == 120


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"type": "wait", "n-how": "clock", "n-at": "10:00"}, {"at": "10:00"}),
        ({"type": "wait", "n-how": "time", "n-amount": "3", "n-unit": "days"}, {"days": 3}),
        (
            {"type": "wait", "n-how": "time", "n-amount": "3", "n-unit": "days", "n-at": "09:30"},
            {"at": "09:30"},
        ),
        (
            {
                "type": "wait",
                "n-how": "date",
                "n-field": "customer.birthday",
                "n-side": "before",
                "n-days": "3",
                "n-at": "10:00",
            },
            {"date": {"field": "customer.birthday", "days": -3, "at": "10:00"}},
        ),
        ({"type": "await", "n-event": "bought", "n-amount": "2", "n-unit": "hours"}, {"minutes": 120}),
        ({"type": "webhook", "n-url": "https://shop.example/hook"}, {"url": "https://shop.example/hook"}),
        ({"type": "menu", "n-menu": "richmenu-1"}, {"menu": "richmenu-1"}),
        ({"type": "end"}, {"type": "end"}),
    ],
)
def test_each_kind_of_step_is_read_from_its_form(visit, scenario, form, said):
    visit().send(f"scenarios/{scenario.pk}/panel/", {"revision": 1, "part": "new", "key": ":3"} | form)

    scenario.refresh_from_db()
    assert scenario.flow["steps"][3].items() >= said.items()


def test_what_is_missing_is_told_and_nothing_is_saved(visit, scenario):
    form = {"revision": 1, "part": "new", "key": ":0", "type": "webhook", "n-url": ""}

    page = visit().send(f"scenarios/{scenario.pk}/panel/", form)

    assert "is not filled in" in page
    assert ids(scenario) == ["hello", "day", "fork"]


def test_what_somebody_typed_stays_when_another_was_first(visit, scenario):
    services.write(scenario, scenario.flow | {"steps": scenario.flow["steps"][1:]}, revision=1, by=None)
    form = {"revision": 1, "part": "step", "key": "day", "type": "wait"}
    form |= {"n-how": "time", "n-amount": "77", "n-unit": "minutes"}

    page = visit().send(f"scenarios/{scenario.pk}/panel/", form)

    assert "Somebody else has changed the scenario in the meantime" in page
    assert 'value="77"' in page
    assert 'name="revision" value="2"' in page
    visit().send(f"scenarios/{scenario.pk}/panel/", form | {"revision": 2})
    assert ids(scenario) == ["day", "fork"]
    assert scenario.flow["steps"][0]["minutes"] == 77


def test_a_step_is_removed_and_comes_back(visit, scenario):
    before = scenario.flow
    visitor = visit()

    page = visitor.send(f"scenarios/{scenario.pk}/act/", {"revision": 1, "do": "remove", "step": "fork"})
    assert ids(scenario) == ["hello", "day"]
    assert "Undo" in page
    visitor.send(f"scenarios/{scenario.pk}/act/", {"revision": 2, "do": "undo", "flow": json.dumps(before)})

    scenario.refresh_from_db()
    assert scenario.flow == before


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ({"do": "up", "step": "day"}, ["day", "hello", "fork"]),
        ({"do": "move", "step": "hello", "to": ":3"}, ["day", "fork", "hello"]),
        ({"do": "move", "step": "hello", "to": "fork.linked:0"}, ["day", "fork"]),
        ({"do": "in", "step": "day"}, ["hello", "fork"]),
        ({"do": "fly", "step": "day"}, ["hello", "day", "fork"]),
        ({"do": "move", "step": "fork", "to": "fork.linked:0"}, ["hello", "day", "fork"]),
        ({"do": "remove", "step": "🎂"}, ["hello", "day", "fork"]),
        ({"do": "undo", "flow": "{"}, ["hello", "day", "fork"]),
        ({"do": "undo", "flow": "7"}, ["hello", "day", "fork"]),
        (
            {"do": "undo", "flow": '{"steps": [{"id": "a", "type": "send", "messages": [{"n": NaN}]}]}'},
            ["hello", "day", "fork"],
        ),
        (
            {
                "do": "undo",
                "flow": '{"steps": [{"id": "a", "type": "send", "messages": [{"n": "\\u0000"}]}]}',
            },
            ["hello", "day", "fork"],
        ),
    ],
)
def test_steps_are_moved(visit, scenario, act, order):
    visit().send(f"scenarios/{scenario.pk}/act/", {"revision": 1} | act)

    assert ids(scenario) == order


def test_an_act_on_an_old_page_changes_nothing_and_says_why(visit, scenario):
    page = visit().send(f"scenarios/{scenario.pk}/act/", {"revision": 7, "do": "remove", "step": "day"})

    assert "Somebody else has changed the scenario" in page
    assert ids(scenario) == ["hello", "day", "fork"]


def test_a_branch_keeps_its_conditions_when_paths_are_added(visit, scenario):
    form = {"revision": 1, "part": "step", "key": "fork", "type": "branch", "paths": "1"}
    form |= {"n-0-key": "linked", "n-0-name": "Members", "n-0-when": '{"type": "linked", "is": true}'}

    page = visit().send(f"scenarios/{scenario.pk}/panel/", form | {"do": "path:add"})
    assert 'value="Path 2"' in page
    form |= {"paths": "2", "n-1-key": "more", "n-1-name": "Path 2", "n-1-when": ""}
    visit().send(f"scenarios/{scenario.pk}/panel/", form)

    scenario.refresh_from_db()
    fork = scenario.flow["steps"][2]
    assert [path["name"] for path in fork["paths"]] == ["Members", "Path 2"]
    assert fork["paths"][0]["when"] == {"type": "linked", "is": True}
    assert [step["id"] for step in fork["ways"]["linked"]] == ["thanks"]


def test_a_path_with_steps_is_not_taken_away(visit, scenario):
    form = {"revision": 1, "part": "step", "key": "fork", "type": "branch", "paths": "1"}

    page = visit().send(f"scenarios/{scenario.pk}/panel/", form | {"n-0-key": "other", "n-0-name": "Other"})

    assert "Steps still stand on the path “Linked”" in page


@pytest.mark.parametrize(
    ("percent", "is_saved"), [("60", True), ("50", False), ("abc", False), ("-5", False)]
)
def test_the_shares_of_a_split_make_a_hundred(visit, scenario, percent, is_saved):
    form = {"revision": 1, "part": "new", "key": ":3", "type": "split", "paths": "2", "holdout": "10"}
    form |= {"n-0-key": "a", "n-0-name": "A", "n-0-percent": "30", "n-1-key": "b", "n-1-name": "B"}

    visit().send(f"scenarios/{scenario.pk}/panel/", form | {"n-1-percent": percent})

    assert (len(ids(scenario)) == 4) is is_saved


def test_a_message_is_written_with_the_variables_of_the_entry(visit, scenario):
    flow = scenario.flow | {"trigger": {"type": "event", "event": "order_placed"}}
    services.write(scenario, flow, revision=1, by=None)
    form = {"bubbles": "1", "b0-type": "text", "b0-text": "", "offers": f"scenario:{scenario.pk}"}

    page = visit().send("messages/compose/", form | {"do": "add:b:text"})

    assert 'value="product.name"' in page
    assert 'value="event.total"' in page


def test_a_message_with_such_variables_is_saved(visit, scenario):
    form = {"revision": 1, "part": "step", "key": "hello", "type": "send", "by": "line", "bubbles": "1"}
    form |= {"b0-type": "text", "b0-text": "{{product.name|Your tea}} waits ☕", "when_capped": "skip"}

    visit().send(f"scenarios/{scenario.pk}/panel/", form)

    scenario.refresh_from_db()
    assert scenario.flow["steps"][0]["messages"][0]["text"] == "{{product.name|Your tea}} waits ☕"


def test_a_mail_goes_with_the_message(visit, scenario):
    form = {"revision": 1, "part": "step", "key": "hello", "type": "send", "by": "line_then_mail"}
    form |= {"mail_after_hours": "48", "mail_subject": "Welcome", "mail_text": "Hello\r\n\r\nagain"}
    form |= {"bubbles": "1", "b0-type": "text", "b0-text": "Welcome"}

    visit().send(f"scenarios/{scenario.pk}/panel/", form)

    scenario.refresh_from_db()
    step = scenario.flow["steps"][0]
    assert (step["by"], step["mail_after_hours"], step["mail"]["subject"]) == (
        "line_then_mail",
        48,
        "Welcome",
    )


@pytest.mark.parametrize(
    ("part", "form", "said"),
    [
        (
            "goal",
            {"n-event": "bought", "n-within_days": "14", "n-ends": "true"},
            {"event": "bought", "within_days": 14, "ends": True},
        ),
        (
            "reentry",
            {"n-mode": "after_days", "n-days": "30", "n-per_subject": "false"},
            {"mode": "after_days", "days": 30, "per_subject": False},
        ),
        (
            "exits",
            {
                "n-exits-size": "2",
                "n-exits-0-type": "blocked",
                "n-exits-1-type": "event",
                "n-exits-1-event": "bought",
            },
            [{"type": "blocked"}, {"type": "event", "event": "bought"}],
        ),
    ],
)
def test_the_rules_of_the_whole_are_read_from_their_forms(visit, scenario, part, form, said):
    visit().send(f"scenarios/{scenario.pk}/panel/", {"revision": 1, "part": part} | form)

    scenario.refresh_from_db()
    assert scenario.flow[part] == said


def test_a_trigger_is_chosen_and_changed(visit, scenario):
    visitor = visit()

    page = visitor.read(f"scenarios/{scenario.pk}/?part=trigger&type=")
    assert 'data-trigger="event"' in page
    form = {"revision": 1, "part": "trigger", "type": "event", "n-event": "carted"}
    visitor.send(f"scenarios/{scenario.pk}/panel/", form)

    scenario.refresh_from_db()
    assert scenario.flow["trigger"] == {"type": "event", "event": "carted"}


def test_the_condition_is_written_with_the_builder_of_segments(visit, scenario):
    form = {"revision": 1, "n-kind": "all", "n-size": "1", "n-0-kind": "leaf"}
    form |= {"n-0-json": '{"type": "linked", "is": false}'}

    visit().send(f"scenarios/{scenario.pk}/condition/?of=fork.linked", form)
    visit().send(f"scenarios/{scenario.pk}/condition/?of=condition", form | {"revision": 2})

    scenario.refresh_from_db()
    unlinked = {"all": [{"type": "linked", "is": False}]}
    assert scenario.flow["steps"][2]["paths"][0]["when"] == unlinked
    assert scenario.flow["condition"] == unlinked


def test_publishing_names_what_must_be_mended(visit, tenant):
    empty = make_scenario(name="Empty")

    page = visit().read(f"scenarios/{empty.pk}/publish/")

    assert "Choose what lets people in." in page
    assert "Publish as" not in page


def test_it_is_published_paused_resumed_and_archived(visit, scenario):
    visitor = visit()

    visitor.send(f"scenarios/{scenario.pk}/publish/", {"revision": 1})
    scenario.refresh_from_db()
    assert (scenario.status, scenario.version.number) == ("running", 1)
    visitor.send(f"scenarios/{scenario.pk}/pause/", {})
    scenario.refresh_from_db()
    assert scenario.status == "paused"
    visitor.send(f"scenarios/{scenario.pk}/resume/", {})
    assert "would be out" in visitor.read(f"scenarios/{scenario.pk}/archive/")
    visitor.send(f"scenarios/{scenario.pk}/archive/", {})

    scenario.refresh_from_db()
    assert scenario.status == "archived"
    assert 'data-step="' not in visitor.read(f"scenarios/{scenario.pk}/")


def test_versions_stand_side_by_side_and_an_old_one_comes_back(visit, scenario):
    visitor = visit()
    visitor.send(f"scenarios/{scenario.pk}/publish/", {"revision": 1})
    first = scenario.flow
    visitor.send(f"scenarios/{scenario.pk}/act/", {"revision": 1, "do": "remove", "step": "day"})

    page = visitor.read(f"scenarios/{scenario.pk}/versions/")
    assert "was removed" in page
    visitor.send(f"scenarios/{scenario.pk}/versions/1/", {"revision": 2})

    scenario.refresh_from_db()
    assert scenario.flow == first


def test_the_list_is_searched_and_narrowed(visit, scenario):
    make_scenario(name="Birthday")
    visitor = visit("viewer")

    assert "Birthday" in visitor.read("scenarios/")
    assert "Birthday" not in visitor.read("scenarios/?q=welc")
    assert "Welcome" in visitor.read("scenarios/?q=welc")
    assert "No scenario fits" in visitor.read("scenarios/?status=running")
    assert "No scenario fits" in visitor.read("scenarios/?q=%F0%9F%8E%82")


def test_the_list_takes_the_same_queries_however_long(visit, tenant, django_assert_max_num_queries):
    def read() -> int:
        with django_assert_max_num_queries(30) as queries:
            visitor.read("scenarios/")
        return len(queries)

    visitor = visit("viewer")
    make_scenario(name="One")
    visitor.read("scenarios/")
    short = read()
    for number in range(5):
        make_scenario(FLOW, name=f"More {number}")

    assert read() == short


def test_a_copy_has_a_name_of_its_own(visit, scenario):
    visitor = visit()

    visitor.send(f"scenarios/{scenario.pk}/copy/", {})
    visitor.send(f"scenarios/{scenario.pk}/copy/", {})

    names = set(Scenario.objects.values_list("name", flat=True))
    assert names == {"Welcome", "Welcome (copy)", "Welcome (copy 2)"}


def test_a_taken_name_is_refused(visit, scenario):
    page = visit().send("scenarios/new/", {"name": "Welcome"})

    assert "There is already a scenario “Welcome”" in page


@pytest.mark.parametrize(
    "path",
    ["", "panel/", "people/", "condition/", "publish/", "archive/", "rename/", "versions/", "versions/1/"],
)
def test_another_clients_scenario_is_not_found(visit, scenario, foreign, path):
    visitor = visit()

    Scenario.objects.filter(pk=foreign.pk).delete()
    assert visitor.get(f"scenarios/{foreign.pk}/{path}").status_code == 404
    assert visitor.get(f"scenarios/{scenario.pk}/").status_code == 200
