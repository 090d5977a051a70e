"""Prizes as rewards, and rewards as prizes; what segments and messages know of them."""

import pytest

from accounts.errors import AppError
from composing import variables
from coupons import giving, rewards
from customers import erasing
from friends import personal
from prizes.errors import Over
from prizes.lotteries import checking, commands, drawing, winning
from prizes.models import Player, PointEntry, Prize, Win
from prizes.points import listing
from segments import services as segments
from tests.coupons.factories import make_own_coupon
from tests.factories import make_campaign, make_friend, make_link
from tests.prizes.factories import make_list, make_lottery, make_open_lottery, make_open_point_campaign


def test_a_turn_is_given_once_for_a_key_and_leads_to_the_friends_own_page(tenant):
    lottery, friend = make_open_lottery(who="right"), make_friend("aoi")
    reward = {"kind": "lottery", "lottery": lottery.pk}

    first = rewards.give(reward, [friend.pk], key="survey:4", source="survey:4")[friend.pk]
    again = rewards.give(reward, [friend.pk], key="survey:4", source="survey:4")[friend.pk]

    assert first == again
    assert first.address == personal.address("lottery", lottery.pk, friend.pk)
    assert Player.objects.get().rights == 1


def test_a_turn_in_what_is_over_cannot_be_given(tenant):
    lottery, friend = make_open_lottery(), make_friend("aoi")
    commands.close(lottery)
    reward = {"kind": "lottery", "lottery": lottery.pk}

    with pytest.raises(Over):
        rewards.check(reward)
    assert rewards.give(reward, [friend.pk], key="a", source="survey:4")[friend.pk].problem


def test_an_entry_is_a_reward(tenant):
    campaign, friend = make_open_point_campaign(enters_on_page=False), make_friend("aoi")
    reward = {"kind": "points", "points": campaign.pk}

    given = rewards.give(reward, [friend.pk, 999_999], key="a", source="survey:4")

    assert given[friend.pk].address == personal.address("points", campaign.pk, friend.pk)
    assert given[999_999].problem
    assert PointEntry.objects.get().way == "reward"


def test_a_coupon_that_is_won_is_given_with_the_draw(tenant):
    coupon, friend = make_own_coupon(), make_friend("aoi")
    prizes = [{"name": "Coupon", "ppm": 1_000_000, "reward": {"kind": "coupon", "coupon": coupon.pk}}]
    lottery = make_open_lottery(prizes=prizes)

    win = drawing.draw(lottery, friend.pk, turn=1).win

    assert (win.state, win.address) == ("given", personal.address("coupon", coupon.pk, friend.pk))
    assert coupon.tickets.count() == 1


def test_what_cannot_be_given_is_won_all_the_same_and_given_later(tenant):
    coupon, friend = make_own_coupon(), make_friend("aoi")
    prizes = [{"name": "Coupon", "ppm": 1_000_000, "reward": {"kind": "coupon", "coupon": coupon.pk}}]
    lottery = make_open_lottery(prizes=prizes)
    type(coupon).objects.filter(pk=coupon.pk).update(status="closed")
    win = drawing.draw(lottery, friend.pk, turn=1).win
    type(coupon).objects.filter(pk=coupon.pk).update(status="running")

    tried = winning.try_again(win, by=None)

    assert (win.state, tried.state, tried.problem) == ("failed", "given", "")


def test_segments_ask_who_drew_and_who_won_what(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "stock": 1}])
    aoi, ren, yui = (make_friend(name) for name in ("aoi", "ren", "yui"))
    drawing.draw(lottery, aoi.pk, turn=1)
    drawing.draw(lottery, ren.pk, turn=1)
    bag = Prize.objects.get()

    def members(**asked: object) -> set[int]:
        return set(segments.members({"type": "drew", **asked}))

    assert members() == {aoi.pk, ren.pk}
    assert members(lottery=lottery.pk, won=True) == members(prize=bag.pk) == {aoi.pk}
    assert members(won=False, within_days=1) == {ren.pk}
    assert yui.pk not in members()


def test_segments_ask_who_entered_and_who_gets_points(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    found = make_list(aoi, ren, most=1)

    def members(place: str) -> set[int]:
        return set(segments.members({"type": "point_campaign", "campaign": found.campaign_id, "as": place}))

    before = members("eligible")
    listing.approve(found, by=None)

    assert (members("entered"), before) == ({aoi.pk, ren.pk}, set())
    assert (members("eligible"), members("not_eligible")) == ({aoi.pk}, {ren.pk})


def test_conditions_are_said_in_words(tenant):
    lottery = make_open_lottery()

    said = segments.validate({"type": "drew", "lottery": lottery.pk, "won": False}).words

    assert said == "drew a blank in “Autumn lottery”"


def test_messages_carry_each_friends_own_address(tenant):
    lottery, campaign = make_open_lottery(), make_open_point_campaign()
    aoi, ren = make_friend("aoi"), make_friend("ren")
    names = {f"lottery.{lottery.pk}", f"points.{campaign.pk}"}

    found = variables.values(names, [aoi.pk, ren.pk])

    assert names <= set(variables.known())
    assert found[aoi.pk][f"lottery.{lottery.pk}"] == personal.address("lottery", lottery.pk, aoi.pk)
    assert found[aoi.pk] != found[ren.pk]


def test_a_lottery_belongs_to_a_campaign(tenant, visit):
    lottery, campaign = make_open_lottery(), make_campaign()

    visit("marketer").send(f"campaigns/of/{lottery.ledger_owner}/", {"campaign": campaign.pk})

    assert lottery.name in visit("marketer").read(f"campaigns/{campaign.pk}/")


def test_where_a_prize_was_sent_is_forgotten_with_the_customer(tenant):
    link = make_link(make_friend("aoi"))
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "is_sent": True}])
    win = drawing.draw(lottery, link.friend_id, turn=1).win
    winning.tell_address(win, {"name": "Aoi", "postal_code": "123-4567", "address": "Tokyo", "phone": ""})

    erasing.erase(link.customer)

    assert Win.objects.get().sealed_contact is None


def test_a_prize_that_everybody_could_get_by_its_address_is_told_of(tenant):
    reward = {"kind": "coupon", "coupon": make_own_coupon("For all").pk}
    own = {"kind": "coupon", "coupon": make_own_coupon("For winners", by_address=False).pk}

    loud, quiet = (
        [each.words for each in checking.of(make_lottery(prizes=[{"name": "A", "ppm": 1, "reward": each}]))]
        for each in (reward, own)
    )

    assert any("without having won" in words for words in loud)
    assert not any("without having won" in words for words in quiet)


def test_coupons_that_were_for_all_are_kept_for_winners_with_one_click(tenant, visit):
    coupon, friend = make_own_coupon("For all"), make_friend("aoi")
    reward = {"kind": "coupon", "coupon": coupon.pk}
    lottery = make_open_lottery(prizes=[{"name": "A", "ppm": 1_000_000, "reward": reward}])
    page = visit()
    shown = page.read(f"prizes/{lottery.pk}/")

    told = page.send(f"prizes/{lottery.pk}/act/keep-coupons/", {})

    coupon.refresh_from_db()
    assert "gets them without having won" in shown
    assert "Coupons that only winners get now: 1" in told
    assert "Keep them for winners" not in page.read(f"prizes/{lottery.pk}/")
    assert not coupon.by_address
    with pytest.raises(AppError):
        giving.claim(coupon, friend.pk)
