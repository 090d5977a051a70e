"""Whose ID link changes after a broadcast is prepared gets nothing meant for the customer they were."""

import pytest

from broadcasts.models import Broadcast
from broadcasts.results import progress
from broadcasts.sending import claims
from customers.models import Customer
from friends.models import Friend
from friends.services import tag_friends
from linking import pairs, services, unlinking
from linking.models import Link, LinkSettings
from linking.pairs import Pair
from tests.broadcasts.sending import send, skip_waiting
from tests.factories import make_customer, make_followers, make_segment, make_sending, make_tag

LINKED = {"all": [{"type": "linked", "is": True}]}
NOT_LINKED = {"all": [{"type": "linked", "is": False}]}
OF_NUMBER = {"all": [{"type": "customer", "field": "number", "op": "in", "value": ["1", "2"]}]}
BOUGHT = {"all": [{"type": "events", "event": "bought", "count_at_most": 0}]}
MULTICAST = "/v2/bot/message/multicast"


@pytest.fixture
def people(simulator, channel) -> dict[str, Friend]:
    """Aoi and Ren are friends and customers 1 and 2; Sora is a friend only."""
    friends = make_followers(simulator, channel, ["aoi", "ren", "sora"])
    for number, friend in zip(["1", "2"], friends, strict=False):
        services.link(friend, make_customer(number), method=Link.Method.API)
    return {friend.display_name: friend for friend in friends}


def who_got_it(simulator, channel, people) -> set[str]:
    return {
        name
        for name, friend in people.items()
        if simulator.texts(channel.channel_id, friend.line_user_id) == ["Sale today"]
    }


def unlink(friend: Friend) -> None:
    unlinking.unlink_friend(friend.pk, how=Link.Ended.BY_FRIEND)


@pytest.mark.parametrize("tree", [LINKED, OF_NUMBER])
def test_who_unlinks_after_it_was_prepared_gets_nothing(simulator, channel, people, tree):
    broadcast = make_sending(segment=make_segment(tree))
    unlink(people["ren"])

    send()

    assert who_got_it(simulator, channel, people) == {"aoi"}
    assert progress.of(broadcast).dropped == 1


def test_who_links_after_it_was_prepared_for_the_unlinked_gets_nothing(simulator, channel, people):
    broadcast = make_sending(segment=make_segment(NOT_LINKED))
    pairs.link_pairs(
        [Pair(make_customer("3").number, people["sora"].line_user_id)], method=Link.Method.IMPORT
    )

    send()

    broadcast.refresh_from_db()
    assert who_got_it(simulator, channel, people) == set()
    assert broadcast.status == Broadcast.Status.SENT
    assert progress.of(broadcast).dropped == 1


def test_who_is_another_customer_by_now_gets_nothing(simulator, channel, people):
    make_sending(segment=make_segment(OF_NUMBER))
    services.link(people["sora"], Customer.objects.get(number="1"), method=Link.Method.API)

    send()

    assert who_got_it(simulator, channel, people) == {"ren"}


def test_what_a_friend_never_did_leans_on_links_too(simulator, channel, people):
    make_sending(segment=make_segment(BOUGHT))
    unlink(people["aoi"])

    send()

    assert who_got_it(simulator, channel, people) == {"ren", "sora"}


@pytest.mark.parametrize(("is_of_links", "reached"), [(True, {"aoi"}), (False, {"aoi", "ren"})])
def test_a_tag_that_links_put_on_leans_on_them(simulator, channel, people, is_of_links, reached):
    tag = make_tag("members")
    LinkSettings.objects.create(pk=1).tags.set([tag] if is_of_links else [])
    tag_friends([people["aoi"].pk, people["ren"].pk], tag)
    make_sending(segment=make_segment({"all": [{"type": "tag", "tag": tag.pk}]}))
    unlink(people["ren"])

    send()

    assert who_got_it(simulator, channel, people) == reached


def test_a_broadcast_to_everyone_reaches_who_has_unlinked(simulator, channel, people):
    make_sending()
    unlink(people["ren"])

    send()

    assert who_got_it(simulator, channel, people) == {"aoi", "ren", "sora"}


def test_links_of_before_it_was_prepared_do_not_matter(simulator, channel, people):
    services.link(people["sora"], Customer.objects.get(number="1"), method=Link.Method.API)
    make_sending(segment=make_segment(LINKED))

    send()

    assert who_got_it(simulator, channel, people) == {"ren", "sora"}


def test_a_retry_keeps_its_recipients_though_one_has_unlinked_since(simulator, channel, people):
    broadcast = make_sending(segment=make_segment(LINKED))
    simulator.lose_next_answers(1, MULTICAST)
    send()
    unlink(people["ren"])
    skip_waiting()

    send()

    batch = broadcast.batches.get()
    assert (batch.state, batch.friend_count, batch.dropped_count) == ("accepted", 2, 0)
    assert simulator.delivery_histogram(channel.channel_id) == {"1": 2}


def test_names_stay_with_their_friends_when_one_has_unlinked(simulator, channel, people):
    make_sending("{{display_name|You}}: sale", segment=make_segment(LINKED))
    unlink(people["aoi"])

    send()

    ren = people["ren"].line_user_id
    assert simulator.texts(channel.channel_id, ren) == ["ren: sale"]
    assert simulator.texts(channel.channel_id, people["aoi"].line_user_id) == []


def test_the_page_says_why_fewer_were_reached(visit, simulator, channel, people):
    broadcast = make_sending(segment=make_segment(LINKED))
    unlink(people["ren"])
    send()

    page = visit("marketer").read(f"broadcasts/{broadcast.pk}/live/")

    assert "changed their ID link meanwhile" in page


def test_claiming_looks_links_up_by_friend(simulator, channel, people, django_assert_max_num_queries):
    make_sending(segment=make_segment(LINKED))

    with django_assert_max_num_queries(1):
        [claimed] = claims.claim("multicast", 10)

    assert len(claimed.user_ids) == 2
