"""The link rate, now and by day."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Due
from events.models import Event
from events.timeline import NewEvent, record
from friends.models import Friend
from invitations import counting, prompts, rates
from invitations.models import LinkDay
from linking import bonds
from linking.bonds import Bond
from linking.models import Link
from tests.factories import make_customer, make_friend, make_link


def noon(days_ago: int) -> datetime:
    day = counting.today() - timedelta(days=days_ago)
    return datetime.combine(day, time(12), counting.zone())


def make_follower(days_ago: int, *, blocked: int | None = None) -> Friend:
    """Who became a friend, and perhaps blocked the account, so many days ago at noon."""
    status = "blocked" if blocked is not None else "friend"
    friend = make_friend(status=status)
    record([NewEvent("followed", noon(days_ago), friend.pk)])
    if blocked is not None:
        record([NewEvent("blocked", noon(blocked), friend.pk)])
    return friend


def make_old_customer(days_ago: int):
    customer = make_customer()
    type(customer).objects.filter(pk=customer.pk).update(created_at=noon(days_ago))
    return customer


def day_at(days_ago: int):
    return counting.today() - timedelta(days=days_ago)


def test_the_rate_of_now_leaves_out_who_blocked_the_account(tenant):
    make_friend()
    make_link(make_friend(), entry="thanks")
    make_link(make_friend(status="blocked"), entry="thanks")
    make_link(unlinked_at=timezone.now())
    make_customer()

    rate = rates.now()

    assert (rate.friends, rate.linked_friends, rate.customers, rate.linked_customers) == (3, 1, 4, 2)
    assert rate.by_entry == {"thanks": (1, 2)}
    assert rate.of_friends == pytest.approx(1 / 3)
    assert rate.of_customers == pytest.approx(1 / 2)


def test_a_client_without_anybody_has_no_rate(tenant):
    rate = rates.now()

    assert rate.of_friends is None
    assert rate.of_customers is None


def test_days_gone_by_are_worked_out_of_the_timeline(tenant):
    stays, leaves = make_follower(5), make_follower(5, blocked=2)
    customer = make_old_customer(4)
    make_link(stays, customer, entry="thanks", linked_at=noon(3))
    make_link(leaves, make_old_customer(4), linked_at=noon(4), unlinked_at=noon(1))

    days = rates.history(day_at(6), day_at(1))

    told = {
        (counting.today() - day).days: (
            rate.friends,
            rate.linked_friends,
            rate.customers,
            rate.linked_customers,
        )
        for day, rate in days.items()
    }
    assert told == {5: (2, 0, 0, 0), 4: (2, 1, 2, 1), 3: (2, 2, 2, 2), 2: (1, 1, 2, 2), 1: (1, 1, 2, 1)}
    assert days[day_at(3)].by_entry == {"": (1, 1), "thanks": (1, 1)}


def test_who_was_a_friend_before_we_heard_of_them_counts_since_then(tenant):
    friend = make_friend()
    Friend.objects.filter(pk=friend.pk).update(created_at=noon(2))

    days = rates.history(day_at(3), day_at(1))

    assert {day: rate.friends for day, rate in days.items()} == {day_at(2): 1, day_at(1): 1}


def test_who_is_known_by_their_block_alone_was_never_counted(tenant):
    friend = make_friend(status="blocked")
    Friend.objects.filter(pk=friend.pk).update(created_at=noon(2), blocked_at=noon(4))
    make_follower(5)

    days = rates.history(day_at(5), day_at(1))

    assert [rate.friends for _day, rate in sorted(days.items())] == [1, 1, 1, 1, 1]


def test_a_link_from_before_its_customer_was_brought_in_counts_since_then(tenant):
    make_old_customer(5)
    make_link(make_follower(5), make_old_customer(2), linked_at=noon(4))
    make_link(make_follower(5), make_old_customer(2), linked_at=noon(4), unlinked_at=noon(3), ended="friend")

    days = rates.history(day_at(4), day_at(1))

    assert [rate.linked_customers for _day, rate in sorted(days.items())] == [0, 0, 1, 1]


def test_days_that_are_over_are_kept_once_and_then_stay(tenant):
    make_follower(3)
    rates.keep_days()
    make_follower(3)
    LinkDay.objects.filter(day=day_at(1)).delete()

    rates.keep_days()

    kept = dict(LinkDay.objects.values_list("day", "friends"))
    assert kept == {day_at(3): 1, day_at(2): 1, day_at(1): 2}


def test_the_next_day_is_waited_for(tenant):
    rates.keep_going()

    rates.keep_days()

    due = Due.objects.get(tenant=tenant.pk, kind=rates.KIND).due_at.astimezone(counting.zone())
    assert due.date() == counting.today() + timedelta(days=1)
    assert due.time() < time(1)


def test_a_link_begins_the_counting_once(tenant, django_capture_on_commit_callbacks):
    friend, customer = make_friend(), make_customer()

    with django_capture_on_commit_callbacks(execute=True):
        bonds.tie([Bond(friend.pk, customer.pk, timezone.now(), Link.Method.API)])

    assert Due.objects.filter(tenant=tenant.pk, kind=rates.KIND).count() == 1


def test_today_is_told_as_it_is_now(tenant):
    LinkDay.objects.create(
        day=day_at(1), friends=9, linked_friends=3, customers=4, linked_customers=2, by_entry={"qr": [3, 2]}
    )
    make_friend()

    days = rates.by_day(day_at(2), counting.today())

    assert sorted(days) == [day_at(1), day_at(0)]
    assert days[day_at(1)].by_entry == {"qr": (3, 2)}
    assert days[day_at(0)].friends == 1


def test_two_clients_have_a_rate_each(tenant, other_tenant):
    make_link()

    with tenant_context(other_tenant):
        assert rates.now().linked_customers == 0


def test_prompts_stop_once_somebody_is_linked_or_gone(tenant):
    asked, linked, gone = make_friend(), make_friend(), make_friend(status="blocked")
    make_link(linked)

    assert [prompts.is_asked(each) for each in (asked, linked, gone)] == [True, False, False]


LIVES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 40), min_size=1, max_size=4, unique=True).map(sorted),  # followed, blocked, …
        st.lists(st.integers(0, 40), max_size=4, unique=True).map(sorted),  # linked, unlinked, …
    ),
    max_size=5,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=LIVES)
def test_any_history_counts_as_if_each_day_had_been_looked_at(tenant, lives):
    """Moments are in quarters of a day, ten days ago and since."""
    begin = noon(11)
    at = [begin + timedelta(hours=6 * quarter) for quarter in range(41)]
    Event.objects.all().delete()
    Link.objects.all().delete()
    Friend.objects.all().delete()
    for follows, links in lives:
        friend = make_friend()
        record(
            NewEvent("blocked" if number % 2 else "followed", at[quarter], friend.pk)
            for number, quarter in enumerate(follows)
        )
        for linked, unlinked in zip(links[::2], [*links[1::2], None][: len(links[::2])], strict=True):
            end = None if unlinked is None else at[unlinked]
            make_link(friend, make_old_customer(12), linked_at=at[linked], unlinked_at=end)

    days = rates.history(day_at(12), day_at(0))

    def holds(moments: list[int], midnight: datetime) -> bool:
        return sum(at[each] < midnight for each in moments) % 2 == 1

    for number in range(13):
        day = day_at(12 - number)
        midnight = datetime.combine(day + timedelta(days=1), time.min, counting.zone())
        told = days.get(day)
        there = [holds(follows, midnight) for follows, _links in lives]
        tied = [holds(links, midnight) for _follows, links in lives]
        both = sum(one and other for one, other in zip(there, tied, strict=True))
        assert (told.friends if told else 0) == sum(there)
        assert (told.linked_friends if told else 0) == both
        assert (told.linked_customers if told else 0) == sum(tied)
