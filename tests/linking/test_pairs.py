"""Links as a list claims them, and what is decided where a list contradicts what is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers import erasing
from friends.models import Friend
from linking import conflicts, pairs, unlinking
from linking.errors import AlreadyDecided
from linking.models import Link, LinkConflict, LinkSettings
from linking.pairs import Outcome, Pair
from tests.factories import make_customer, make_friend, make_line_user_id, make_link, make_user

AOI, REN = make_line_user_id("aoi"), make_line_user_id("ren")
IMPORT, API, STAFF = Link.Method.IMPORT, Link.Method.API, Link.Method.STAFF


def ago(**given: float):
    return timezone.now() - timedelta(**given)


def link(*given: Pair, method: Link.Method = IMPORT, **more: object) -> list[pairs.Result]:
    return pairs.link_pairs(given, method=method, **more)


def who_is_linked() -> set[tuple[str, str]]:
    active = Link.objects.active().select_related("friend", "customer")
    return {(link.friend.line_user_id, link.customer.number) for link in active}


def test_a_pair_is_linked_with_what_the_other_tool_knows_of_it(tenant):
    make_friend("aoi")
    make_customer("A-1")
    agreed = ago(days=30)

    [result] = link(Pair("A-1", AOI, linked_at=agreed, consent="Yes, link it", consent_at=agreed))

    made = Link.objects.get(pk=result.link_id)
    assert (result.outcome, made.linked_at, made.consent) == (Outcome.LINKED, agreed, "Yes, link it")


def test_a_list_again_changes_nothing(tenant):
    make_friend("aoi")
    make_customer("A-1")
    first = link(Pair("A-1", AOI))

    again = link(Pair("A-1", AOI))

    assert [result.outcome for result in first + again] == [Outcome.LINKED, Outcome.UNCHANGED]
    assert Link.objects.count() == 1


def test_a_line_user_whom_nobody_knows_yet_is_kept_as_unknown(tenant):
    make_customer("A-1")

    link(Pair("A-1", AOI))

    assert Friend.objects.get(line_user_id=AOI).status == Friend.Status.UNKNOWN
    assert who_is_linked() == {(AOI, "A-1")}


@pytest.mark.parametrize(
    ("pair", "code"),
    [
        (Pair("nobody", AOI), "no_customer"),
        (Pair("", AOI), "no_customer"),
        (Pair("x" * 10_000, AOI), "no_customer"),
        (Pair("A-1", "aoi"), "bad_user_id"),
        (Pair("A-1", "U" + "F" * 32), "bad_user_id"),
        (Pair("A-1", "Ｕ" + "0" * 32), "bad_user_id"),
        (Pair("A-1"), "no_friend"),
        (Pair("A-1", friend=2**31 - 1), "no_friend"),
        (Pair("A-1", AOI, linked_at=timezone.now() + timedelta(days=400)), "in_future"),
        (Pair("A-1", AOI, linked_at=datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))), "too_early"),
        (Pair("A-1", AOI, consent_at=datetime(1, 1, 1, tzinfo=UTC)), "too_early"),
        (Pair("A-0", AOI), "customer_erased"),
    ],
)
def test_a_bad_row_says_why_and_the_others_go_in(tenant, pair, code):
    erasing.erase(make_customer("A-0"))
    make_customer("A-1")
    make_customer("A-2")

    bad, good = link(pair, Pair("A-2", REN))

    assert (bad.outcome, bad.code, good.outcome) == (Outcome.REFUSED, code, Outcome.LINKED)
    assert bad.reason


def test_rows_that_contradict_each_other_are_both_refused(tenant):
    aoi = make_friend("aoi")
    for number in ("A-1", "A-2", "A-3"):
        make_customer(number)

    results = link(Pair("A-1", AOI), Pair("A-2", friend=aoi.pk), Pair("A-3", REN))

    assert [result.code for result in results] == ["contradicts", "contradicts", ""]
    assert who_is_linked() == {(REN, "A-3")}


def test_one_customer_claimed_for_two_line_users_of_a_list_goes_to_neither(tenant):
    make_customer("A-1")

    results = link(Pair("A-1", AOI), Pair("A-1", REN))

    assert {result.code for result in results} == {"contradicts"}
    assert who_is_linked() == set()


@pytest.fixture
def proved(tenant) -> Link:
    """Aoi has linked with A-1 herself; A-2 is free."""
    make_customer("A-2")
    return make_link(make_friend("aoi"), make_customer("A-1"), linked_at=ago(days=1))


def test_what_contradicts_a_link_waits_for_a_decision(proved):
    [result] = link(Pair("A-2", AOI))
    [again] = link(Pair("A-2", AOI))

    assert (result.outcome, again.conflict_id) == (Outcome.CONFLICT, result.conflict_id)
    assert "A-1" in result.reason or "aoi" in result.reason
    assert who_is_linked() == {(AOI, "A-1")}


@pytest.mark.parametrize(
    ("unclear", "outcome", "linked"),
    [("ask", Outcome.CONFLICT, "A-1"), ("keep", Outcome.REFUSED, "A-1"), ("replace", Outcome.LINKED, "A-2")],
)
def test_the_settings_say_what_a_list_may_do(proved, unclear, outcome, linked):
    LinkSettings(pk=1, unclear=unclear).save()

    [result] = link(Pair("A-2", AOI, linked_at=ago(days=9)))

    assert (result.outcome, who_is_linked()) == (outcome, {(AOI, linked)})


def test_a_decision_links_anew_and_says_who_decided(proved):
    manager = make_user("account_manager")
    [result] = link(Pair("A-2", AOI, consent="Yes"))
    conflict = LinkConflict.objects.get(pk=result.conflict_id)

    conflicts.decide(conflict, replace=True, by=manager)

    new = Link.objects.active().get()
    assert (new.customer.number, new.consent, new.made_by_id) == ("A-2", "Yes", manager.pk)
    proved.refresh_from_db()
    assert proved.ended == Link.Ended.RELINKED
    with pytest.raises(AlreadyDecided):
        conflicts.decide(conflict, replace=False, by=manager)


def test_what_was_kept_once_is_not_asked_again_every_night(proved):
    [result] = link(Pair("A-2", AOI))
    conflicts.decide(LinkConflict.objects.get(pk=result.conflict_id), replace=False, by=None)

    [again] = link(Pair("A-2", AOI))
    [newer] = link(Pair("A-2", AOI, consent_at=timezone.now()))

    assert (again.code, newer.outcome) == ("kept", Outcome.CONFLICT)
    assert who_is_linked() == {(AOI, "A-1")}


def test_a_list_does_not_link_again_who_has_unlinked(proved):
    unlinking.unlink_friend(proved.friend_id, how=Link.Ended.BY_FRIEND)

    [same] = link(Pair("A-1", AOI), method=API, replace=True)
    [older] = link(Pair("A-2", AOI, linked_at=ago(hours=1)))
    [newer] = link(Pair("A-2", AOI, consent_at=timezone.now()))

    assert (same.code, older.code, newer.outcome) == ("ended", "ended", Outcome.LINKED)


def test_who_unlinks_leaves_no_conflict_that_could_link_them_again(proved):
    [result] = link(Pair("A-2", AOI))

    unlinking.unlink_friend(proved.friend_id, how=Link.Ended.BY_FRIEND)

    assert conflicts.decide_many([result.conflict_id], replace=True, by=None) == 0
    assert LinkConflict.objects.get().state == LinkConflict.State.SETTLED
    assert who_is_linked() == set()


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(0)])
def test_a_link_by_a_clock_that_is_ahead_of_ours_can_be_ended_at_once(tenant, ahead):
    friend = make_friend("aoi")
    make_link(friend, make_customer("A-0"), linked_at=timezone.now() + ahead)

    assert unlinking.unlink_friend(friend.pk, how=Link.Ended.BY_STAFF)

    assert who_is_linked() == set()


def test_a_list_by_such_a_clock_begins_its_links_now(tenant):
    make_customer("A-1")

    link(Pair("A-1", AOI, linked_at=timezone.now() + timedelta(minutes=4)))

    assert Link.objects.get().linked_at <= timezone.now()


def test_staff_may_link_again_by_hand(proved):
    unlinking.unlink_friend(proved.friend_id, how=Link.Ended.BY_FRIEND)

    [result] = link(Pair("A-1", AOI), method=STAFF, reason="Asked for it in the shop")

    assert Link.objects.get(pk=result.link_id).reason == "Asked for it in the shop"


def test_a_list_does_not_change_the_past(tenant):
    aoi, ren, customer = make_friend("aoi"), make_friend("ren"), make_customer("A-1")
    before = make_link(
        aoi, customer, linked_at=ago(days=9), unlinked_at=ago(days=5), ended=Link.Ended.RELINKED
    )

    [result] = link(Pair("A-1", friend=ren.pk, linked_at=ago(days=7)))

    before.refresh_from_db()
    assert before.unlinked_at < Link.objects.get(pk=result.link_id).linked_at


def test_who_shows_who_they_are_settles_the_conflict(proved):
    [result] = link(Pair("A-2", AOI))
    unlinking.unlink_friend(proved.friend_id, how=Link.Ended.BY_STAFF)

    [linked] = link(Pair("A-2", AOI))

    assert linked.outcome == Outcome.LINKED
    assert LinkConflict.objects.get(pk=result.conflict_id).state == LinkConflict.State.SETTLED


def test_customers_and_friends_of_another_client_are_not_known(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_customer("B-1")
        stranger = make_friend("stranger")
        stranger_id = stranger.pk + 1_000
        Friend.objects.filter(pk=stranger.pk).update(id=stranger_id)
    make_customer("A-1")

    results = link(Pair("B-1", AOI), Pair("A-1", friend=stranger_id))

    assert [result.code for result in results] == ["no_customer", "no_friend"]


def test_two_lists_at_once_in_opposite_order_link_each_once(own_tenant):
    numbers = [f"A-{number}" for number in range(30)]
    for number in numbers:
        make_customer(number)
    given = [Pair(number, make_line_user_id(number)) for number in numbers]

    def run(order: list[Pair]) -> None:
        try:
            with tenant_context(own_tenant):
                link(*order)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, [given, given[::-1], given, given[::-1]]))

    assert Link.objects.count() == Link.objects.active().count() == 30


def test_a_thousand_pairs_take_few_queries(tenant, django_assert_max_num_queries):
    for number in range(100):
        make_customer(f"A-{number}")

    with django_assert_max_num_queries(25):
        results = link(*(Pair(f"A-{number}", make_line_user_id(str(number))) for number in range(100)))

    assert {result.outcome for result in results} == {Outcome.LINKED}
