"""Pages of touchpoint plans, from the first plan to who moved."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from broadcasts.models import Broadcast, Insight
from friends.models import Friend
from segments.models import Segment
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.costs.factories import subscribe
from tests.factories import make_campaign, make_friend, make_tag
from tests.scenarios.factories import make_running
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import classes, starting
from touchpoints.models import Kind, Plan, TouchClass

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def page(visit):
    return visit("marketer")


@pytest.fixture
def sent(tenant) -> Broadcast:
    """To two old friends, of whom one clicked."""
    clicks, silent = (make_friend(name, followed_at=NOON - 400 * DAY) for name in ("Aoi", "Ren"))
    with time_machine.travel(NOON - 3 * DAY):
        made = make_sent(clicks, silent, tracks_people=True, name="Sale")
        make_click(made, clicks)
    return made


def filled(**given: object) -> dict:
    """The form of a plan."""
    usual = {"name": "June", "starts_on": "2026-06-01", "ends_on": "2026-06-30"}
    return usual | {"basis": "last", "basis_count": "3"} | given


def planned(found: TouchClass, **given: object) -> dict:
    """The form of a class."""
    usual = {"name": found.name, "color": found.color, "level": str(found.level), "action": "message"}
    return usual | {"text": "Still on sale"} | given


def test_without_plans_the_list_says_what_they_are_for(page):
    shown = page.read("touchpoints/")

    assert "Make the first plan" in shown
    assert "Responses of the last days" in shown


def test_from_an_empty_form_to_a_started_draft(page, sent):
    shown = page.send("touchpoints/new/", filled())
    plan = Plan.objects.get()
    unopened = class_of(period_of(plan), "unopened")
    page.send(f"touchpoints/classes/{unopened.pk}/", planned(unopened, purpose="Wake them"))
    ready = page.read(f"touchpoints/{plan.pk}/")
    draft = page.send(f"touchpoints/classes/{unopened.pk}/start/", {})
    after = page.read(f"touchpoints/{plan.pk}/")

    assert "How many friends are in which class" in shown
    assert "Start as a draft" in ready
    assert "Wake them" in ready
    assert "June · Unopened" in draft
    assert "Open the draft" in after
    assert "Start as a draft" not in after
    assert Broadcast.objects.filter(name="June · Unopened").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"ends_on": "2026-05-01"}, "The last day is before the first."),
        ({"ends_on": "9999-12-31"}, "too far away"),
        ({"basis": "named"}, "Say by which sends friends are judged"),
        ({"basis": "campaign"}, "Say by which sends friends are judged"),
        ({"basis_count": "51"}, "Say by which sends friends are judged"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_lost(page, given, said):
    shown = page.send("touchpoints/new/", filled(note="For the shop in Ginza") | given)

    assert said in shown
    assert "For the shop in Ginza" in shown
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "  "}, "Write a message or choose a template."),
        ({"action": "scenario"}, "Choose a scenario."),
        ({"timing": "day"}, "Give a day."),
        ({"timing": "after"}, "Give a number of days"),
    ],
)
def test_a_plan_that_is_not_complete_says_what_is_missing(page, given, said):
    found = class_of(period_of(make_plan()), "clicked")

    shown = page.send(f"touchpoints/classes/{found.pk}/", planned(found, **given))

    assert said in shown
    assert TouchClass.objects.get(pk=found.pk).action == ""


def test_a_class_of_ones_own_is_built_with_the_builder_of_segments(page, sent):
    plan = make_plan()
    tag = make_tag("VIP")
    form = {"name": "VIPs", "color": "#2563eb", "level": "3"}
    conditions = {"n-kind": "all", "n-size": "1", "n-0-kind": "tag", "n-0-tag": str(tag.pk)}

    empty = page.send(f"touchpoints/{plan.pk}/classes/new/", form | {"n-kind": "all", "n-size": "0"})
    shown = page.send(f"touchpoints/{plan.pk}/classes/new/", form | conditions)

    own = TouchClass.objects.get(kind=Kind.OWN)
    assert "at least one condition" in empty
    assert "tagged “VIP”" in shown
    assert own.tree == {"all": [{"type": "tag", "tag": tag.pk}]}
    changed = page.send(f"touchpoints/classes/{own.pk}/conditions/", form | conditions | {"name": "Best"})
    assert "Best" in changed


def test_classes_are_moved_taken_out_and_put_back(page):
    plan = make_plan()
    clicked = class_of(period_of(plan), "clicked")

    page.send(f"touchpoints/classes/{clicked.pk}/move/", {"way": "up"})
    moved = [each.key for each in period_of(plan).ordered()]
    asked = page.read(f"touchpoints/classes/{clicked.pk}/remove/")
    page.send(f"touchpoints/classes/{clicked.pk}/remove/", {})
    page.send(f"touchpoints/{plan.pk}/classes/add/", {"kind": "clicked"})

    assert moved[:4] == ["stopped", "new", "clicked", "bought"]
    assert "come into the classes below it" in asked
    assert [each.key for each in period_of(plan).ordered()][-2:] == ["clicked", "rest"]


def test_starting_all_tells_messages_and_yen_first(page, tenant, sent):
    subscribe(since=date(2026, 1, 1))
    plan = make_plan()
    for key in ("clicked", "unopened"):
        classes.plan(class_of(period_of(plan), key), action="message", text="Hello", by=None)

    asked = page.read(f"touchpoints/{plan.pk}/start/")
    shown = page.send(f"touchpoints/{plan.pk}/start/", {})

    assert "Together in 2026/06" in asked
    assert "¥" in asked
    assert "Start 2 of them" in asked
    assert "Started: 2." in shown
    assert Broadcast.objects.filter(name__startswith="Autumn ·").count() == 2


def test_who_may_not_see_cost_is_told_no_yen(visit, tenant, sent):
    subscribe(since=date(2026, 1, 1))
    plan = make_plan()
    classes.plan(class_of(period_of(plan), "clicked"), action="message", text="Hello", by=None)

    asked = visit("creator").read(f"touchpoints/{plan.pk}/start/")

    assert "¥" not in asked


def test_a_scenario_is_asked_for_before_people_enter_it(page, sent):
    plan = make_plan()
    found = class_of(period_of(plan), "unopened")
    classes.plan(found, action="scenario", scenario=make_running(), by=None)

    asked = page.read(f"touchpoints/classes/{found.pk}/start/")
    shown = page.send(f"touchpoints/classes/{found.pk}/start/", {})

    assert "enters the scenario, which then sends by itself" in asked
    assert "Waits for its time" in shown


def test_the_page_answers_who_moved_and_leads_to_a_broadcast_to_them(page, sent):
    campaign = make_campaign("Summer")
    plan = make_plan(campaign=campaign)
    unopened = classes.plan(class_of(period_of(plan), "unopened"), action="message", text="Hi", by=None)
    starting.start(unopened, by=None)
    make_click(sent, Friend.objects.get(display_name="Ren"))

    shown = page.read(f"touchpoints/{plan.pk}/")
    people = page.read(f"touchpoints/{plan.pk}/moved/?period=1&from=unopened&to=clicked")
    asked = {"from": "unopened", "to": "clicked"}
    written = page.post(f"touchpoints/{plan.pk}/moved/segment/?period=1", asked | {"write": "1"})
    saved = page.send(f"touchpoints/{plan.pk}/moved/segment/?period=1", asked)

    assert "Who moved from “Unopened” to “Clicked”?" in shown
    assert "1 of 1 (100.0%)." in shown
    assert '<svg class="flow"' in shown
    assert "for the better" in shown
    assert "Ren" in people
    assert "Friends who moved so: 1 (for the better)." in people
    segment = Segment.objects.get(name="Autumn: Unopened → Clicked")
    assert written["Location"].endswith(f"broadcasts/new/?segment={segment.pk}&campaign={campaign.pk}")
    assert "is the segment" in saved or "They are the segment" in saved


def test_a_period_is_closed_and_opened_again(page, sent):
    plan = make_plan()

    asked = page.read(f"touchpoints/{plan.pk}/close/?period=1")
    form = {"starts_on": "2026-07-08", "ends_on": "2026-08-06", "basis": "last", "basis_count": "3"}
    shown = page.send(f"touchpoints/{plan.pk}/close/?period=1", form)
    twice = page.send(f"touchpoints/{plan.pk}/close/?period=1", form)
    history = page.read(f"touchpoints/{plan.pk}/?period=1")
    again = page.send(f"touchpoints/{plan.pk}/reopen/?period=1", {})

    assert "is kept for good" in asked
    assert "The period is closed" in shown
    assert "was closed already" in twice
    assert "Open it again" in history
    assert "The period is open again." in again
    assert plan.periods.count() == 1


def test_a_plan_is_copied_removed_and_put_back(page):
    plan = make_plan()
    campaign = make_campaign("Winter")

    page.send(f"touchpoints/{plan.pk}/copy/", filled(name="Winter", campaign=str(campaign.pk)))
    page.send(f"touchpoints/{plan.pk}/remove/", {})
    gone = page.read("touchpoints/")
    back = page.send(f"touchpoints/{plan.pk}/remove/", {})

    assert Plan.objects.get(name="Winter").campaign == campaign
    assert "Put back" in gone
    assert "is put back" in back


def test_opens_are_estimated_by_what_line_counted_and_said_to_be(page, sent):
    Insight.objects.create(broadcast=sent, day=1, delivered=40, opened=30, clicked=None, data={})
    plan = make_plan()

    shown = page.read(f"touchpoints/{plan.pk}/")

    assert "estimated: 0 of them opened" in shown or "estimated: 1 of them opened" in shown
    assert "is estimated from the share LINE counted" in shown


def test_the_campaign_and_the_board_lead_to_plans(page, sent):
    campaign = make_campaign("Winter")
    make_plan("Plan of winter", campaign=campaign)

    part = page.read(f"touchpoints/of/{campaign.pk}/")
    whole = page.read(f"campaigns/{campaign.pk}/")
    board = page.read("broadcasts/status/?days=30")

    assert "Plan of winter" in part
    assert f"touchpoints/of/{campaign.pk}/" in whole
    assert "touchpoints/new/?days=30" in board


def test_who_only_looks_changes_nothing(visit, sent):
    plan = make_plan()
    shown = visit("viewer").read(f"touchpoints/{plan.pk}/")

    for word in ("Start as a draft", "Class of your own", "Take out", ">Change<"):
        assert word not in shown


def test_what_is_refused_of_a_class_leaves_all_of_it_as_it_was(call):  # noqa: F811
    found = class_of(period_of(make_plan()), "unopened")
    twice = {"name": "Silent", "send_on": "2026-06-20", "days_after": 3}

    answer = call().patch(f"touchpoint-classes/{found.pk}/", twice)

    assert answer.status_code >= 400
    assert TouchClass.objects.get(pk=found.pk).name == ""


def test_programs_list_plans_in_the_same_queries_however_many(call, django_assert_max_num_queries):  # noqa: F811
    for number in range(20):
        make_plan(f"Plan {number}")
    api = call("touchpoints.view_plan")
    api.get("touchpoint-plans/")

    with django_assert_max_num_queries(14):
        found = api.get("touchpoint-plans/").json()["items"]

    assert [each["period"]["number"] for each in found] == [1] * 20


def test_what_is_not_there_is_not_found(page, sent):
    plan = make_plan()
    rest = class_of(period_of(plan), "rest")

    for path in (
        f"touchpoints/{plan.pk + 99}/",
        f"touchpoints/{plan.pk}/?period=9",
        f"touchpoints/{plan.pk}/?period=x",
        f"touchpoints/{plan.pk}/moved/?from=new&to=new",
        f"touchpoints/classes/{rest.pk}/conditions/",
    ):
        assert page.get(path).status_code == 404


def test_a_plan_is_read_in_a_fixed_number_of_queries(page, sent, django_assert_max_num_queries):
    plan = make_plan()
    page.read(f"touchpoints/{plan.pk}/")

    with django_assert_max_num_queries(70):
        page.read(f"touchpoints/{plan.pk}/")
    assert timezone.now() == NOON
