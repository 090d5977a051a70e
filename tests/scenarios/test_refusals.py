"""A message that LINE takes for nobody stops its step, and loses nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from friends.models import Friend
from scenarios import services
from scenarios.engine import leading, refusals
from scenarios.models import Entry, Scenario, Send, StepText
from tests.factories import make_followers
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario, passages, rewrite, texts

HOUR = timedelta(hours=1)
SEND = {"type": "send", "messages": [TEXT]}
NAMED = {"type": "send", "messages": [{"type": "text", "text": "Hello {{display_name|you}}"}]}
EMPTY = b'[{"type":"text","text":""}]'
NAMED_AND_EMPTY = b'[{"type":"text","text":"Hello {{display_name|you}}"},{"type":"text","text":""}]'
BOUGHT = {"type": "event", "event": "bought"}


@pytest.fixture
def friends(simulator, channel) -> list[Friend]:
    return make_followers(simulator, channel, ["aoi", "ren", "mio"])


@pytest.fixture
def scenario(tenant) -> Scenario:
    """What it says is nothing that LINE takes."""
    made = make_scenario(SEND, SEND | {"id": "later"})
    StepText.objects.filter(step="s1").update(body=EMPTY)
    return made


def asked(simulator, channel) -> int:
    """How often LINE was asked to push."""
    answers = simulator.requests(channel.channel_id)["by_endpoint"]["POST /v2/bot/message/push"]
    return sum(answers.values())


def test_who_is_to_get_it_waits_and_line_is_not_asked_for_the_others(simulator, channel, scenario, friends):
    first = make_entry(scenario, friends[0])
    lead()
    others = [make_entry(scenario, friend) for friend in friends[1:]]

    lead()
    lead(after=timedelta(minutes=30))

    states = Entry.objects.values_list("state", "step")
    assert list(states) == [(Entry.State.WAITING, "s1")] * 3
    assert asked(simulator, channel) == 1
    assert [passages(entry) for entry in [first, *others]] == [[], [], []]
    assert "messages[0].text" in Entry.objects.earliest("pk").hindrance
    assert not Send.objects.exists()


def test_those_laid_out_already_are_taken_back(simulator, channel, scenario, friends):
    for friend in friends:
        make_entry(scenario, friend)

    lead()

    assert Entry.objects.filter(state=Entry.State.WAITING, step="s1").count() == 3
    assert not Send.objects.exists()
    assert [each.people for each in refusals.of(scenario)] == [3]


def test_once_it_is_mended_those_who_waited_get_it(simulator, channel, scenario, friends):
    entry = make_entry(scenario, friends[0])
    lead()

    rewrite(scenario, SEND | {"messages": [{"type": "text", "text": "Mended"}]}, moves=True)
    lead()

    entry.refresh_from_db()
    assert texts(simulator, channel, friends[0]) == ["Mended"]
    assert entry.hindrance == ""
    assert refusals.of(scenario) == []


def test_once_line_is_asked_again_those_who_waited_get_it(simulator, channel, scenario, friends):
    entry = make_entry(scenario, friends[0])
    lead()
    StepText.objects.filter(step="s1").update(body=StepText.objects.get(step="later").body)

    people = refusals.ask_again(scenario, by=None)
    lead()

    assert people == 1
    assert texts(simulator, channel, friends[0]) == ["Your cart is waiting"] * 2
    assert passages(entry)[0] == ("s1", "next", "sent")


def test_if_line_still_refuses_it_the_step_stops_again(simulator, channel, scenario, friends):
    make_entry(scenario, friends[0])
    lead()

    refusals.ask_again(scenario, by=None)
    lead()

    assert asked(simulator, channel) == 2
    assert [each.people for each in refusals.of(scenario)] == [1]


def test_who_waits_leaves_by_an_exit_as_ever(simulator, channel, friends):
    scenario = make_scenario(SEND, exits=[{"type": "blocked"}])
    StepText.objects.update(body=EMPTY)
    entry = make_entry(scenario, friends[0])
    lead()

    Friend.objects.update(status=Friend.Status.BLOCKED)
    lead(after=2 * HOUR)

    entry.refresh_from_db()
    assert entry.reason == Entry.Reason.BLOCKED


def test_one_persons_part_of_a_text_stops_nobody_else(simulator, channel, friends):
    scenario = make_scenario(NAMED)
    StepText.objects.update(body=NAMED_AND_EMPTY)
    entries = [make_entry(scenario, friend) for friend in friends]

    lead()

    assert [passages(entry) for entry in entries] == [[("s1", "next", "rejected")]] * 3
    assert refusals.of(scenario) == []


def test_a_text_that_is_refused_for_one_after_the_other_stops(simulator, channel):
    friends = make_followers(simulator, channel, [f"p{number}" for number in range(8)])
    scenario = make_scenario(NAMED)
    StepText.objects.update(body=NAMED_AND_EMPTY)
    for friend in friends[:4]:
        make_entry(scenario, friend)
    lead()
    for friend in friends[4:]:
        make_entry(scenario, friend)

    lead()

    assert Entry.objects.filter(state=Entry.State.WAITING).count() == 4
    assert [each.people for each in refusals.of(scenario)] == [4]


def test_what_may_have_arrived_is_not_sent_again(simulator, channel, scenario, friends):
    entry = make_entry(scenario, friends[0])
    leading.lead(timezone.now())
    Send.objects.update(is_uncertain=True, first_tried_at=timezone.now())

    lead()

    assert Send.objects.get(step="s1").state == Send.State.UNKNOWN
    assert passages(entry)[0] == ("s1", "next", "unknown")


def test_the_pages_say_which_message_it_is_and_what_to_do(simulator, channel, scenario, friends, visit):
    make_entry(scenario, friends[0])
    lead()
    visitor = visit()

    editor = visitor.read(f"scenarios/{scenario.pk}/")
    people = visitor.read(f"scenarios/{scenario.pk}/entries/")

    assert "messages[0].text" in editor
    assert "1 people wait there" in editor
    assert "Have LINE asked again" in editor
    assert "1 people wait there" in people
    assert "A message is refused" in visitor.read("scenarios/")
    assert "LINE refuses a message of this scenario" in visitor.read("")


def test_the_button_has_line_asked_again(simulator, channel, scenario, friends, visit):
    make_entry(scenario, friends[0])
    lead()
    visitor = visit()

    visitor.post(f"scenarios/{scenario.pk}/ask-again/", {})

    assert not StepText.objects.refused().exists()
    assert "People who waited for it: 1" in visitor.read(f"scenarios/{scenario.pk}/")


def test_where_all_is_well_the_pages_say_nothing_of_it(channel, visit):
    scenario = make_scenario(SEND)

    page = visit().read(f"scenarios/{scenario.pk}/")

    assert "LINE says" not in page
    assert "Have LINE asked again" not in page


def test_another_clients_scenario_is_not_there(other_tenant, visit):
    with tenant_context(other_tenant):
        theirs = services.create("Theirs", by=None)

    assert visit().post(f"scenarios/{theirs.pk}/ask-again/", {}).status_code == 404
