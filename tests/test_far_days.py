"""Days where the calendar ends: every page and endpoint that is asked about days says no, and none breaks."""

import pytest
from django.contrib.messages import get_messages

from tests.adplatforms.factories import make_destination
from tests.api.conftest import caller, make_key
from tests.api.test_who_may import TABLE
from tests.factories import make_order, make_user
from tests.one_of_each import one_of_each
from tests.surveys.factories import make_response, make_survey
from tests.test_permissions import PAGES
from tests.visiting import sign_in
from touchpoints.models import Plan

APPS = (
    *("acquisition/", "ad-", "attribution/", "credit-", "cost/", "route-returns/", "routes/", "funnels/"),
    *("insights/", "friend-", "surveys/", "coupons/", "lotteries/", "point-campaigns/", "prizes/", "kpi"),
    *("friends/", "id-links/", "shop/", "channel/", "broadcasts/", "scenarios/", "entry-points/"),
    *("planning/", "campaigns/", "figures/", "actuals/", "daily/", "reports/", "referral", "touchpoint"),
)
FAR = [("9999-12-01", "9999-12-31"), ("0001-01-01", "0001-01-05"), ("0001-01-01", "9999-12-31")]


def about(first: str, last: str) -> dict[str, str]:
    """These days under every name by which days are asked for."""
    asked = dict.fromkeys(("first", "since", "starts_on"), first)
    asked |= dict.fromkeys(("last", "until", "ends_on", "day"), last)
    return asked | {"month": last[:7]}


@pytest.mark.parametrize(("first", "last"), FAR)
def test_no_page_breaks(tenant, first, last):
    things = one_of_each(tenant)
    page = sign_in(make_user("owner", whole_agency=True))
    asked = [
        row[1].format(**things)
        for row in PAGES
        if row[0] == "GET" and row[3] == 200 and row[1].startswith(APPS)
    ]

    statuses = {address: page.get(address, about(first, last)).status_code for address in asked}

    assert len(asked) > 100
    assert {address: status for address, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize(("first", "last"), FAR)
def test_no_endpoint_breaks(tenant, first, last):
    things = one_of_each(tenant)
    rows = [row for row in TABLE if row[0] == "get" and row[1].startswith(APPS)]
    program = caller(make_key(tenant, *{scope for row in rows for scope in row[2].split()}))
    query = "&".join(f"{name}={value}" for name, value in about(first, last).items())
    asked = [f"{row[1].format(**things)}{'&' if '?' in row[1] else '?'}{query}" for row in rows]

    statuses = {address: program.get(address).status_code for address in asked}

    assert len(asked) > 60
    assert {address: status for address, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("query", ["since=9999-12-01&until=9999-12-31", "until=0001-01-05"])
@pytest.mark.parametrize("address", ["credit-sums/", "route-returns/", "acquisition/", "actuals/", "cost/"])
def test_a_period_that_cannot_be_is_refused(tenant, address, query):
    assert caller(make_key(tenant, "*")).get(f"{address}?{query}").status_code in (400, 404)


@pytest.mark.parametrize("query", ["last=9999-12-31", "first=0001-01-01"])
def test_answers_of_days_that_cannot_be_are_refused(tenant, visit, query):
    survey = make_survey()
    make_response(survey, None)

    assert caller(make_key(tenant, "*")).get(f"surveys/{survey.pk}/totals/?{query}").status_code == 400
    assert "Give a day from 2000 to 2100." in visit().read(f"surveys/{survey.pk}/results/?{query}")


@pytest.mark.parametrize("address", ["friends/", "id-links/", "shop/orders/", "channel/events/"])
def test_a_list_of_days_that_cannot_be_says_so(visit, address):
    make_order("1001", customer="1")

    assert "Give a day from 2000 to 2100." in visit("owner").read(address, {"until": "9999-12-31"})


@pytest.mark.parametrize(("first", "last"), FAR)
def test_a_file_of_days_that_cannot_be_is_not_made(visit, first, last):
    destination = make_destination(name="File", kind="google_file", url="", click_ids=["gclid"])
    address = f"ad-platforms/{destination.pk}/files/days/"

    answer = visit("owner").get(address, {"part": "conversions", "first": first, "last": last})

    assert "Give a day from 2000 to 2100." in {str(each) for each in get_messages(answer.wsgi_request)}


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00"])
@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("coupons/new/", "owner"),
        ("prizes/new/", "owner"),
        ("prizes/points/new/", "owner"),
        ("surveys/{survey}/settings/", "owner"),
        ("referrals/{referral_programme}/edit/", "owner"),
    ],
)
def test_a_form_says_no_to_such_a_time(tenant, visit, address, role, at):
    things = one_of_each(tenant)

    shown = visit(role).send(address.format(**things), {"name": "Far", "starts_at": at, "ends_at": at})

    assert "Give a day from 2000 to 2100." in shown


@pytest.mark.parametrize("at", ["9999-12-31T23:59:00+00:00", "0001-01-02T00:00:00+00:00"])
def test_programs_cannot_plan_at_such_a_time(tenant, at):
    answer = caller(make_key(tenant, "coupons.add_coupon")).post(
        "coupons/", {"name": "Far", "amount": 10, "ends_at": at}
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["ends_at"])


def test_a_period_of_a_plan_is_within_reach(visit):
    given = {"name": "P", "starts_on": "0001-01-01", "ends_on": "2026-06-30", "basis": "last"}

    shown = visit().send("touchpoints/new/", given)

    assert "too far away" in shown
    assert not Plan.objects.exists()
