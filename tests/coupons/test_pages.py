"""Coupons in the dashboard, at the till, and on the friend's phone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from coupons import gifts, redeeming, services, warning
from coupons.models import Code, Coupon, Redemption, Ticket
from friends import personal
from library.models import MediaFile
from segments import services as segments
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_friend, make_media_file, make_user
from tests.visiting import Visitor, sign_in

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Line/15.0"
FORM = {"name": "Autumn", "gives": "percent", "amount": "10", "codes": "made", "uses": "1", "at_till": "on"}


@pytest.fixture
def marketer(tenant) -> Visitor:
    return sign_in(make_user("marketer"))


@pytest.fixture
def manager(tenant) -> Visitor:
    return sign_in(make_user("account_manager"))


def own_page(coupon: Coupon, friend: int, **headers: str):
    """What the friend's phone shows at their own address."""
    path = personal.address("coupon", coupon.pk, friend).partition("8000")[2]
    return Visitor().get(path, headers={"User-Agent": PHONE, "Accept-Language": "en"} | headers)


def use_page(coupon: Coupon, friend: int) -> str:
    return personal.address("coupon", coupon.pk, friend).partition("8000")[2] + "use/"


def test_a_coupon_is_written_started_and_closed(marketer):
    picture = make_media_file(kind=MediaFile.Kind.IMAGE)

    marketer.send("coupons/new/", FORM | {"picture": picture.address, "terms": "Not with other offers"})
    coupon = Coupon.objects.get()
    started = marketer.send(f"coupons/{coupon.pk}/start/", {})
    closed = marketer.send(f"coupons/{coupon.pk}/close/", {})

    assert coupon.picture == picture
    assert "“Autumn” runs." in started
    assert "“Autumn” is closed." in closed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": ""}, "Say how much."),
        ({"amount": "101"}, "At most 100 per cent."),
        ({"gives": "free"}, "Say what it gives."),
        ({"codes": "shared"}, "Enter the code for everybody."),
        ({"codes": "shared", "shared_code": "秋の クーポン"}, "letters, digits and signs"),
        ({"at_till": ""}, "Say where it can be used"),
        ({"name": "あ" * 61}, "60"),
        ({"starts_at": "2026-12-02T10:00", "ends_at": "2026-12-01T10:00"}, "end before it begins"),
        ({"picture": "https://elsewhere.example/a.png"}, "Choose a picture of the library."),
        ({"gives": "yen", "amount": "99999999999999"}, "less than or equal"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(marketer, wrong, said):
    page = marketer.send("coupons/new/", {name: value for name, value in (FORM | wrong).items() if value})

    assert said in page
    assert not Coupon.objects.exists()


def test_a_coupon_of_shop_codes_starts_only_with_codes(marketer):
    coupon = services.create(by=None, name="Codes", gives="percent", amount=10, codes="pool")

    before = marketer.send(f"coupons/{coupon.pk}/start/", {})
    marketer.send(f"coupons/{coupon.pk}/codes/add/", {"codes": "A-1\n A-2 \nＡ-1\n\n"})
    after = marketer.send(f"coupons/{coupon.pk}/start/", {})

    assert "it has no codes yet" in before
    assert set(Code.objects.values_list("code", flat=True)) == {"A-1", "A-2"}
    assert "runs." in after


def test_pasted_codes_that_are_none_and_twice_are_told(marketer):
    coupon = make_own_coupon(pool=["A-1"])

    bad = marketer.send(f"coupons/{coupon.pk}/codes/add/", {"codes": "A-2\nコード 3"})
    twice = marketer.send(f"coupons/{coupon.pk}/codes/add/", {"codes": "A-1\nA-2\nA-2"})

    assert "1 lines are no codes" in bad
    assert "1 codes were added." in twice
    assert "2 codes were here already" in twice


def test_codes_are_made_for_the_shop_and_handed_over(marketer):
    coupon = make_own_coupon(pool=[])

    marketer.send(f"coupons/{coupon.pk}/codes/make/", {"count": "50"})
    written = marketer.read(f"coupons/{coupon.pk}/codes/file/")

    assert len(re.findall(r"^[2-9A-HJ-NP-Z]{12}\r$", written, re.MULTILINE)) == 50


def test_a_friend_opens_their_address_and_has_the_coupon(tenant):
    coupon, aoi = make_own_coupon("Autumn", terms="Not with other offers"), make_friend("aoi")

    page = own_page(coupon, aoi.pk)
    again = own_page(coupon, aoi.pk)

    ticket = Ticket.objects.get()
    assert "Not with other offers" in page.content.decode()
    assert (ticket.friend, ticket.source) == (aoi, "address")
    assert ticket.opened_at
    assert ticket.code[:4] in again.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page.content.decode()


def test_a_link_preview_takes_no_coupon(tenant):
    coupon, aoi = make_own_coupon("Autumn"), make_friend("aoi")

    page = own_page(coupon, aoi.pk, **{"User-Agent": "facebookexternalhit/1.1;line-poker/1.0"})

    assert "Autumn" in page.content.decode()
    assert not Ticket.objects.exists()


def test_a_prize_is_not_got_by_its_address(tenant):
    prize, aoi, ren = make_own_coupon("Prize", by_address=False), make_friend("aoi"), make_friend("ren")
    make_ticket(aoi, prize, key="draw:1")

    winner, guesser = own_page(prize, aoi.pk), own_page(prize, ren.pk)

    assert winner.status_code == 200
    assert guesser.status_code == 410
    assert "only for those to whom it was given" in guesser.content.decode()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("key", ["address", "survey:4", "gift:1"])
def test_a_coupon_taken_back_is_not_got_again_by_its_address(tenant, key):
    ticket = make_ticket(make_friend(), key=key)
    before = own_page(ticket.coupon, ticket.friend_id)

    redeeming.withdraw(ticket, by=None)
    after = own_page(ticket.coupon, ticket.friend_id)
    make_ticket(ticket.friend, ticket.coupon, key="hand:1")

    assert before.status_code == 200
    assert after.status_code == 410
    assert "taken back" in after.content.decode()
    assert own_page(ticket.coupon, ticket.friend_id).status_code == 200


def test_the_last_day_is_told_and_not_the_midnight_after_it(tenant, time_machine):
    time_machine.move_to("2026-11-22T03:00:00Z", tick=False)
    ticket = make_ticket(make_friend(), make_own_coupon(valid_days=7))

    page = own_page(ticket.coupon, ticket.friend_id).content.decode()

    assert "2026/11/29 23:59" in page
    assert "2026/11/30" not in page


def test_the_last_one_is_gone_and_the_friend_is_told(tenant):
    coupon = make_own_coupon(pool=["A-1"])

    first, second = (own_page(coupon, make_friend(name).pk) for name in ("aoi", "ren"))

    assert first.status_code == 200
    assert second.status_code == 410
    assert "have been given" in second.content.decode()


def test_an_address_that_was_tried_out_shows_nothing(tenant):
    coupon, aoi = make_own_coupon(), make_friend("aoi")
    path = personal.address("coupon", coupon.pk, aoi.pk).partition("8000")[2]

    assert Visitor().get(path.replace(f"{coupon.pk}-", f"{coupon.pk + 1}-")).status_code == 404
    mark = path.index("-") + 1
    other = "b" if path[mark] == "a" else "a"
    assert Visitor().get(path[:mark] + other + path[mark + 1 :]).status_code == 404


def test_the_staff_taps_after_a_second_look_and_a_clock_runs(tenant):
    coupon, aoi = make_own_coupon(by_tap=True), make_friend("aoi")
    path = use_page(coupon, aoi.pk)

    asked = Visitor().get(path, headers={"Accept-Language": "en"}).content.decode()
    Visitor().post(path, {"key": "k"}, follow=True)
    after = own_page(coupon, aoi.pk).content.decode()
    again = Visitor().post(path, {"key": "other"}, headers={"Accept-Language": "en"})

    assert "This cannot be undone" in asked
    assert "data-clock" in after
    assert (again.status_code, Redemption.objects.count()) == (410, 1)


@pytest.mark.parametrize("key", ["a\0b", "k" * 5_000, ""])
def test_a_tap_counts_whatever_the_phone_calls_it(tenant, key):
    coupon, aoi = make_own_coupon(by_tap=True), make_friend("aoi")

    for _ in range(2):
        answer = Visitor().post(use_page(coupon, aoi.pk), {"key": key})

    assert (answer.status_code, Redemption.objects.count()) == (302, 1)


def test_a_coupon_that_is_scanned_is_not_used_by_a_tap(tenant):
    coupon, aoi = make_own_coupon(by_tap=False), make_friend("aoi")

    refused = Visitor().post(use_page(coupon, aoi.pk), {"key": "k"})

    assert refused.status_code == 410
    assert not Redemption.objects.exists()


def test_the_till_looks_redeems_and_takes_back(marketer):
    ticket = make_ticket(make_friend("aoi"), make_own_coupon("Autumn"))

    looked = marketer.read("coupons/scan/", {"code": ticket.code.lower()})
    sent = {"code": ticket.code, "key": "k", "amount": "5000", "order_number": "R-1", "place": "Ginza"}
    used = marketer.send("coupons/scan/redeem/", sent)
    twice = marketer.send("coupons/scan/redeem/", sent | {"key": "k2"})
    redemption = Redemption.objects.get()
    marketer.send(f"coupons/uses/{redemption.pk}/", {"reason": "Wrong customer"})

    assert "Autumn" in looked
    assert "¥500" in used
    assert "This coupon was used on" in twice
    assert redemption.by_id
    assert redeeming.find(ticket.code).used_count == 0


def test_an_unknown_code_at_the_till_is_said_in_words(marketer):
    assert "There is no coupon with this code" in marketer.read("coupons/scan/", {"code": "なし"})


def test_giving_to_a_segment_goes_on_in_portions(marketer, monkeypatch):
    monkeypatch.setattr(gifts, "PORTION", 2)
    coupon = make_own_coupon()
    friends = [make_friend() for _number in range(5)]
    segment = segments.create_segment("All", {"all": []})

    page = marketer.send(f"coupons/{coupon.pk}/give/", {"segment": segment.pk})
    gifts.give_due()
    gifts.give_due()

    gift = coupon.gifts.get()
    assert "every 1s" in page
    assert (gift.state, gift.given, gift.done) == ("done", 5, 5)
    assert set(Ticket.objects.values_list("friend", flat=True)) == {friend.pk for friend in friends}


def test_a_friends_page_shows_their_coupons_and_gives_another(marketer):
    aoi, coupon = make_friend("aoi"), make_own_coupon("Autumn")

    empty = marketer.read(f"coupons/friends/{aoi.pk}/")
    given = marketer.send(f"coupons/friends/{aoi.pk}/give/", {"coupon": coupon.pk})
    again = marketer.send(f"coupons/friends/{aoi.pk}/give/", {"coupon": coupon.pk})

    assert "This friend has no coupon." in empty
    assert "Autumn" in given
    assert "They have this coupon already." in again


def test_results_tell_cost_and_sales_and_come_as_a_file(manager):
    ticket = make_ticket(make_friend("aoi"), make_own_coupon("Autumn"), opened_at=timezone.now())
    redeeming.redeem(ticket, way="scan", purchase=redeeming.Purchase("R-1", 5_000), by=None)

    page = manager.read(f"coupons/{ticket.coupon_id}/results/")
    file = manager.read(f"coupons/{ticket.coupon_id}/results/file/")

    assert "¥4,500" in page
    assert "¥500" in page
    assert "R-1" in file


def test_a_coupon_is_taken_back_from_one_friend(manager):
    ticket = make_ticket(make_friend("aoi"), make_own_coupon("Autumn"))

    manager.send(f"coupons/tickets/{ticket.pk}/withdraw/", {})

    assert own_page(ticket.coupon, ticket.friend_id).status_code == 410
    assert Ticket.objects.exclude(withdrawn_at=None).get() == ticket


def test_few_left_are_mailed_once(marketer, mailoutbox):
    user = make_user("marketer")
    coupon = make_own_coupon(pool=["A-1", "A-2"], warn_below=2, responsible_id=user.pk)
    make_ticket(make_friend(), coupon)

    warning.tell_due()
    warning.tell_due()

    assert [mail.to for mail in mailoutbox] == [[user.email]]
    assert "Few left" in marketer.read("coupons/")


def test_lists_ask_as_much_for_many_as_for_one(marketer, django_assert_max_num_queries):
    for number in range(12):
        make_ticket(
            make_friend(), make_own_coupon(f"Coupon {number}", ends_at=timezone.now() + timedelta(days=1))
        )

    with django_assert_max_num_queries(16):
        marketer.read("coupons/")
