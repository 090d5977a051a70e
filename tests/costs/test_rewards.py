"""What rewards cost: beside the spend, with the campaign to which they belong."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from campaigns import services as campaigns
from costs.outcomes import Code
from costs.rows import By
from coupons import redeeming
from prizes.lotteries import drawing
from prizes.models import DeliveryRow
from prizes.points import listing
from tests.costs.factories import AT, make_result, make_send, reported, row, subscribe
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_campaign, make_friend
from tests.prizes.factories import make_list, make_open_lottery

MIDNIGHT = datetime(2026, 11, 30, 15, tzinfo=UTC)  # of Japan: December begins


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(AT, tick=False):
        yield


def use_coupon(coupon, count: int) -> list:
    tickets = [make_ticket(make_friend(), coupon) for _use in range(count)]
    return [redeeming.redeem(each, way="scan", by=None) for each in tickets]


def test_rewards_of_all_kinds_stand_beside_the_spend(tenant):
    subscribe()
    make_send(1_000)
    coupon = make_own_coupon(cost_yen=300)
    use_coupon(coupon, 3)
    redeeming.cancel(use_coupon(coupon, 1)[0], reason="Mistake", by=None)
    lottery = make_open_lottery(prizes=[{"name": "Tote bag", "ppm": 1_000_000, "value_yen": 1_200}])
    drawing.draw(lottery, make_friend().pk, turn=1)
    listing.approve(make_list(make_friend(), make_friend(), fee_yen=50), by=None)

    found = reported(by=By.SEND)

    assert found.total.rewards == 3 * 300 + 1_200 + 2 * 100 + 50
    assert row(found, "rewards").rewards == found.total.rewards
    assert sum(each.spend.total for each in found.rows) == found.total.spend.total


def test_what_is_given_on_costs_by_what_it_gives(tenant):
    subscribe()
    coupon = make_own_coupon(cost_yen=300)
    prize = {"name": "Coupon", "ppm": 1_000_000, "value_yen": 300}
    lottery = make_open_lottery(prizes=[prize | {"reward": {"kind": "coupon", "coupon": coupon.pk}}])

    won = drawing.draw(lottery, make_friend().pk, turn=1)
    before = reported(by=By.CAMPAIGN).total.rewards
    redeeming.redeem(coupon.tickets.get(friend=won.friend_id), way="scan", by=None)

    assert (before, reported(by=By.CAMPAIGN).total.rewards) == (0, 300)


def test_points_that_could_not_be_handed_out_cost_nothing(tenant):
    subscribe()
    found = listing.approve(make_list(make_friend(), make_friend()), by=None)

    before = reported(by=By.CAMPAIGN).total.rewards
    DeliveryRow.objects.filter(list=found, place=1).update(result="failed")

    assert (before, reported(by=By.CAMPAIGN).total.rewards) == (200, 100)


def test_a_discount_is_in_the_revenue_and_no_cost_again(tenant):
    subscribe()
    ticket = make_ticket(make_friend(), make_own_coupon(gives="yen", amount=500))

    used = redeeming.redeem(ticket, way="scan", purchase=redeeming.Purchase(amount=3_000), by=None)

    assert used.discount_yen == 500
    assert reported(by=By.CAMPAIGN).total.rewards == 0


def test_the_day_counts_by_the_clients_calendar(tenant):
    subscribe()
    coupon = make_own_coupon(cost_yen=300)
    with time_machine.travel(MIDNIGHT - timedelta(seconds=1), tick=False):
        use_coupon(coupon, 1)
    with time_machine.travel(MIDNIGHT, tick=False):
        use_coupon(coupon, 1)

    assert reported(by=By.CAMPAIGN).total.rewards == 300


def test_a_campaign_bears_its_rewards_and_its_return_is_told_with_and_without(tenant):
    subscribe()
    campaign = make_campaign("Autumn")
    send = make_send(1_000)
    make_result(send, orders=1, revenue=90_000)
    coupon = make_own_coupon(cost_yen=300)
    for owner in (send.ledger_owner, coupon.ledger_owner):
        campaigns.assign(owner, campaign, by=None)
    use_coupon(coupon, 2)

    found = row(reported(by=By.CAMPAIGN), f"campaign:{campaign.pk}")

    revenue = found.measures[Code.REVENUE].count
    assert found.rewards == Decimal(600)
    assert found.measures[Code.REVENUE].per_spend == revenue / found.spend.total
    assert found.revenue_per_all == revenue / (found.spend.total + 600)


def test_the_page_and_the_file_show_both(tenant, visit):
    subscribe()
    make_result(make_send(1_000), orders=1, revenue=90_000)
    use_coupon(make_own_coupon(cost_yen=300), 2)
    finance, address = visit("account_manager"), "cost/returns/?first=2026-11-01&last=2026-11-30"

    page = finance.read(address)

    assert "Rewards: coupons, prizes, points" in page
    assert "¥600" in page
