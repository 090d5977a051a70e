"""Plans started as drafts, periods closed, movement between classes."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Activity
from broadcasts.models import Broadcast
from events import versions
from friends.models import Friend
from friends.services import KNOWN
from scenarios.models import Entry
from segments import services as segments
from segments.models import Segment
from tests.broadcasts.sending import make_sent
from tests.broadcasts.test_leaves import make_click
from tests.coupons.factories import make_own_coupon
from tests.factories import make_campaign, make_friend, make_tag, make_template, make_user
from tests.scenarios.factories import make_running
from tests.touchpoints.factories import class_of, make_plan, period_of
from touchpoints import admitting, classes, closing, movement, plans, starting
from touchpoints.errors import (
    AlreadySent,
    AlreadyStarted,
    BadBasis,
    BrokenClass,
    MayNotAdmit,
    NextBegun,
    NobodyThere,
    NoMessages,
    NothingPlanned,
    NothingToMoveFrom,
    PeriodBegun,
    PeriodClosed,
    PlanRemoved,
    RestStays,
    ScenarioNotRunning,
)
from touchpoints.models import Admission, Period, TouchClass
from touchpoints.plans import Frame

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def user(tenant):
    return make_user("marketer")


@pytest.fixture
def three() -> list[Friend]:
    """One who will click, one who does not, one who gets nothing."""
    return [make_friend(name, followed_at=NOON - 400 * DAY) for name in ("clicks", "silent", "left")]


@pytest.fixture
def sent(three) -> Broadcast:
    clicks, silent, _left = three
    with time_machine.travel(NOON - 3 * DAY):
        made = make_sent(clicks, silent, tracks_people=True, name="Sale")
        make_click(made, clicks)
    return made


def say(period: Period, key: str, text: str = "Still on sale", **given: object) -> TouchClass:
    return classes.plan(class_of(period, key), by=None, **({"action": "message", "text": text} | given))


def people(found: TouchClass, at: str = "now") -> set[int]:
    return set(segments.evaluate({"all": [{"type": "touchpoint", "class": found.pk, "at": at}]}))


def test_a_class_is_started_as_a_draft_to_its_people_at_its_time(sent, three, user):
    campaign = make_campaign("Autumn")
    period = period_of(make_plan(campaign=campaign))
    planned = say(period, "unopened", send_on=NOON.date() + DAY, send_time=time(19, 30))

    made = starting.start(planned, by=user).broadcast

    assert made.messages == [{"type": "text", "text": "Still on sale"}]
    assert (made.status, made.name) == ("draft", "Autumn · Unopened")
    assert set(segments.evaluate(made.segment.tree)) == {three[1].pk}
    assert timezone.localtime(made.send_at).hour == 19
    assert campaign.assignments.get(ended_at=None).owner == made.ledger_owner


def test_a_draft_that_leads_to_something_is_tracked_so_that_the_next_classes_know_who_clicked(sent, user):
    coupon = f"{{{{coupon.{make_own_coupon().pk}}}}}"
    said = {"unopened": "Still on sale", "clicked": coupon, "rest": "https://shop.example/sale"}
    period = period_of(make_plan())

    made = {
        text: starting.start(say(period, key, text), by=user).broadcast.tracks_people
        for key, text in said.items()
    }

    assert made == {"Still on sale": False, coupon: True, "https://shop.example/sale": True}


def test_a_template_is_taken_and_days_count_from_the_period(sent):
    period = period_of(make_plan(starts_on=NOON.date()))
    template = make_template("Thanks")
    planned = say(period, "clicked", text="", template=template, days_after=2)

    made = starting.start(planned, by=None)

    assert made.broadcast.messages == template.messages
    assert made.moment == datetime.fromisoformat("2026-06-17T10:00:00+09:00")


def test_a_second_start_shows_the_draft_that_is_there(sent, user):
    planned = say(period_of(make_plan()), "unopened")

    first, second = starting.start(planned, by=user), starting.start(planned, by=user)

    assert first.broadcast == second.broadcast
    assert Broadcast.objects.filter(name__startswith="Autumn").count() == 1
    with pytest.raises(AlreadyStarted):
        classes.plan(second, text="Other", by=user)


def test_without_a_plan_nothing_is_started(sent):
    period = period_of(make_plan())

    with pytest.raises(NothingPlanned):
        starting.start(class_of(period, "clicked"), by=None)
    with pytest.raises(NoMessages):
        say(period, "stopped")
    assert Period.objects.get(pk=period.pk).begun_at is None


def test_the_first_start_keeps_the_classes_and_by_which_sends_drafts_choose(sent, three, user):
    clicks, silent, left = three
    period = period_of(make_plan())
    draft = starting.start(say(period, "unopened"), by=user).broadcast

    make_sent(clicks, silent, left, tracks_people=True)

    period = period_of(period.plan)
    assert period.sends == [sent.pk]
    assert people(class_of(period, "unopened")) == {silent.pk, left.pk}
    assert people(class_of(period, "unopened"), at="start") == {silent.pk}
    assert set(segments.evaluate(draft.segment.tree)) == {silent.pk}


def test_once_begun_classes_and_basis_stay_until_the_next_period(sent, user):
    plan = make_plan()
    period = period_of(plan)
    starting.start(say(period, "unopened"), by=user)
    period = period_of(plan)
    tag = make_tag("VIP")
    frame = Frame(period.starts_on, period.ends_on, Period.Basis.DAYS, 7)

    for change in (
        lambda: classes.remove(class_of(period, "clicked"), by=user),
        lambda: classes.move(class_of(period, "clicked"), to=0, by=user),
        lambda: classes.add_own(period, name="VIP", raw={"all": [{"type": "tag", "tag": tag.pk}]}, by=user),
        lambda: plans.change(plan, frame=frame, by=user),
    ):
        with pytest.raises(PeriodBegun):
            change()
    assert say(period, "clicked", text="Thank you").text == "Thank you"
    plans.change(plan, frame=Frame(period.starts_on, period.ends_on + DAY), by=user)


def test_all_are_started_at_once_but_those_without_people_or_plan(sent, user):
    period = period_of(make_plan())
    for key in ("clicked", "unopened", "opened"):
        say(period, key)

    started = starting.start_all(period, by=user)

    assert [each.key for each in started] == ["clicked", "unopened"]
    assert starting.start_all(period, by=user) == []


def test_a_draft_can_be_detached_until_it_leaves(sent, user):
    planned = starting.start(say(period_of(make_plan()), "unopened"), by=user)
    draft = planned.broadcast

    starting.detach(planned, by=user)
    again = starting.start(planned, by=user)
    Broadcast.objects.filter(pk=again.broadcast_id).update(status="sent")

    assert Broadcast.objects.filter(pk=draft.pk).exists()
    assert again.broadcast != draft
    with pytest.raises(AlreadySent):
        starting.detach(again, by=user)


def test_a_deleted_draft_can_be_written_again(sent, user):
    planned = starting.start(say(period_of(make_plan()), "unopened"), by=user)

    planned.broadcast.delete()
    again = starting.start(TouchClass.objects.get(pk=planned.pk), by=user)

    assert again.broadcast.status == "draft"


def test_people_of_a_class_enter_a_scenario_when_its_time_has_come(sent, three, user):
    scenario = make_running()
    period = period_of(make_plan())
    planned = say(period, "unopened", action="scenario", scenario=scenario, send_on=NOON.date() + DAY)
    starting.start(planned, by=user)

    before = admitting.work(lambda: True)
    with time_machine.travel(NOON + DAY, tick=False):
        after = admitting.work(lambda: True)
        starting.start(planned, by=user)
        admitting.work(lambda: True)

    assert before == planned.moment
    assert after is None
    assert [each.friend_id for each in Entry.objects.filter(scenario=scenario)] == [three[1].pk]
    assert Admission.objects.get().entered_count == 1


def test_entering_is_stopped_before_its_time_as_if_it_had_not_been_started(sent, user):
    period = period_of(make_plan())
    planned = say(period, "unopened", action="scenario", scenario=make_running(), send_on=NOON.date() + DAY)
    starting.start(planned, by=user)

    detached = starting.detach(planned, by=user)

    assert not detached.is_started
    assert not Admission.objects.exists()


def test_an_entry_whose_class_cannot_be_asked_any_more_stops_and_others_go_on(sent, three, user):
    scenario = make_running()
    raw = {"all": [{"type": "tag", "tag": make_tag("VIP").pk}]}
    own = classes.add_own(period_of(make_plan("Broken")), name="VIPs", raw=raw, by=user)
    starting.start(classes.plan(own, action="scenario", scenario=scenario, by=user), by=user)
    good = say(period_of(make_plan("Good")), "unopened", action="scenario", scenario=scenario)
    starting.start(good, by=user)
    TouchClass.objects.filter(pk=own.pk).update(tree={"all": [{"type": "gone"}]})

    assert admitting.work(lambda: True) is None

    stopped = Admission.objects.get(of=own)
    assert (stopped.stopped_at, stopped.entered_count) == (NOON, 0)
    assert [each.friend_id for each in Entry.objects.filter(scenario=scenario)] == [three[1].pk]


def test_letting_people_in_needs_the_right_and_a_scenario_that_runs(sent):
    scenario = make_running()
    planned = say(period_of(make_plan()), "unopened", action="scenario", scenario=scenario)

    with pytest.raises(MayNotAdmit):
        starting.start(planned, by=make_user("creator"))
    type(scenario).objects.update(status="archived")
    with pytest.raises(ScenarioNotRunning):
        starting.start(planned, by=make_user("marketer", email="other@example.com"))


def test_closing_keeps_the_classes_and_opens_the_next_with_the_same_plans(sent, three, user):
    clicks, silent, left = three
    plan = make_plan(starts_on=NOON.date().replace(day=1), basis_count=5)
    first = period_of(plan)
    Period.objects.filter(pk=first.pk).update(ends_on="2026-06-30")
    say(first, "unopened", "Look", send_on=NOON.date(), purpose="Wake them")
    classes.change(class_of(first, "clicked"), name="Readers", color="#1f2937", by=user)

    second = closing.close(first, by=user)
    make_click(sent, silent)
    Friend.objects.filter(pk=left.pk).update(status="blocked", blocked_at=timezone.now())

    first.refresh_from_db()
    assert first.closed_sends == [sent.pk]
    assert people(class_of(first, "clicked")) == {clicks.pk}
    assert people(class_of(second, "clicked")) == {clicks.pk, silent.pk}
    assert (f"{second.starts_on}", f"{second.ends_on}") == ("2026-07-01", "2026-07-31")
    copied = class_of(second, "unopened")
    assert (copied.text, copied.purpose, f"{copied.send_on}") == ("Look", "Wake them", "2026-07-15")
    assert class_of(second, "clicked").label == "Readers"
    assert Activity.objects.filter(verb="touchpoints.closed").count() == 1


def test_closed_already_it_is_left_as_it_is(sent, user):
    first = period_of(make_plan())

    second, again = closing.close(first, by=user), closing.close(first, by=user)

    assert second == again
    assert first.plan.periods.count() == 2
    with pytest.raises(PeriodClosed):
        say(first, "clicked")


def test_a_class_that_cannot_be_asked_keeps_a_period_from_being_closed(sent, user):
    period = period_of(make_plan())
    tag = make_tag("VIP")
    classes.add_own(period, name="VIPs", raw={"all": [{"type": "tag", "tag": tag.pk}]}, by=user)
    tag.delete()

    with pytest.raises(BrokenClass) as refused:
        closing.close(period, by=user)

    assert "VIPs" in refused.value.message


def test_people_move_come_and_go(sent, three, user):
    clicks, silent, left = three
    period = period_of(make_plan())
    starting.start(say(period, "unopened"), by=user)
    make_click(sent, silent)
    new = make_friend("new", followed_at=NOON)
    Friend.objects.filter(pk=left.pk).update(status="blocked", blocked_at=NOON)
    versions.touch("friends", KNOWN)

    found = movement.of(period_of(period.plan))

    counts = {(cell.origin.key, cell.into.key): cell.count for cell in found.cells if cell.count}
    assert counts == {
        ("unopened", "clicked"): 1,
        ("clicked", "clicked"): 1,
        ("rest", "stopped"): 1,
        ("came", "new"): 1,
    }
    assert (found.better, found.worse, found.stayed) == (1, 1, 1)
    assert (found.best.origin.key, found.best.into.key) == ("unopened", "clicked")
    made = movement.segment_of(period_of(period.plan), "unopened", "clicked", by=user)
    came = movement.segment_of(period_of(period.plan), "came", "new", by=user)
    assert set(segments.evaluate(made.tree)) == {silent.pk}
    assert set(segments.evaluate(came.tree)) == {new.pk}
    assert movement.segment_of(period_of(period.plan), "unopened", "clicked", by=user) == made
    with pytest.raises(NobodyThere):
        movement.segment_of(period_of(period.plan), "rest", "stopped", by=user)


def test_who_had_stopped_is_written_to_again_and_is_not_among_those_who_came(tenant, user):
    back = make_friend("back", followed_at=NOON - DAY)
    Friend.objects.filter(pk=back.pk).update(stopped_at=NOON)
    plan = make_plan()
    starting.start(say(period_of(plan), "unopened"), by=user)
    Friend.objects.filter(pk=back.pk).update(stopped_at=None)
    fresh = make_friend("fresh", followed_at=NOON)
    versions.touch("friends", KNOWN, "events:resumed")

    came = movement.segment_of(period_of(plan), "came", "new", by=user)
    again = movement.segment_of(period_of(plan), "stopped", "new", by=user)

    assert set(segments.evaluate(came.tree)) == {fresh.pk}
    assert set(segments.evaluate(again.tree)) == {back.pk}


def test_the_movement_of_a_closed_period_stays_what_it_was(sent, three, user):
    period = period_of(make_plan())
    starting.start(say(period, "unopened"), by=user)
    second = closing.close(period, by=user)
    make_click(sent, three[1])

    closed = movement.of(Period.objects.get(pk=period.pk))
    present = movement.of(second)

    assert (closed.better, closed.stayed) == (0, 3)
    assert present.better == 1


def test_without_anything_kept_there_is_nothing_to_compare(sent):
    with pytest.raises(NothingToMoveFrom):
        movement.of(period_of(make_plan()))


def test_closing_is_undone_as_long_as_the_next_has_not_begun(sent, three, user):
    plan = make_plan()
    first = period_of(plan)
    closing.close(first, by=user)

    again = closing.reopen(first, by=user)
    make_click(sent, three[1])

    assert again.is_open
    assert plan.periods.count() == 1
    assert people(class_of(again, "clicked")) == {three[0].pk, three[1].pk}
    second = closing.close(again, by=user)
    assert people(class_of(again, "clicked")) == {three[0].pk, three[1].pk}
    starting.start(say(second, "clicked"), by=user)
    with pytest.raises(NextBegun):
        closing.reopen(again, by=user)


def test_a_copy_has_the_plans_for_another_campaign_and_nothing_is_started(sent, user):
    plan = make_plan()
    starting.start(say(period_of(plan), "unopened", "Look"), by=user)
    campaign = make_campaign("Winter")
    frame = Frame(NOON.date() + 60 * DAY, NOON.date() + 90 * DAY, Period.Basis.CAMPAIGN)

    copy = plans.copy(plan, name="Winter", campaign=campaign, frame=frame, by=user)

    copied = class_of(period_of(copy), "unopened")
    assert (copied.text, copied.is_started, copied.start_count) == ("Look", False, None)
    assert period_of(copy).begun_at is None


def test_what_cannot_be_is_refused(sent, user):
    plan = make_plan()
    period = period_of(plan)

    with pytest.raises(BadBasis):
        make_plan(basis="campaign")
    with pytest.raises(BadBasis):
        make_plan(basis="named")
    with pytest.raises(RestStays):
        classes.remove(class_of(period, "rest"), by=user)
    plans.remove(plan, by=user)
    with pytest.raises(PlanRemoved):
        say(period, "clicked")
    plans.restore(plan, by=user)
    assert say(period, "clicked").text == "Still on sale"


def test_a_segment_that_a_class_asks_for_says_so(sent):
    period = period_of(make_plan())
    segment = segments.create_segment("VIPs", {"all": [{"type": "tag", "tag": make_tag("VIP").pk}]})
    named = {"all": [{"type": "segment", "segment": segment.pk}]}
    classes.add_own(period, name="Best", raw=named, by=None)

    with pytest.raises(Exception, match="in_use"):
        segments.delete_segment(segment)
    assert Segment.objects.filter(pk=segment.pk).exists()
