"""LINE's coupons made and closed from here: once, also where LINE does not answer."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from library import coupon_making, coupons
from library.errors import BadCoupon, CouponClosed, CouponUnsettled, LineSilent
from library.models import CouponCreation, LineCoupon
from tests.factories import make_user
from tests.line.factories import make_coupon
from tests.visiting import sign_in

State = CouponCreation.State
FORM = {
    "title": "Autumn",
    "starts_at": "2026-12-01T10:00",
    "ends_at": "2030-12-31T10:00",
    "timezone": "ASIA_TOKYO",
    "visibility": "UNLISTED",
    "condition": "lottery",
    "probability": "30",
    "reward": "discount",
    "price": "percentage",
    "amount": "10",
    "once": "on",
}


def test_a_coupon_is_made_and_can_be_sent(channel):
    made = coupon_making.create(make_coupon(title="Autumn"), by=None)

    coupons.refresh()

    assert LineCoupon.objects.get().coupon_id == made.coupon_id
    assert [number for number, _words in coupons.choices()] == [made.coupon_id]
    assert CouponCreation.objects.get().state == State.MADE


def test_what_line_would_refuse_is_not_asked_for(channel):
    with pytest.raises(BadCoupon) as refused:
        coupon_making.create(make_coupon(title="あ" * 61), by=None)

    assert [problem["path"] for problem in refused.value.problems] == ["title"]
    assert not CouponCreation.objects.exists()


def test_a_lost_answer_makes_one_coupon_only(channel, simulator):
    content = make_coupon(title="Autumn")

    simulator.lose_next_answers(1, "/v2/bot/coupon")
    with pytest.raises(LineSilent):
        coupon_making.create(content, by=None)
    with pytest.raises(CouponUnsettled):
        coupon_making.create(content, by=None)
    coupons.refresh()

    assert CouponCreation.objects.get().state == State.MADE
    assert CouponCreation.objects.get().coupon_id == LineCoupon.objects.get().coupon_id


def test_what_line_never_made_is_told_and_can_be_made_again(channel):
    old = timezone.now() - timedelta(minutes=5)
    CouponCreation.objects.create(content=make_coupon(title="Autumn"), asked_at=old)

    coupons.refresh()
    made = coupon_making.create(make_coupon(title="Autumn"), by=None)

    states = list(CouponCreation.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.NOT_MADE, State.MADE]
    assert made.title == "Autumn"


def test_closing_ends_it_for_good_and_twice_is_refused(channel):
    made = coupon_making.create(make_coupon(), by=None)

    coupon_making.close(made, by=None)

    assert coupons.status(made.coupon_id) == LineCoupon.State.ENDED
    with pytest.raises(CouponClosed):
        coupon_making.close(made, by=None)


def test_one_that_was_closed_elsewhere_is_closed(channel):
    made = coupon_making.create(make_coupon(), by=None)
    coupon_making.close(LineCoupon.objects.get(), by=None)
    LineCoupon.objects.update(closed_at=None)
    made.refresh_from_db()

    assert coupon_making.close(made, by=None).closed_at


def test_the_page_makes_shows_and_closes_one(channel):
    marketer = sign_in(make_user("marketer"))

    page = marketer.send("library/coupons/new/", FORM)
    made = LineCoupon.objects.get()
    asked = marketer.read(f"library/coupons/{made.coupon_id}/close/")
    closed = marketer.send(f"library/coupons/{made.coupon_id}/close/", {})

    assert "LINE has made the coupon “Autumn”." in page
    assert made.content["acquisitionCondition"] == {
        "type": "lottery",
        "lotteryProbability": 30,
        "maxAcquireCount": -1,
    }
    assert made.content["reward"]["priceInfo"]["percentage"] == 10
    assert "cannot be undone" in asked
    assert "LINE has closed the coupon “Autumn”." in closed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "あ" * 61}, "60"),
        ({"ends_at": "2026-01-01T10:00"}, "It would be over already."),
        ({"probability": ""}, "This is needed here."),
        ({"amount": ""}, "This is needed here."),
        ({"image": "http://shop.example/a.png"}, "https"),
        ({"code": "x" * 17}, "16"),
    ],
)
def test_what_does_not_fit_is_told_before_line_is_asked(channel, wrong, said):
    page = sign_in(make_user("marketer")).send("library/coupons/new/", FORM | wrong)

    assert said in page
    assert not CouponCreation.objects.exists()


def test_a_coupon_of_another_client_is_not_found(channel, other_tenant):
    with tenant_context(other_tenant):
        now = timezone.now()
        LineCoupon.objects.create(coupon_id="THEIRS", title="x", fetched_at=now)

    answer = sign_in(make_user("marketer")).get("library/coupons/THEIRS/")

    assert answer.status_code == 404
