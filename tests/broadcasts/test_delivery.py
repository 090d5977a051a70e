"""Right, once, and accounted for: every end an attempt can have."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone

from billing import ledger
from billing.models import LedgerEntry
from broadcasts import services
from broadcasts.models import Batch, Broadcast
from broadcasts.results import progress
from broadcasts.sending import claims, outcomes
from friends.models import Friend
from line import errors
from tests.broadcasts.sending import send, skip_waiting
from tests.factories import make_followers, make_friend, make_line_user_id, make_sending

MULTICAST = "/v2/bot/message/multicast"
PUSH = "/v2/bot/message/push"


def month_total(tenant):
    return ledger.month_total(tenant.pk, timezone.localdate().replace(day=1))


def test_everyone_in_the_segment_gets_the_message_once_and_it_is_booked(tenant, simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending("Sale today")

    send()

    broadcast.refresh_from_db()
    aoi = Friend.objects.get(display_name="aoi")
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Sale today"]
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}
    assert broadcast.status == Broadcast.Status.SENT
    assert progress.of(broadcast).cost.messages == month_total(tenant).messages == 2


def test_five_hundred_and_one_friends_need_two_requests(simulator, channel):
    make_followers(simulator, channel, 501)
    broadcast = make_sending()

    send()

    assert [batch.friend_count for batch in broadcast.batches.all()] == [500, 1]
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 501}


def test_a_lost_answer_does_not_send_twice(tenant, simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()

    simulator.lose_next_answers(1, MULTICAST)
    send()
    waiting = broadcast.batches.get()
    skip_waiting()
    send()

    assert (waiting.state, waiting.is_uncertain) == (Batch.State.PENDING, True)
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}
    booked = broadcast.batches.get()
    assert (booked.state, booked.attempts, bool(booked.request_id)) == (Batch.State.ACCEPTED, 2, True)
    assert month_total(tenant).messages == 2


def test_a_batch_left_by_a_dead_worker_is_taken_over_with_its_key(simulator, channel):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()
    [taken] = claims.claim("multicast", 10)

    send()
    skip_waiting()
    send()

    batch = broadcast.batches.get()
    assert (batch.state, batch.attempts, batch.retry_key) == (Batch.State.ACCEPTED, 2, taken.retry_key)
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1}


def test_a_500_is_tried_again_later_with_the_same_key(simulator, channel):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()

    simulator.fail_next(1, 500, MULTICAST)
    send()
    assert broadcast.batches.get().not_before > timezone.now()
    skip_waiting()
    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SENT
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1}


def test_an_unknown_outcome_older_than_the_key_needs_a_check_and_is_never_sent_again(simulator, channel):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    Batch.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=23), not_before=None)

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.NEEDS_CHECK
    assert broadcast.batches.get().state == Batch.State.NEEDS_CHECK
    assert simulator.requests(channel.channel_id)["by_endpoint"][f"POST {MULTICAST}"]["200"] == 1


@pytest.mark.parametrize(("as_sent", "messages"), [(True, 1), (False, 0)])
def test_a_person_settles_what_needs_a_check(tenant, simulator, channel, as_sent, messages):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    Batch.objects.update(first_tried_at=F("first_tried_at") - timedelta(hours=23), not_before=None)
    send()

    services.settle(broadcast, batches=[broadcast.batches.get().pk], as_sent=as_sent, by=None)

    broadcast.refresh_from_db()
    assert broadcast.finished_at
    assert progress.of(broadcast).cost.messages == messages


def test_an_exhausted_quota_pauses_and_resuming_goes_on_where_it_stopped(simulator, channel):
    make_followers(simulator, channel, 1200)
    simulator.configure(channel.channel_id, quota=500)
    broadcast = make_sending()

    send()
    broadcast.refresh_from_db()
    paused = (broadcast.status, "monthly limit" in broadcast.problem)
    simulator.configure(channel.channel_id, quota=5000)
    services.resume(broadcast, by=None)
    skip_waiting()
    send()

    broadcast.refresh_from_db()
    assert paused == (Broadcast.Status.PAUSED, True)
    assert broadcast.status == Broadcast.Status.SENT
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1200}


def test_one_bad_id_in_500_is_found_and_the_others_get_the_message(tenant, simulator, channel):
    make_followers(simulator, channel, 499)
    make_friend("stranger to LINE")
    simulator.configure(channel.channel_id, unknown_ids="reject")
    broadcast = make_sending()

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SENT
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 499}
    answers = simulator.requests(channel.channel_id)["by_endpoint"][f"POST {MULTICAST}"]
    assert sum(answers.values()) <= 1 + 18
    [failure] = progress.failures(broadcast)
    assert failure.friend_count == 1
    assert month_total(tenant).messages == 499


def test_content_that_line_refuses_fails_the_broadcast_without_trying_every_batch(simulator, channel):
    make_followers(simulator, channel, 1100)
    broadcast = make_sending()
    Broadcast.objects.update(body=b'[{"type":"text","text":""}]')

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.FAILED
    assert broadcast.problem
    assert simulator.delivery_histogram(channel.channel_id) == {}
    assert not broadcast.batches.filter(state__in=[Batch.State.PENDING, Batch.State.CLAIMED]).exists()


def test_who_blocked_since_preparing_is_left_out_and_not_billed(tenant, simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    Friend.objects.filter(pk=ren.pk).update(status=Friend.Status.BLOCKED)

    send()

    assert progress.of(broadcast).dropped == 1
    assert simulator.texts(channel.channel_id, ren.line_user_id) == []
    assert month_total(tenant).messages == 1


def test_a_retry_keeps_its_recipients_though_one_has_blocked_since(simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    Friend.objects.filter(pk=ren.pk).update(status=Friend.Status.BLOCKED)

    skip_waiting()
    send()

    assert broadcast.batches.get().state == Batch.State.ACCEPTED
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}


def test_a_retry_whose_recipients_are_gone_is_not_sent(simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    ren.delete()

    skip_waiting()
    send()

    assert broadcast.batches.get().state == Batch.State.NEEDS_CHECK
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}


def test_a_cancelled_broadcast_sends_nothing_more_and_counts_honestly(simulator, channel):
    make_followers(simulator, channel, 600)
    broadcast = make_sending()
    claims.claim("multicast", 1)

    services.cancel(broadcast, by=None)
    skip_waiting()
    send()

    found = progress.of(broadcast)
    assert (found.cancelled, found.needs_check, found.accepted) == (100, 500, 0)
    assert simulator.delivery_histogram(channel.channel_id) == {}


def test_each_friend_is_called_by_name_and_those_without_get_the_fallback(simulator, channel):
    aoi, nameless = make_followers(simulator, channel, ['葵 "A"', "x"])
    Friend.objects.filter(pk=nameless.pk).update(display_name="")
    broadcast = make_sending("{{display_name|お客様}}さん、こんにちは")

    send()

    broadcast.refresh_from_db()
    assert broadcast.method == Broadcast.Method.PUSH
    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ['葵 "A"さん、こんにちは']
    assert simulator.texts(channel.channel_id, nameless.line_user_id) == ["お客様さん、こんにちは"]


def test_names_stay_with_their_friends_when_one_has_blocked_since_preparing(simulator, channel):
    aoi, ren, mio = make_followers(simulator, channel, ["aoi", "ren", "mio"])
    make_sending("Hello {{display_name|you}}")
    Friend.objects.filter(pk=aoi.pk).update(status=Friend.Status.BLOCKED)

    send()

    received = [simulator.texts(channel.channel_id, friend.line_user_id) for friend in (aoi, ren, mio)]
    assert received == [[], ["Hello ren"], ["Hello mio"]]


def test_a_push_batch_with_lost_answers_sends_nobody_twice_and_books_all(tenant, simulator, channel):
    make_followers(simulator, channel, 150)
    broadcast = make_sending("Hello {{display_name|you}}")

    simulator.lose_next_answers(7, PUSH)
    send()
    skip_waiting()
    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SENT
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 150}
    assert month_total(tenant).messages == 150


def test_a_quota_that_ends_within_a_push_batch_books_what_left_and_keeps_the_rest(tenant, simulator, channel):
    make_followers(simulator, channel, 60)
    simulator.configure(channel.channel_id, quota=25)
    broadcast = make_sending("Hello {{display_name|you}}")

    send()
    services.cancel(broadcast, by=None)

    found = progress.of(broadcast)
    assert (found.accepted, found.cancelled) == (25, 35)
    assert month_total(tenant).messages == 25


def test_a_channel_that_no_longer_opens_pauses_with_the_reason(simulator, channel):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()
    simulator.add_channel(channel.channel_id, "another secret", name="Test account", tokens_refused=True)

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.PAUSED
    assert broadcast.problem == "400: invalid client_secret"


def test_the_cost_of_a_broadcast_is_what_the_price_table_says(tenant, simulator, channel):
    make_followers(simulator, channel, 40)
    ledger.post(
        tenant.pk,
        [ledger.NewEntry("multicast", "elsewhere/1", "Earlier", 29_980, timezone.now())],
    )
    broadcast = make_sending()

    send()

    cost = progress.of(broadcast).cost
    assert (cost.free_count, cost.paid_count, cost.amount) == (20, 20, Decimal(60))


def answers(error: errors.LineError):
    """What becomes of a batch for which LINE's next answer is this one."""
    outcomes.store([outcomes.of_error(claimed, error) for claimed in claims.claim("multicast", 10)])


def test_a_refusal_after_a_lost_answer_is_checked_by_a_person_and_never_sent_under_new_keys(
    simulator, channel
):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    skip_waiting()

    answers(errors.Rejected("Failed to send messages", status=400))
    send()

    assert broadcast.batches.get().state == Batch.State.NEEDS_CHECK
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}


def test_an_answer_that_comes_after_cancelling_leaves_nothing_pending(simulator, channel):
    make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    taken = claims.claim("multicast", 10)
    services.cancel(broadcast, by=None)

    outcomes.store([outcomes.of_error(each, errors.RateLimited("too fast", status=429)) for each in taken])

    assert broadcast.batches.get().state == Batch.State.CANCELLED


def test_after_a_sure_refusal_the_recipients_are_chosen_anew(simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    answers(errors.RateLimited("too fast", status=429))
    ren.delete()
    skip_waiting()

    send()

    assert broadcast.batches.get().state == Batch.State.ACCEPTED
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1}


def test_one_friend_whose_name_makes_a_text_too_long_does_not_stop_the_others(simulator, channel):
    friends = make_followers(simulator, channel, ["aoi", "ren"])
    Friend.objects.filter(pk=friends[1].pk).update(display_name="x" * 100)
    broadcast = make_sending("a" * 4_950 + "{{display_name|you}}")

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SENT
    assert progress.of(broadcast).rejected == 1
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1}


def test_a_message_accepted_before_midnight_is_booked_there_though_the_answer_came_later(
    tenant, simulator, channel
):
    make_followers(simulator, channel, ["aoi"])
    broadcast = make_sending()
    simulator.lose_next_answers(1, MULTICAST)
    send()
    tried_at = timezone.now() - timedelta(hours=20)
    Batch.objects.update(first_tried_at=tried_at, not_before=None)

    send()

    assert broadcast.batches.get().accepted_at == tried_at
    assert LedgerEntry.objects.get().accepted_at == tried_at


def test_people_line_does_not_know_pause_the_broadcast_instead_of_being_tried_one_by_one(simulator, channel):
    Friend.objects.bulk_create(
        Friend(line_user_id=make_line_user_id(f"foreign {n}"), display_name=str(n)) for n in range(300)
    )
    simulator.configure(channel.channel_id, unknown_ids="reject")
    broadcast = make_sending()

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.PAUSED
    tried = simulator.requests(channel.channel_id)["by_endpoint"][f"POST {MULTICAST}"]
    assert sum(tried.values()) < 100


def test_what_goes_wrong_with_one_batch_does_not_take_the_others_along(simulator, channel):
    make_followers(simulator, channel, 600)
    broadcast = make_sending("Hello {{display_name|you}}")
    Batch.objects.filter(pk=broadcast.batches.first().pk).update(names=[])

    send()

    broadcast.refresh_from_db()
    assert broadcast.batches.filter(state=Batch.State.ACCEPTED).count() == 5
    assert broadcast.batches.get(error="internal error").state == Batch.State.PENDING
