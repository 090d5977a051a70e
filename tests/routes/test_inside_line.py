"""The page that opens inside LINE, and what its tokens tell."""

import pytest
from django_tenants.utils import tenant_context

from channels.models import Channel
from friends.models import Friend
from routes import signing_in
from routes.arrivals import route_of
from routes.models import Arrival, SignIn, Visit
from tests.factories import make_route
from tests.routes.conftest import LOGIN_CHANNEL, PC, Passer, make_person, path_of

Kind = Arrival.Kind


@pytest.fixture
def liff(door, simulator, settings) -> Channel:
    """The channel with a LIFF app at the simulator."""
    settings.LIFF_BASE = f"{simulator.base_url}/liff"
    settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
    door.liff_id = simulator.add_liff_app(LOGIN_CHANNEL, signing_in.liff_endpoint())
    door.save()
    return door


def tell(phone: Passer, opened: dict, key: str):
    """What the page sends once LIFF is ready."""
    return phone.post(
        "/c/apparel/f/liff/", {"v": key, **{name: opened[name] for name in ("id_token", "access_token")}}
    )


def test_a_phone_is_led_into_line_and_the_page_knows_who_it_is(liff, simulator):
    route, aoi, phone = make_route("Flyer"), make_person(simulator, liff), Passer()

    to_line = phone.open(route, utm_source="instagram")
    opened = simulator.open_liff(aoi, to_line.url)
    page = phone.get(path_of(opened["url"]))
    key = Visit.objects.get().key
    answer = tell(phone, opened, key)

    assert to_line.url.startswith(f"{simulator.base_url}/liff/{liff.liff_id}?")
    assert f'data-visit="{key}"' in page.content.decode()
    assert f"{simulator.base_url}" in page.headers["Content-Security-Policy"]
    assert answer.json() == {"is_friend": False}
    arrival = Arrival.objects.get()
    assert (arrival.friend.line_user_id, arrival.kind) == (aoi, Kind.NOT_YET)
    assert arrival.visit.utm == {"source": "instagram"}
    assert SignIn.objects.get().outcome == "known"


def test_who_adds_the_account_on_the_page_says_so_in_send_only_mode(liff, simulator):
    Channel.objects.update(mode=Channel.Mode.SEND_ONLY)
    route, aoi, phone = make_route("Flyer"), make_person(simulator, liff), Passer()
    opened = simulator.open_liff(aoi, phone.open(route).url)
    key = Visit.objects.get().key
    tell(phone, opened, key)

    simulator.follow(liff.channel_id, [aoi])
    answers = [tell(phone, opened, key).json() for _ in range(2)]

    assert answers == [{"is_friend": True}] * 2
    friend = Friend.objects.get(line_user_id=aoi)
    assert friend.status == Friend.Status.FRIEND
    assert route_of([friend.pk]) == {friend.pk: route}


def test_a_liff_link_that_was_handed_out_itself_begins_a_visit(liff):
    route = make_route()

    Passer().get(f"/c/apparel/f/liff/?r={route.code}&utm_source=line&ldtag_cl=x")

    visit = Visit.objects.get()
    assert (visit.way, visit.utm, visit.click_ids) == ("liff", {"source": "line"}, {"ldtag_cl": "x"})


def test_the_first_opening_with_everything_packed_counts_nothing(liff):
    route, phone = make_route(), Passer()

    page = phone.get(f"/c/apparel/f/liff/?liff.state=%3Fr%3D{route.code}")

    assert page.status_code == 200
    assert not Visit.objects.exists()


def test_somebody_to_whom_the_link_was_passed_on_gets_a_visit_of_their_own(liff, simulator):
    route, phone = make_route(), Passer()
    url = phone.open(route).url
    key = Visit.objects.get().key

    for name in ("Aoi", "Ren", "Ren again"):
        tell(phone, simulator.open_liff(make_person(simulator, liff, name), url), key)

    assert Arrival.objects.count() == Visit.objects.count() == 3


def test_what_is_no_token_of_this_channel_is_refused(liff, simulator):
    route, aoi, phone = make_route(), make_person(simulator, liff), Passer()
    opened = simulator.open_liff(aoi, phone.open(route).url)
    key = Visit.objects.get().key
    simulator.add_login_channel("2000000002", "x" * 32, channel_id=liff.channel_id, redirect_uris=[])
    other = simulator.add_liff_app("2000000002", signing_in.liff_endpoint())
    foreign = simulator.open_liff(aoi, f"{simulator.base_url}/liff/{other}?r={route.code}&v={key}")

    made_up = tell(phone, {"id_token": "a.b.c", "access_token": ""}, key)
    refused = tell(phone, foreign, key)
    allowed = tell(phone, opened, key)

    assert [made_up.status_code, refused.status_code, allowed.status_code] == [400, 400, 200]


def test_while_line_is_away_the_page_is_told_so(liff, simulator):
    route, aoi, phone = make_route(), make_person(simulator, liff), Passer()
    opened = simulator.open_liff(aoi, phone.open(route).url)
    simulator.fail_next(path="/oauth2/v2.1/verify")

    answer = tell(phone, opened, Visit.objects.get().key)

    assert answer.status_code == 503
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("key", ["", "unknown", "a" * 22, "\x00" * 22])
def test_without_a_visit_nobody_is_known(liff, simulator, key):
    opened = simulator.open_liff(
        make_person(simulator, liff), f"{simulator.base_url}/liff/{liff.liff_id}?r=x"
    )

    assert tell(Passer(), opened, key).status_code == 404


def test_a_visit_of_another_client_is_unknown(liff, simulator, other_tenant):
    with tenant_context(other_tenant):
        theirs = Visit.objects.create(route=make_route(), at="2026-11-20T00:00Z", way="liff", device="phone")

    assert Passer().get(f"/c/apparel/f/liff/?v={theirs.key}").status_code == 404


def test_on_a_pc_nobody_is_led_into_line(liff):
    page = Passer(PC).open(make_route())

    assert "Scan this QR code" in page.content.decode()
