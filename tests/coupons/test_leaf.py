"""Who has a coupon, has used it, or is about to lose it: asked as a segment."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from coupons import redeeming
from segments import services as segments
from segments.errors import InvalidTree
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_friend


def found(**said: object) -> set[int]:
    return set(segments.evaluate({"all": [{"type": "coupon"} | said]}))


def test_held_unused_and_used_are_told_apart(tenant):
    coupon = make_own_coupon()
    aoi, ren, yui = (make_friend(name) for name in ("aoi", "ren", "yui"))
    make_ticket(aoi, coupon)
    redeeming.redeem(make_ticket(ren, coupon), way="scan", by=None)
    make_ticket(yui, make_own_coupon("Other"))

    assert found(coupon=coupon.pk) == {aoi.pk, ren.pk}
    assert found(coupon=coupon.pk, state="unused") == {aoi.pk}
    assert found(coupon=coupon.pk, state="used") == {ren.pk}
    assert found(state="unused") == {aoi.pk, yui.pk}


def test_a_use_that_was_taken_back_is_none(tenant):
    ticket = make_ticket(make_friend())
    used = redeeming.redeem(ticket, way="scan", by=None)

    before = found(state="used")
    redeeming.cancel(used, reason="Wrong customer", by=None)

    assert before == {ticket.friend_id}
    assert found(state="used") == set()
    assert found(state="unused") == {ticket.friend_id}


def test_the_end_is_counted_in_the_clients_days(tenant, time_machine):
    time_machine.move_to("2026-11-22T03:00:00Z", tick=False)  # noon in Japan
    now = timezone.now()
    soon, later = make_friend("aoi"), make_friend("ren")
    make_ticket(soon, make_own_coupon("Soon", ends_at=now + timedelta(days=3, hours=11)))
    make_ticket(later, make_own_coupon("Later", ends_at=now + timedelta(days=3, hours=13)))

    assert found(state="unused", ends_within_days=3) == {soon.pk}
    assert found(state="unused", ends_within_days=4) == {soon.pk, later.pk}


def test_what_has_expired_since_is_not_unused_any_more(tenant, time_machine):
    time_machine.move_to("2026-11-22T03:00:00Z", tick=False)
    ticket = make_ticket(make_friend(), make_own_coupon(ends_at=timezone.now() + timedelta(hours=1)))

    before = found(state="unused")
    time_machine.move_to("2026-11-22T05:00:00Z", tick=False)

    assert before == {ticket.friend_id}
    assert found(state="unused") == set()


def test_how_often_it_was_used_can_be_asked(tenant):
    coupon = make_own_coupon(uses=0)
    often, once = make_ticket(make_friend("aoi"), coupon), make_ticket(make_friend("ren"), coupon)
    for ticket in (often, often, once):
        redeeming.redeem(ticket, way="scan", by=None)

    assert found(state="used", uses_at_least=2) == {often.friend_id}
    assert found(state="used") == {often.friend_id, once.friend_id}


@pytest.mark.parametrize(
    "wrong", [{"state": "held", "ends_within_days": 3}, {"uses_at_least": 1}, {"coupon": 0}]
)
def test_what_does_not_fit_together_is_refused(tenant, wrong):
    with pytest.raises(InvalidTree):
        found(**wrong)


def test_a_coupon_of_another_client_is_not_there(tenant, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_own_coupon()

    with pytest.raises(InvalidTree):
        segments.freeze({"all": [{"type": "coupon", "coupon": theirs.pk}]})
