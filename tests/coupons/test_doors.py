"""The address for everybody: printed, or in a menu; LINE tells who opens it."""

import pytest

from channels.models import Channel
from coupons.models import Coupon, Ticket
from friends import personal
from friends.models import Friend
from linking import inside
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.linking.login_ways import give_login
from tests.routes.conftest import Passer, make_person, path_of


@pytest.fixture
def liff(channel, simulator) -> Channel:
    return give_login(simulator, channel)


def opened(simulator, user_id: str, coupon: Coupon, person: Passer):
    """What the friend's phone gets to see who opens the door inside LINE."""
    query = {"kind": "coupon", "number": str(coupon.pk)}
    told = simulator.open_liff(user_id, inside.address("open", **query))
    address = f"/c/apparel/f/liff/open/?kind=coupon&number={coupon.pk}"
    leads_to = person.post(address, {"id_token": told["id_token"]}).json()["next"]
    return person.get(path_of(leads_to))


def test_the_door_leads_into_line_and_on_to_ones_own_coupon(liff, simulator):
    coupon, aoi, person = make_own_coupon("Autumn"), make_person(simulator, liff), Passer()

    door = person.get(path_of(personal.door("coupon", coupon.pk)))
    page = opened(simulator, aoi, coupon, person)

    assert door.headers["Location"] == inside.address("open", kind="coupon", number=str(coupon.pk))
    assert "Autumn" in page.content.decode()
    assert Ticket.objects.get().friend.line_user_id == aoi


def test_the_door_of_a_prize_gives_it_to_nobody_and_shows_it_to_the_winner(liff, simulator):
    prize = make_own_coupon("Prize", by_address=False)
    winner, guesser = make_person(simulator, liff), make_person(simulator, liff)
    make_ticket(Friend.objects.create(line_user_id=winner), prize, key="draw:1")

    shown, refused = (opened(simulator, each, prize, Passer()) for each in (winner, guesser))

    assert (shown.status_code, refused.status_code) == (200, 410)
    assert Ticket.objects.count() == 1


def test_without_a_liff_app_the_door_says_that_the_message_leads_there(tenant):
    coupon = make_own_coupon()

    door = Passer().get(path_of(personal.door("coupon", coupon.pk)))

    assert door.status_code == 404
    assert not Ticket.objects.exists()
