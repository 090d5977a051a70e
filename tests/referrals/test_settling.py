"""From a friend's link to a reward: what counts, what is held, what is given once."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from coupons.models import Coupon, Ticket
from customers import merging
from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends.models import Friend
from referrals import crowds, deciding, hearing, holding, rewarding, services, settling
from referrals import rules as ruling
from referrals.errors import AlreadyRewarded, NeedsReason, NotToDecide
from referrals.models import Grant, Opening, Participant, Referral
from routes.models import Arrival, Visit
from shops.models import Order
from shops.orders import upsert_orders
from tests.coupons.factories import make_own_coupon as make_coupon
from tests.factories import make_customer, make_friend, make_link, make_order
from tests.prizes.factories import make_open_lottery
from tests.referrals.factories import DAY, block, come, follow, invite, make_part, make_running

State, Reason = Referral.State, Referral.Reason


def turn() -> dict:
    """A turn in a lottery, as a reward that can be given many times."""
    return {"reward": {"kind": "lottery", "lottery": make_open_lottery(who="right").pk}, "cost_yen": 100}


def coupon(**facts) -> dict:
    return {"reward": {"kind": "coupon", "coupon": make_coupon(**facts).pk}, "cost_yen": 300}


def states(programme) -> dict[str, str]:
    rows = Referral.objects.filter(programme=programme).select_related("friend")
    return {row.friend.display_name: row.reason or row.state for row in rows}


def test_a_friend_who_comes_by_a_link_counts_and_both_are_rewarded(tenant):
    programme = make_running(rules={"each": turn(), "invited": coupon()})
    part = make_part(programme, "aoi")

    referral = invite(part, "ren")

    assert (referral.state, referral.is_credited) == (State.COUNTED, True)
    given = dict(Grant.objects.exclude(given_at=None).values_list("kind", "friend"))
    assert given == {"each": part.friend_id, "invited": referral.friend_id}
    assert Ticket.objects.get().friend_id == referral.friend_id
    told = Event.objects.filter(type__in=["invited", "referral_counted", "referral_rewarded"])
    assert sorted(told.values_list("type", "friend_id")) == sorted(
        [
            ("invited", referral.friend_id),
            ("referral_counted", part.friend_id),
            ("referral_rewarded", part.friend_id),
            ("referral_rewarded", referral.friend_id),
        ]
    )


def test_what_was_given_is_told_in_the_friends_language(tenant):
    part = make_part(make_running(rules={"each": turn()}), "aoi")
    Friend.objects.filter(pk=part.friend_id).update(language="ja")

    invite(part, "ren")

    assert "抽選" in Grant.objects.get().words


def test_who_has_signed_in_and_not_added_the_account_waits_to_do_so(tenant):
    programme = make_running(rules={"each": turn()})
    come(make_part(programme), "ren")

    hearing.run()

    assert states(programme) == {"ren": State.OPENED}
    assert not Referral.objects.get().is_held
    assert not Grant.objects.exists()


def test_nobody_invites_themself_nor_whoever_is_the_same_customer(tenant):
    programme, customer = make_running(), make_customer("1")
    part = make_part(programme, "aoi")
    come(part, "aoi", is_friend=True)
    make_link(part.friend, customer, linked_at=timezone.now() - DAY, unlinked_at=timezone.now())
    ren = come(part, "ren")
    make_link(ren, customer)
    follow("ren")

    hearing.run()

    assert states(programme) == {"aoi": Reason.SELF, "ren": Reason.SAME_CUSTOMER}


def test_friends_of_before_do_not_count_and_it_says_why(tenant):
    programme = make_running()
    part = make_part(programme, "aoi")
    long_ago = timezone.now() - 30 * DAY
    make_friend("ren", followed_at=long_ago)
    make_friend("yui", followed_at=long_ago, blocked_at=long_ago + DAY, status="blocked")
    come(part, "ren", is_friend=True)
    come(part, "yui")
    follow("yui")

    hearing.run()

    assert states(programme) == {"ren": Reason.ALREADY, "yui": Reason.RETURNED}


def test_who_was_invited_by_somebody_cannot_have_invited_them(tenant):
    programme = make_running()
    aoi = make_part(programme, "aoi")
    ren = make_part(programme, friend=invite(aoi, "ren").friend)
    Friend.objects.filter(pk=aoi.friend_id).update(followed_at=None, status="unknown")
    come(ren, "aoi")
    follow("aoi")

    hearing.run()

    assert Referral.objects.get(participant=ren).reason == Reason.CIRCLE


def test_a_purchase_counts_after_its_days_and_a_cancelled_one_does_not(tenant):
    rules = {"action": {"kind": "bought", "amount": 3000}, "hold_days": 7, "each": turn()}
    programme = make_running(rules=rules)
    part, now = make_part(programme, "aoi"), timezone.now()
    for name in ("ren", "yui", "mei"):
        friend = come(part, name, at=now)
        make_link(friend, make_customer(name))
        follow(name, now)
    orders = {"ren": 3000, "yui": 5000, "mei": 2999}
    for name, total in orders.items():
        make_order(name, customer=name, total=total, placed_at=(now + timedelta(minutes=1)).isoformat())
    hearing.run()
    before = states(programme)
    upsert_orders([{"number": "yui", "status": "cancelled"}])
    hearing.run()

    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 8 * DAY)

    assert before == {"ren": Reason.HOLDING, "yui": Reason.HOLDING, "mei": Reason.ACTION}
    assert states(programme) == {"ren": State.COUNTED, "yui": Reason.CANCELLED, "mei": Reason.ACTION}
    assert Grant.objects.get().referral.friend.display_name == "ren"


def test_a_refund_takes_it_back_whatever_the_shop_says_of_the_order_later(tenant):
    rules = {"action": {"kind": "bought", "amount": 3000}, "hold_days": 7, "each": turn()}
    programme = make_running(rules=rules)
    part, now = make_part(programme, "aoi"), timezone.now()
    friend = come(part, "ren", at=now)
    make_link(friend, make_customer("ren"))
    follow("ren", now)
    placed = (now + timedelta(minutes=1)).isoformat()
    make_order("ren", customer="ren", total=5000, placed_at=placed)
    upsert_orders([{"number": "ren", "refunded": 4000}])
    Order.objects.update(changed_at=now + 8 * DAY)  # as if it were told to be on its way

    settling.settle([friend.pk], now=now + 9 * DAY)

    assert states(programme) == {"ren": Reason.CANCELLED}


def test_who_blocks_before_it_counts_is_taken_back_and_afterwards_it_is_told(tenant):
    programme = make_running(rules={"hold_days": 3, "each": turn(), "most": 2})
    part, now = make_part(programme, "aoi"), timezone.now()
    for name in ("ren", "yui"):
        come(part, name, at=now)
        follow(name, now)
    hearing.run()
    block("ren", now + DAY)
    hearing.run()
    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 4 * DAY)
    rewarding.give_due()

    block("yui", now + 5 * DAY)
    hearing.run()

    yui = Referral.objects.get(friend__display_name="yui")
    assert states(programme)["ren"] == Reason.BLOCKED
    assert (yui.state, yui.undone) == (State.COUNTED, Reason.BLOCKED)
    assert Grant.objects.get().given_at
    assert holding.left(programme.pk, ruling.read(programme.rules)) == 1


def test_steps_are_rewarded_once_when_they_are_reached(tenant):
    first, third = coupon(name="One"), coupon(name="Three")
    programme = make_running(rules={"tiers": [{"at": 1, **first}, {"at": 3, **third}]})
    part = make_part(programme, "aoi")

    for name in ("ren", "yui", "mei", "sou"):
        invite(part, name)

    assert list(Grant.objects.order_by("tier").values_list("tier", flat=True)) == [1, 3]
    assert Ticket.objects.filter(friend=part.friend).count() == 2


def wait(part: Participant, names: str) -> datetime:
    """Friends by these names come and wait to count; when that was."""
    now = timezone.now()
    for name in names:
        come(part, name, at=now)
        follow(name, now)
    hearing.run()
    return now


def test_a_step_is_reached_though_the_friend_leaves_by_whom_it_was_held(tenant):
    step = {"at": 3, **turn()}
    programme = make_running(rules={"hold_days": 3, "tiers": [step], "budget_yen": 100})
    now = wait(make_part(programme, "aoi"), "abcd")
    block(Referral.objects.get(holds_tier=3).friend.display_name, now + DAY)
    hearing.run()

    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 4 * DAY)

    assert Grant.objects.get().tier == 3
    assert sum(Referral.objects.values_list("held_yen", flat=True)) == 100


def test_a_step_that_is_not_reached_any_more_is_free_and_held_once_when_it_is_again(tenant):
    programme = make_running(rules={"hold_days": 3, "tiers": [{"at": 2, **turn()}], "budget_yen": 100})
    part = make_part(programme, "aoi")
    now = wait(part, "ab")
    block("a", now + timedelta(minutes=1))
    hearing.run()
    free = Referral.objects.filter(holds_tier=2).count()

    wait(part, "c")

    assert free == 0
    assert Referral.objects.get(holds_tier=2).friend.display_name == "c"


def test_the_limit_of_an_inviter_is_for_friends_who_count(tenant):
    programme = make_running(rules={"hold_days": 3, "each": turn(), "most_per_inviter": 1})
    now = wait(make_part(programme, "aoi"), "ab")
    block("a", now + DAY)
    hearing.run()

    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 4 * DAY)

    assert Grant.objects.get().referral.friend.display_name == "b"


def test_a_step_is_due_all_the_same_if_whom_it_was_written_for_is_turned_down(tenant):
    part = make_part(make_running(rules={"tiers": [{"at": 3, **turn()}]}), "aoi")
    for name in "abcd":
        friend = come(part, name)
        follow(name)
        settling.settle([friend.pk])
    third = Grant.objects.get().referral

    deciding.refuse(third, note="The same person with two phones", by=None)
    rewarding.give_due()

    given = Grant.objects.get()
    assert given.given_at is not None
    assert given.referral != third


def test_a_step_beyond_the_budget_does_not_take_the_friends_present_with_it(tenant):
    step = {"at": 2, **turn(), "cost_yen": 1_000}
    programme = make_running(rules={"invited": turn(), "tiers": [step], "budget_yen": 300})
    part, rules = make_part(programme, "aoi"), ruling.read(programme.rules)

    made = [invite(part, name) for name in ("ren", "yui")]

    assert [row.is_held for row in made] == [True, True]
    assert list(Grant.objects.values_list("kind", flat=True)) == ["invited", "invited"]
    assert holding.is_gone(part, 2, rules.tiers[0][1], rules)


def test_once_the_stock_is_held_more_friends_count_without_a_reward(tenant):
    programme = make_running(rules={"each": turn(), "invited": turn(), "most": 2})
    aoi, ren = make_part(programme, "aoi"), make_part(programme, "ren")

    made = [invite(aoi, "a"), invite(ren, "b"), invite(aoi, "c")]

    assert [row.state for row in made] == [State.COUNTED] * 3
    assert [row.is_held for row in made] == [True, True, False]
    assert Grant.objects.count() == 4
    assert holding.left(programme.pk, ruling.read(programme.rules)) == 0


def test_a_budget_is_never_passed_and_each_inviter_has_a_limit(tenant):
    each = turn() | {"cost_yen": 400}
    programme = make_running(rules={"each": each, "budget_yen": 1_000, "most_per_inviter": 1})
    aoi, ren, yui = (make_part(programme, name) for name in ("aoi", "ren", "yui"))

    made = [invite(part, f"by {number}") for number, part in enumerate([aoi, aoi, ren, yui])]

    assert [row.holds_each for row in made] == [True, False, True, False]
    assert sum(Grant.objects.values_list("cost_yen", flat=True)) == 800


def test_rules_of_those_already_invited_do_not_change(tenant):
    programme = make_running(rules={"hold_days": 3})
    part, now = make_part(programme, "aoi"), timezone.now()
    come(part, "ren", at=now)
    hearing.run()
    services.change(programme, rules={**programme.rules, "hold_days": 0}, by=None)
    services.publish(programme, revision=programme.revision, by=None)

    follow("ren", now)
    hearing.run()
    invite(part, "yui")

    assert states(programme) == {"ren": Reason.HOLDING, "yui": State.COUNTED}
    assert [row.version.number for row in Referral.objects.order_by("pk")] == [1, 2]


def test_while_it_is_paused_or_ended_nobody_new_is_taken_and_the_others_go_on(tenant):
    programme = make_running(rules={"hold_days": 3})
    part, now = make_part(programme, "aoi"), timezone.now()
    come(part, "ren", at=now)
    follow("ren", now)
    hearing.run()
    services.pause(programme, by=None)
    invite(part, "yui")
    services.resume(programme, by=None)
    services.end(programme, by=None)
    come(part, "mei")
    follow("mei")
    hearing.run()

    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 4 * DAY)

    assert states(programme) == {"ren": State.COUNTED, "yui": Reason.CLOSED, "mei": Reason.CLOSED}


def test_a_kill_between_count_and_reward_loses_and_doubles_nothing(tenant):
    programme = make_running(rules={"each": turn()})
    part = make_part(programme, "aoi")
    friend = come(part, "ren")
    follow("ren")
    settling.settle([friend.pk])
    counted = Referral.objects.get()

    assert (counted.state, counted.frozen_at, Grant.objects.get().given_at) == (State.COUNTED, None, None)
    for _ in range(3):
        hearing.run()
        settling.settle([friend.pk])

    assert Grant.objects.exclude(given_at=None).count() == 1
    assert Event.objects.filter(type="referral_rewarded").count() == 1
    assert Event.objects.filter(type="referral_counted").count() == 1


def test_what_is_reversed_before_it_was_given_is_not_given(tenant):
    programme = make_running(rules={"each": turn(), "hold_days": 1})
    part, now = make_part(programme, "aoi"), timezone.now() - 3 * DAY
    friend = come(part, "ren", at=now)
    follow("ren", now)
    settling.settle([friend.pk])
    block("ren", now + timedelta(hours=5))  # told late

    hearing.run()

    assert states(programme) == {"ren": Reason.BLOCKED}
    assert not Grant.objects.exists()
    assert not Event.objects.filter(type="referral_counted").exists()


def test_a_reward_that_cannot_be_given_is_told_and_tried_again(tenant):
    rules = {"each": coupon(most=1), "most_per_inviter": 1}
    programme = make_running(rules=rules)
    parts = [make_part(programme, name) for name in ("aoi", "ren")]
    Friend.objects.update(language="ja")
    invite(parts[0], "a")
    invite(parts[1], "b")
    failed = Grant.objects.get(given_at=None)

    assert "have been given" in failed.problem  # the friend reads Japanese, whoever sees to it English
    Coupon.objects.update(most=5)
    rewarding.again(failed)
    hearing.run()

    failed.refresh_from_db()
    assert (failed.problem, failed.given_at is not None) == ("", True)


def test_many_from_one_network_wait_for_a_person(tenant):
    programme = make_running(rules={"review": "flagged", "review_from": 3, "each": turn(), "hold_days": 1})
    part, now = make_part(programme, "aoi"), timezone.now()
    for name in ("a", "b", "c"):
        come(part, name, at=now, network=("same", "range"))
        follow(name, now)
    come(part, "d", at=now, network=("other", "other"))
    follow("d", now)
    hearing.run()

    settling.settle(Referral.objects.values_list("friend", flat=True), now=now + 2 * DAY)

    assert states(programme) == {**dict.fromkeys("abc", Reason.SAME_NETWORK), "d": State.COUNTED}


def test_who_writes_a_friends_code_to_the_address_of_the_route_is_nobodys_invitation(tenant):
    programme = make_running(rules={"review": "flagged", "each": turn()})
    part = make_part(programme, "aoi")
    come(part, "ren")
    Opening.objects.all().delete()
    follow("ren")

    hearing.run()

    assert not Referral.objects.exists()
    assert not Grant.objects.exists()


def test_an_opening_is_known_as_long_as_links_hold_and_its_network_for_two_days(tenant):
    programme = make_running(rules={"link_days": 90})
    part, now = make_part(programme, "aoi"), timezone.now()
    friend = come(part, "ren", network=("x", "y"))
    Arrival.objects.update(at=now)
    Opening.objects.update(at=now - 60 * DAY)
    Visit.objects.update(at=now - 60 * DAY)
    crowds.forget(now)
    follow("ren", now)

    hearing.run()

    assert Opening.objects.get().network == ""
    assert Referral.objects.get(friend=friend).state == State.COUNTED


@pytest.mark.parametrize("linked_after", ["inviter", "invited"])
def test_who_turns_out_to_be_the_same_customer_by_a_merge_is_heard_of_at_once(tenant, linked_after):
    programme = make_running(rules={"hold_days": 7, "each": turn()})
    part = make_part(programme, "aoi")
    first, second = make_customer("1"), make_customer("2")
    make_link(part.friend, first)
    ren = come(part, "ren")
    make_link(ren, second)
    follow("ren")
    hearing.run()
    before = states(programme)

    merging.merge(*((first, second) if linked_after == "invited" else (second, first)))
    hearing.run()

    assert before == {"ren": Reason.HOLDING}
    assert states(programme) == {"ren": Reason.SAME_CUSTOMER}


def test_an_inviter_who_links_the_same_customer_later_is_found_out_at_once(tenant):
    programme, customer = make_running(rules={"hold_days": 7}), make_customer("1")
    part = make_part(programme, "aoi")
    make_link(come(part, "ren"), customer, unlinked_at=timezone.now())
    follow("ren")
    hearing.run()

    make_link(part.friend, customer)
    timeline.record([NewEvent("linked", timezone.now(), part.friend_id, customer.pk)])
    hearing.run()

    assert states(programme) == {"ren": Reason.SAME_CUSTOMER}


def test_a_person_confirms_and_refuses_with_a_reason(tenant):
    programme = make_running(rules={"review": "all", "each": turn()})
    part = make_part(programme, "aoi")
    good, bad = invite(part, "ren"), invite(part, "yui")

    deciding.confirm(good, by=None)
    deciding.refuse(bad, note="The same person with two phones", by=None)
    hearing.run()

    assert states(programme) == {"ren": State.COUNTED, "yui": Reason.BY_HAND}
    assert Grant.objects.get().referral == good
    with pytest.raises(AlreadyRewarded):
        deciding.refuse(good, note="Late", by=None)
    with pytest.raises(NeedsReason):
        deciding.refuse(bad, note=" ", by=None)
    with pytest.raises(NotToDecide):
        deciding.refuse(bad, note="Once more", by=None)
    deciding.confirm(bad, by=None)
    assert states(programme)["yui"] == State.COUNTED


def test_networks_are_forgotten(tenant):
    part = make_part(make_running(), "aoi")
    invite(part, "ren", network=("x", "y"))
    Referral.objects.update(at=timezone.now() - 15 * DAY)

    hearing.run()

    assert Referral.objects.get().network == ""


def test_invitations_of_another_client_are_not_found(tenant, other_tenant):
    from django_tenants.utils import tenant_context

    invite(make_part(make_running(), "aoi"), "ren")

    with tenant_context(other_tenant):
        assert not Referral.objects.exists()
        assert not Participant.objects.exists()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_is_heard_of_first_the_first_link_wins(tenant, order):
    programme, begin = make_running(rules={"hold_days": 3}), timezone.now() - DAY
    aoi, mei = make_part(programme, "aoi"), make_part(programme, "mei")
    acts = [
        lambda: come(aoi, "ren", at=begin),
        lambda: come(mei, "ren", at=begin + timedelta(hours=1)),
        lambda: follow("ren", begin + timedelta(hours=2)),
    ]

    for place in order:
        acts[place]()
        hearing.run()
        hearing.run()

    assert Referral.objects.get(participant=aoi).reason == Reason.HOLDING
    assert Referral.objects.get(participant=mei).reason == Reason.OTHER
