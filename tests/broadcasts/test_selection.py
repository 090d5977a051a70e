"""Who of a segment gets a broadcast, and why the others do not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from billing import ledger
from billing.models import LedgerEntry, Subscription
from broadcasts import services
from broadcasts.choosing import frequency, lots, selection
from broadcasts.choosing.errors import NobodyLeft, NoPrice
from broadcasts.choosing.selection import Facts
from broadcasts.models import Batch, LinkClick, PlatformSend, SendingRules, TrackedLink
from broadcasts.sending import preparing
from friends.models import AudienceDay, Friend
from tests.broadcasts.sending import make_sent, send
from tests.factories import (
    make_broadcast,
    make_followers,
    make_friend,
    make_segment,
    make_sending,
)

PEOPLE = st.binary(max_size=16).map(
    lambda bits: BitMap(n + 1 for n in range(8 * len(bits)) if bits[n // 8] >> n % 8 & 1)
)
FACTS = st.builds(
    Facts,
    seed=st.text(max_size=8),
    stopped=PEOPLE,
    capped=PEOPLE,
    holdout_percent=st.decimals(0, 50, places=1),
    most=st.integers(0, 130),
    ranks=st.lists(PEOPLE, max_size=4),
)


@given(PEOPLE, FACTS)
def test_everyone_gets_it_or_is_left_out_for_one_reason(friends, facts):
    chosen = selection.chosen(friends, facts)

    assert len(chosen.friends) + sum(chosen.left_out.values()) == len(friends)
    assert chosen.friends <= friends - facts.stopped - facts.capped - chosen.holdout
    assert chosen.holdout <= friends - facts.stopped - facts.capped


@given(PEOPLE, FACTS)
def test_choosing_again_chooses_the_same(friends, facts):
    assert selection.chosen(friends, facts) == selection.chosen(BitMap(friends), facts)


@given(PEOPLE, FACTS)
def test_the_hold_out_is_the_share_and_the_limit_is_exact(friends, facts):
    open_ones = len(friends - facts.stopped - facts.capped)

    chosen = selection.chosen(friends, facts)

    assert abs(len(chosen.holdout) - open_ones * facts.holdout_percent / 100) <= Decimal("0.5")
    assert len(chosen.friends) == min(facts.most, open_ones - len(chosen.holdout))


@given(PEOPLE, st.lists(PEOPLE, min_size=1, max_size=4), st.integers(0, 130))
def test_nobody_of_a_lower_rank_comes_before_one_of_a_higher(friends, ranks, most):
    place = {friend: next((n for n, rank in enumerate(ranks) if friend in rank), 9) for friend in friends}

    taken = selection.first(friends, most, ranks, "seed")

    worst = max((place[friend] for friend in taken), default=0)
    assert all(place[friend] >= worst for friend in friends - taken)


@given(PEOPLE, st.integers(1, 6), st.text(max_size=5))
def test_lots_deal_everyone_once_in_parts_of_the_same_size(friends, parts, seed):
    dealt = lots.deal(friends, parts, seed)

    assert BitMap.union(BitMap(), *dealt) == friends
    assert sum(map(len, dealt)) == len(friends)
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1


def test_each_has_the_same_chance():
    friends = BitMap(range(1, 11))

    times = [sum(friend in lots.draw(friends, 3, f"{n}") for n in range(2_000)) for friend in friends]

    assert min(times) > 500
    assert max(times) < 700


def test_who_wants_no_broadcasts_gets_none(simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    Friend.objects.filter(pk=ren.pk).update(stopped_at=timezone.now())

    broadcast = make_sending()
    send()

    assert broadcast.left_out == {"stopped": 1}
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 1}


def test_who_stops_after_preparing_is_left_out_too(simulator, channel):
    _aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending()
    Friend.objects.filter(pk=ren.pk).update(stopped_at=timezone.now())

    send()

    assert broadcast.batches.get().dropped_count == 1
    assert simulator.received(channel.channel_id).get(ren.line_user_id) is None


@pytest.mark.parametrize(("ignores_cap", "people", "left_out"), [(False, 1, {"cap": 1}), (True, 2, {})])
def test_who_has_had_enough_is_left_out_unless_the_cap_is_ignored(channel, ignores_cap, people, left_out):
    SendingRules.objects.create(cap_count=2, cap_days=7)
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_sent(aoi, ren)
    make_sent(aoi)

    broadcast = make_sending(ignores_cap=ignores_cap)

    assert (broadcast.audience_count, broadcast.left_out) == (people, left_out)


def test_the_cap_counts_calendar_days_with_today(channel):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_sent(aoi, at=timezone.now() - timedelta(days=6))
    make_sent(ren, at=timezone.now() - timedelta(days=8))

    assert frequency.capped() == BitMap([aoi.pk])


def test_what_is_laid_out_and_has_not_left_counts_as_had(channel):
    SendingRules.objects.create(cap_count=1, cap_days=1)
    make_friend("aoi")
    make_sending("First")

    with pytest.raises(NobodyLeft) as refused:
        make_sending("Second")

    assert "have had as many messages as your rules allow: 1" in refused.value.message


def test_who_has_had_enough_today_may_get_one_when_the_days_are_over(channel):
    SendingRules.objects.create(cap_count=1, cap_days=3)
    make_sent(make_friend("aoi"))
    now = timezone.now()

    capped = [len(frequency.capped(now + timedelta(days=days))) for days in range(4)]

    assert capped == [1, 1, 1, 0]


def test_without_a_rule_nobody_is_capped(channel):
    make_sent(make_friend())

    assert not frequency.capped()


def test_the_hold_out_group_is_kept_and_gets_nothing(simulator, channel):
    make_followers(simulator, channel, 20)

    broadcast = make_sending(holdout_percent=Decimal("25.0"))
    send()

    held_out = BitMap.deserialize(bytes(broadcast.holdout))
    assert (len(held_out), broadcast.left_out) == (5, {"holdout": 5})
    assert not held_out & BitMap.deserialize(bytes(broadcast.audience))
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 15}


def test_preparing_again_after_a_crash_chooses_the_same_people(channel):
    for _person in range(30):
        make_friend()
    broadcast = make_broadcast(most_count=10, holdout_percent=Decimal(10))

    first = preparing.planned(broadcast).friends
    second = preparing.planned(broadcast).friends

    assert first == second
    assert len(first) == 10


def test_no_more_than_so_many_people_get_it(simulator, channel):
    make_followers(simulator, channel, 8)

    broadcast = make_sending(most_count=5)
    send()

    assert (broadcast.audience_count, broadcast.left_out) == (5, {"limit": 3})
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 5}


def test_those_who_clicked_in_most_messages_come_first(channel):
    often, once, long_ago, never = (make_friend(name) for name in ("often", "once", "long ago", "never"))
    for number, friends in enumerate([[often], [often, once], [long_ago]]):
        link = TrackedLink.objects.create(code=f"c{number}", broadcast=make_broadcast(), url="https://a.jp")
        LinkClick.objects.bulk_create(
            LinkClick(link=link, friend_id=friend.pk, is_first=True) for friend in friends
        )
    LinkClick.objects.filter(friend_id=long_ago.pk).update(at=timezone.now() - timedelta(days=91))

    one = preparing.planned(make_broadcast(most_count=1, chosen_by="best"))
    two = preparing.planned(make_broadcast(most_count=2, chosen_by="best"))

    assert list(one.friends) == [often.pk]
    assert list(two.friends) == [often.pk, once.pk]
    assert never.pk not in two.friends


@pytest.mark.parametrize(("amount", "people"), [("0", 2), ("6", 4), ("1000", 8)])
def test_no_more_than_an_amount_is_spent(tenant, channel, amount, people):
    spend(tenant, 29_998)
    for _person in range(8):
        make_friend()

    broadcast = make_sending(most_amount=Decimal(amount))

    assert broadcast.audience_count == people


def spend(tenant, messages: int) -> None:
    """So many of the 30,000 free messages of the month are gone; each one after them costs three yen."""
    entry = ledger.NewEntry(
        kind=LedgerEntry.Kind.MULTICAST,
        reference="before",
        label="Before",
        messages=messages,
        accepted_at=timezone.now(),
    )
    ledger.post(tenant.pk, [entry])


def test_without_a_plan_an_amount_cannot_be_kept(tenant, channel):
    with schema_context("public"):
        Subscription.objects.filter(tenant=tenant.pk).delete()
    make_friend()
    broadcast = make_broadcast(most_amount=Decimal(100))

    with pytest.raises(NoPrice):
        preparing.planned(broadcast)


def test_when_nobody_is_left_the_reasons_are_said(channel):
    make_friend(stopped_at=timezone.now())
    broadcast = make_broadcast()

    with pytest.raises(NobodyLeft) as refused:
        services.send_now(broadcast, by=None)

    assert "want no broadcasts: 1" in refused.value.message


def test_lines_broadcast_to_all_goes_by_list_if_somebody_is_left_out(channel):
    make_friend("aoi")
    make_friend("ren", stopped_at=timezone.now())

    broadcast = make_sending(way="line")

    assert broadcast.method == "multicast"
    assert not PlatformSend.objects.exists()


def test_lines_broadcast_to_all_stays_where_nobody_is_left_out(channel):
    make_friend("aoi")

    broadcast = make_sending(way="line")

    assert broadcast.method == "broadcast"


def make_women(count: int, **fields: object):
    friends = [make_friend() for _person in range(count)]
    women = make_segment({"type": "line_gender", "in": ["female"]}, name="Women")
    return friends, make_sending(segment=women, **fields)


def test_who_is_left_out_of_a_narrowcast_is_not_among_those_uploaded(channel):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    make_sent(make_friend("had one"))

    friends, broadcast = make_women(110)

    sent = PlatformSend.objects.get()
    assert BitMap.deserialize(bytes(sent.friends)) == BitMap(friend.pk for friend in friends)
    assert sent.recipient == {"type": "audience", "needed": 0}
    assert (sent.limit, broadcast.left_out) == (110, {"cap": 1})


def test_a_limit_is_lines_own_where_line_finds_the_people(channel):
    _friends, broadcast = make_women(110, most_count=60)

    sent = PlatformSend.objects.get()
    assert (sent.limit, sent.most, sent.audiences) == (60, 60, [])
    assert (broadcast.audience_count, broadcast.left_out) == (60, {"limit": 50})


def test_a_limit_is_not_broken_by_friends_whom_only_line_knows(channel):
    AudienceDay.objects.create(day=timezone.localdate(), reach=500, fetched_at=timezone.now())

    _friends, broadcast = make_women(110, most_count=200)

    assert PlatformSend.objects.get().limit == 110
    assert (broadcast.audience_count, broadcast.left_out) == (110, {})


def test_lines_broadcast_to_all_goes_by_list_if_there_is_a_limit(channel):
    make_friend("aoi")

    broadcast = make_sending(way="line", most_count=200)

    assert broadcast.method == "multicast"


def test_the_estimate_comes_to_what_is_chosen(channel):
    SendingRules.objects.create(cap_count=1, cap_days=7)
    friends = [make_friend() for _person in range(40)]
    make_sent(*friends[:7])
    Friend.objects.filter(pk__in=[friend.pk for friend in friends[5:9]]).update(stopped_at=timezone.now())
    broadcast = make_broadcast(holdout_percent=Decimal("12.5"), most_count=20)
    everyone = BitMap(friend.pk for friend in friends)

    estimate = selection.estimate(broadcast, everyone)
    chosen = selection.choose(broadcast, everyone)

    assert (estimate.people, estimate.left_out) == (len(chosen.friends), chosen.left_out)
    assert estimate.left_out == {"stopped": 4, "cap": 5, "holdout": 4, "limit": 7}


def test_the_plan_is_asked_for_those_who_get_it(tenant, simulator, channel):
    spend(tenant, 29_998)
    with schema_context("public"):
        Subscription.objects.filter(tenant=tenant.pk).update(additional_limit=0)
    make_followers(simulator, channel, 5)

    broadcast = make_sending(most_count=2)

    assert broadcast.status == "sending"
    assert Batch.objects.get().friend_count == 2
