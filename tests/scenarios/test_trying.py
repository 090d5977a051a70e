"""Drafts tried out on testers, people let in by hand, files read on the page."""

import json

import pytest
from django_tenants.utils import tenant_context

from billing.models import LedgerEntry
from broadcasts.testing import testers
from friends.models import Friend, Tag
from scenarios import services
from scenarios.exchange import exporting
from scenarios.models import Entry, Passage, Scenario, Version
from scenarios.trying import trials
from tests.factories import make_followers, make_friend, make_scenario, make_tag
from tests.scenarios.engines import lead, texts
from tests.scenarios.factories import CALLED, make_entry, make_running


@pytest.fixture
def tester(simulator, channel):
    [friend] = make_followers(simulator, channel, ["aoi"])
    return testers.add(friend, by=None)


def test_a_tester_goes_through_all_of_a_draft_and_it_is_booked_as_a_test(tester, simulator, channel, tenant):
    tag = make_tag("VIP")
    steps = [*CALLED["steps"], {"id": "mark", "type": "tag", "add": [tag.pk]}]
    draft = make_scenario(CALLED | {"steps": steps})
    [entry] = trials.start(draft, [tester], by=None)

    lead()
    trials.hurry(entry, by=None)
    lead()

    entry.refresh_from_db()
    mark, text = texts(simulator, channel, tester.friend)
    [booked] = LedgerEntry.objects.filter(tenant_id=tenant.pk)
    assert text == "It is ready"
    assert draft.name in mark
    assert (booked.kind, booked.messages) == ("test", 1)
    assert Tag.objects.get(friendtag__friend=tester.friend) == tag
    assert (entry.state, entry.reason) == ("ended", "finished")
    assert draft.status == Scenario.Status.DRAFT


def test_only_who_waits_can_be_sent_on(tester):
    draft = make_scenario(CALLED)
    [entry] = trials.start(draft, [tester], by=None)
    real = make_entry(make_running(name="Other"), make_friend("ren"))
    lead()

    once, again = trials.hurry(entry, by=None), trials.hurry(entry, by=None)

    assert (once, again) == (True, False)
    assert not trials.hurry(real, by=None)
    assert Passage.objects.get().what == trials.HURRIED


def test_who_begins_anew_leaves_the_test_before(tester):
    draft = make_scenario(CALLED)

    [first] = trials.start(draft, [tester], by=None)
    [second] = trials.start(draft, [tester], by=None)

    first.refresh_from_db()
    assert (first.state, first.reason) == ("ended", "removed")
    assert second.state == "waiting"
    assert Version.objects.get().is_trial


def test_a_test_takes_no_number_of_a_version(tester):
    draft = make_scenario(CALLED)
    trials.start(draft, [tester], by=None)

    version = services.publish(draft, revision=1, by=None)

    assert version.number == 1
    assert [each.number for each in draft.versions.published()] == [1]


def test_stopping_testers_stops_nobody_else(tester):
    running = make_running()
    real = make_entry(running, make_friend("ren"))
    trials.start(running, [tester], by=None)

    stopped = trials.stop(Entry.objects.filter(scenario=running), by=None)

    real.refresh_from_db()
    assert stopped == 1
    assert real.state == "waiting"


def test_the_page_of_a_dry_run_shows_texts_and_moments(visit, channel):
    draft, friend = make_scenario(CALLED), make_friend("aoi")
    asked = f"friend={friend.pk}&run=1&at=2026-11-20T12:00&event_0=bought&after_0=2&unit_0=hours"

    page = visit().get(f"scenarios/{draft.pk}/dry-run/?{asked}").content.decode()

    assert "It is ready" in page
    assert "2026/11/20 13:00" in page
    assert not Entry.objects.exists()


def test_the_page_of_a_dry_run_takes_no_nonsense(visit, channel):
    draft, friend = make_scenario(CALLED), make_friend("aoi")
    asked = f"friend={friend.pk}&run=1&at=never&event_0=none&after_0=-3&properties=no colon"

    answer = visit().get(f"scenarios/{draft.pk}/dry-run/?{asked}")

    assert answer.status_code == 200
    assert "It is ready" not in answer.content.decode()


def test_a_friend_is_let_in_and_taken_out_by_hand(visit):
    running, friend = make_running(), make_friend("aoi")
    somebody = visit()

    somebody.post(f"scenarios/{running.pk}/entries/", {"friend": friend.pk})
    entry = Entry.objects.get(friend=friend)
    shown = somebody.get(f"scenarios/{running.pk}/entries/").content.decode()
    somebody.post(f"scenarios/{running.pk}/entries/{entry.pk}/out/")

    entry.refresh_from_db()
    assert "aoi" in shown
    assert (entry.state, entry.reason) == ("ended", "removed")


def test_the_page_of_people_asks_as_often_for_many_as_for_one(visit, django_assert_max_num_queries):
    running, somebody = make_running(), visit()
    address = f"scenarios/{running.pk}/entries/"
    for name in ("aoi", "ren", "yui", "sora"):
        make_entry(running, make_friend(name))
    somebody.get(address)

    with django_assert_max_num_queries(20):
        page = somebody.get(address).content.decode()

    assert page.count("Take out") == 4


def test_a_file_is_read_asked_about_and_taken(visit, other_tenant):
    with tenant_context(other_tenant):
        tree = {"type": "tag", "tag": make_tag("VIP").pk}
        document = exporting.document(make_scenario(CALLED | {"condition": tree}, name="Cart"))
    somebody = visit()
    text = json.dumps(document)

    asked = somebody.post("scenarios/import/", {"document": text}).content.decode()
    given = {"document": text, "to-0": "make", "name": "Our cart", "do": "take"}
    answer = somebody.post("scenarios/import/", given)

    assert "VIP" in asked
    assert answer.status_code == 302
    made = Scenario.objects.get(name="Our cart")
    assert made.flow["condition"] == {"type": "tag", "tag": Tag.objects.get(name="VIP").pk}


@pytest.mark.parametrize("text", ["", "{", "[]", "x" * 1_100_000, "[" * 2_000, '{"format": 1}'])
def test_a_file_that_is_none_is_refused_on_the_page(visit, text):
    answer = visit().post("scenarios/import/", {"document": text})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_people_of_another_client_are_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_running()
        entry = make_entry(theirs, make_friend("aoi"), is_test=True)
    somebody = visit()
    base = f"scenarios/{theirs.pk}"

    answers = [
        somebody.get(f"{base}/dry-run/"),
        somebody.get(f"{base}/test/"),
        somebody.post(f"{base}/test/{entry.pk}/"),
        somebody.get(f"{base}/entries/"),
        somebody.post(f"{base}/entries/{entry.pk}/out/"),
        somebody.get(f"{base}/export/"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not Friend.objects.exists()
