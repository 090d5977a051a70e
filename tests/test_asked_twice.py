"""What is asked before something ends: a second click is no mistake, and what is over is not asked again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from referrals import services as referrals
from referrals.models import Programme
from tests.coupons.factories import make_own_coupon
from tests.prizes.factories import (
    make_lottery,
    make_open_lottery,
    make_open_point_campaign,
    make_point_campaign,
)
from tests.referrals.factories import make_running
from tests.surveys.factories import make_survey


def make_paused() -> Programme:
    programme = make_running()
    referrals.pause(programme, by=None)
    return programme


ASKED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a coupon is closed": (make_own_coupon, "coupons/{}/close/", "is closed."),
    "a survey is closed": (make_survey, "surveys/{}/close/", "The survey is closed."),
    "a lottery is opened": (make_lottery, "prizes/{}/act/open/", "is open."),
    "a lottery is closed": (make_open_lottery, "prizes/{}/act/close/", "is closed, its seed published."),
    "points are opened": (make_point_campaign, "prizes/points/{}/act/open/", "is open."),
    "points are closed": (make_open_point_campaign, "prizes/points/{}/act/close/", "is closed."),
    "a programme is paused": (make_running, "referrals/{}/pause/", "pauses."),
    "a programme is resumed": (make_paused, "referrals/{}/resume/", "runs again."),
    "a programme is ended": (make_running, "referrals/{}/end/", "has ended."),
}


@pytest.mark.parametrize(("make", "path", "said"), ASKED.values(), ids=ASKED.keys())
def test_a_second_click_says_what_the_first_did(visit, make, path, said):
    thing: Model = make()
    visitor, address = visit("owner"), path.format(thing.pk)

    first, second = visitor.send(address, {}), visitor.send(address, {})

    assert said in first
    assert said in second
    assert "notice error" not in second


@pytest.mark.parametrize(("make", "path", "said"), ASKED.values(), ids=ASKED.keys())
def test_what_is_done_is_not_asked_again(visit, make, path, said):
    thing: Model = make()
    visitor, address = visit("owner"), path.format(thing.pk)

    before = visitor.get(address).status_code
    visitor.send(address, {})
    after = visitor.get(address)

    assert before == 200
    assert (after.status_code, after["Location"].endswith(f"/{thing.pk}/")) == (302, True)
