"""The plan of a segment on pages; audiences."""

import json
from datetime import UTC, datetime

import pytest
from pyroaring import BitMap

from friends.models import FriendTag
from segments import services as segments
from segments.models import Audience
from segments.reaching import audiences
from tests.factories import make_audience, make_friend, make_tag

WOMEN = {"type": "line_gender", "in": ["female"]}


def make_tagged(count: int, of: int = 100) -> dict:
    """So many friends with a tag, among so many."""
    friends = [make_friend().pk for _person in range(of)]
    tag = make_tag()
    FriendTag.objects.bulk_create([FriendTag(friend_id=pk, tag=tag) for pk in friends[:count]])
    return {"type": "tag", "tag": tag.pk}


def test_the_page_of_a_segment_shows_its_plan(visit):
    tagged = make_tagged(60)
    segment = segments.create_segment("Women", {"all": [tagged, WOMEN]})

    page = visit("marketer").get(f"segments/{segment.pk}/plan/").content.decode()

    assert "Narrowcast" in page
    assert "up to 60 friends" in page
    assert "uploaded to LINE as an audience" in page
    assert "People of whom LINE does not know it are left out" in page


def test_what_line_cannot_do_is_told_with_conditions_that_work(visit):
    tagged = make_tagged(30)
    segment = segments.create_segment("Women", {"all": [tagged, WOMEN]})

    page = visit("marketer").get(f"segments/{segment.pk}/plan/").content.decode()

    assert "only to 50 people or more" in page
    assert "30 friends" in page
    assert "segments/new/?tree=" in page


def test_the_builder_shows_the_plan_of_what_stands_in_it(visit):
    make_tagged(3, of=3)
    visitor = visit("marketer")

    whole = visitor.post("segments/plan/", {"json": json.dumps({"all": []})}).content.decode()
    broken = visitor.post("segments/plan/", {"json": "{"}).content.decode()

    assert "Multicast" in whole
    assert "when the conditions are complete" in broken


def test_the_nearest_conditions_can_be_put_into_the_builder(visit):
    tagged = make_tagged(30)

    page = visit("marketer").post("segments/plan/", {"json": json.dumps({"all": [tagged, WOMEN]})})

    assert "Use these conditions" in page.content.decode()
    assert "hx-vals" in page.content.decode()


def test_audiences_are_listed_with_what_went_wrong_and_can_be_made_anew(visit):
    failed = make_audience("broadcast:7", state="failed", problem="room")
    visitor = visit("account_manager")

    page = visitor.get("segments/audiences/").content.decode()
    visitor.post(f"segments/audiences/{failed.pk}/", {"do": "retry"})

    failed.refresh_from_db()
    assert "LINE keeps no more than 1,000 audiences" in page
    assert failed.state == Audience.State.WAITING


def test_without_audiences_the_page_says_when_there_will_be_some(visit):
    assert "LINE holds no audience for you" in visit("marketer").get("segments/audiences/").content.decode()


def test_an_audience_in_use_is_not_deleted(visit):
    needed = audiences.request(BitMap([make_friend().pk]), "broadcast:7")
    spare = make_audience(state="ready", used_at=datetime(2026, 11, 1, tzinfo=UTC))

    manager = visit("account_manager")

    refused = manager.send(f"segments/audiences/{needed.pk}/", {"do": "delete"})
    deleted = manager.send(f"segments/audiences/{spare.pk}/", {"do": "delete"})

    states = dict(Audience.objects.values_list("pk", "state"))
    assert "still needed" in refused
    assert "being deleted" in deleted
    assert states == {needed.pk: "waiting", spare.pk: "deleting"}


@pytest.mark.parametrize("count", [0, 12])
def test_the_list_of_audiences_takes_as_many_queries_for_few_as_for_many(
    visit, count, django_assert_max_num_queries
):
    for _audience in range(count):
        make_audience(state="ready")
    visitor = visit("marketer")
    visitor.get("segments/audiences/")

    with django_assert_max_num_queries(12):
        visitor.get("segments/audiences/")
