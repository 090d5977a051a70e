"""From a route's link over LINE Login to a friend of whom the route is known, at the simulator."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import board
from channels.handlers import Received
from channels.login import login_client_for
from channels.models import Channel
from events.models import Event
from friends.models import Friend
from routes import joining, services, signing_in, visits
from routes.arrivals import route_of, undecided
from routes.errors import SignInOver
from routes.models import Arrival, SignIn, Visit
from tests.factories import make_route
from tests.friends.webhooks import arrive
from tests.routes.conftest import IN_LINE, PC, PHONE, Passer, make_person, path_of, query_of

Kind = Arrival.Kind
AD = {
    "utm_source": "instagram",
    "utm_medium": "cpc",
    "utm_campaign": "秋の新作🍂",
    "gclid": "Cj0KCQ",
    "fbclid": "IwAR1",
}


def come_back(passer: Passer, simulator, person: str, response, **decision: bool):
    """The person does as LINE asks; the answer to their browser's return."""
    return passer.get(path_of(simulator.sign_in(person, response.url, **decision)))


def follow_of(line_user_id: str, at: datetime) -> Received:
    source = {"type": "user", "userId": line_user_id}
    return Received(uuid4().hex, "follow", at, line_user_id, {"type": "follow", "source": source})


def test_whoever_adds_the_account_while_signing_in_is_a_friend_of_the_route(door, simulator):
    route, aoi, phone = make_route("Flyer"), make_person(simulator, door), Passer()

    to_line = phone.open(route, **AD)
    page = come_back(phone, simulator, aoi, to_line, add_friend=True)

    assert "Thank you for adding us" in page.content.decode()
    arrival = Arrival.objects.get()
    assert (arrival.friend.line_user_id, arrival.kind, arrival.is_newest) == (aoi, Kind.NEW, True)
    assert arrival.friend.display_name == "Aoi"
    assert arrival.visit.utm == {"source": "instagram", "medium": "cpc", "campaign": "秋の新作🍂"}
    assert arrival.visit.click_ids == {"gclid": "Cj0KCQ", "fbclid": "IwAR1"}
    assert Event.objects.get(type="arrived").properties == {
        "route": "Flyer",
        "source": "instagram / cpc / 秋の新作🍂",
        "ad": "Google Ads, Meta Ads",
    }


def test_what_goes_to_line_is_new_each_time_and_asks_to_add_the_account(door):
    route, phone = make_route(), Passer()

    first, second = (query_of(phone.open(route).url) for _ in range(2))

    assert first["bot_prompt"] == "aggressive"
    assert first["redirect_uri"] == signing_in.redirect_uri()
    assert first["code_challenge_method"] == "S256"
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_whoever_signs_in_and_adds_the_account_later_is_joined_by_the_follow(door, simulator):
    route, aoi, phone = make_route("Flyer"), make_person(simulator, door), Passer()

    page = come_back(phone, simulator, aoi, phone.open(route), add_friend=False).content.decode()
    assert "Add the account to go on" in page
    assert "https://line.me/R/ti/p/%40apparel" in page
    friend = Friend.objects.get(line_user_id=aoi)
    assert (friend.status, route_of([friend.pk])) == (Friend.Status.UNKNOWN, {})

    arrive(follow_of(aoi, timezone.now() + timedelta(minutes=3)))
    assert route_of([friend.pk]) == {friend.pk: route}


def test_a_friend_of_before_is_known_as_such(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    simulator.follow(door.channel_id, [aoi])

    come_back(phone, simulator, aoi, phone.open(route))

    arrival = Arrival.objects.get()
    assert (arrival.kind, arrival.friend.status) == (Kind.ALREADY, Friend.Status.FRIEND)


def test_coming_back_twice_is_one_arrival(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    back = path_of(simulator.sign_in(aoi, phone.open(route).url, add_friend=True))

    answers = [phone.get(back) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Arrival.objects.count() == 1


def test_who_does_not_agree_can_still_add_the_account(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    back = path_of(simulator.sign_in(aoi, phone.open(route).url, agree=False))

    page = phone.get(back)
    again = phone.get(back)

    assert "You did not sign in" in page.content.decode()
    assert "https://line.me/R/ti/p/%40apparel" in page.content.decode()
    assert again.status_code == 410
    assert (SignIn.objects.get().outcome, Visit.objects.count(), Arrival.objects.count()) == (
        "declined",
        1,
        0,
    )


@pytest.mark.parametrize(
    "query", ["", "?state=made-up&code=x", "?code=x", "?state=%00", "?error=ACCESS_DENIED"]
)
def test_what_line_did_not_send_is_refused_in_words(door, query):
    page = Passer().get(f"/c/apparel/f/login/{query}")

    assert page.status_code == 410
    assert "can no longer be used" in page.content.decode()


def test_a_code_is_of_no_use_once_another_tab_has_declined(door, simulator):
    Passer().open(make_route())
    seen = SignIn.objects.get()
    signing_in.decline(seen)

    with pytest.raises(SignInOver):
        signing_in.finish(seen, login_client_for(door), code="late", changed=None)


def test_a_state_serves_for_ten_minutes(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    back = path_of(simulator.sign_in(aoi, phone.open(route).url, add_friend=True))
    SignIn.objects.update(started_at=timezone.now() - timedelta(minutes=10, seconds=1))

    assert phone.get(back).status_code == 410
    assert not Arrival.objects.exists()


def test_while_line_is_away_the_visit_is_kept_and_the_account_offered(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    back = path_of(simulator.sign_in(aoi, phone.open(route).url, add_friend=True))
    simulator.fail_next(path="/oauth2/v2.1/token")

    page = phone.get(back)

    assert page.status_code == 503
    assert "https://line.me/R/ti/p/%40apparel" in page.content.decode()
    assert (Visit.objects.count(), SignIn.objects.get().outcome) == (1, "failed")


def test_a_code_of_another_sign_in_is_not_taken(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    mine, theirs = phone.open(route).url, phone.open(route).url
    code = query_of(simulator.sign_in(aoi, theirs, add_friend=True))["code"]

    page = phone.get("/c/apparel/f/login/", {"state": query_of(mine)["state"], "code": code})

    assert page.status_code == 503
    assert not Arrival.objects.exists()


def test_without_a_login_channel_visits_count_and_nobody_is_guessed(door):
    Channel.objects.update(login_channel_id="", sealed_login_secret=None)
    route = make_route()

    response = Passer().open(route, **AD)

    assert response.url == "https://line.me/R/ti/p/%40apparel"
    visit = Visit.objects.get()
    assert (visit.way, visit.utm["source"]) == ("plain", "instagram")
    assert not SignIn.objects.exists()


def test_on_a_pc_the_qr_code_carries_campaign_and_ad_to_the_phone(door, simulator):
    route, aoi = make_route(), make_person(simulator, door)

    page = Passer(PC).open(route, **AD)
    seen = Visit.objects.get()
    assert "<svg" in page.content.decode()
    phone = Passer()
    come_back(phone, simulator, aoi, phone.open(route, v=seen.key), add_friend=True)

    visit = Arrival.objects.get().visit
    assert (visit.parent, visit.device) == (seen, "phone")
    assert (visit.utm, visit.click_ids) == (seen.utm, seen.click_ids)
    assert visit.utm["campaign"] == "秋の新作🍂"


def test_who_has_no_phone_at_hand_signs_in_on_the_pc(door, simulator):
    route, aoi, pc = make_route(), make_person(simulator, door), Passer(PC)
    pc.open(route, **AD)

    to_line = pc.get(f"/c/apparel/f/in/{Visit.objects.get().key}/")
    come_back(pc, simulator, aoi, to_line, add_friend=True)

    assert Arrival.objects.get().visit.click_ids["gclid"] == "Cj0KCQ"


def test_one_screen_brings_many_people_each_with_a_visit_of_their_own(door, simulator):
    route = make_route()
    Passer(PC).open(route)
    key = Visit.objects.get().key

    for name in ("Aoi", "Ren"):
        phone = Passer()
        come_back(
            phone, simulator, make_person(simulator, door, name), phone.open(route, v=key), add_friend=True
        )

    assert Arrival.objects.filter(kind=Kind.NEW).count() == 2
    assert Visit.objects.filter(parent=None).count() == 1


def test_the_key_of_another_route_carries_nothing(door):
    Passer(PC).open(make_route("One"), **AD)
    key = Visit.objects.get().key

    Passer().open(make_route("Two"), v=key)

    assert Visit.objects.latest("pk").parent is None
    assert Visit.objects.latest("pk").utm == {}


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0",
        "curl/8.5.0",
        "",
    ],
)
def test_machines_see_a_page_and_are_not_counted(door, agent):
    page = Passer(agent).open(make_route())

    assert page.status_code == 200
    assert not Visit.objects.exists()


@pytest.mark.parametrize("agent", [PHONE, IN_LINE, PC])
def test_people_are_counted(door, agent):
    Passer(agent).open(make_route())

    assert Visit.objects.get().is_in_line == (agent == IN_LINE)


def test_asking_for_the_head_alone_is_no_visit(door):
    answer = Passer().head(f"/c/apparel/f/r/{make_route().code}")

    assert (answer.status_code, Visit.objects.count()) == (200, 0)


@pytest.mark.parametrize("code", ["unknown1", "連携", "a" * 400, "%01", "a'--"])
def test_an_unknown_code_gets_a_page_in_the_accounts_name(door, code):
    page = Passer().get(f"/c/apparel/f/r/{code}")

    assert page.status_code == 404
    assert "Add as a friend" in page.content.decode()


def test_what_is_huge_or_odd_in_an_address_is_cut_and_kept(door):
    Passer().open(make_route(), utm_source="長" * 5000, utm_term="a\x00b\nc", gclid="g" * 9000, other="x")

    visit = Visit.objects.get()
    assert (len(visit.utm_source), visit.utm_term, len(visit.click_ids["gclid"])) == (200, "abc", 500)


def test_a_route_that_has_ended_says_so_and_offers_the_account(door):
    route = make_route(ends_at=timezone.now() - timedelta(minutes=1))

    page = Passer().open(route)

    assert page.status_code == 410
    assert "This offer has ended" in page.content.decode()
    assert "https://line.me/R/ti/p/%40apparel" in page.content.decode()
    assert not Visit.objects.exists()


def test_an_archived_route_has_ended_until_it_is_restored(door):
    route = make_route()
    services.archive(route, by=None)
    assert Passer().open(route).status_code == 410

    services.restore(route, by=None)
    assert Passer().open(route).status_code == 302


def test_a_flood_from_one_place_is_sent_on_uncounted(door, monkeypatch):
    monkeypatch.setattr(visits, "MOST_A_MINUTE", 2)
    route = make_route()

    for _ in range(4):
        Passer().get(f"/c/apparel/f/r/{route.code}", REMOTE_ADDR="192.0.2.7")

    assert Visit.objects.count() == 2


def test_a_route_of_another_client_is_not_found(door, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_route()

    assert Passer().open(theirs).status_code == 404


def test_in_send_only_mode_the_sign_in_makes_the_friend(door, simulator):
    Channel.objects.update(mode=Channel.Mode.SEND_ONLY)
    route, aoi, phone = make_route("Flyer"), make_person(simulator, door), Passer()

    come_back(phone, simulator, aoi, phone.open(route), add_friend=True)

    friend = Friend.objects.get(line_user_id=aoi)
    assert friend.status == Friend.Status.FRIEND
    assert friend.followed_at
    assert route_of([friend.pk]) == {friend.pk: route}


def test_a_friend_is_undecided_while_somebody_is_signing_in_and_only_then(door, simulator):
    route, aoi, phone = make_route(), make_person(simulator, door), Passer()
    to_line = phone.open(route)
    arrive(follow_of(aoi, timezone.now()))
    friend = Friend.objects.get(line_user_id=aoi)
    assert undecided([friend.pk]) == {friend.pk}

    simulator.follow(door.channel_id, [aoi])
    come_back(phone, simulator, aoi, to_line)

    assert undecided([friend.pk]) == set()


def test_the_page_is_in_the_language_of_the_browser_and_japanese_otherwise(door):
    route = make_route(ends_at=timezone.now() - timedelta(minutes=1))
    address = f"/c/apparel/f/r/{route.code}"

    japanese = Passer().get(address, headers={"accept-language": "ja"}).content.decode()

    assert '<html lang="ja">' in japanese
    assert '<html lang="en">' in Passer().get(address).content.decode()


def test_what_a_dying_process_leaves_behind_is_settled_by_the_board(door, simulator):
    route, aoi, phone = make_route("Flyer"), make_person(simulator, door), Passer()
    come_back(phone, simulator, aoi, phone.open(route), add_friend=True)
    Arrival.objects.update(kind=Kind.UNKNOWN, is_newest=False, settled_at=None)

    joining.settle_left_behind()

    assert Arrival.objects.get().kind == Kind.NEW
    assert board.version(joining.KIND) == 1
