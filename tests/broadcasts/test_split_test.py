"""A/B tests: a sample gets the texts, and the rest the best of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from accounts.models import Due
from broadcasts import services
from broadcasts.choosing import commands, deciding, figures, waiting
from broadcasts.choosing.errors import (
    FirstTextStays,
    NoSplitTest,
    NotForSplitTests,
    NothingToDecide,
    TooFewForSplitTest,
    TooManyTexts,
)
from broadcasts.choosing.figures import Figure
from broadcasts.errors import ChangedMeanwhile, WrongStatus
from broadcasts.models import Batch, Broadcast, LinkClick, SendingRules, SplitTest, TrackedLink, Variant
from broadcasts.results import progress
from broadcasts.sending import delivery, quota
from composing.errors import InvalidMessages
from events.models import Event
from friends import fields
from friends.models import Friend
from tests.broadcasts.sending import send, skip_waiting
from tests.factories import (
    make_broadcast,
    make_channel,
    make_field,
    make_followers,
    make_friend,
    make_segment,
    make_user,
)

MULTICAST = "/v2/bot/message/multicast"


def say(text: str) -> list[dict]:
    return [{"type": "text", "text": text}]


def make_tested(*texts: str, segment=None, **settings: object) -> Broadcast:
    """A draft with an A/B test of these texts; half of the people are the sample unless told otherwise."""
    first, *others = texts or ("Sale today", "Only today")
    of_broadcast = {name: settings.pop(name) for name in ("way", "tracks_people") if name in settings}
    broadcast = make_broadcast(first, segment=segment, **of_broadcast)
    commands.set_test(broadcast, by=None, **({"sample_percent": 50} | settings))
    for letter, text in zip(Variant.LETTERS[1:], others, strict=False):
        commands.change_variant(broadcast, letter, say(text), by=None)
    broadcast.refresh_from_db()
    return broadcast


def start(broadcast: Broadcast) -> Broadcast:
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED, approved_at=timezone.now())
    services.send_now(broadcast, by=None)
    delivery.start_due()
    broadcast.refresh_from_db()
    return broadcast


def pass_time(broadcast: Broadcast) -> SplitTest:
    """As if the wait were over and the work board had woken the test."""
    SplitTest.objects.filter(broadcast=broadcast).update(decides_at=timezone.now())
    deciding.decide_due()
    broadcast.refresh_from_db()
    return SplitTest.objects.get(broadcast=broadcast)


def texts_sent(simulator, channel) -> Counter:
    return Counter(
        text
        for friend in Friend.objects.all()
        for text in simulator.texts(channel.channel_id, friend.line_user_id)
    )


def click(broadcast: Broadcast, letter: str, times: int) -> None:
    link = TrackedLink.objects.get(broadcast=broadcast, variant__letter=letter)
    LinkClick.objects.bulk_create(LinkClick(link=link) for _time in range(times))


def test_a_sample_gets_the_texts_and_the_rest_waits(simulator, channel):
    make_followers(simulator, channel, 40)
    broadcast = start(make_tested())

    send()

    broadcast.refresh_from_db()
    test = broadcast.split_test
    assert texts_sent(simulator, channel) == {"Sale today": 10, "Only today": 10}
    assert broadcast.status == "testing"
    assert test.decides_at - timezone.now() > timedelta(hours=3, minutes=59)
    assert Due.objects.get(kind=waiting.KIND).due_at == test.decides_at
    assert (test.rest_count, progress.of(broadcast).pending) == (20, 20)


def test_the_rest_gets_the_text_with_most_clicks_and_nobody_gets_two(simulator, channel):
    make_followers(simulator, channel, 40)
    broadcast = start(make_tested("See https://shop.jp/a", "Look https://shop.jp/b"))
    send()
    click(broadcast, "A", 2)
    click(broadcast, "B", 6)

    test = pass_time(broadcast)
    send()

    broadcast.refresh_from_db()
    assert (test.winner.letter, broadcast.status) == ("B", "sent")
    assert "Text B was best by Clicks: 60.0 %." in test.reason
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 40}
    beginnings = Counter(text.split()[0] for text in texts_sent(simulator, channel).elements())
    assert beginnings == {"See": 10, "Look": 30}


def test_parts_of_the_sample_and_the_rest_share_nobody_and_are_everybody(simulator, channel):
    make_followers(simulator, channel, 41)

    broadcast = start(make_tested("One", "Two", "Three", sample_percent=30))

    parts = [BitMap.deserialize(bytes(text.audience)) for text in broadcast.variants.all()]
    rest = BitMap.deserialize(bytes(broadcast.split_test.rest))
    assert [len(part) for part in parts] == [4, 4, 4]
    assert sum(map(len, [*parts, rest])) == len(BitMap.union(rest, *parts)) == 41
    assert BitMap.union(rest, *parts) == BitMap.deserialize(bytes(broadcast.audience))
    batches = Batch.objects.values_list("variant__letter", "state", "friend_count").order_by("variant")
    assert set(batches) == {
        ("A", "pending", 4),
        ("B", "pending", 4),
        ("C", "pending", 4),
        (None, "waiting", 29),
    }


def test_a_sample_of_all_is_sent_and_needs_no_decision(simulator, channel):
    make_followers(simulator, channel, 10)
    broadcast = start(make_tested(sample_percent=100))

    send()

    broadcast.refresh_from_db()
    assert broadcast.status == "sent"
    assert texts_sent(simulator, channel) == {"Sale today": 5, "Only today": 5}


def test_each_text_is_counted_by_line_under_a_name_of_its_own(simulator, channel):
    make_followers(simulator, channel, 80)

    broadcast = start(make_tested())

    names = list(broadcast.variants.values_list("unit_name", flat=True))
    assert names == [f"musubi_b{broadcast.pk}_A", f"musubi_b{broadcast.pk}_B"]
    assert broadcast.unit_name == f"musubi_b{broadcast.pk}"


def test_opens_decide_if_that_is_the_metric(simulator, channel):
    make_followers(simulator, channel, 120)
    broadcast = start(make_tested(metric="opens", sample_percent=99))
    batch_a = Batch.objects.filter(variant__letter="A")
    batch_a.update(not_before=timezone.now() + timedelta(hours=1))
    send()
    simulator.open_and_click(channel.channel_id, rate_open=0.95, rate_click=0)
    batch_a.update(not_before=None)
    send()
    simulator.open_and_click(channel.channel_id, rate_open=0.6, rate_click=0)

    test = pass_time(broadcast)

    assert test.winner.letter == "B"
    assert "Text B was best by Opens" in test.reason


def test_opens_that_line_hides_leave_it_to_clicks_and_say_so(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested("a https://shop.jp/a", "b https://shop.jp/b", metric="opens"))
    send()
    click(broadcast, "B", 1)

    test = pass_time(broadcast)

    assert test.winner.letter == "B"
    assert "does not tell numbers below 20" in test.reason
    assert "best by Clicks" in test.reason


def test_without_any_figures_text_a_goes_on_and_that_is_said(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()

    test = pass_time(broadcast)

    assert (test.winner.letter, broadcast.status) == ("A", "sending")
    assert "So text A was sent." in test.reason


def test_a_person_is_asked_where_that_is_wished_and_the_figures_do_not_decide(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested(asks_person=True))
    send()
    test = pass_time(broadcast)
    undecided = (broadcast.status, test.is_decided, deciding.next_moment())

    deciding.decide(broadcast, "B", by=make_user("marketer"))
    send()

    assert undecided == ("testing", False, None)
    assert texts_sent(simulator, channel) == {"Sale today": 5, "Only today": 15}


def test_a_winner_that_cannot_be_sent_as_it_is_waits_for_a_person_and_holds_up_no_other(simulator, channel):
    size = make_field("Size")
    make_followers(simulator, channel, 4)
    broken = start(make_tested(f"Sale {{{{field.{size.key}|for you}}}}", "Only today"))
    sound = start(make_tested())
    send()
    fields.archive_field(size)

    SplitTest.objects.update(decides_at=timezone.now())
    deciding.decide_due()

    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.status, sound.status) == ("testing", "sending")
    assert f"unknown variable {{{{field.{size.key}}}}}" in SplitTest.objects.get(broadcast=broken).reason
    assert SplitTest.objects.get(broadcast=broken).decides_at is None


def test_orders_of_people_who_got_a_text_decide_if_that_is_the_metric(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested(metric="orders"))
    send()
    text_b = broadcast.variants.get(letter="B")
    buyer = BitMap.deserialize(bytes(text_b.audience))[0]
    Event.objects.create(type="order_placed", friend_id=buyer, at=timezone.now())

    test = pass_time(broadcast)

    assert test.winner == text_b


def test_a_person_may_decide_early_and_only_once(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()
    person = make_user("marketer")

    test = deciding.decide(broadcast, "B", by=person)

    assert (test.decided_by_id, test.winner.letter) == (person.pk, "B")
    with pytest.raises(NothingToDecide):
        deciding.decide(broadcast, "A", by=person)


@pytest.mark.parametrize("letter", ["C", "", "😀"])
def test_a_text_that_is_not_there_cannot_win(simulator, channel, letter):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()

    with pytest.raises(NothingToDecide):
        deciding.decide(broadcast, letter, by=None)


def test_stopping_it_calls_off_the_rest_and_counts_honestly(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()

    services.cancel(Broadcast.objects.get(pk=broadcast.pk), by=None)
    pass_time(broadcast)
    send()

    found = progress.of(broadcast)
    assert (broadcast.status, found.accepted, found.cancelled, found.pending) == ("cancelled", 10, 10, 0)
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 10}


def test_who_blocks_or_stops_while_it_waits_is_left_out_of_the_rest(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()
    first, second, *_others = BitMap.deserialize(bytes(broadcast.split_test.rest))
    Friend.objects.filter(pk=first).update(status="blocked")
    Friend.objects.filter(pk=second).update(stopped_at=timezone.now())

    pass_time(broadcast)
    send()

    broadcast.refresh_from_db()
    found = progress.of(broadcast)
    assert (broadcast.status, found.accepted, found.dropped) == ("sent", 18, 2)


def test_the_plan_counts_sample_and_rest_from_the_beginning(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())

    before = quota.committed_messages(timezone.now())
    send()
    while_waiting = quota.committed_messages(timezone.now())

    assert (before, while_waiting, broadcast.audience_count) == (20, 10, 20)


def test_it_does_not_decide_in_quiet_hours(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()
    now = timezone.localtime()
    SendingRules.objects.create(
        quiet_from=(now - timedelta(hours=1)).time(), quiet_until=(now + timedelta(hours=1)).time()
    )

    test = pass_time(broadcast)

    assert (broadcast.status, test.is_decided) == ("testing", False)
    assert timedelta(minutes=58) < test.decides_at - timezone.now() < timedelta(minutes=61)


def test_a_lost_answer_in_the_sample_does_not_send_twice(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    simulator.lose_next_answers(1, MULTICAST)

    send()
    skip_waiting()
    send()
    pass_time(broadcast)
    send()

    broadcast.refresh_from_db()
    assert broadcast.status == "sent"
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 20}


def test_a_sample_that_line_refuses_ends_it_and_nobody_else_gets_it(simulator, channel):
    make_followers(simulator, channel, 8)
    broadcast = start(make_tested())
    simulator.fail_next(100, 400, MULTICAST)

    send()

    broadcast.refresh_from_db()
    found = progress.of(broadcast)
    assert (broadcast.status, found.accepted, found.rejected, found.cancelled) == ("failed", 0, 4, 4)
    assert not simulator.delivery_histogram(channel.channel_id)


def test_a_sample_that_nobody_got_ends_it_although_nobody_knew_at_first(simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    sample = broadcast.batches.filter(state=Batch.State.PENDING)
    numbers = list(sample.values_list("pk", flat=True))
    sample.update(state=Batch.State.NEEDS_CHECK, is_uncertain=True, first_tried_at=timezone.now())
    send()
    broadcast.refresh_from_db()
    waiting_for = broadcast.status

    services.settle(broadcast, as_sent=False, by=None, batches=numbers)

    broadcast.refresh_from_db()
    assert (waiting_for, broadcast.status) == ("testing", "failed")
    assert set(broadcast.batches.values_list("state", flat=True)) == {Batch.State.CANCELLED}


def test_a_personal_text_sends_all_of_them_one_by_one(simulator, channel):
    make_followers(simulator, channel, 8)

    broadcast = start(make_tested("Sale today", "{{display_name|You}}, only today"))
    send()

    assert broadcast.method == "push"
    assert simulator.delivery_histogram(channel.channel_id)["1"] == 4


def test_lines_broadcast_to_all_cannot_be_tested(channel):
    make_friend()

    with pytest.raises(NotForSplitTests):
        start(make_tested(way="line"))


def test_conditions_that_only_line_knows_cannot_be_tested(channel):
    for _person in range(110):
        make_friend()
    women = make_segment({"type": "line_gender", "in": ["female"]})

    with pytest.raises(NotForSplitTests):
        start(make_tested(segment=women))


def test_one_person_is_too_few_for_two_texts(channel):
    make_friend()

    broadcast = start(make_tested())

    assert broadcast.status == "paused"
    assert broadcast.problem == TooFewForSplitTest(people=1, texts=2).message


def test_a_change_of_a_text_withdraws_the_approval(channel):
    broadcast = make_tested()
    services.submit_for_approval(broadcast, by=None)
    services.approve(Broadcast.objects.get(pk=broadcast.pk), by=make_user("approver"))

    commands.change_variant(broadcast, "B", say("Another"), by=None)

    changed = Broadcast.objects.get(pk=broadcast.pk)
    assert (changed.status, changed.approved_at) == ("draft", None)
    assert changed.version > broadcast.version


def test_two_people_cannot_change_the_same_version(channel):
    broadcast = make_tested()
    commands.change_variant(broadcast, "B", say("One"), by=None, version=broadcast.version)

    with pytest.raises(ChangedMeanwhile):
        commands.change_variant(broadcast, "B", say("Two"), by=None, version=broadcast.version)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (lambda it: commands.change_variant(it, "A", say("x"), by=None), FirstTextStays),
        (lambda it: commands.remove_variant(it, "A", by=None), FirstTextStays),
        (lambda it: commands.change_variant(it, "D", say("x"), by=None), TooManyTexts),
        (lambda it: commands.change_variant(it, "E", say("x"), by=None), TooManyTexts),
        (lambda it: commands.change_variant(it, "B", say("x" * 5_001), by=None), InvalidMessages),
        (lambda it: commands.change_variant(it, "B", [], by=None), InvalidMessages),
    ],
)
def test_what_cannot_be_a_text_is_refused(channel, command, refusal):
    broadcast = make_tested()

    with pytest.raises(refusal):
        command(broadcast)


def test_there_are_four_texts_at_most(channel):
    broadcast = make_tested("One", "Two", "Three", "Four")

    with pytest.raises(TooManyTexts):
        commands.add_variant(broadcast, by=None)


def test_texts_after_a_removed_one_move_up_and_with_the_last_the_test_ends(channel):
    broadcast = make_tested("One", "Two", "Three")

    commands.remove_variant(broadcast, "B", by=None)
    left = [(text.letter, text.written) for text in broadcast.variants.all()]
    commands.remove_variant(broadcast, "B", by=None)

    assert left == [("A", say("One")), ("B", say("Three"))]
    assert not SplitTest.objects.exists()
    with pytest.raises(NoSplitTest):
        commands.end_test(broadcast, by=None)


def test_what_is_on_its_way_is_not_changed(simulator, channel):
    make_followers(simulator, channel, 4)
    broadcast = start(make_tested())

    with pytest.raises(WrongStatus):
        commands.change_variant(broadcast, "B", say("Late"), by=None)


def test_a_copy_has_the_same_test(channel):
    broadcast = make_tested("One", "Two", metric="orders")

    copy = services.duplicate(broadcast, by=None)

    assert [text.written for text in copy.variants.all()] == [say("One"), say("Two")]
    assert (copy.split_test.metric, copy.split_test.sample_percent) == ("orders", 50)


def test_what_is_decided_twice_at_once_is_decided_once(own_tenant, simulator, settings, django_db_blocker):
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    with django_db_blocker.unblock(), tenant_context(own_tenant):
        channel = make_channel(simulator, own_tenant, f"50{own_tenant.pk:08}")
        make_followers(simulator, channel, 20)
        broadcast = start(make_tested())
        send()
        SplitTest.objects.update(decides_at=timezone.now())

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(decide_in, [own_tenant] * 4))
        while Broadcast.objects.get(pk=broadcast.pk).status == "sending":
            send()

        assert simulator.delivery_histogram(channel.channel_id) == {"1": 20}
        assert TrackedLink.objects.count() == 0
        assert Broadcast.objects.get(pk=broadcast.pk).status == "sent"


def decide_in(tenant) -> None:
    try:
        with tenant_context(tenant):
            deciding.decide_due()
    finally:
        connections.close_all()


COUNTS = st.integers(0, 500)


@given(COUNTS, COUNTS, st.integers(1, 500))
def test_how_sure_it_is_does_not_depend_on_the_order(one, other, people):
    first, second = (Figure(Variant(), people, 0, min(n, people), 0) for n in (one, other))

    chance = figures.chance(first, second, "clicks")

    assert chance == figures.chance(second, first, "clicks")
    assert 0 <= chance <= 1


@given(COUNTS, st.integers(1, 500))
def test_a_rate_lies_in_its_range(count, people):
    figure = Figure(Variant(), people, 0, min(count, people), 0)

    low, high = figure.range("clicks")

    assert 0 <= low <= figure.rate("clicks") + 1e-9
    assert figure.rate("clicks") - 1e-9 <= high <= 1


@pytest.mark.parametrize(
    ("counts", "words"),
    [((10, 60), "clear"), ((40, 52), "likely"), ((30, 32), "may be chance"), ((5, 5), "")],
)
def test_the_words_say_no_more_than_the_figures_do(counts, words):
    found = [Figure(Variant(letter=letter), 200, 0, n, 0) for letter, n in zip("AB", counts, strict=True)]

    assert words in figures.certainty(found, "clicks")
    assert bool(figures.certainty(found, "clicks")) == bool(words)
