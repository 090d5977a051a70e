"""The condition on clicks in what scenarios sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from broadcasts.models import LinkClick, TrackedLink
from friends.models import Friend
from scenarios.leaves import ClickedInScenario
from scenarios.models import Scenario
from segments import services as segments
from segments import tree
from segments.errors import InvalidTree
from tests.factories import make_friend, make_scenario

SALE = "https://shop.example/sale"
FLOW = {
    "trigger": {"type": "api"},
    "steps": [
        {"id": "say", "type": "send", "messages": [{"type": "text", "text": SALE}]},
        {"id": "again", "type": "send", "messages": [{"type": "text", "text": f"Again {SALE}"}]},
    ],
}


@pytest.fixture
def scenario(tenant) -> Scenario:
    return make_scenario(FLOW, name="Cart")


def make_click(friend: Friend, owner: str, *, part: str = "say", url: str = SALE, days_ago: int = 0) -> None:
    about = {"owner": owner, "part": part, "about": {"kind": "scenario"}}
    link = TrackedLink.objects.create(code=uuid4().hex[:24], url=url, **about)
    click = LinkClick.objects.create(link=link, friend_id=friend.pk)
    LinkClick.objects.filter(pk=click.pk).update(at=timezone.now() - timedelta(days=days_ago))


def names(**leaf: object) -> set[str]:
    members = segments.evaluate({"all": [{"type": "scenario_clicked"} | leaf]})
    return set(Friend.objects.filter(pk__in=list(members)).values_list("display_name", flat=True))


def test_who_clicked_by_scenario_message_link_and_day(scenario):
    other = make_scenario(FLOW, name="Birthday")
    make_click(make_friend("aoi"), scenario.ledger_owner)
    make_click(make_friend("ren"), scenario.ledger_owner, part="again", days_ago=9)
    make_click(make_friend("mio"), other.ledger_owner, url="https://shop.example/new")
    make_friend("mei")

    assert names() == {"aoi", "ren", "mio"}
    assert names(scenario=scenario.pk) == {"aoi", "ren"}
    assert names(scenario=scenario.pk, step="again") == {"ren"}
    assert names(scenario=scenario.pk, within_days=7) == {"aoi"}
    assert names(link="https://shop.example/new") == {"mio"}


def test_a_scenario_that_is_not_there_is_refused(scenario):
    with pytest.raises(InvalidTree) as refused:
        tree.check(tree.parse({"type": "scenario_clicked", "scenario": 999_999}))

    assert "there is no scenario 999999" in refused.value.message


def test_it_is_said_in_words_with_the_message(scenario):
    asked = {"type": "scenario_clicked", "scenario": scenario.pk, "step": "again", "within_days": 7}

    words = tree.words(tree.parse(asked))

    assert "Again" in words
    assert "of the scenario “Cart”" in words
    assert "in the last 7 days" in words


def test_messages_are_offered_of_the_scenario_that_is_chosen(scenario):
    offered = ClickedInScenario.shaped({"scenario": scenario.pk}, None)["step"]["options"]()

    assert [step for step, _words in offered] == ["say", "again"]
    assert ClickedInScenario.shaped({}, None) == {"step": None}
