"""Coupons that messages lead to: who opens one from a send counts there."""

import re

import pytest
from django.utils import timezone

from accounts import secrets
from broadcasts import services, talks
from broadcasts.models import Broadcast, LinkClick, SplitTest, TrackedLink
from broadcasts.sending import delivery
from broadcasts.tracking import people
from broadcasts.tracking.people import Tokens
from channels.models import Channel
from coupons.models import Coupon
from events import timeline
from events.timeline import NewEvent
from friends import personal
from friends.models import Friend
from scenarios.results import counts
from segments import services as segments
from segments import tree
from segments.errors import InvalidTree
from tests.broadcasts.sending import send, skip_waiting
from tests.coupons.factories import make_own_coupon
from tests.factories import make_broadcast, make_followers, make_friend, make_sending, make_user
from tests.scenarios.engines import lead, make_entry, make_scenario
from tests.visiting import Visitor, sign_in

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http\S+/c/apparel/l/([a-z2-7]{24})\.([a-z2-7]{26})")
SHOP = "https://shop.example/sale"
PUSH = "/v2/bot/message/push"


@pytest.fixture
def friends(simulator, channel: Channel) -> list[Friend]:
    return make_followers(simulator, channel, ["aoi", "ren"])


@pytest.fixture
def marketer(tenant) -> Visitor:
    return sign_in(make_user("marketer"))


def card(coupon: Coupon) -> dict:
    """A card whose button opens the coupon, and that names its address where nothing can be tapped."""
    address = f"{{{{coupon.{coupon.pk}}}}}"
    button = {"type": "button", "action": {"type": "uri", "label": "Open", "uri": address}}
    words = {"type": "text", "text": f"At {address}"}
    return {
        "type": "flex",
        "altText": "A coupon",
        "contents": {
            "type": "bubble",
            "body": {"type": "box", "layout": "vertical", "contents": [words, button]},
        },
    }


def opened(broadcast: Broadcast, *friend_ids: int | None) -> TrackedLink:
    """As if these friends had opened the coupon from the send."""
    link = broadcast.links.get(page__startswith="coupon.")
    for friend in friend_ids:
        LinkClick.objects.create(link=link, friend_id=friend, is_first=friend is not None)
    return link


def test_each_friend_gets_a_link_of_their_own_to_their_coupon_and_the_same_again(
    tenant, simulator, channel, friends
):
    coupon = make_own_coupon()
    broadcast = make_sending(f"{{{{display_name|you}}}}: {{{{coupon.{coupon.pk}}}}} or {SHOP}")

    simulator.lose_next_answers(2, PUSH)
    send()
    skip_waiting()
    send()

    tokens = Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    link = broadcast.links.exclude(page="").get()
    for friend in friends:
        [text] = simulator.texts(channel.channel_id, friend.line_user_id)
        assert text.startswith(f"{friend.display_name}: http")
        assert [(code, tokens.unseal(code, token)) for code, token in LINK.findall(text)] == [
            (link.code, friend.pk)
        ]
        assert people.HOLE not in text
    assert (link.url, link.page, link.bubble) == (f"{{{{coupon.{coupon.pk}}}}}", f"coupon.{coupon.pk}", 1)
    assert link.target == personal.door("coupon", coupon.pk)
    assert broadcast.links.get(page="").url == SHOP


def test_what_opens_leads_through_the_link_and_what_is_only_read_names_the_coupons_address(
    simulator, channel, friends
):
    coupon = make_own_coupon()
    make_sending(messages=[card(coupon), {"type": "text", "text": f"{{{{coupon.{coupon.pk}}}}}"}])

    send()

    [flex, text] = simulator.inbox(channel.channel_id, friends[0].line_user_id)
    said, button = flex["contents"]["body"]["contents"]
    assert said["text"] == f"At {personal.address('coupon', coupon.pk, friends[0].pk)}"
    assert LINK.fullmatch(button["action"]["uri"])
    assert LINK.fullmatch(text["text"])
    assert (
        LINK.fullmatch(text["text"])[1] != LINK.fullmatch(button["action"]["uri"])[1]
    )  # each bubble its own


def test_in_the_talk_stands_the_door_so_that_nobody_of_the_staff_opens_it_in_a_friends_name(friends):
    coupon = make_own_coupon()
    make_sending(f"Yours: {{{{coupon.{coupon.pk}}}}}")
    send()

    [shown] = talks.sent_to(friends[0].pk, timezone.now(), 10)

    assert shown.messages == [{"type": "text", "text": f"Yours: {personal.door('coupon', coupon.pk)}"}]


def test_each_text_of_an_ab_test_has_a_link_of_its_own_to_the_coupon(friends):
    coupon = make_own_coupon()
    own = [{"type": "text", "text": f"B {{{{coupon.{coupon.pk}}}}}"}]
    broadcast = make_broadcast(f"A {{{{coupon.{coupon.pk}}}}}")
    SplitTest.objects.create(broadcast=broadcast, sample_percent=100)
    broadcast.variants.create(letter="A", messages=[])
    broadcast.variants.create(letter="B", messages=own)
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED, approved_at=timezone.now())

    services.send_now(broadcast, by=None)
    delivery.start_due()

    links = TrackedLink.objects.filter(broadcast=broadcast).order_by("variant__letter")
    assert list(links.values_list("variant__letter", "page")) == [
        ("A", f"coupon.{coupon.pk}"),
        ("B", f"coupon.{coupon.pk}"),
    ]


def test_who_opened_the_coupon_can_be_asked_for_though_other_links_are_the_same_for_all(friends):
    broadcast = make_sending(f"{{{{coupon.{make_own_coupon().pk}}}}} {SHOP}")
    send()
    link = opened(broadcast, friends[0].pk)
    asked = {"type": "clicked", "broadcast": broadcast.pk}

    found = segments.evaluate({"all": [asked | {"link": link.url}]})

    assert set(found) == {friends[0].pk}
    with pytest.raises(InvalidTree, match="invalid_tree"):
        tree.check(tree.parse({"all": [asked | {"link": SHOP}]}))


def test_it_costs_no_message_more(simulator, channel, friends):
    broadcast = make_sending(f"{{{{coupon.{make_own_coupon().pk}}}}}")

    send()

    assert [len(simulator.inbox(channel.channel_id, each.line_user_id)) for each in friends] == [1, 1]
    assert broadcast.method == Broadcast.Method.PUSH


def test_the_sends_page_says_how_many_people_opened_the_coupon_from_it(friends, marketer):
    coupon = make_own_coupon("Autumn")
    broadcast = make_sending(f"{{{{coupon.{coupon.pk}}}}} {SHOP}")
    send()
    opened(broadcast, friends[0].pk, friends[1].pk, None)

    page = marketer.read(f"broadcasts/{broadcast.pk}/")
    result = marketer.read(f"broadcasts/{broadcast.pk}/results/")
    who = marketer.read(f"broadcasts/{broadcast.pk}/clicks/")

    assert "Coupon: Autumn" in page
    assert "Coupon: Autumn" in result
    assert '<td class="number" data-label="People">2</td>' in page
    assert "Of pages that are each friend’s own it is known who opened them" in page
    assert "nobody knows whose these clicks are" not in page + who
    assert "Coupon: Autumn" in who
    assert "aoi" in who


def test_files_and_programs_are_told_of_it_by_name(friends, visit, call):
    broadcast = make_sending(f"{{{{coupon.{make_own_coupon('Autumn').pk}}}}}")
    send()
    link = opened(broadcast, friends[0].pk)
    manager = visit("account_manager")

    links = manager.get(f"broadcasts/{broadcast.pk}/results/file/", {"kind": "utf-8", "table": "links"})
    clicks = manager.get(f"broadcasts/{broadcast.pk}/clicks/file/", {"kind": "utf-8"})
    told = call().get(f"broadcasts/{broadcast.pk}/clicks/").json()["links"]
    result = call().get(f"broadcasts/{broadcast.pk}/results/").json()["links"]

    assert "Coupon: Autumn" in links.content.decode()
    assert "Coupon: Autumn" in clicks.content.decode()
    said = {"page": link.page, "title": "Coupon: Autumn", "clicks": 1, "people": 1}
    assert [{name: each[name] for name in said} for each in (*told, *result)] == [said, said]


def test_the_timeline_names_the_coupon_and_not_the_variable(marketer):
    coupon, friend = make_own_coupon("Autumn"), make_friend("aoi")
    url = f"{{{{coupon.{coupon.pk}}}}}"
    said = {"kind": "broadcast", "name": "Sale", "url": url, "first": True}
    timeline.record([NewEvent("clicked", friend.created_at, friend.pk, None, said, key="click")])

    shown = marketer.read(f"friends/{friend.pk}/")

    assert "Coupon: Autumn" in shown
    assert url not in shown


def test_a_step_of_a_scenario_counts_who_opened_the_coupon_from_it(tenant, simulator, channel, friends):
    coupon = make_own_coupon()
    scenario = make_scenario(
        {"type": "send", "messages": [{"type": "text", "text": f"{{{{coupon.{coupon.pk}}}}}"}]}
    )
    for friend in friends:
        make_entry(scenario, friend)

    lead()

    link = TrackedLink.objects.get(page=f"coupon.{coupon.pk}")
    tokens = Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    for friend in friends:
        [text] = simulator.texts(channel.channel_id, friend.line_user_id)
        assert tokens.unseal(link.code, LINK.fullmatch(text)[2]) == friend.pk
    assert (link.owner, link.part) == (scenario.ledger_owner, "s1")
    assert link.about["version"] == scenario.version.number
    LinkClick.objects.create(link=link, friend_id=friends[0].pk, is_first=True)
    assert counts.clicked(scenario, None) == {"s1": (1, 1)}
