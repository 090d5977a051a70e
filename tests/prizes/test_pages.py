"""Pages of lotteries and point campaigns in the dashboard."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Activity
from prizes.lotteries import drawing, winning
from prizes.models import DeliveryList, Lottery, PointCampaign, Prize, Win
from prizes.points import listing
from tests.factories import make_friend, make_link
from tests.prizes.factories import (
    make_list,
    make_lottery,
    make_open_lottery,
    make_open_point_campaign,
)

CONTACT = {
    "name": "山田花子",
    "postal_code": "123-4567",
    "address": "東京都千代田区1-1",
    "phone": "09012345678",
}
LOTTERY = {
    "name": "Autumn",
    "starts_at": "2099-01-01T10:00",
    "ends_at": "2099-01-31T10:00",
    "who": "all",
    "turns": "1",
    "law": "open",
    "prizes-TOTAL_FORMS": "2",
    "prizes-INITIAL_FORMS": "0",
    "prizes-0-name": "🎁 ギフト",
    "prizes-0-percent": "12.5",
    "prizes-0-stock": "100",
    "prizes-0-value_yen": "500",
}
POINTS = {
    "name": "Points",
    "starts_at": "2099-01-01T10:00",
    "ends_at": "2099-01-31T10:00",
    "kind": "line",
    "points": "100",
    "unit_price": "1.1",
    "fee_yen": "30000",
    "known_by": "line",
    "event": "order_placed",
    "least": "5000",
    "enters_on_page": "on",
}


def test_a_lottery_is_written_with_its_prizes(visit):
    page = visit("creator").send("prizes/new/", LOTTERY)

    prize = Prize.objects.get()
    table = prize.lottery.tables.get()
    assert table.chances == [{"prize": prize.pk, "ppm": 125_000, "stock": 100, "per_day": None}]
    assert "12.5 %" in page
    assert "10,000 × 12.5 % = 1,250" in page
    assert "is expected to run out" in page


def test_odds_above_the_whole_are_refused_on_the_form(visit):
    more = {"prizes-1-name": "Bag", "prizes-1-percent": "90"}

    page = visit("creator").send("prizes/new/", LOTTERY | more)

    assert "The odds add up to 102.5 %" in page
    assert not Lottery.objects.exists()


@pytest.mark.parametrize("reward", ["[" * 2_000, '{"kind": "coupon", "coupon": [[1]]}', '"\\ud800"', "null"])
def test_a_reward_that_there_is_not_is_refused_in_words(visit, reward):
    answer = visit("creator").post("prizes/new/", LOTTERY | {"prizes-0-reward": reward})

    assert answer.status_code == 200
    assert "12.5" in answer.content.decode()
    assert not Lottery.objects.exists()


@pytest.mark.parametrize("count", ["-1", "-1000000000", "x", ""])
def test_a_form_that_miscounts_its_prizes_breaks_nothing(visit, count):
    answer = visit("creator").post("prizes/new/", LOTTERY | {"prizes-INITIAL_FORMS": count})

    assert answer.status_code in (200, 302)
    assert set(Prize.objects.values_list("name", flat=True)) <= {"🎁 ギフト"}


def test_a_form_of_a_thousand_million_prizes_is_refused_at_once(visit, django_assert_max_num_queries):
    with django_assert_max_num_queries(400):
        page = visit("creator").send("prizes/new/", LOTTERY | {"prizes-TOTAL_FORMS": "1000000000"})

    assert "at most 20" in page
    assert "12.5" in page


def test_a_draft_is_opened_after_somebody_was_asked(visit):
    visitor, lottery = visit("marketer"), make_lottery()

    asked = visitor.read(f"prizes/{lottery.pk}/act/open/")
    page = visitor.send(f"prizes/{lottery.pk}/act/open/", {})

    assert "The seed is fixed now" in asked
    lottery.refresh_from_db()
    assert lottery.status == "open"
    assert lottery.commitment in page
    assert drawing.seed_of(lottery) not in page


def test_a_lottery_without_prizes_cannot_be_opened(visit):
    lottery = make_lottery(prizes=[])

    page = visit("marketer").send(f"prizes/{lottery.pk}/act/open/", {})

    assert "add a prize" in page
    assert Lottery.objects.get().status == "draft"


def test_what_the_law_allows_is_held_against_the_prizes(visit):
    prizes = [{"name": "Trip", "ppm": 1, "stock": 1, "value_yen": 60_000}]
    lottery = make_lottery(prizes=prizes, law="general", price_yen=2_000, sales_yen=1_000_000)

    page = visit("creator").read(f"prizes/{lottery.pk}/")

    assert "may be worth more than the law allows here: ¥40,000" in page
    assert "may be worth more than the law allows: ¥20,000" in page


def test_new_odds_are_kept_with_their_reason(visit):
    lottery = make_open_lottery()
    prize = Prize.objects.get()

    visit("marketer").send(f"prizes/{lottery.pk}/odds/", {f"{prize.pk}-percent": "50", "reason": "Too many"})

    table = lottery.tables.get(number=2)
    assert (table.chances[0]["ppm"], table.reason) == (500_000, "Too many")
    assert table.holds_from > timezone.now()


def test_an_opened_lottery_takes_other_words_only(visit):
    lottery = make_open_lottery()

    visit("creator").send(f"prizes/{lottery.pk}/edit/", {"name": "Winter", "ends_at": "2099-01-01T00:00"})

    changed = Lottery.objects.get()
    assert (changed.name, changed.ends_at) == ("Winter", lottery.ends_at)


def test_winners_are_marked_together(visit):
    lottery = make_open_lottery()
    wins = [drawing.draw(lottery, make_friend().pk, turn=1).win.pk for _ in range(3)]

    visit("marketer").send(f"prizes/{lottery.pk}/winners/mark/", {"wins": wins[:2], "state": "sent"})

    assert sorted(Win.objects.values_list("state", flat=True)) == ["sent", "sent", "to_send"]


def test_where_to_send_it_is_shown_to_those_with_the_right_and_written_down(visit):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "is_sent": True}])
    win = drawing.draw(lottery, make_friend().pk, turn=1).win
    winning.tell_address(win, CONTACT)
    address = f"prizes/{lottery.pk}/winners/{win.pk}/address/"

    seen = visit("account_manager").post(address).content.decode()

    assert "東京都千代田区1-1" in seen
    assert Activity.objects.filter(verb="win.address_seen").exists()
    assert visit("marketer").post(address).status_code == 403
    assert "東京都" not in visit("marketer").read(f"prizes/{lottery.pk}/winners/{win.pk}/")


def test_the_file_of_winners_has_what_the_customer_is_known_by(visit):
    lottery, friend = make_open_lottery(), make_friend("aoi")
    make_link(friend)
    drawing.draw(lottery, friend.pk, turn=1)

    answer = visit("account_manager").get(f"prizes/{lottery.pk}/winners/file/", {"kind": "utf-8"})

    text = answer.content.decode("utf-8-sig")
    assert "Customer number" in text
    assert "aoi" in text
    assert Activity.objects.filter(verb="lottery.winners_exported").exists()


def test_lists_are_read_in_few_queries(visit, django_assert_max_num_queries):
    for number in range(5):
        make_open_lottery(name=f"Lottery {number}")
        make_open_point_campaign(name=f"Points {number}")
    visitor = visit("viewer")
    visitor.read("prizes/")

    with django_assert_max_num_queries(20):
        visitor.read("prizes/")
    with django_assert_max_num_queries(20):
        visitor.read("prizes/points/")


def test_a_lottery_of_another_client_is_not_found(visit, other_tenant):
    ours = make_lottery()
    with tenant_context(other_tenant):
        theirs = [make_lottery() for _ in range(3)]
    visitor = visit("owner")

    answers = {visitor.get(f"prizes/{each.pk}/").status_code for each in theirs if each.pk != ours.pk}

    assert answers == {404}


def test_a_point_campaign_is_written_with_what_has_to_be_done(visit):
    page = visit("creator").send("prizes/points/new/", POINTS)

    campaign = PointCampaign.objects.get()
    wanted = {"event": "order_placed", "times": 1, "property": "total", "least": 5_000.0}
    assert campaign.action == wanted
    assert "Total 5,000 or more" in page


def test_an_amount_needs_an_event_that_has_one(visit):
    page = visit("creator").send("prizes/points/new/", POINTS | {"event": "linked"})

    assert "Events of this type have no amount." in page


def test_a_list_is_approved_exported_and_answered(visit):
    aoi = make_friend("aoi")
    found = make_list(aoi)
    address = f"prizes/points/{found.campaign_id}/lists/1/"
    visitor = visit("account_manager")

    visitor.send(f"{address}approve/", {})
    file = b"".join(visitor.get(f"{address}file/").streaming_content).decode("utf-8-sig")
    answer = SimpleUploadedFile("a.csv", f"identity,result\r\n{aoi.line_user_id},OK\r\n".encode())
    page = visitor.send(f"{address}results/", {"file": answer})

    assert DeliveryList.objects.get().state == "approved"
    assert file.splitlines() == ["number,identity,points", f"1,{aoi.line_user_id},100"]
    assert "1 handed out, 0 failed" in page
    assert "Handed out" in page


def test_who_may_not_approve_cannot(visit):
    found = make_list(make_friend())

    answer = visit("marketer").post(f"prizes/points/{found.campaign_id}/lists/1/approve/")

    assert answer.status_code == 403
    assert DeliveryList.objects.get().state == listing.State.READY


def test_the_profile_shows_what_a_friend_won(visit):
    friend = make_friend("aoi")
    drawing.draw(make_open_lottery(), friend.pk, turn=1)

    assert "Won: Tote bag" in visit("viewer").read(f"prizes/of/{friend.pk}/")
