"""Broadcasts to people whom LINE finds: planned, sent by narrowcast, followed, booked once."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from billing import ledger
from billing.models import MonthUsage
from broadcasts import services
from broadcasts.models import Broadcast, PlatformSend
from broadcasts.results import progress
from broadcasts.sending import platform_sends, quota
from channels.services import client_for
from friends import wishes
from friends.models import Friend
from line import errors
from linking import services as linking
from linking import unlinking
from linking.models import Link
from segments import services as segments
from segments.errors import InvalidTree, Unreachable
from segments.models import Audience, AudienceUse
from segments.reaching import audience_steps, audience_work
from tests.broadcasts.sending import send
from tests.factories import (
    make_broadcast,
    make_customer,
    make_followers,
    make_friend,
    make_segment,
    make_sending,
    make_tag,
)

NARROWCAST = "/v2/bot/message/narrowcast"
BROADCAST = "/v2/bot/message/broadcast"
WOMEN = {"type": "line_gender", "in": ["female"]}
PEOPLE, WOMEN_COUNT = 110, 60


@pytest.fixture
def line(simulator, channel):
    """LINE, quick at audiences and narrowcasts, with 110 friends; the first 60 are women."""
    simulator.configure(
        channel.channel_id,
        audience_queued_seconds=0,
        audience_working_seconds=0,
        narrowcast_waiting_seconds=0,
        narrowcast_sending_seconds=0,
    )
    friends = make_followers(simulator, channel, PEOPLE)
    for place, friend in enumerate(friends):
        gender = "female" if place < WOMEN_COUNT else "male"
        simulator.set_person(channel.channel_id, friend.line_user_id, gender=gender)
    return simulator


def make_women_sending(*others: dict, **fields: object) -> Broadcast:
    return make_sending(segment=make_segment({"all": [*others, WOMEN]}, name="Women"), **fields)


def work(times: int = 4) -> None:
    """Turns of the workers, each after whatever pause it wanted."""
    for _turn in range(times):
        Audience.objects.update(lease_until=None)
        audience_work.work(lambda: True)
        PlatformSend.objects.exclude(due_at=None).update(due_at=timezone.now())
        platform_sends.advance()
        send()


def friends() -> list[Friend]:
    return list(Friend.objects.order_by("pk"))


def reached(line, channel) -> list[int]:
    """How many got one message, two, …"""
    return [int(count) for _times, count in sorted(line.delivery_histogram(channel.channel_id).items())]


def requests(line, channel, path: str) -> dict:
    return line.requests(channel.channel_id)["by_endpoint"].get(f"POST {path}", {})


def booked(tenant) -> int:
    """In all months: what was tried yesterday may belong to the last one."""
    months = MonthUsage.objects.filter(tenant=tenant.pk)
    return sum(ledger.month_total(tenant.pk, usage.month).messages for usage in months)


def test_who_line_takes_for_a_woman_gets_it_by_narrowcast_and_it_is_booked_once(tenant, line, channel):
    broadcast = make_women_sending()

    work()

    broadcast.refresh_from_db()
    [women] = broadcast.platform_sends.all()
    assert reached(line, channel) == [WOMEN_COUNT]
    assert (broadcast.status, women.state, women.success_count) == ("sent", "sent", WOMEN_COUNT)
    assert booked(tenant) == WOMEN_COUNT
    assert progress.of(broadcast).accepted == progress.of(broadcast).recipients == WOMEN_COUNT


def test_own_conditions_are_uploaded_first_and_the_audience_let_go_afterwards(line, channel):
    vip = make_tag("VIP", friends=friends()[5:])
    broadcast = make_women_sending({"type": "tag", "tag": vip.pk})
    waiting = broadcast.platform_sends.get().state

    work()

    audience = Audience.objects.get()
    assert waiting == PlatformSend.State.WAITING
    assert reached(line, channel) == [WOMEN_COUNT - 5]
    assert not audience.uses.filter(released_at=None).exists()


def test_own_or_lines_makes_two_sends_and_nobody_gets_two(tenant, line, channel):
    vip = make_tag("VIP", friends=friends()[50:70])
    segment = make_segment({"any": [{"type": "tag", "tag": vip.pk}, WOMEN]})
    broadcast = make_sending(segment=segment)

    work()

    broadcast.refresh_from_db()
    assert reached(line, channel) == [70]
    assert (broadcast.status, booked(tenant)) == (Broadcast.Status.SENT, 70)
    assert broadcast.batches.get().accepted_count == 20


def test_a_broadcast_to_everyone_goes_by_lines_broadcast_if_asked_for(tenant, line, channel):
    broadcast = make_sending(way=Broadcast.Way.LINE)

    work()

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.method) == (Broadcast.Status.SENT, Broadcast.Method.BROADCAST)
    assert requests(line, channel, BROADCAST) == {"200": 1}
    assert reached(line, channel) == [PEOPLE]
    assert booked(tenant) == progress.of(broadcast).accepted == PEOPLE
    assert progress.of(broadcast).requests == 1


def test_a_lost_answer_sends_no_second_narrowcast(tenant, line, channel):
    broadcast = make_women_sending()

    line.lose_next_answers(1, NARROWCAST)
    work()

    broadcast.refresh_from_db()
    assert reached(line, channel) == [WOMEN_COUNT]
    assert (broadcast.status, booked(tenant)) == (Broadcast.Status.SENT, WOMEN_COUNT)
    assert broadcast.platform_sends.get().attempts == 2


def test_a_worker_that_died_after_asking_is_taken_over_with_its_key_and_bytes(tenant, line, channel):
    broadcast = make_women_sending()
    begun = platform_sends.begin(platform_sends.claim())
    platform_sends.ask(client_for(channel), begun)

    work()

    assert reached(line, channel) == [WOMEN_COUNT]
    assert requests(line, channel, NARROWCAST) == {"202": 1, "409": 1}
    assert booked(tenant) == WOMEN_COUNT
    assert broadcast.platform_sends.get().state == PlatformSend.State.SENT


def test_an_end_that_two_workers_hear_of_is_booked_once(tenant, line, channel):
    broadcast = make_women_sending()
    begun = platform_sends.begin(platform_sends.claim())
    answer = platform_sends.ask(client_for(channel), begun)

    platform_sends.store(begun, answer)
    platform_sends.store(begun, answer)
    running = broadcast.platform_sends.get()
    platform_sends.follow(client_for(channel), running)
    platform_sends.follow(client_for(channel), running)

    assert booked(tenant) == WOMEN_COUNT


def test_an_unknown_outcome_older_than_the_key_is_settled_by_a_person(tenant, line, channel):
    broadcast = make_women_sending()
    line.lose_next_answers(1, NARROWCAST)
    work(1)
    PlatformSend.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=24))

    work(1)
    broadcast.refresh_from_db()
    unknown = broadcast.status
    services.settle(broadcast, sends=[broadcast.platform_sends.get().pk], as_sent=True, by=None)

    broadcast.refresh_from_db()
    assert (unknown, broadcast.status) == (Broadcast.Status.NEEDS_CHECK, Broadcast.Status.SENT)
    assert requests(line, channel, NARROWCAST) == {"202": 1}
    assert booked(tenant) == PEOPLE


def test_what_line_fails_later_is_shown_with_what_to_do(tenant, line, channel):
    line.configure(channel.channel_id, next_narrowcast_error=2)
    broadcast = make_women_sending()

    work()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.FAILED
    assert "Fewer than 50 people fit" in broadcast.problem
    assert progress.failures(broadcast)[0].error == broadcast.problem
    assert booked(tenant) == 0


def test_narrowcasts_follow_each_other_since_line_sets_messages_aside(line, channel):
    line.configure(channel.channel_id, narrowcast_waiting_seconds=600)
    make_women_sending()
    second = make_women_sending()
    work(2)

    waiting = second.platform_sends.get()
    for _narrowcast in range(2):
        line.advance(601)
        work()

    assert (waiting.state, waiting.attempts) == (PlatformSend.State.PENDING, 0)
    assert second.platform_sends.get().state == PlatformSend.State.SENT


def test_a_multicast_waits_while_a_narrowcast_holds_the_rest_of_the_month(tenant, line, channel):
    line.configure(channel.channel_id, quota=115, narrowcast_waiting_seconds=600)
    women = make_women_sending()
    work(1)
    ten = make_tag(friends=friends()[100:])
    others = make_sending(segment=make_segment({"type": "tag", "tag": ten.pk}))
    send()
    others.refresh_from_db()
    meanwhile = (others.status, others.batches.get().state)

    line.advance(601)
    others.batches.update(not_before=None)
    work()

    for broadcast in (women, others):
        broadcast.refresh_from_db()
    assert meanwhile == ("sending", "pending")
    assert (women.status, others.status, booked(tenant)) == ("sent", "sent", WOMEN_COUNT + 10)


def test_a_month_that_is_used_up_pauses_it_with_the_reason(line, channel):
    line.configure(channel.channel_id, quota=20)
    broadcast = make_women_sending()

    work(1)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.PAUSED
    assert "not enough messages left" in broadcast.problem
    line.configure(channel.channel_id, quota=1_000)
    services.resume(broadcast, by=None)
    work()
    assert reached(line, channel) == [WOMEN_COUNT]


def test_what_has_not_left_is_cancelled_and_what_line_has_is_followed_to_its_end(tenant, line, channel):
    line.configure(channel.channel_id, narrowcast_waiting_seconds=600)
    accepted, waiting = make_women_sending(), make_women_sending()
    work(1)

    for broadcast in (accepted, waiting):
        services.cancel(broadcast, by=None)
    line.advance(601)
    work()

    assert reached(line, channel) == [WOMEN_COUNT]
    assert accepted.platform_sends.get().success_count == booked(tenant) == WOMEN_COUNT
    assert waiting.platform_sends.get().state == PlatformSend.State.CANCELLED
    accepted.refresh_from_db()
    assert accepted.status == Broadcast.Status.CANCELLED


def test_a_paused_broadcast_sends_no_narrowcast(line, channel):
    broadcast = make_women_sending()
    services.pause(broadcast, by=None)

    work()

    assert requests(line, channel, NARROWCAST) == {}


def test_an_audience_that_line_cannot_make_fails_the_send_with_the_reason(line, channel):
    vip = make_tag("VIP", friends=friends()[:100])
    broadcast = make_women_sending({"type": "tag", "tag": vip.pk})
    Audience.objects.update(state=Audience.State.FAILED, problem="nobody")

    platform_sends.advance()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.FAILED
    assert "LINE could not prepare the audience" in broadcast.problem


def test_a_personal_text_cannot_be_narrowcast_and_is_refused_before_it_is_scheduled(line, channel):
    segment = make_segment({"all": [WOMEN]})
    personal = make_broadcast("Hello {{display_name|you}}", segment=segment)
    same = make_broadcast("Hello", segment=segment)
    Broadcast.objects.update(status=Broadcast.Status.APPROVED)

    services.send_now(Broadcast.objects.get(pk=same.pk), by=None)
    with pytest.raises(Unreachable):
        services.send_now(Broadcast.objects.get(pk=personal.pk), by=None)


def test_a_refusal_of_line_is_an_end(line, channel):
    broadcast = make_women_sending()
    line.fail_next(1, 400, NARROWCAST)

    work()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.FAILED
    assert reached(line, channel) == []


def test_who_opened_a_message_is_known_to_line_and_reached_by_narrowcast(tenant, line, channel):
    first = make_women_sending(name="Autumn")
    work()
    line.open_and_click(channel.channel_id, rate_open=1, rate_click=0)
    segment = make_segment({"type": "opened", "broadcast": first.pk})

    second = make_sending("Second", segment=segment)
    work()

    assert segments.words(segment.tree) == "opened “Autumn”, as LINE knows"
    assert Audience.objects.get().kind == Audience.Kind.OPENED
    second.refresh_from_db()
    assert (second.status, second.platform_sends.get().success_count) == ("sent", WOMEN_COUNT)


def test_nobody_opened_what_was_never_sent_by_line(line, channel):
    by_list = make_sending(name="Autumn")
    send()

    assert segments.count({"type": "opened", "broadcast": "last"}).total == 0
    with pytest.raises(InvalidTree) as unopened:
        make_segment({"type": "opened", "broadcast": by_list.pk})
    with pytest.raises(InvalidTree) as chosen_by_line:
        make_segment({"type": "received", "broadcast": make_women_sending().pk})

    assert "nobody knows who opened “Autumn”" in unopened.value.message
    assert "nobody knows who got" in chosen_by_line.value.message


def test_a_broadcast_to_everyone_of_unknown_outcome_is_shown_to_a_person(tenant, line, channel):
    broadcast = make_sending(way=Broadcast.Way.LINE)
    line.lose_next_answers(1, BROADCAST)
    work(1)
    PlatformSend.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=24))

    PlatformSend.objects.exclude(due_at=None).update(due_at=timezone.now())
    platform_sends.advance()
    broadcast.refresh_from_db()
    unknown = broadcast.status
    services.settle(broadcast, sends=[broadcast.platform_sends.get().pk], as_sent=True, by=None)

    broadcast.refresh_from_db()
    assert (unknown, broadcast.status) == (Broadcast.Status.NEEDS_CHECK, Broadcast.Status.SENT)
    assert progress.of(broadcast).accepted == booked(tenant) == PEOPLE


def test_who_got_lines_broadcast_is_known_although_it_was_cancelled_meanwhile(tenant, line, channel):
    broadcast = make_sending(way=Broadcast.Way.LINE)
    begun = platform_sends.begin(platform_sends.claim())
    answer = platform_sends.ask(client_for(channel), begun)

    services.cancel(broadcast, by=None)
    platform_sends.store(begun, answer)

    assert segments.count({"type": "received", "broadcast": broadcast.pk}).total == PEOPLE
    assert progress.of(broadcast).accepted == booked(tenant) == PEOPLE


def test_what_narrowcasts_may_still_need_is_kept_for_them(tenant, line, channel):
    make_women_sending()
    now = timezone.now()

    open_one = quota.committed_messages(now)
    work()

    assert (open_one, quota.committed_messages(now)) == (PEOPLE, 0)


def test_one_that_line_has_under_an_unknown_number_needs_a_person(line, channel):
    broadcast = make_women_sending()
    begun = platform_sends.begin(platform_sends.claim())

    platform_sends.store(begun, errors.AlreadyAccepted("The retry key is already accepted", status=409))

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.NEEDS_CHECK
    assert broadcast.platform_sends.get().due_at is None


def test_one_paused_without_an_answer_holds_up_no_other_after_a_day(line, channel):
    paused, other = make_women_sending(), make_women_sending()
    line.lose_next_answers(1, NARROWCAST)
    begun = platform_sends.begin(platform_sends.claim())
    platform_sends.store(begun, platform_sends.ask(client_for(channel), begun))
    services.pause(paused, by=None)

    work(1)
    meanwhile = other.platform_sends.get().attempts
    paused.platform_sends.update(first_tried_at=timezone.now() - timedelta(hours=25))
    work()

    assert meanwhile == 0
    assert other.platform_sends.get().state == PlatformSend.State.SENT


def make_linked(people: list[Friend]) -> None:
    for number, friend in enumerate(people):
        linking.link(friend, make_customer(str(number)), method=Link.Method.API)


def test_who_unlinks_while_the_audience_is_prepared_gets_no_narrowcast(tenant, line, channel):
    women = friends()[:WOMEN_COUNT]
    make_linked(women)
    broadcast = make_women_sending({"type": "linked", "is": True})
    unlinking.unlink_friend(women[0].pk, how=Link.Ended.BY_FRIEND)

    work(8)

    broadcast.refresh_from_db()
    assert line.texts(channel.channel_id, women[0].line_user_id) == []
    assert line.texts(channel.channel_id, women[1].line_user_id) == ["Sale today"]
    assert (broadcast.status, booked(tenant)) == (Broadcast.Status.SENT, WOMEN_COUNT - 1)
    assert not AudienceUse.objects.filter(released_at=None).exists()


def test_who_stops_broadcasts_while_the_audience_is_prepared_gets_no_narrowcast(tenant, line, channel):
    vip = make_tag("VIP", friends=friends()[:100])
    broadcast = make_women_sending({"type": "tag", "tag": vip.pk})
    women = friends()[:WOMEN_COUNT]
    wishes.wish([women[0].pk], stops=True, at=timezone.now())

    work(8)

    broadcast.refresh_from_db()
    assert line.texts(channel.channel_id, women[0].line_user_id) == []
    assert (broadcast.status, booked(tenant)) == (Broadcast.Status.SENT, WOMEN_COUNT - 1)


def test_one_who_unlinks_and_has_left_line_holds_nothing_up(line, channel):
    women = friends()[:WOMEN_COUNT]
    make_linked(women)
    stranger = make_friend("stranger")
    linking.link(stranger, make_customer("stranger"), method=Link.Method.API)
    broadcast = make_women_sending({"type": "linked", "is": True})
    unlinking.unlink_friend(stranger.pk, how=Link.Ended.BY_FRIEND)

    work(8)

    broadcast.refresh_from_db()
    assert (broadcast.status, reached(line, channel)) == (Broadcast.Status.SENT, [WOMEN_COUNT])


def test_an_audience_for_which_line_has_no_room_pauses_it_until_there_is(line, channel, monkeypatch):
    vip = make_tag("VIP", friends=friends()[:100])
    broadcast = make_women_sending({"type": "tag", "tag": vip.pk})
    monkeypatch.setattr(audience_steps, "MOST_AT_LINE", 0)
    work()
    broadcast.refresh_from_db()
    paused = (broadcast.status, "1,000" in broadcast.problem)

    monkeypatch.undo()
    services.resume(broadcast, by=None)
    work()

    broadcast.refresh_from_db()
    assert paused == (Broadcast.Status.PAUSED, True)
    assert (broadcast.status, reached(line, channel)) == (Broadcast.Status.SENT, [WOMEN_COUNT])
