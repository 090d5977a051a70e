"""LINE's coupons: read from LINE, shown with their state, chosen for messages."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Due
from channels.access import client_for
from config.task import HEADER
from library import coupons
from library.models import CouponReading, LineCoupon
from library.tasks import refresh_coupons
from line import wire
from tests.line.factories import make_coupon

State = LineCoupon.State


def create(channel, **fields) -> str:
    return wire.run(client_for(channel).create_coupon(make_coupon(**fields)))


def keep(coupon_id: str, **fields) -> LineCoupon:
    now = timezone.now()
    times = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1), "fetched_at": now}
    return LineCoupon.objects.create(**({"coupon_id": coupon_id, "title": "10% off"} | times | fields))


def test_coupons_are_read_from_line_with_their_period(channel):
    ids = [create(channel, title=f"No. {number}") for number in range(3)]

    again_at = coupons.refresh()

    assert set(LineCoupon.objects.values_list("coupon_id", flat=True)) == set(ids)
    assert LineCoupon.objects.get(coupon_id=ids[0]).ends_at.year == 2033
    assert again_at > timezone.now() + timedelta(hours=23)
    assert coupons.reading().problem == ""


def test_more_than_a_page_is_read(channel):
    for number in range(102):
        create(channel, title=f"No. {number}")

    coupons.refresh()

    assert LineCoupon.objects.count() == 102


def test_a_coupon_that_was_closed_is_ended(channel):
    coupon_id = create(channel)
    coupons.refresh()

    wire.run(client_for(channel).close_coupon(coupon_id))
    before = coupons.status(coupon_id)
    coupons.refresh()

    assert before == State.RUNNING
    assert coupons.status(coupon_id) == State.ENDED


def test_a_coupon_that_line_does_not_know_is_gone(channel):
    keep("01GONE")

    coupons.refresh()

    assert coupons.status("01GONE") == State.GONE


def test_reading_twice_changes_nothing(channel):
    create(channel)

    coupons.refresh()
    coupons.refresh()

    assert LineCoupon.objects.count() == 1


def test_what_state_a_coupon_is_in_follows_from_its_times(tenant):
    now = timezone.now()
    keep("running")
    keep("coming", starts_at=now + timedelta(hours=1))
    keep("ended", ends_at=now - timedelta(seconds=1))

    assert coupons.status("running") == State.RUNNING
    assert coupons.status("running", now + timedelta(days=2)) == State.ENDED
    assert coupons.status("coming") == State.COMING
    assert coupons.status("coming", now + timedelta(hours=2)) == State.RUNNING
    assert coupons.status("ended") == State.ENDED
    assert coupons.status("never seen") is None


def test_what_cannot_be_sent_is_not_offered_unless_it_is_chosen(tenant):
    now = timezone.now()
    keep("running")
    keep("ended", ends_at=now - timedelta(days=1))

    offered = dict(coupons.choices())
    chosen = dict(coupons.choices("ended"))

    assert list(offered) == ["running"]
    assert chosen["ended"].endswith("· Ended")


def test_line_that_does_not_answer_is_told_and_asked_again(channel, simulator):
    keep("kept")
    simulator.fail_next(10, status=500, path="/v2/bot/coupon")

    again_at = coupons.refresh()

    assert "LINE could not be asked" in coupons.reading().problem
    assert again_at < timezone.now() + timedelta(hours=2)
    assert coupons.status("kept") == State.RUNNING


def test_without_a_channel_it_says_so(tenant):
    assert coupons.refresh() is None
    assert coupons.reading().problem == "No LINE channel is connected yet."


def test_the_button_has_them_read_and_the_page_waits(visit, channel):
    create(channel, title="A free drink")
    marketer = visit("marketer")

    marketer.send("library/coupons/refresh/", {})
    waiting = marketer.read("library/coupons/")
    due = Due.objects.get(tenant=channel.tenant, kind=coupons.KIND)
    refresh_coupons.apply(headers={HEADER: channel.tenant.schema_name}, throw=True)
    done = marketer.get("library/coupons/reading/")

    assert "being fetched" in waiting
    assert due.due_at <= timezone.now()
    assert done["HX-Refresh"] == "true"
    assert "A free drink" in marketer.read("library/coupons/")


def test_the_phone_shows_title_and_period_of_a_coupon(visit):
    keep("01A", title="A free drink")
    viewer = visit("viewer")

    assert "A free drink" in viewer.read("library/coupons/card/?id=01A")
    assert "not known here" in viewer.read("library/coupons/card/?id=" + "あ" * 500)
    assert "not known here" in viewer.read("library/coupons/card/?id=%00")


def test_another_clients_coupon_is_not_known(visit, other_tenant):
    with tenant_context(other_tenant):
        keep("01A", title="A free drink")
        CouponReading.objects.create(problem="Of the other")

    assert coupons.status("01A") is None
    assert "not known here" in visit("viewer").read("library/coupons/card/?id=01A")
    assert "Of the other" not in visit("viewer").read("library/coupons/")


@pytest.mark.parametrize("seconds", [None, "soon", 10**30, -(10**30)])
def test_a_time_nobody_can_read_is_no_time(seconds):
    assert coupons._moment(seconds) is None
