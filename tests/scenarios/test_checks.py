"""What is found in a flow, its words and what it costs, before anybody comes in."""

import pytest
from django.utils import translation

from friends import tag_uses
from scenarios import services
from scenarios.flow import checking, cost, reading, words
from segments import uses
from tests.factories import make_field, make_scenario, make_segment, make_tag, make_user

HELLO = [{"type": "text", "text": "Hello"}]
TRIGGER = {"type": "friend_added"}


def flow(*steps: dict, **parts: object) -> reading.Flow:
    numbered = [{"id": f"s{place}"} | step for place, step in enumerate(steps)]
    return reading.parse({"trigger": TRIGGER, "steps": numbered} | parts)


def codes(found: reading.Flow, **about: object) -> set[str]:
    return {finding.code for finding in checking.findings(found, **about)}


def send(text: str = "Hello", **values: object) -> dict:
    return {"type": "send", "messages": [{"type": "text", "text": text}]} | values


def branch(yes: list[dict], otherwise: list[dict]) -> dict:
    ways = {"yes": yes, "otherwise": otherwise}
    return {"type": "branch", "paths": [{"key": "yes", "name": "Yes"}], "ways": ways}


def test_an_empty_draft_lacks_a_trigger_and_steps(tenant):
    found = checking.findings(reading.parse(reading.EMPTY))

    assert [each.code for each in found if each.stops] == ["no_trigger", "no_steps"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"type": "send"}, "no_messages"),
        (send("{{display_name|}}"), "message"),
        (send("{{unknown.name|you}}"), "message"),
        (send("a" * 5001), "message"),
        (send(by="mail"), "no_mail"),
        (send(by="mail", mail={"subject": "Hello", "text": "{{display_name}}"}), "mail_fallback"),
        (send(by="mail", mail={"subject": "{{nobody.knows|x}}", "text": "Hello"}), "mail_variable"),
        ({"type": "tag", "add": [999_999]}, "no_tag"),
        ({"type": "field", "field": "gone", "value": "x"}, "no_field"),
        ({"type": "scenario", "scenario": 999_999}, "no_scenario"),
        ({"type": "notify", "users": [999_999], "subject": "Hello"}, "no_user"),
        ({"type": "wait", "date": {"field": "friend.gone"}}, "wait_never_ends"),
    ],
)
def test_what_could_not_run_is_found_at_its_step(tenant, step, code):
    found = checking.findings(flow({"type": "wait", "days": 1}, step))

    assert [(each.code, each.step) for each in found if each.stops and each.code != "no_sender"] == [
        (code, "s1")
    ]


def test_a_whole_flow_has_no_faults(tenant):
    tag, field = make_tag("VIP"), make_field("Shop")
    steps = [
        send(),
        {"type": "tag", "add": [tag.pk]},
        {"type": "field", "field": field.key, "value": "Ginza"},
    ]
    exits = [{"type": "blocked"}, {"type": "event", "event": "bought"}]

    assert codes(flow(*steps, exits=exits, goal={"event": "bought"})) == set()


def test_variables_of_the_entry_are_known(tenant):
    found = codes(flow(send("{{product.name|Tea}} {{event.total|0}}")))

    assert "message" not in found


def test_buyers_who_go_on_getting_messages_are_a_hint(tenant):
    assert {"no_exit_bought", "no_goal"} <= codes(flow(send()))
    assert "no_exit_bought" not in codes(flow(send(), goal={"event": "order_placed"}))
    assert "no_exit_bought" not in codes(flow(send(), manners={"nature": "notice"}))


@pytest.mark.parametrize(
    ("steps", "is_found"),
    [
        ([{"type": "end"}, send()], True),
        ([branch([{"id": "x", "type": "end"}], [{"id": "y", "type": "end"}]), send()], True),
        ([branch([{"id": "x", "type": "end"}], []), send()], False),
    ],
)
def test_a_step_that_nobody_comes_to_is_found(tenant, steps, is_found):
    assert ("unreachable" in codes(flow(*steps))) is is_found


def test_scenarios_that_lead_into_each_other_are_found(tenant):
    first = make_scenario(name="First")
    other = make_scenario(
        {"steps": [{"id": "x", "type": "scenario", "scenario": first.pk}], "trigger": TRIGGER}, name="Other"
    )
    back = flow({"type": "scenario", "scenario": other.pk}, reentry={"mode": "always"})

    found = {each.code: each.stops for each in checking.findings(back, scenario=first)}

    assert found["scenario_loop"] is True
    once = flow({"type": "scenario", "scenario": other.pk})
    assert {each.code: each.stops for each in checking.findings(once, scenario=first)}[
        "scenario_loop"
    ] is False


def test_scenarios_that_lead_into_each_other_by_tags_and_segments_are_hinted_at(tenant):
    vip, new = make_tag("VIP"), make_tag("New")
    first = make_scenario(name="First")
    make_scenario(
        {
            "trigger": {"type": "segment", "tree": {"not": {"type": "tag", "tag": new.pk}}},
            "steps": [{"id": "x", "type": "tag", "add": [vip.pk]}],
        },
        name="Other",
    )
    back = flow({"type": "tag", "remove": [new.pk]}, trigger={"type": "tag", "tag": vip.pk})

    found = {each.code: (each.stops, each.step) for each in checking.findings(back, scenario=first)}

    assert found["scenario_loop_by_change"] == (False, "s0")


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ([{"remove": [1]}], False),  # as most do whom a tag has brought in
        ([{"add": [1]}], False),
        ([{"remove": [1]}, {"add": [1]}], True),
        ([{"add": [2]}], False),
    ],
)
def test_a_tag_leads_back_into_its_own_scenario_if_it_is_put_on_anew(tenant, changes, is_found):
    tags = [None, make_tag("VIP").pk, make_tag("New").pk]
    steps = [
        {"type": "tag"} | {name: [tags[place] for place in places] for name, places in change.items()}
        for change in changes
    ]
    asked = flow(*steps, trigger={"type": "tag", "tag": tags[1]})

    assert ("scenario_loop_by_change" in codes(asked, scenario=make_scenario())) is is_found


def test_a_field_that_a_segment_asks_for_leads_back_through_another_scenario(tenant):
    field, vip = make_field("Score", "number"), make_tag("VIP")
    first = make_scenario(name="First")
    asked = {"type": "friend", "field": f"fields.{field.key}", "op": "at_least", "value": 3}
    make_scenario(
        {
            "trigger": {"type": "segment", "tree": asked},
            "steps": [{"id": "x", "type": "tag", "add": [vip.pk]}],
        },
        name="Other",
    )
    back = flow({"type": "field", "field": field.key, "add": 1}, trigger={"type": "tag", "tag": vip.pk})

    assert "scenario_loop_by_change" in codes(back, scenario=first)


def test_a_condition_about_what_is_gone_is_found(tenant):
    gone = {"type": "tag", "tag": 999_999}
    fork = branch([], []) | {"paths": [{"key": "yes", "name": "Yes", "when": gone}]}

    found = checking.findings(flow(fork, condition=gone))

    assert [(each.path, each.step) for each in found if each.code == "condition"] == [
        ("condition", ""),
        ("steps[0].paths[0].when", "s0"),
    ]


@pytest.mark.parametrize(
    "trigger",
    [
        {"type": "tag", "tag": 999_999},
        {"type": "segment", "segment": 999_999},
        {"type": "segment", "tree": {"type": "tag", "tag": 999_999}},
        {"type": "friend_added", "route": 999_999},
    ],
)
def test_a_trigger_about_what_is_gone_is_found(tenant, trigger):
    found = checking.findings(flow(send(), trigger=trigger))

    assert [each.path.split(".")[0] for each in found if each.stops] == ["trigger"]


@pytest.mark.parametrize(
    ("passed", "expected"), [({}, 1.5), ({("s1", "yes"): 9, ("s1", "otherwise"): 1}, 1.9)]
)
def test_messages_of_an_entry_are_weighed_by_who_took_which_way(tenant, passed, expected):
    found = cost.load(flow(send(), branch([{"id": "x"} | send()], [])), passed)

    assert found.most == 2
    assert found.expected == pytest.approx(expected)


def test_a_split_is_weighed_by_its_shares_and_mails_cost_no_message(tenant):
    paths = [{"key": "a", "name": "A", "percent": 30}, {"key": "b", "name": "B", "percent": 60}]
    ways = {"a": [{"id": "x"} | send()], "b": [{"id": "y"} | send(by="mail")]}
    split = {"type": "split", "paths": paths, "holdout_percent": 10, "ways": ways}

    assert cost.load(flow(split)) == cost.Load(1, 0.3)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"type": "wait", "minutes": 90}, "90 minutes"),
        ({"type": "wait", "minutes": 120}, "2 hours"),
        ({"type": "wait", "days": 1, "at": "10:00"}, "1 day, then until 10:00"),
        ({"type": "wait", "date": {"field": "customer.birthday", "days": -3}}, "3 days before: Birthday"),
        ({"type": "await", "event": "bought", "days": 2}, "Bought, for up to 2 days"),
        (send("Hello\n  there"), "“Hello there”"),
    ],
)
def test_steps_are_said_in_words(tenant, step, said):
    assert said in words.of_flow(flow(step)).steps["s0"]


def test_names_are_said_in_place_of_numbers(tenant):
    with translation.override("en"):
        tag, user = make_tag("VIP"), make_user(email="aoi@example.com")
        other = make_scenario(name="Other")
        found = words.of_flow(
            flow(
                {"type": "tag", "add": [tag.pk]},
                {"type": "notify", "users": [user.pk], "subject": "Look"},
                {"type": "scenario", "scenario": other.pk},
            )
        )

    assert found.steps == {"s0": "put on: VIP", "s1": f"{user}: “Look”", "s2": "Other"}


def test_words_of_many_steps_take_as_many_queries_as_of_a_few(tenant, django_assert_max_num_queries):
    def said(count: int) -> int:
        tags = [make_tag(f"{count}-{number}") for number in range(count)]
        made = flow(*({"type": "tag", "add": [tag.pk]} for tag in tags))
        with django_assert_max_num_queries(10) as queries:
            words.of_flow(made)
        return len(queries)

    assert said(20) == said(2)


def test_publishing_is_refused_with_what_must_be_mended(tenant):
    draft = make_scenario({"trigger": TRIGGER, "steps": [{"id": "a", "type": "send"}]})

    with pytest.raises(services.NotReady) as refused:
        services.publish(draft, revision=1, by=None)

    assert "The message is not written yet." in refused.value.message


def test_segments_and_tags_know_the_scenarios_that_name_them(tenant):
    vip, late = make_tag("VIP"), make_tag("Late")
    asked = make_segment({"type": "tag", "tag": vip.pk})
    steps = [{"id": "a", "type": "tag", "add": [vip.pk], "remove": [late.pk]}]
    named = {"all": [{"type": "segment", "segment": asked.pk}]}
    made = make_scenario({"condition": named, "steps": steps}, name="Asks")
    make_scenario({"trigger": {"type": "tag", "tag": late.pk}}, name="Begins")

    assert [(use.page, use.pk) for use in uses.of(asked)] == [("scenario", made.pk)]
    assert {use.label for use in tag_uses.of(late)} == {"Asks", "Begins"}
    services.archive(made, by=None)
    assert uses.of(asked) == []
