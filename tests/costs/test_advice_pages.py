"""The page of advice and its parts, the segment made from it, and the same by API."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from costs.advice import reckoning
from segments.models import Segment
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.broadcasts.sending import make_sent
from tests.costs.factories import agree, book, subscribe
from tests.factories import make_friend

NOW = datetime(2026, 12, 15, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_december(tenant):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def small_months(tenant):
    """A plan that is too large for the months that were."""
    subscribe("standard", since=date(2026, 1, 1))
    for month in (9, 10, 11):
        book("broadcast:1", 4_000, at=datetime(2026, month, 10, 3, tzinfo=UTC))


@pytest.fixture
def silent(tenant):
    """A friend who got two broadcasts with personal links and clicked in none."""
    friend = make_friend("silent", followed_at=NOW - 400 * DAY)
    for days in (30, 20):
        make_sent(friend, at=NOW - days * DAY, tracks_people=True)
    return friend


def test_the_plan_is_advised_with_its_arithmetic(visit, small_months):
    page = visit("account_manager").read("cost/advice/")

    assert "With “Light plan” the expected month would cost ¥10,000 less." in page
    assert "Over the last 3 months it would have been ¥30,000." in page
    assert "¥5,000 + 4,000 free = ¥5,000" in page
    assert "LINE lowers a plan with the next month" in page


def test_too_few_months_say_why_nothing_is_advised(visit, tenant):
    subscribe("light", since=date(2026, 1, 1))

    assert "Three are needed before a plan can be advised" in visit("account_manager").read("cost/advice/")


def test_who_sees_the_clients_price_alone_sees_no_prices_of_plans(visit, small_months):
    agree(since=date(2026, 1, 1), kind="markup", rate=Decimal("0.2"), shows="gross")

    page = visit("marketer").read("cost/advice/")

    assert "Light plan" not in page
    assert "Friends who never click" in page


def test_finance_sees_the_plan_and_no_friends(visit, small_months):
    page = visit("finance").read("cost/advice/")

    assert "Light plan" in page
    assert "Friends who never click" not in page


def test_who_never_clicks_is_counted_by_what_was_asked(visit, silent):
    visitor = visit("marketer")

    asked = [{"times": 2, "days": 90, "keeps_buyers": "on"}, {"times": 3, "days": 90}]

    at_first = [visitor.read("cost/advice/quiet/", each) for each in asked]
    reckoning.work(lambda: True)
    few, many = (visitor.read("cost/advice/quiet/", each) for each in asked)

    assert all("Being reckoned …" in page and "load delay:2s" in page for page in at_first)
    assert "load delay:2s" not in few
    assert "received 2 or more broadcasts with personal links in 90 days and clicked in none: 1." in few
    assert "Who never clicks cannot be told yet" in many


@pytest.mark.parametrize("times", ["", "0", "-1", "51", "x", "٣", "9" * 400, "😀"])
def test_settings_that_make_no_sense_are_as_usual(visit, silent, times):
    visitor, asked = visit("marketer"), {"times": times, "days": "never"}

    visitor.read("cost/advice/quiet/", asked)
    reckoning.work(lambda: True)

    assert "5 are asked for" in visitor.read("cost/advice/quiet/", asked)


def test_everybody_else_becomes_a_segment_once(visit, silent):
    visitor = visit("marketer")
    for _time in range(2):
        page = visitor.send("cost/advice/quiet/segment/", {"times": 2, "days": 90, "keeps_buyers": "on"})

    made = Segment.objects.get(name="Everyone but those who never click (2 in 90 days)")
    assert "The segment is made" in page
    assert made.name in page


def test_the_page_asks_as_often_for_a_year_as_for_a_quarter(visit, small_months):
    visitor = visit("account_manager")
    visitor.read("cost/advice/")

    with CaptureQueriesContext(connection) as quarter:
        visitor.read("cost/advice/")
    for month in range(1, 9):
        book("broadcast:1", 4_000, at=datetime(2026, month, 10, 3, tzinfo=UTC))
    with CaptureQueriesContext(connection) as year:
        visitor.read("cost/advice/")

    assert len(year) == len(quarter)


def test_the_advice_is_given_by_api(call, small_months, silent):  # noqa: F811
    caller = call()

    first = caller.get("advice/?times=2").json()
    reckoning.work(lambda: True)
    advice = caller.get("advice/?times=2").json()

    assert (first["quiet"], first["quiet_reckoned_at"]) == (None, None)
    assert advice["quiet_reckoned_at"]
    assert (advice["plan"]["best"], advice["plan"]["saving"]) == ("light", "10000.0000")
    assert advice["plan"]["outlook"] == {"low": 4_000, "expected": 4_000, "high": 4_000}
    assert (advice["quiet"]["people"], advice["quiet"]["left_out"]) == (1, 1)
    assert advice["sends"]["usual"] is None
    assert advice["free_messages_left"] == 26_000


def test_bad_settings_are_refused_by_api(call, tenant):  # noqa: F811
    assert call().get("advice/?times=0").status_code == 400
    assert call().get("advice/?days=7").status_code == 400


def test_the_forecast_of_so_many_messages_is_given_by_api(call, tenant):  # noqa: F811
    subscribe("light", since=date(2026, 1, 1))

    asked = call().get("forecast/?messages=6000&at=2026-12-20T00:00:00Z").json()
    bare = call().get("forecast/").json()

    assert (asked["fits"], asked["obstacle"], asked["plan_needed"]["code"]) == (False, "plan", "standard")
    assert (bare["messages"], bare["month_end_messages"], bare["fits"]) == (0, 0, True)


@pytest.mark.parametrize("query", ["messages=-1", "messages=x", "messages=9999999999", "at=tomorrow"])
def test_a_forecast_of_nonsense_is_refused(call, tenant, query):  # noqa: F811
    assert call().get(f"forecast/?{query}").status_code == 400
