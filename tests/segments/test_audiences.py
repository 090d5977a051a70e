"""Audiences at LINE: made, filled, awaited, used again, and taken away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Timer
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from pyroaring import BitMap

from accounts.models import Due
from channels.services import client_for
from config.task import HEADER
from friends.models import Friend
from line import messages, wire
from segments import tasks
from segments.errors import AudienceInUse
from segments.models import Audience, LineAudience
from segments.reaching import audience_steps, audience_work, audiences, line_audiences
from segments.reaching.plans import Needed
from segments.signals import audience_settled
from tests.factories import make_followers, make_friend

State = Audience.State


@pytest.fixture
def line(simulator, channel):
    """LINE, which has audiences ready at once."""
    simulator.configure(channel.channel_id, audience_queued_seconds=0, audience_working_seconds=0)
    return simulator


def make_people(line, channel, count: int = 3) -> BitMap:
    return BitMap(friend.pk for friend in make_followers(line, channel, count))


def work() -> None:
    """A turn of the worker, after whatever pause it wanted."""
    Audience.objects.update(lease_until=None)
    audience_work.work(lambda: True)


def at_line(channel) -> dict[int, dict]:
    listed = line_audiences.every(client_for(channel))
    return {each["audienceGroupId"]: each for each in listed}


def later(audience: Audience, **ago: float) -> None:
    """As if it had last been used, or been made, so long ago."""
    for name, seconds in ago.items():
        moment = timezone.now() - timedelta(seconds=seconds)
        Audience.objects.filter(pk=audience.pk).update(**{name: moment})


def test_friends_are_uploaded_and_the_audience_is_ready(line, channel):
    people = make_people(line, channel)

    asked = audiences.request(people, "broadcast:7")
    work()

    asked.refresh_from_db()
    assert (asked.state, asked.sent_count, asked.count) == (State.READY, 3, 3)
    assert at_line(channel)[asked.line_id]["audienceCount"] == 3
    assert at_line(channel)[asked.line_id]["description"].startswith(f"Musubi {asked.pk}-")


def test_who_waits_for_it_is_told_when_it_is_settled(line, channel, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, audience, **_more):
        heard.append((audience.purpose, audience.state))

    audience_settled.connect(hear)
    audiences.request(make_people(line, channel), "broadcast:7")

    with django_capture_on_commit_callbacks(execute=True):
        work()

    assert heard == [("broadcast:7", State.READY)]


def test_many_friends_go_in_several_files(line, channel, monkeypatch):
    monkeypatch.setattr(audience_steps, "UPLOADED_AT_ONCE", 2)
    people = make_people(line, channel, 5)

    asked = audiences.request(people, "broadcast:7")
    work()

    asked.refresh_from_db()
    calls = line.requests(channel.channel_id)["by_endpoint"]
    assert (asked.state, asked.sent_count) == (State.READY, 5)
    assert calls["PUT /v2/bot/audienceGroup/upload/byFile"] == {"202": 3}


def test_a_lost_answer_makes_no_second_audience(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    line.lose_next_answers(1, path="/v2/bot/audienceGroup/upload")

    work()
    in_between = Audience.objects.get().line_id
    work()

    asked.refresh_from_db()
    assert in_between is None
    assert (asked.state, list(at_line(channel))) == (State.READY, [asked.line_id])


def test_a_file_whose_answer_is_lost_is_sent_again(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    line.lose_next_answers(1, path="/v2/bot/audienceGroup/upload/byFile")

    work()
    work()

    asked.refresh_from_db()
    assert asked.state == State.READY
    assert at_line(channel)[asked.line_id]["audienceCount"] == 3


def test_it_waits_while_line_prepares(line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    asked = audiences.request(make_people(line, channel), "broadcast:7")

    work()
    asked.refresh_from_db()
    waiting = (asked.state, asked.lease_until > timezone.now())
    line.advance(3601)
    work()

    asked.refresh_from_db()
    assert waiting == (State.READYING, True)
    assert asked.state == State.READY


def test_the_same_people_are_not_uploaded_twice(line, channel):
    people = make_people(line, channel)

    first = audiences.request(people, "broadcast:7")
    again = audiences.request(people, "broadcast:7")
    other = audiences.request(BitMap(people), "broadcast:8")

    assert first == again == other
    assert sorted(first.uses.values_list("purpose", flat=True)) == ["broadcast:7", "broadcast:8"]


def test_one_that_is_needed_is_not_added_to(line, channel):
    people = make_people(line, channel)
    first = audiences.request(people[:2], "broadcast:7")
    work()

    more = audiences.request(people, "broadcast:8")

    assert more != first


def test_one_that_nobody_needs_is_added_to(line, channel):
    people = make_people(line, channel, 4)
    first = audiences.request(people[:3], "broadcast:7")
    work()
    audiences.release(first, "broadcast:7")

    more = audiences.request(people, "broadcast:8")
    work()

    more.refresh_from_db()
    assert (more, more.state) == (first, State.READY)
    assert at_line(channel)[more.line_id]["audienceCount"] == 4
    assert line.requests(channel.channel_id)["by_endpoint"]["POST /v2/bot/audienceGroup/upload"] == {"202": 1}


def test_people_who_are_no_longer_wanted_need_a_new_one(line, channel):
    people = make_people(line, channel, 4)
    first = audiences.request(people, "broadcast:7")
    work()
    audiences.release(first, "broadcast:7")

    fewer = audiences.request(people[:3], "broadcast:8")

    assert fewer != first


def test_it_is_deleted_a_day_after_the_last_use(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()
    audiences.release(asked, "broadcast:7")
    work()
    kept = list(at_line(channel))

    later(asked, used_at=25 * 3600)
    work()

    asked.refresh_from_db()
    assert kept == [asked.line_id]
    assert (asked.state, asked.members, at_line(channel)) == (State.DELETED, None, {})


def test_one_in_use_stays(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()

    later(asked, used_at=25 * 3600)
    work()

    asked.refresh_from_db()
    assert asked.state == State.READY
    with pytest.raises(AudienceInUse):
        audiences.delete(asked)


def test_one_given_up_before_it_is_ready_is_deleted(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    line.lose_next_answers(1, path="/v2/bot/audienceGroup/upload")
    work()

    audiences.release(asked, "broadcast:7")
    work()

    asked.refresh_from_db()
    assert (asked.state, at_line(channel)) == (State.DELETED, {})


def test_where_line_is_full_the_oldest_that_nobody_needs_goes(line, channel, monkeypatch):
    people = make_people(line, channel, 4)
    first = audiences.request(people[:1], "broadcast:7")
    second = audiences.request(people[1:2], "broadcast:8")
    work()
    audiences.release(first, "broadcast:7")
    monkeypatch.setattr(audience_steps, "MOST_AT_LINE", 2)
    monkeypatch.setattr(audience_steps, "SPARE", 0)

    third = audiences.request(people[2:], "broadcast:9")
    work()

    states = dict(Audience.objects.values_list("pk", "state"))
    assert states == {first.pk: State.DELETED, second.pk: State.READY, third.pk: State.READY}
    assert len(at_line(channel)) == 2


def test_where_line_is_full_of_needed_ones_the_new_one_fails_with_what_to_do(line, channel, monkeypatch):
    people = make_people(line, channel)
    first = audiences.request(people[:1], "broadcast:7")
    work()
    monkeypatch.setattr(audience_steps, "MOST_AT_LINE", 1)
    monkeypatch.setattr(audience_steps, "SPARE", 0)
    second = audiences.request(people, "broadcast:8")

    work()
    second.refresh_from_db()
    failed = (second.state, "1,000" in audiences.why(second))
    audiences.release(first, "broadcast:7")
    audiences.retry(second)
    work()

    second.refresh_from_db()
    assert failed == (State.FAILED, True)
    assert second.state == State.READY


def test_people_whom_line_does_not_know_make_no_audience(line, channel):
    stranger = make_friend("stranger")

    asked = audiences.request(BitMap([stranger.pk]), "broadcast:7")
    work()

    asked.refresh_from_db()
    assert (asked.state, asked.problem) == (State.FAILED, "nobody")


def test_nobody_cannot_be_asked_for(tenant):
    with pytest.raises(ValueError, match="nobody"):
        audiences.request(BitMap(), "broadcast:7")


def test_one_deleted_at_line_meanwhile_is_made_anew(line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()
    [gone] = at_line(channel)
    wire.run(client_for(channel).delete_audience_group(gone))

    work()
    line.advance(3601)
    work()
    line.advance(3601)
    work()

    asked.refresh_from_db()
    assert (asked.state, asked.line_id != gone) == (State.READY, True)


def test_one_deleted_at_line_since_it_was_ready_is_made_anew_for_the_next(line, channel):
    people = make_people(line, channel)
    asked = audiences.request(people, "broadcast:7")
    work()
    audiences.release(asked)
    [gone] = at_line(channel)
    wire.run(client_for(channel).delete_audience_group(gone))

    again = audiences.request(people, "broadcast:8")
    work()
    work()

    again.refresh_from_db()
    assert (again.pk, again.state, [again.line_id]) == (asked.pk, State.READY, list(at_line(channel)))


def test_one_that_line_never_makes_ready_fails_after_a_day(line, channel):
    line.configure(channel.channel_id, audience_queued_seconds=7 * 86_400)
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()

    later(asked, used_at=23 * 3600)
    work()
    asked.refresh_from_db()
    in_time = asked.state
    later(asked, used_at=25 * 3600)
    work()

    asked.refresh_from_db()
    assert in_time == State.READYING
    assert (asked.state, "within a day" in audiences.why(asked)) == (State.FAILED, True)


def test_what_line_forgets_fails_in_time(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()

    later(asked, created_at=180 * 86_400)
    work()

    asked.refresh_from_db()
    assert (asked.state, asked.problem) == (State.FAILED, "expired")


def test_one_that_line_refuses_to_delete_is_not_taken_for_deleted_and_tried_again_after_a_day(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:1")
    work()
    audiences.release(asked)
    line.fail_next(1, status=400, path="/v2/bot/audienceGroup/")
    audiences.delete(asked)

    Audience.objects.update(lease_until=None)
    again_at = audience_work.work(lambda: True)
    asked.refresh_from_db()
    refused = (asked.state, list(at_line(channel)))
    later(asked, used_at=2 * 86_400)
    work()
    asked.refresh_from_db()

    assert refused == ("failed", [asked.line_id])
    assert again_at > timezone.now() + timedelta(hours=23)
    assert (asked.state, at_line(channel)) == ("deleted", {})


def test_while_line_refuses_the_channel_deleting_is_tried_once_a_day(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:1")
    work()
    audiences.release(asked)
    later(asked, used_at=2 * 86_400)
    line.fail_next(10, status=401, path="/v2/bot/audienceGroup/")

    again_at = audience_work.work(lambda: True)

    assert again_at > timezone.now() + timedelta(hours=23)


def test_one_that_failed_leaves_nothing_at_line(line, channel):
    asked = audiences.request(make_people(line, channel), "broadcast:7")
    work()
    later(asked, created_at=180 * 86_400)
    work()

    audiences.retry(asked)
    work()
    made_anew = list(at_line(channel))
    later(asked, created_at=180 * 86_400)
    work()
    audiences.release(asked)
    later(asked, used_at=25 * 3600)
    work()

    asked.refresh_from_db()
    assert len(made_anew) == 1
    assert (asked.state, at_line(channel)) == (State.DELETED, {})


def test_the_task_does_it_for_its_client_and_comes_back(line, channel, tenant):
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    audiences.request(make_people(line, channel), "broadcast:7")

    with schema_context("public"):
        tasks.keep_audiences.apply(headers={HEADER: tenant.schema_name}, throw=True)

    assert Audience.objects.get().state == State.READYING
    due = Due.objects.get(tenant=tenant, kind=audiences.KIND)
    assert timezone.now() < due.due_at < timezone.now() + timedelta(minutes=5)


def test_audiences_of_another_client_are_not_found(line, channel, other_tenant):
    audiences.request(make_people(line, channel), "broadcast:7")

    with tenant_context(other_tenant):
        assert not Audience.objects.exists()


def test_lines_own_audiences_are_listed_and_ours_are_not(line, channel):
    audiences.request(make_people(line, channel), "broadcast:7")
    work()
    user_ids = line.add_people(channel.channel_id, 2)
    made = line.add_audience(channel.channel_id, "CHAT_TAG", user_ids, name="Regulars")

    line_audiences.fetch()

    [found] = LineAudience.objects.all()
    assert (found.line_id, found.name, found.kind, found.status) == (made, "Regulars", "CHAT_TAG", "READY")
    assert not found.is_restricted


def test_lines_list_is_read_again_only_after_some_minutes(line, channel, tenant):
    line_audiences.options()
    with schema_context("public"):
        tasks.fetch_line_audiences.apply(headers={HEADER: tenant.schema_name}, throw=True)

    line_audiences.options()
    lately = Due.objects.get(tenant=tenant, kind=line_audiences.KIND).due_at
    Due.objects.filter(tenant=tenant).update(served_at=timezone.now() - timedelta(minutes=6))
    line_audiences.options()

    assert lately is None
    assert Due.objects.get(tenant=tenant, kind=line_audiences.KIND).due_at is not None


def test_an_audience_that_left_lines_list_is_forgotten(line, channel):
    user_ids = line.add_people(channel.channel_id, 2)
    number = line.add_audience(channel.channel_id, "CHAT_TAG", user_ids, name="Regulars")
    line_audiences.fetch()
    wire.run(client_for(channel).delete_audience_group(number))

    line_audiences.fetch()

    assert not LineAudience.objects.exists()


def test_readers_of_a_message_become_an_audience(line, channel):
    people = make_people(line, channel, 60)
    ids = list(Friend.objects.filter(pk__in=people).values_list("line_user_id", flat=True))
    body = messages.broadcast_body([{"type": "text", "text": "Sale today"}])
    request_id = wire.run(client_for(channel).broadcast(body, uuid4())).request_id
    line.open_and_click(channel.channel_id, 1.0, 0.0)

    opened = audiences.request_readers(Needed(Audience.Kind.OPENED, request_id), "broadcast:8")
    again = audiences.request_readers(Needed(Audience.Kind.OPENED, request_id), "broadcast:9")
    work()

    opened.refresh_from_db()
    assert (opened, opened.state, opened.count) == (again, State.READY, len(ids))


def test_readers_of_an_unknown_message_make_no_audience(line, channel):
    asked = audiences.request_readers(Needed(Audience.Kind.CLICKED, "not-a-request"), "broadcast:8")

    work()

    asked.refresh_from_db()
    assert (asked.state, asked.problem) == (State.FAILED, "unsent")


def test_one_asked_for_again_while_it_is_given_up_stays(own_tenant):
    with tenant_context(own_tenant):
        given_up = audiences.request(BitMap([1, 2]), "broadcast:7")
        audiences.release(given_up)
    asked, waits = Event(), Event()

    def ask() -> None:
        try:
            with tenant_context(own_tenant), transaction.atomic():
                audiences.request(BitMap([1, 2]), "broadcast:8")
                asked.set()
                waits.wait(30)
        finally:
            connection.close()

    def give_up() -> int:
        try:
            with tenant_context(own_tenant):
                asked.wait(30)
                Timer(0.3, waits.set).start()
                return audiences.give_up(Audience.objects.filter(pk=given_up.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        asking, gone = both.submit(ask), both.submit(give_up)
        asking.result()

    assert gone.result() == 0


def test_two_who_ask_at_once_get_the_same(own_tenant):
    friend = make_friend("aoi")

    def ask(purpose: str) -> int:
        with tenant_context(own_tenant):
            try:
                return audiences.request(BitMap([friend.pk]), purpose).pk
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(ask, [f"broadcast:{number}" for number in range(8)]))

    assert len(set(asked)) == 1
