"""Routes and arrivals by REST."""

import pytest

from routes.models import Arrival, Folder, Route, Visit
from tests.factories import make_arrival, make_friend, make_route, make_tag

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
