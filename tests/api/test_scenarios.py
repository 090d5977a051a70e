"""Scenarios as a program meets them: written, checked, let run, filled with people, taken elsewhere."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts.testing import testers
from campaigns.models import Campaign
from scenarios.models import Entry, StepText
from tests.factories import make_campaign, make_customer, make_friend, make_link, make_list, make_tag

FLOW = {
    "trigger": {"type": "api"},
    "exits": [{"type": "blocked"}],
    "steps": [
        {"id": "hour", "type": "wait", "minutes": 60},
        {
            "id": "say",
            "type": "send",
            "messages": [{"type": "text", "text": "Order {{event.order|of yours}} is ready"}],
        },
    ],
}


@pytest.fixture
def ours(call, channel):
    return call()


@pytest.fixture
def draft(ours) -> str:
    """The address of a draft."""
    made = ours.post("scenarios/", {"name": "Ready", "flow": FLOW}).json()
    return f"scenarios/{made['id']}/"


@pytest.fixture
def running(ours, draft) -> str:
    assert ours.put(draft + "publication/", {"revision": 1}).status_code == 200
    return draft


def test_a_scenario_goes_from_draft_to_archive(ours, draft):
    answers = [
        ours.get(draft).json()["status"],
        ours.put(draft + "publication/", {"revision": 1}).json()["number"],
        ours.put(draft + "pause/").json()["status"],
        ours.delete(draft + "pause/").json()["status"],
        ours.put(draft + "archive/").json(),
        ours.put(draft + "pause/").json()["code"],
    ]

    assert answers == ["draft", 1, "paused", "running", {"people": 0}, "scenario_wrong_status"]


def test_a_message_that_line_refuses_is_told_and_asked_for_again(ours, running):
    texts = StepText.objects.filter(step="say")
    texts.update(refused_at=timezone.now(), refusal="400: Bad (messages[0].text: May not be empty)")

    [told] = ours.get(running + "refusals/").json()
    again = ours.delete(running + "refusals/").json()

    assert (told["step"], told["version"], told["people"]) == ("say", 1, 0)
    assert "May not be empty" in told["words"]
    assert again == {"people": 0}
    assert ours.get(running + "refusals/").json() == []


def test_who_writes_on_an_older_revision_is_told(ours, draft):
    first = ours.patch(draft, {"flow": FLOW | {"steps": []}, "revision": 1})
    second = ours.patch(draft, {"flow": FLOW, "revision": 1})
    without = ours.patch(draft, {"flow": FLOW})

    assert first.json()["revision"] == 2
    assert (second.status_code, second.json()["code"]) == (409, "scenario_changed")
    assert "revision" in without.json()["fields"]


def test_a_flow_that_cannot_be_read_is_refused_with_its_place(ours):
    wrong = FLOW | {"steps": [{"id": "a", "type": "wait", "minutes": 0}]}

    answer = ours.post("scenarios/", {"name": "Wrong", "flow": wrong})

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["path"] == "steps[0].minutes"


def test_what_stands_against_it_is_said_before_and_at_publishing(ours):
    made = ours.post("scenarios/", {"name": "Empty"}).json()

    checks = ours.get(f"scenarios/{made['id']}/checks/").json()
    refused = ours.put(f"scenarios/{made['id']}/publication/", {"revision": 1})

    assert {"no_trigger", "no_steps"} <= {each["code"] for each in checks if each["stops"]}
    assert (refused.status_code, refused.json()["code"]) == (422, "scenario_not_ready")


def test_a_scenario_belongs_to_a_campaign(ours, draft):
    campaign = make_campaign("Autumn")

    shown = ours.patch(draft, {"campaign": campaign.pk}).json()
    members = ours.get(f"campaigns/{campaign.pk}/members/").json()

    assert shown["campaign"] == campaign.pk
    assert [each["name"] for each in members] == ["Ready"]


def test_people_are_let_in_by_whatever_names_them(ours, running):
    friend, other = make_friend("aoi"), make_friend("ren")
    make_link(make_friend("yui"), make_customer("C-7"))
    people = [
        {"friend": friend.pk, "context": {"order": "A-1"}},
        {"line_user_id": other.line_user_id},
        {"customer": "C-7"},
        {"customer": "nobody"},
    ]

    answer = ours.post(running + "entries/", {"people": people}).json()
    entries = ours.get(running + "entries/").json()["items"]

    assert answer["entered"] == 3
    assert [each["code"] for each in answer["people"]] == ["entered", "entered", "entered", "unknown"]
    assert {entry["customer"] for entry in entries} == {None, "C-7"}
    assert ours.get(running).json()["people"] == 3


def test_a_key_lets_in_once_and_a_person_inside_does_not_come_in_again(ours, running):
    friend = make_friend("aoi")
    body = {"people": [{"friend": friend.pk, "key": "order-1"}]}

    first = ours.post(running + "entries/", body).json()["people"][0]
    again = ours.post(running + "entries/", body).json()["people"][0]
    other = ours.post(running + "entries/", {"people": [{"friend": friend.pk, "key": "order-2"}]})

    assert (first["code"], again["code"]) == ("entered", "repeated")
    assert first["entry"] == again["entry"]
    assert other.json()["people"][0]["code"] == "left_out"


def test_an_idempotent_call_is_answered_from_memory(ours, running):
    body = {"people": [{"friend": make_friend("aoi").pk}]}

    first = ours.post(running + "entries/", body, **{"Idempotency-Key": "one"})
    again = ours.post(running + "entries/", body, **{"Idempotency-Key": "one"})

    assert again.json() == first.json()
    assert Entry.objects.count() == 1


def test_nobody_comes_into_a_draft(ours, draft):
    answer = ours.post(draft + "entries/", {"people": [{"friend": make_friend("aoi").pk}]})

    assert (answer.status_code, answer.json()["code"]) == (409, "scenario_wrong_status")


@pytest.mark.parametrize(
    "person",
    [{}, {"friend": "aoi"}, {"friend": 10**12}, {"friend": 1, "context": {"a": "x" * 20_000}}, {"key": "k"}],
)
def test_a_person_who_is_named_wrongly_is_refused(ours, running, person):
    answer = ours.post(running + "entries/", {"people": [person]})

    assert answer.status_code == 400


def test_somebody_is_taken_out(ours, running):
    entry = ours.post(running + "entries/", {"people": [{"friend": make_friend("aoi").pk}]}).json()
    address = f"{running}entries/{entry['people'][0]['entry']}/"

    first, again = ours.delete(address), ours.delete(address)
    shown = ours.get(address).json()

    assert (first.status_code, again.status_code) == (204, 204)
    assert (shown["state"], shown["reason"]) == ("ended", "removed")


def test_people_are_found_by_what_is_known_of_them(ours, running):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    ours.post(running + "entries/", {"people": [{"friend": aoi.pk}, {"friend": ren.pk}]})

    by_friend = ours.get(f"{running}entries/?friend={aoi.pk}").json()["items"]
    ended = ours.get(f"{running}entries/?state=ended").json()["items"]
    misspelt = ours.get(f"{running}entries/?freind=1")

    assert [each["friend"] for each in by_friend] == [aoi.pk]
    assert ended == []
    assert misspelt.status_code == 400


def test_versions_are_compared(ours, running):
    changed = FLOW | {"steps": [FLOW["steps"][1], {"id": "end", "type": "end"}]}
    ours.patch(running, {"flow": changed, "revision": 1})
    ours.put(running + "publication/", {"revision": 2, "moves": True})

    found = ours.get(running + "changes/?since=1&to=2").json()
    versions = ours.get(running + "versions/").json()

    assert [(each["step"], each["change"]) for each in found] == [("end", "added"), ("hour", "removed")]
    assert [each["number"] for each in versions] == [2, 1]


def test_a_dry_run_tells_what_would_happen(ours, draft):
    friend = make_friend("aoi")
    asked = {"friend": friend.pk, "at": "2026-11-20T12:00:00+09:00", "context": {"order": "A-1"}}

    found = ours.post(draft + "dry-runs/", asked).json()

    assert [line["step"] for line in found["lines"]] == ["hour", "say"]
    assert found["lines"][1]["messages"] == [{"type": "text", "text": "Order A-1 is ready"}]
    assert found["lines"][1]["at"] == "2026-11-20T13:00:00+09:00"
    assert found["message_count"] == 1
    assert not Entry.objects.exists()


def test_testers_try_the_draft_out(ours, draft):
    tester = testers.add(make_friend("aoi"), by=None)
    broken = ours.post("scenarios/", {"name": "Empty"}).json()

    started = ours.post(draft + "tests/", {"testers": [tester.pk]}).json()
    hurried = ours.put(f"{draft}tests/{started[0]['entry']}/", {}).json()
    stopped = ours.delete(f"{draft}tests/{started[0]['entry']}/")
    refused = ours.post(f"scenarios/{broken['id']}/tests/", {"testers": [tester.pk]})
    nobody = ours.post(draft + "tests/", {"testers": [999]})

    assert (started[0]["step"], started[0]["ways"]) == ("hour", ["next"])
    assert (hurried[0]["step"], hurried[0]["passages"][0]["what"]) == ("say", "hurried")
    assert stopped.status_code == 204
    assert refused.json()["code"] == "scenario_not_ready"
    assert nobody.json()["code"] == "no_testers"


def test_a_scenario_is_taken_to_another_client(ours, other_tenant, call):
    from tests.api.conftest import caller, make_key

    tree = {"any": [{"type": "tag", "tag": make_tag("VIP").pk}, {"type": "list", "list": make_list("A").pk}]}
    made = ours.post("scenarios/", {"name": "Cart", "flow": FLOW | {"condition": tree}}).json()
    document = ours.get(f"scenarios/{made['id']}/export/").json()
    theirs = caller(make_key(other_tenant, "*"), "cosmetics")
    with tenant_context(other_tenant):
        other_list = make_list("B").pk

    looked = theirs.post("scenario-imports/check/", {"document": document}).json()
    refused = theirs.post("scenario-imports/", {"document": document})
    mapping = [{"kind": "list", "name": "A", "to": str(other_list)}]
    taken = theirs.post("scenario-imports/", {"document": document, "mapping": mapping, "makes_tags": True})

    assert [(each["kind"], each["found"]) for each in looked["needs"]] == [("tag", None), ("list", None)]
    assert (refused.status_code, refused.json()["code"]) == (422, "import_incomplete")
    assert {each["name"] for each in refused.json()["missing"]} == {"VIP", "A"}
    assert taken.status_code == 201
    assert taken.json()["flow"]["condition"]["any"][1] == {"type": "list", "list": other_list}


@pytest.mark.parametrize("document", [None, 7, "x", [], {}, {"format": "musubi.scenario"}])
def test_a_file_that_is_none_is_refused(ours, document):
    answer = ours.post("scenario-imports/", {"document": document})

    assert answer.status_code in {400, 422}


def test_scenarios_of_another_client_are_not_found(call, ours, draft, other_tenant):
    from tests.api.conftest import caller, make_key

    theirs = caller(make_key(other_tenant, "*"), "cosmetics")

    answers = [
        theirs.get(draft),
        theirs.patch(draft, {"name": "Mine"}),
        theirs.put(draft + "publication/", {"revision": 1}),
        theirs.get(draft + "export/"),
        theirs.get(draft + "entries/"),
        theirs.get(draft + "versions/"),
        theirs.post(draft + "dry-runs/", {"friend": 1}),
        theirs.get(draft + "tests/"),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_tester_is_sent_on_by_a_way_that_the_step_has(ours, channel):
    tester = testers.add(make_friend("aoi"), by=None)
    steps = [{"id": "visit", "type": "await", "event": "viewed", "days": 1}, {"id": "end", "type": "end"}]
    made = ours.post("scenarios/", {"name": "Visit", "flow": FLOW | {"steps": steps}}).json()
    [started] = ours.post(f"scenarios/{made['id']}/tests/", {"testers": [tester.pk]}).json()
    address = f"scenarios/{made['id']}/tests/{started['entry']}/"

    refused = [ours.put(address, body) for body in ({}, {"via": "next"}, {"via": "elsewhere"})]
    hurried = ours.put(address, {"via": "timed_out"}).json()

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(422, "no_such_place")}
    assert hurried[0]["passages"][0]["via"] == "timed_out"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"at": "9999-12-01T00:00:00Z"}, 400),
        ({"at": "0001-01-02T00:00:00Z"}, 400),
        ({"at": "tomorrow"}, 400),
        ({"context": {"a": "x" * 20_000}}, 400),
        ({"doings": [{"after_minutes": 1, "event": "bought", "properties": {"a": "x" * 20_000}}]}, 400),
        ({"doings": [{"after_minutes": 1, "event": "of_nobody", "properties": {"é": "👩‍👩‍👧"}}]}, 200),
        ({"flow": [1]}, 422),
        ({"flow": None}, 400),
        ({"friend": 0}, 400),
        ({"friend": 2**31 - 1}, 404),
    ],
)
def test_a_dry_run_refuses_what_cannot_be(ours, draft, body, status):
    answer = ours.post(draft + "dry-runs/", {"friend": make_friend("aoi").pk} | body)

    assert answer.status_code == status


def test_what_is_archived_is_not_written_on(ours, draft):
    ours.put(draft + "archive/")

    answer = ours.patch(draft, {"flow": FLOW, "revision": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "scenario_wrong_status")


def nested(levels: int) -> dict:
    found: dict = {"type": "text", "text": "deep"}
    for _level in range(levels):
        found = {"type": "box", "layout": "vertical", "contents": [found]}
    return found


@pytest.mark.parametrize("levels", [60, 105])
def test_messages_that_are_nested_beyond_reason_are_said_to_be_wrong(ours, levels):
    bubble = {"type": "bubble", "body": nested(levels)}
    deep = {"type": "flex", "altText": "Deep", "contents": bubble}
    flow = FLOW | {"steps": [{"id": "say", "type": "send", "messages": [deep]}]}
    made = ours.post("scenarios/", {"name": "Deep", "flow": flow}).json()
    address = f"scenarios/{made['id']}/"

    answers = [
        ours.get(address + "checks/"),
        ours.get(address + "export/"),
        ours.put(address + "publication/", {"revision": 1}),
        ours.post(address + "dry-runs/", {"friend": make_friend("aoi").pk}),
    ]

    assert all(answer.status_code < 500 for answer in answers)


@pytest.mark.parametrize(
    "flow",
    [
        {"steps": {}},
        {"steps": [7]},
        {"steps": [{"id": "a", "type": ["send"]}]},
        {"steps": [{"id": "a", "type": "send", "messages": "hello"}]},
        {"steps": [{"id": "a", "type": "send", "ways": {"x": []}}]},
        {"steps": [{"id": "a", "type": "end"}, {"id": "a", "type": "end"}]},
        {"trigger": {"type": {}}},
        {"trigger": {"type": "event", "event": 7}},
        {"condition": [1]},
        {"reentry": 7},
        {"exits": {"type": "blocked"}},
        {"goal": [1]},
        {"manners": "good"},
        {"planets": 9},
    ],
)
def test_a_flow_of_wrong_types_is_refused(ours, flow):
    answer = ours.post("scenarios/", {"name": "Wrong", "flow": flow})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_flow")


def test_the_schema_of_flows_names_every_step(ours):
    schema = ours.get("scenario-schema/").json()

    types = {each["properties"]["type"]["const"] for each in schema["$defs"]["step"]["anyOf"]}
    assert {"wait", "send", "branch"} <= types
    assert Campaign.objects.count() == 0
