"""Segments kept at LINE as audiences: who goes, what stands there at each moment, and what is noticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity, Due
from adplatforms import tasks
from adplatforms.consenting import consents
from adplatforms.errors import (
    ComparisonBroken,
    LineAudienceGone,
    LineHasThem,
    NobodyForLine,
    TooManyForLine,
    VersionUnderWay,
)
from adplatforms.line_audiences import commands, sizes, working
from adplatforms.models import LineAdAudience, LineAdVersion
from channels.services import client_for
from config.task import HEADER
from customers import erasing
from customers.models import Customer
from friends.models import Friend
from line import wire
from linking import unlinking
from linking.models import Link
from segments.models import Audience
from segments.reaching import audience_steps, audience_work, line_audiences
from tests.adplatforms.factories import DAY, make_line_audience
from tests.factories import make_customer, make_followers, make_link

State = LineAdVersion.State


@pytest.fixture
def line(simulator, channel):
    """LINE, which has audiences ready at once."""
    simulator.configure(channel.channel_id, audience_queued_seconds=0, audience_working_seconds=0)
    return simulator


@pytest.fixture
def people(line, channel):
    """Aoi and Ken agreed; Ren was never asked, Mei said no, and somebody is no customer."""
    friends = make_followers(line, channel, 5)
    said = {"aoi": True, "ken": True, "ren": None, "mei": False}
    for friend, (number, agrees) in zip(friends, said.items(), strict=False):
        customer = make_customer(number)
        make_link(friend, customer)
        say(number, agrees)
    return friends


def say(number: str, agrees: bool | None) -> None:
    if agrees is not None:
        customer = Customer.objects.get(number=number)
        consents.state(customer, is_given=agrees, how="page", by=None)


def work() -> None:
    """Turns of the workers, after whatever pauses they wanted, until LINE has what is asked of it."""
    for _turn in range(3):
        Audience.objects.update(lease_until=None)
        audience_work.work(lambda: True)
        working.work(lambda: True)


def at_line(channel) -> dict[int, dict]:
    listed = line_audiences.every(client_for(channel))
    return {each["audienceGroupId"]: each for each in listed}


def states(audience: LineAdAudience) -> list[str]:
    return list(audience.versions.order_by("number").values_list("state", flat=True))


def now_at_line(audience: LineAdAudience) -> LineAdVersion:
    return audience.versions.select_related("made").get(state=State.CURRENT)


def later(audience: LineAdAudience, **more: object) -> None:
    """As if its time had come."""
    LineAdAudience.objects.filter(pk=audience.pk).update(due_at=timezone.now() - timedelta(seconds=1), **more)


def test_only_who_agreed_goes_and_the_others_are_counted(people, channel):
    audience = make_line_audience()

    version = commands.push(audience, by=None)
    work()

    said = (version.total, version.out, version.refused, version.never_asked, version.not_linked)
    [there] = at_line(channel).values()
    assert said == (5, 2, 1, 1, 1)
    assert (there["audienceCount"], there["status"]) == (2, "READY")
    assert there["description"].startswith("Regulars #")


def test_who_was_never_asked_goes_only_if_that_is_chosen_and_who_said_no_in_no_case(people):
    audience = make_line_audience(only_agreed=False)

    out = sizes.of(audience).out

    assert set(out) == {people[0].pk, people[1].pk, people[2].pk, people[4].pk}


def test_who_said_no_stays_out_though_the_link_has_ended(people):
    audience = make_line_audience(only_agreed=False)
    unlinking.unlink(people[3].links.get(), how=Link.Ended.BY_STAFF)

    assert people[3].pk not in sizes.of(audience).out


def test_who_was_erased_stays_out_though_nobody_ever_asked_them(people):
    audience = make_line_audience(only_agreed=False)

    erasing.erase(Customer.objects.get(number="ren"))

    assert people[2].pk not in sizes.of(audience).out


def test_nothing_goes_before_somebody_pushes_it(people, channel):
    make_line_audience(rhythm="daily")

    work()

    assert at_line(channel) == {}


def test_it_is_not_there_before_line_has_all_of_it_ready(people, line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    audience = make_line_audience()
    commands.push(audience, by=None)

    work()
    meanwhile = states(audience)
    line.advance(3601)
    work()

    assert meanwhile == ["next"]
    assert states(audience) == ["current"]


def test_many_go_in_portions(people, line, channel, monkeypatch):
    monkeypatch.setattr(audience_steps, "UPLOADED_AT_ONCE", 1)
    audience = make_line_audience(only_agreed=False)

    commands.push(audience, by=None)
    work()

    calls = line.requests(channel.channel_id)["by_endpoint"]
    assert calls["PUT /v2/bot/audienceGroup/upload/byFile"] == {"202": 4}
    assert now_at_line(audience).line_count == 4


@pytest.mark.parametrize("path", ["/v2/bot/audienceGroup/upload", "/v2/bot/audienceGroup/upload/byFile"])
def test_a_lost_answer_makes_no_second_audience(people, line, channel, path):
    audience = make_line_audience()
    commands.push(audience, by=None)
    line.lose_next_answers(1, path=path)

    work()

    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]
    assert now_at_line(audience).line_count == 2


def test_a_crash_between_lines_answer_and_our_note_makes_no_second_audience(
    people, line, channel, monkeypatch
):
    audience = make_line_audience()
    commands.push(audience, by=None)
    kept = audience_steps.store

    def dies(row, **changes):
        if "line_id" in changes and changes["line_id"]:
            raise KeyboardInterrupt
        return kept(row, **changes)

    monkeypatch.setattr(audience_steps, "store", dies)
    with pytest.raises(KeyboardInterrupt):
        audience_work.work(lambda: True)
    monkeypatch.setattr(audience_steps, "store", kept)
    work()

    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]


def test_a_second_one_that_line_lists_late_is_deleted(people, line, channel):
    audience = make_line_audience()
    version = commands.push(audience, by=None)
    wire.run(client_for(channel).create_audience_group(audience_steps.name_of(version.made)))
    wire.run(client_for(channel).create_audience_group("Regulars"))
    Audience.objects.update(state="uploading", line_id=None)
    audience_steps.store(Audience.objects.get(), line_id=line.add_audience(channel.channel_id, "UPLOAD", []))

    work()

    names = sorted(each["description"] for each in at_line(channel).values())
    assert audience_steps.name_of(version.made) not in names
    assert "Regulars" in names


def test_lines_limit_of_calls_is_waited_for(people, line, channel):
    line.fail_next(1, status=429, path="/v2/bot/audienceGroup/upload")
    audience = make_line_audience()

    commands.push(audience, by=None)
    work()

    assert states(audience) == ["current"]
    assert len(at_line(channel)) == 1


def test_a_refusal_fails_says_why_and_leaves_what_was_there(people, line, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    say("ren", True)
    commands.push(audience, by=None)
    line.fail_next(1, status=400, path="/v2/bot/audienceGroup/upload")

    work()

    failed = audience.versions.select_related("made").get(state=State.FAILED)
    assert states(audience) == ["current", "failed"]
    assert failed.made.problem
    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]
    assert Activity.objects.filter(verb="line_ad_audience.failed").count() == 1


def test_after_a_failure_it_is_pushed_again(people, line):
    audience = make_line_audience()
    commands.push(audience, by=None)
    line.fail_next(1, status=400, path="/v2/bot/audienceGroup/upload")
    work()

    commands.push(audience, by=None)
    work()

    assert states(audience) == ["failed", "current"]


def test_the_one_before_goes_only_once_the_new_one_is_ready(people, line, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    [first] = at_line(channel)
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    say("ren", True)

    commands.push(audience, by=None)
    work()
    both = dict(at_line(channel))
    line.advance(3601)
    work()

    assert first in both
    assert len(both) == 2
    assert states(audience) == ["gone", "current"]
    assert list(at_line(channel)) == [now_at_line(audience).made.line_id] != [first]


def test_the_one_before_is_kept_if_that_is_chosen_but_no_third(people, channel):
    audience = make_line_audience(keeps_former=True)
    for number in ("ren", "mei"):
        commands.push(audience, by=None)
        work()
        say(number, True)
    commands.push(audience, by=None)
    work()

    assert states(audience) == ["gone", "former", "current"]
    assert len(at_line(channel)) == 2

    commands.remove_former(audience.versions.get(state=State.FORMER), by=None)
    work()

    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]


def test_the_one_before_is_not_kept_with_somebody_in_it_who_said_no(people, channel):
    audience = make_line_audience(keeps_former=True)
    commands.push(audience, by=None)
    work()
    say("aoi", False)

    commands.push(audience, by=None)
    work()

    assert states(audience) == ["gone", "current"]
    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]


def test_the_one_before_that_was_kept_goes_once_somebody_in_it_says_no(people, channel):
    audience = make_line_audience(keeps_former=True, rhythm="daily")
    commands.push(audience, by=None)
    work()
    say("ren", True)
    commands.push(audience, by=None)
    work()
    kept = states(audience)
    say("aoi", False)

    later(audience)
    work()

    assert kept == ["former", "current"]
    assert states(audience) == ["gone", "gone", "current"]
    assert list(at_line(channel)) == [now_at_line(audience).made.line_id]


def test_pushing_ends_the_one_that_was_kept_with_somebody_in_it_who_said_no(people):
    audience = make_line_audience(keeps_former=True)
    commands.push(audience, by=None)
    work()
    say("ren", True)
    commands.push(audience, by=None)
    work()
    say("aoi", False)

    commands.push(audience, by=None)

    assert states(audience) == ["gone", "current", "next"]


def test_where_line_has_exactly_these_people_nothing_is_made(people, line, channel):
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()

    with pytest.raises(LineHasThem):
        commands.push(audience, by=None)
    later(audience)
    work()

    audience.refresh_from_db()
    assert states(audience) == ["current"]
    assert audience.due_at > timezone.now() + 0.9 * DAY


def test_it_is_brought_up_to_date_in_its_rhythm(people, channel, time_machine):
    time_machine.move_to(timezone.now())
    audience = make_line_audience(rhythm="weekly")
    commands.push(audience, by=None)
    work()
    say("aoi", False)

    time_machine.shift(6 * DAY)
    working.work(lambda: True)
    in_between = states(audience)
    time_machine.shift(2 * DAY)
    work()

    assert in_between == ["current"]
    assert states(audience) == ["gone", "current"]
    assert now_at_line(audience).line_count == 1


def test_who_withdraws_or_is_erased_is_counted_until_it_is_made_anew(people, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()

    say("aoi", False)
    waiting = sizes.unwelcome(now_at_line(audience))
    erasing.erase(Customer.objects.get(number="ken"))
    both = sizes.unwelcome(now_at_line(audience))
    say("ren", True)
    commands.push(audience, by=None)
    work()

    assert (waiting, both) == (1, 2)
    assert sizes.unwelcome(now_at_line(audience)) == 0
    [there] = at_line(channel).values()
    assert there["audienceCount"] == 1


def test_who_withdraws_while_it_is_made_does_not_go(people, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)

    say("aoi", False)
    work()

    [there] = at_line(channel).values()
    assert there["audienceCount"] == 1


def test_where_nobody_is_left_at_its_time_the_page_can_say_so(people, channel):
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()
    say("aoi", False)
    say("ken", False)

    later(audience)
    work()

    audience.refresh_from_db()
    assert audience.problem == NobodyForLine.code
    assert audience.due_at > timezone.now()


def test_where_nobody_is_left_line_keeps_nobody_who_said_no(people, channel):
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()
    say("aoi", False)
    say("ken", False)

    later(audience)
    work()

    assert states(audience) == ["gone"]
    assert at_line(channel) == {}


def test_what_somebody_deleted_at_line_is_noticed_and_made_anew(people, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    wire.run(client_for(channel).delete_audience_group(now_at_line(audience).made.line_id))

    LineAdVersion.objects.update(look_at=timezone.now())
    work()
    missed = now_at_line(audience)
    commands.push(audience, by=None)
    work()

    assert missed.missing_at
    assert missed.is_lost
    assert not now_at_line(audience).is_lost
    assert len(at_line(channel)) == 1


def test_what_line_has_let_expire_is_noticed(people, line, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()

    line.advance(181 * 86_400)
    LineAdVersion.objects.update(look_at=timezone.now())
    working.work(lambda: True)

    assert (now_at_line(audience).line_status, now_at_line(audience).is_lost) == ("EXPIRED", True)


def test_it_is_renewed_before_line_forgets_it(people):
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()

    Audience.objects.update(created_at=timezone.now() - 151 * DAY)
    later(audience)
    work()

    assert states(audience) == ["gone", "current"]


def test_line_that_does_not_answer_is_asked_again_soon(people, line, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    LineAdVersion.objects.update(look_at=timezone.now(), looked_at=timezone.now() - DAY)
    seen = now_at_line(audience).looked_at
    line.fail_next(9, status=500, path="/v2/bot/audienceGroup/")

    again_at = working.work(lambda: True)

    assert timezone.now() < again_at <= timezone.now() + working.AGAIN
    assert now_at_line(audience).looked_at == seen


def test_one_that_breaks_does_not_keep_others_from_theirs(people, channel):
    broken, other = make_line_audience("Broken", rhythm="daily"), make_line_audience(rhythm="daily")
    for audience in (broken, other):
        commands.push(audience, by=None)
    work()
    Audience.objects.filter(pk=now_at_line(broken).made_id).update(members=b"broken")
    say("ren", True)

    for audience in (broken, other):
        later(audience)
    work()

    broken.refresh_from_db()
    assert (broken.problem, broken.due_at > timezone.now()) == (ComparisonBroken.code, True)
    assert now_at_line(other).out == 3


def test_what_was_removed_meanwhile_is_not_pushed_or_changed(people):
    audience = make_line_audience()
    LineAdAudience.objects.get(pk=audience.pk).delete()

    with pytest.raises(LineAudienceGone):
        commands.push(audience, by=None)
    with pytest.raises(LineAudienceGone):
        commands.change(audience, rhythm="daily", by=None)


def test_removed_it_is_gone_here_and_at_line(people, channel):
    audience = make_line_audience(keeps_former=True)
    commands.push(audience, by=None)
    work()
    say("ren", True)
    commands.push(audience, by=None)
    work()

    commands.remove(audience, by=None)
    commands.remove(audience, by=None)
    work()

    assert at_line(channel) == {}
    assert not LineAdAudience.objects.exists()
    assert Activity.objects.filter(verb="line_ad_audience.removed").count() == 1


def test_removed_while_it_is_made_nothing_stays_at_line(people, line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()

    commands.remove(audience, by=None)
    work()

    assert at_line(channel) == {}


def test_a_repeated_task_and_a_worker_that_is_killed_do_nothing_twice(people, channel):
    audience = make_line_audience()
    commands.push(audience, by=None)
    Audience.objects.update(lease_until=None)
    audience_work.work(lambda: True)
    with transaction.atomic():
        working.settle()
        transaction.set_rollback(True)

    working.settle()
    working.settle()

    assert states(audience) == ["current"]
    assert Activity.objects.filter(verb="line_ad_audience.ready").count() == 1


def test_while_one_is_being_made_no_other_is_begun(people, line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()
    say("ren", True)

    with pytest.raises(VersionUnderWay):
        commands.push(audience, by=None)
    later(audience)
    work()

    assert states(audience) == ["next"]


def test_nobody_and_too_many_are_refused(people, monkeypatch):
    audience = make_line_audience()
    monkeypatch.setattr(commands, "MOST", 1)
    with pytest.raises(TooManyForLine):
        commands.push(audience, by=None)
    say("aoi", False)
    say("ken", False)

    with pytest.raises(NobodyForLine):
        commands.push(audience, by=None)

    assert not LineAdVersion.objects.exists()


def test_a_segment_that_is_kept_at_line_cannot_be_deleted(people):
    from segments import services as segments
    from segments.errors import SegmentInUse

    audience = make_line_audience()

    with pytest.raises(SegmentInUse) as refusal:
        segments.delete_segment(audience.segment)

    assert "“Regulars”" in refusal.value.message


def test_the_task_does_it_for_its_client_and_comes_back(people, tenant):
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()

    with schema_context("public"):
        tasks.keep_line_audiences.apply(headers={HEADER: tenant.schema_name}, throw=True)

    due = Due.objects.get(tenant=tenant, kind=commands.KIND).due_at
    assert timezone.now() + timedelta(hours=23) < due <= timezone.now() + DAY


def test_two_workers_at_once_begin_one_version(own_tenant):
    with tenant_context(own_tenant):
        friend = Friend.objects.create(line_user_id=f"U{'7' * 32}")
        customer = make_customer("two-at-once")
        make_link(friend, customer)
        consents.state(customer, is_given=True, how="page", by=None)
        audience = make_line_audience("Two at once", rhythm="daily")
        later(audience)

    def compare(_turn: int) -> None:
        with tenant_context(own_tenant):
            try:
                working._compare(LineAdAudience.objects.select_related("segment").get(pk=audience.pk))
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(compare, range(8)))

    with tenant_context(own_tenant):
        assert states(audience) == ["next"]
        assert Audience.objects.filter(name="Two at once").count() == 1
