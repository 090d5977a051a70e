"""Prizes by REST: for those who send what was won, and who hand out points."""

from accounts.models import Activity
from prizes.lotteries import drawing, winning
from prizes.models import Win
from prizes.points import listing
from tests.api.conftest import caller, make_key
from tests.factories import make_friend
from tests.prizes.factories import make_list, make_open_lottery

ADDRESS = {"name": "青木葵", "postal_code": "1500001", "address": "渋谷区1-1", "phone": "0312345678"}


def test_addresses_of_winners_are_read_by_who_may_and_that_is_written_down(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Tote bag", "ppm": 1_000_000, "is_sent": True}])
    told, silent = (drawing.draw(lottery, make_friend(name).pk, turn=1).win for name in ("aoi", "ren"))
    winning.tell_address(told, ADDRESS)
    path = f"lotteries/{lottery.pk}/wins/contacts/"

    refused = caller(make_key(tenant, "prizes.view_win", "prizes.view_lottery")).get(path)
    found = caller(make_key(tenant, "prizes.export_win")).get(path).json()["items"]

    assert refused.status_code == 403
    assert [each["id"] for each in found] == [silent.pk, told.pk]
    assert {name: found[1][name] for name in ADDRESS} == ADDRESS
    assert found[0]["address"] is None
    assert Activity.objects.filter(verb="lottery.addresses_read").count() == 1


def test_what_was_given_at_once_is_sent_nowhere(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Hug", "ppm": 1_000_000}])
    drawing.draw(lottery, make_friend().pk, turn=1)

    found = caller(make_key(tenant, "prizes.export_win")).get(f"lotteries/{lottery.pk}/wins/contacts/")

    assert Win.objects.count() == 1
    assert found.json()["items"] == []


def test_a_partner_takes_the_list_and_says_what_became_of_each(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    found = listing.approve(make_list(aoi, ren), by=None)
    partner = caller(make_key(tenant, "prizes.export_deliverylist", "prizes.change_deliveryrow"))
    path = f"point-campaigns/{found.campaign_id}/lists/{found.number}/deliveries/"

    taken = partner.get(path).json()["items"]
    results = [
        {"identity": aoi.line_user_id, "result": "done"},
        {"identity": ren.line_user_id, "result": "failed", "note": "Closed"},
    ]
    told = [partner.put(path, {"results": results}).json() for _again in range(2)]

    assert [(each["place"], each["identity"], each["points"]) for each in taken] == [
        (2, ren.line_user_id, 100),
        (1, aoi.line_user_id, 100),
    ]
    assert told == [{"done": 1, "failed": 1}] * 2
    assert list(found.rows.order_by("place").values_list("result", "result_note")) == [
        ("done", ""),
        ("failed", "Closed"),
    ]
    assert listing.cost_yen(found) == 100


def test_results_of_a_stranger_or_of_one_twice_change_nothing(tenant):
    aoi = make_friend("aoi")
    found = listing.approve(make_list(aoi), by=None)
    partner = caller(make_key(tenant, "prizes.change_deliveryrow"))
    path = f"point-campaigns/{found.campaign_id}/lists/{found.number}/deliveries/"
    good = {"identity": aoi.line_user_id, "result": "done"}

    stranger = partner.put(path, {"results": [good, {"identity": "U0", "result": "done"}]})
    twice = partner.put(path, {"results": [good, good]})

    assert "is not on the list" in stranger.json()["detail"]
    assert "is named twice" in twice.json()["detail"]
    assert found.rows.get().result == ""
