"""What makes no sense is refused at the place where it was said, whatever else the body holds."""

import pytest

from tests.prizes.factories import make_lottery
from tests.touchpoints.factories import make_touchpoint_rows

PERIOD = {"starts_at": "2099-01-01T00:00:00Z", "ends_at": "2099-02-01T00:00:00Z"}


@pytest.fixture
def api(call):
    return call()


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("referral-programmes/", {"name": "x", "rules": []}, 400, "rules"),
        ("referral-programmes/", {"name": "x", "rules": "none"}, 400, "rules"),
        ("referral-programmes/", {"name": "x", "rules": {"review": ["all"]}}, 422, "invalid_rules"),
        ("referral-programmes/", {"name": "x", "rules": {"each": {"reward": {}}}}, 422, "invalid_rules"),
        (
            "referral-programmes/",
            {"name": "x", "rules": {"each": {"reward": {"kind": ["coupon"], "coupon": 1}}}},
            422,
            "invalid_rules",
        ),
        ("campaigns/", {"name": "x", "starts_on": "0001-01-01"}, 400, "starts_on"),
        ("campaigns/", {"name": "x", "starts_on": "2026-12-01", "ends_on": "9999-12-31"}, 400, "ends_on"),
        ("campaigns/", {"name": "x", "starts_on": "2026-12-01", "responsible": 0}, 422, "campaign"),
        ("kpis/", {"metric": "orders", "responsible": 0}, 422, "not_a_member"),
        (
            "point-campaigns/",
            {"name": "x", "points": 1, "unit_price": "-1"} | PERIOD,
            422,
            "prizes_price_below_zero",
        ),
        ("lotteries/", {"name": "x", "prizes": [{"ppm": 1}]} | PERIOD, 400, "prizes.0.name"),
    ],
)
def test_nonsense_is_refused(api, path, body, status, told):
    answer = api.post(path, body)

    assert answer.status_code == status
    assert told in answer.content.decode()


def test_a_prize_is_told_whole_where_a_lottery_is_changed_in_part(api):
    lottery = make_lottery()

    answer = api.patch(f"lotteries/{lottery.pk}/", {"prizes": [{"text": "For you"}]})

    assert answer.status_code == 400
    assert sorted(answer.json()["fields"]) == ["prizes.0.name", "prizes.0.ppm"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_nothing_is_sent_where_the_calendar_ends(api, day):
    class_ = make_touchpoint_rows()["touch_class"]

    answer = api.patch(f"touchpoint-classes/{class_}/", {"send_on": day})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["send_on"])


def test_no_cost_lies_below_zero(api):
    answer = api.put("approval-rules/", {"second_above_amount": "-1"})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["second_above_amount"])
