"""Routes and arrivals by REST."""

from datetime import UTC, datetime

import pytest

from routes.models import Arrival, Folder, Route, Visit
from tests.factories import make_ad_cost, make_arrival, make_friend, make_route, make_tag

GREETING = [{"type": "text", "text": "Welcome"}]


def test_a_route_is_made_and_told_with_its_link(call):
    Folder.objects.create(name="Shops")
    vip = make_tag("VIP")
    given = {"name": "Flyer", "label": "Coupon", "folder": "Shops", "tags": [vip.pk], "messages": GREETING}

    made = call().post("routes/", given | {"starts_at": "2026-11-20T10:00:00+09:00"})

    assert made.status_code == 201, made.content
    told = made.json()
    assert given.items() <= told.items()
    assert told["address"].endswith(f"/c/apparel/f/r/{told['code']}")
    assert Route.objects.get().starts_at.isoformat() == "2026-11-20T01:00:00+00:00"


def test_what_is_not_given_stays(call):
    route = make_route("Flyer", label="Coupon", messages=GREETING, tags=[make_tag("VIP")])

    told = call().patch(f"routes/{route.pk}/", {"name": "Poster"}).json()

    assert (told["name"], told["label"], told["messages"], len(told["tags"])) == (
        "Poster",
        "Coupon",
        GREETING,
        1,
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "Flyer", "messages": []},
        {"name": "Flyer", "messages": [{"type": "text", "text": "x" * 5001}]},
        {"name": "Flyer", "messages": "hello"},
        {"name": "Flyer", "messages": [{"type": {}, "text": "{{name|https://shop.example/}}"}]},
        {"name": "Flyer", "folder": "Nowhere"},
        {"name": "Flyer", "tags": [999_999]},
        {"name": "Flyer", "starts_at": "2026-11-20T10:00:00"},
        {"name": "Flyer", "starts_at": "2026-11-20T10:00:00Z", "ends_at": "2026-11-20T10:00:00Z"},
    ],
)
def test_what_cannot_be_is_refused(call, body):
    answer = call().post("routes/", body)

    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]
    assert not Route.objects.exists()


def test_counts_say_null_where_nothing_can_be_known(call):
    known, plain = make_arrival().route, make_route("Poster")
    Visit.objects.create(route=plain, at="2026-11-20T00:00Z", way="plain", device="phone")
    caller = call()

    counts = [caller.get(f"routes/{route.pk}/counts/").json() for route in (known, plain)]

    assert (counts[0]["visits"], counts[0]["new"], counts[0]["blocked"]) == (1, 1, 0)
    assert (counts[1]["visits"], counts[1]["new"], counts[1]["blocked"]) == (1, None, None)


def test_archiving_twice_is_archiving_once(call):
    route, caller = make_route(), call()

    answers = [caller.put(f"routes/{route.pk}/archive/").status_code for _ in range(2)]

    assert answers == [204, 204]
    assert caller.get("routes/?archived=true").json()["items"][0]["archived_at"]
    assert caller.get("routes/?archived=false").json()["items"] == []


def test_arrivals_carry_campaign_and_ad(call):
    aoi = make_friend("aoi")
    arrival = make_arrival(aoi, is_newest=True)
    make_arrival(make_friend("ren"), kind=Arrival.Kind.ALREADY)
    Visit.objects.filter(pk=arrival.visit_id).update(utm_campaign="秋", click_ids={"gclid": "x"})
    caller = call()

    [told] = caller.get(f"arrivals/?friend={aoi.pk}").json()["items"]

    assert (told["line_user_id"], told["kind"]) == (aoi.line_user_id, "new")
    assert (told["utm"], told["click_ids"]) == ({"campaign": "秋"}, {"gclid": "x"})
    assert len(caller.get("arrivals/?kind=already").json()["items"]) == 1
    assert len(caller.get("arrivals/?is_newest=true").json()["items"]) == 1
    assert caller.get("arrivals/?is_newst=true").status_code == 400


COST = {"from_on": "2026-11-01", "to_on": "2026-11-30", "amount": "30000"}


def test_costs_are_brought_up_to_date_and_again_nothing_changes(call):
    flyer, shop = make_route("Flyer"), make_route("Shop")
    rows = [COST | {"route": flyer.pk, "key": "a"}, COST | {"route": shop.pk, "campaign": "autumn"}]

    first = call().post("ad-costs/bulk/", {"costs": rows}).json()
    again = call().post("ad-costs/bulk/", {"costs": rows}).json()
    news = call().post("ad-costs/bulk/", {"costs": [rows[0] | {"amount": "1"}]}).json()

    assert first == {"created": 2, "updated": 0, "unchanged": 0, "errors": []}
    assert again == {"created": 0, "updated": 0, "unchanged": 2, "errors": []}
    assert news == {"created": 0, "updated": 1, "unchanged": 0, "errors": []}
    assert call().get("ad-costs/?key=a").json()["items"][0]["amount"] == "1.00"


def test_good_costs_go_in_even_if_others_cannot(call):
    route = make_route("Flyer")
    good = COST | {"route": route.pk}
    bad = [
        7,
        {},
        good | {"amount": "much"},
        good | {"amount": 10**30},
        good | {"route": 999_999},
        good | {"from_on": "2026-13-01"},
        good | {"campaign": "🍁" * 101},
        good | {"price": 1},
        good | {"from_on": "2026-11-30", "to_on": "2026-12-01"},
    ]

    told = call().post("ad-costs/bulk/", {"costs": [good, *bad]}).json()

    assert told["created"] == 1
    assert [error["index"] for error in told["errors"]] == list(range(1, 10))


@pytest.mark.parametrize("body", [[], {}, {"costs": {}}, {"costs": []}, {"costs": [COST] * 1001}])
def test_a_batch_that_is_none_is_refused(call, body):
    assert call().post("ad-costs/bulk/", body).status_code == 400


def test_days_that_are_entered_already_are_a_conflict(call):
    cost = make_ad_cost()
    given = {"route": cost.route_id, "from_on": "2026-11-01", "amount": "5"}

    answer = call().post("ad-costs/", given)

    assert answer.status_code == 409
    assert answer.json()["code"] == "cost_overlaps"


def test_one_cost_is_made_changed_and_deleted(call):
    made = call().post("ad-costs/", COST | {"route": make_route().pk}).json()
    changed = call().patch(f"ad-costs/{made['id']}/", {"to_on": "2026-11-10"}).json()
    gone = call().delete(f"ad-costs/{made['id']}/")

    assert (made["amount"], made["currency"], made["source"]) == ("30000.00", "JPY", "hand")
    assert (changed["to_on"], changed["amount"]) == ("2026-11-10", "30000.00")
    assert gone.status_code == 204


def test_what_friends_cost_is_told_by_route(call):
    route = make_route("Flyer", media=Route.Media.OTHER_ADS)
    make_ad_cost(route, 1_000)
    make_arrival(route=route, at=datetime(2026, 11, 1, tzinfo=UTC))

    told = call().get("route-returns/?since=2026-11-01&until=2026-11-30").json()

    [row] = told["routes"]
    assert (row["route"], row["media"], row["cost_per_friend"]) == (route.pk, "other_ads", "1000.00")
    assert told["total"]["new"] == 1


NEVER = "since=9999-12-01&until=9999-12-31"


@pytest.mark.parametrize("query", ["since=x", "since=2026-12-01&until=2026-11-01", NEVER])
def test_no_period_is_no_answer(call, query):
    assert call().get(f"route-returns/?{query}").status_code == 400
