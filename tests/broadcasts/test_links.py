"""The links in what is sent: one for each address and bubble, or for each friend where that is wanted."""

import re

from accounts import secrets
from broadcasts import services
from broadcasts.models import Broadcast, LinkDefaults
from broadcasts.tracking import links, people
from broadcasts.tracking.people import Tokens
from tests.broadcasts.sending import send, skip_waiting
from tests.factories import make_broadcast, make_followers, make_sending

SHOP = "https://shop.example/sale"
LINK = re.compile(r"http\S+/c/apparel/l/([a-z2-7]{24})\.([a-z2-7]{26})")
PUSH = "/v2/bot/message/push"


def test_one_address_in_two_bubbles_has_two_links(channel, simulator):
    make_followers(simulator, channel, ["aoi"])
    text = {"type": "text", "text": f"{SHOP} and again {SHOP}"}

    broadcast = make_sending(messages=[text, text])

    assert list(broadcast.links.order_by("pk").values_list("bubble", "url")) == [(1, SHOP), (2, SHOP)]


def test_links_carry_campaign_parameters_with_the_broadcasts_name_and_the_place(channel, simulator):
    make_followers(simulator, channel, ["aoi"])
    own = "https://shop.example/?utm_source=mail"

    broadcast = make_sending(f"{SHOP} {own}", name="秋", utm={"source": "line", "medium": "message"})

    parameters = "utm_source=line&utm_medium=message&utm_campaign=%E7%A7%8B&utm_content=1-1"
    assert list(broadcast.links.order_by("pk").values_list("url", "target")) == [
        (SHOP, f"{SHOP}?{parameters}"),
        (own, ""),
    ]


def test_each_friend_gets_links_of_their_own_and_the_same_ones_again(tenant, channel, simulator):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending(f"{SHOP} and {SHOP}/2", tracks_people=True)

    simulator.lose_next_answers(2, PUSH)
    send()
    skip_waiting()
    send()

    broadcast.refresh_from_db()
    tokens = Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    for friend in (aoi, ren):
        [text] = simulator.texts(channel.channel_id, friend.line_user_id)
        assert [tokens.unseal(code, token) for code, token in LINK.findall(text)] == [friend.pk] * 2
    assert broadcast.method == Broadcast.Method.PUSH
    assert broadcast.status == Broadcast.Status.SENT
    assert people.HOLE not in str(simulator.texts(channel.channel_id, aoi.line_user_id))


def test_where_nobody_is_tracked_all_get_the_same_by_multicast(channel, simulator):
    aoi, ren = make_followers(simulator, channel, ["aoi", "ren"])
    broadcast = make_sending(SHOP)

    send()

    [first], [second] = (simulator.texts(channel.channel_id, each.line_user_id) for each in (aoi, ren))
    assert first == second
    assert broadcast.method == Broadcast.Method.MULTICAST


def test_names_and_links_are_filled_in_together(tenant, channel, simulator):
    [aoi] = make_followers(simulator, channel, ["aoi"])
    make_sending(f"{{{{display_name|you}}}}: {SHOP}", tracks_people=True)

    send()

    [text] = simulator.texts(channel.channel_id, aoi.line_user_id)
    assert text.startswith("aoi: http")
    assert len(LINK.findall(text)) == 1


def test_a_copy_keeps_how_links_are_tracked(channel):
    utm = {"source": "line", "medium": "message", "campaign": "autumn"}
    broadcast = make_broadcast(tracks_people=True, utm=utm)

    copy = services.duplicate(broadcast, by=None)

    assert (copy.tracks_people, copy.utm) == (True, utm)


def test_new_broadcasts_begin_with_the_clients_defaults(tenant):
    LinkDefaults.objects.create(adds_utm=True, utm_campaign="autumn")

    assert links.default_utm() == {"source": "line", "medium": "message", "campaign": "autumn"}
