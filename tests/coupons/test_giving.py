"""Each friend holds a coupon once, each code is one person's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from coupons import giving, rewards
from coupons.errors import NoSuchReward, NotRunning, UsedUp, Withdrawn
from coupons.models import Code, Coupon, Ticket
from events.models import Event
from friends import personal
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_customer, make_friend, make_link


def test_a_friend_gets_a_code_of_their_own_and_keeps_it(tenant):
    coupon, aoi, ren = make_own_coupon(), make_friend("aoi"), make_friend("ren")

    first = giving.give(coupon, [aoi.pk, ren.pk], key="survey:4", source="survey:4")
    again = giving.give(coupon, [aoi.pk], key="survey:4", source="survey:4")
    otherwise = giving.give(coupon, [aoi.pk], key="address", source="")

    assert first[aoi.pk].is_new
    assert not again[aoi.pk].is_new
    assert again[aoi.pk].ticket == otherwise[aoi.pk].ticket == first[aoi.pk].ticket
    assert first[aoi.pk].ticket.code != first[ren.pk].ticket.code


def test_who_gets_one_has_it_on_the_timeline_as_the_customer_they_are(tenant):
    coupon, aoi = make_own_coupon("Autumn"), make_friend("aoi")
    link = make_link(aoi, make_customer("1"))

    giving.give(coupon, [aoi.pk], key="a", source="survey:4")

    event = Event.objects.get(type="coupon_got")
    assert (event.friend_id, event.customer_id) == (aoi.pk, link.customer_id)
    assert event.properties == {"coupon": str(coupon.pk), "name": "Autumn", "source": "survey:4"}


def test_codes_of_the_shop_go_out_in_order_until_all_are_given(tenant):
    coupon = make_own_coupon(pool=["A-1", "A-2"])
    aoi, ren, yui = (make_friend(name).pk for name in ("aoi", "ren", "yui"))

    got = giving.give(coupon, [aoi, ren, yui], key="a", source="")
    later = giving.give(coupon, [yui], key="a", source="")

    assert [got[each].ticket.code for each in (aoi, ren)] == ["A-1", "A-2"]
    assert isinstance(got[yui].refusal, UsedUp)
    assert isinstance(later[yui].refusal, UsedUp)
    assert Ticket.objects.count() == 2


def test_a_limit_holds_also_for_many_at_once(tenant):
    coupon, friends = make_own_coupon(most=2), [make_friend().pk for _number in range(4)]

    got = giving.give(coupon, friends, key="a", source="")

    assert [each.ticket is not None for each in got.values()] == [True, True, False, False]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Coupon.Status.DRAFT},
        {"status": Coupon.Status.CLOSED},
        {"ends_at": timezone.now() - timedelta(minutes=1)},
    ],
)
def test_what_does_not_run_is_given_to_nobody(tenant, fields):
    friend = make_friend()

    running = giving.give(make_own_coupon(), [friend.pk], key="a", source="")
    refused = giving.give(make_own_coupon(**fields), [friend.pk], key="a", source="")

    assert running[friend.pk].ticket
    assert isinstance(refused[friend.pk].refusal, NotRunning)


def test_what_was_taken_back_is_not_given_again_by_the_same_key(tenant):
    friend = make_friend()
    ticket = make_ticket(friend, key="address", withdrawn_at=timezone.now())

    same = giving.give(ticket.coupon, [friend.pk], key="address", source="")
    other = giving.give(ticket.coupon, [friend.pk], key="hand:1", source="")

    assert isinstance(same[friend.pk].refusal, Withdrawn)
    assert other[friend.pk].is_new


def test_days_count_to_the_end_of_the_last_of_them(tenant, time_machine):
    time_machine.move_to("2026-11-22T03:00:00Z", tick=False)

    ticket = make_ticket(make_friend(), make_own_coupon(valid_days=7))

    assert ticket.until.isoformat() == "2026-11-29T15:00:00+00:00"


def test_a_reward_is_told_with_its_own_address(tenant):
    coupon, friend = make_own_coupon("Autumn"), make_friend()

    given = rewards.give({"kind": "coupon", "coupon": coupon.pk}, [friend.pk], key="a", source="survey:4")

    assert given[friend.pk].words == "Coupon: Autumn (10% off)"
    assert given[friend.pk].address == personal.address("coupon", coupon.pk, friend.pk)
    assert rewards.choices()[0][1] == [({"kind": "coupon", "coupon": coupon.pk}, "Autumn (10% off)")]


@pytest.mark.parametrize("number", [0, -1, "3", True, None, 2**31, 10**30, 999_999])
def test_a_reward_that_is_not_there_is_refused(tenant, number):
    with pytest.raises(NoSuchReward):
        rewards.give({"kind": "coupon", "coupon": number}, [make_friend().pk], key="a", source="")


def test_a_reward_of_another_client_is_not_there(tenant, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_own_coupon()

    with pytest.raises(NoSuchReward):
        rewards.check({"kind": "coupon", "coupon": theirs.pk})


def test_a_thousand_friends_take_five_hundred_codes_at_once(own_tenant):
    coupon = make_own_coupon(pool=[f"SHOP-{number:04}" for number in range(500)])
    friends = [make_friend().pk for _number in range(1000)]

    def take(friends: list[int]) -> int:
        """How many of them got one; each comes by itself."""
        try:
            with tenant_context(own_tenant):
                got = [giving.give(coupon, [friend], key="address", source="")[friend] for friend in friends]
                return sum(each.ticket is not None for each in got)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(take, [friends[first::8] for first in range(8)]))

    given = list(Ticket.objects.values_list("code", flat=True))
    assert sum(got) == len(given) == len(set(given)) == 500
    assert set(given) == set(Code.objects.exclude(ticket=None).values_list("code", flat=True))
    assert Event.objects.filter(type="coupon_got").count() == 500


def test_one_friend_who_taps_many_times_at_once_gets_one(own_tenant):
    coupon, friend = make_own_coupon(pool=["A", "B", "C", "D"]), make_friend().pk

    def take(_turn: int) -> str:
        try:
            with tenant_context(own_tenant):
                return giving.give(coupon, [friend], key="address", source="")[friend].ticket.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        codes = set(threads.map(take, range(8)))

    assert codes == {"A"}
    assert Code.objects.free().count() == 3
