"""A friend's own page and the invitation: from the address in a message to a counted friend."""

import orjson
import pytest

from channels import processing
from events.models import Event
from friends import personal, replies
from friends.models import Friend
from referrals import crowds, hearing, joining, services
from referrals.models import Opening, Participant, Referral
from routes.models import Arrival, Visit
from tests.channels.conftest import put_in_inbox
from tests.factories import make_friend
from tests.referrals.factories import invite, make_part, make_programme, make_running
from tests.referrals.test_settling import coupon, turn
from tests.routes.conftest import IN_LINE, PC, PHONE, Passer, door, make_person, path_of  # noqa: F401

State, Reason = Referral.State, Referral.Reason
BOT = "facebookexternalhit/1.1;line-poker/1.0"


def page_of(programme, friend) -> str:
    return path_of(personal.address(joining.PAGE, programme.pk, friend.pk))


def start(name: str = "Bring a friend", **given):
    programme = make_programme(name, **given)
    services.publish(programme, revision=programme.revision, by=None)
    return programme


def come_by(simulator, part, person: str, *, agent: str = PHONE, add_friend: bool = True):
    """The person opens the link, goes on, and does as LINE asks."""
    phone = Passer(agent)
    landing = phone.get(path_of(joining.link_of(part)))
    assert landing.status_code == 200
    to_line = phone.get(f"{path_of(joining.link_of(part))}go/?v={Visit.objects.latest('pk').key}")
    back = simulator.sign_in(person, to_line.url, add_friend=add_friend)
    return phone.get(path_of(back))


def test_from_the_link_to_a_counted_friend(door, simulator):  # noqa: F811
    programme = start(rules={"each": turn(), "invited": coupon()})
    part, ren = make_part(programme, "aoi"), make_person(simulator, door, "Ren")

    answer = come_by(simulator, part, ren)
    hearing.run()

    assert "Thank you for adding us" in answer.content.decode()
    arrival = Arrival.objects.get()
    assert (arrival.route_id, arrival.visit.utm["medium"]) == (programme.route_id, "referral")
    referral = Referral.objects.get()
    assert referral.participant == part
    assert Participant.objects.get().opened_count == 1


def test_the_own_page_takes_part_and_names_nobody(tenant):
    programme = make_running(rules={"each": turn(), "tiers": [{"at": 1, **coupon(name="Tea")}], "most": 5})
    aoi = make_friend("aoi")
    part = joining.part_of(programme, aoi)
    invite(part, "ren secret")

    page = Passer().get(page_of(programme, aoi)).content.decode()

    assert joining.link_of(part) in page
    assert "ren secret" not in page
    assert "Rewards left: for 4 friends" in page
    assert "Your rewards" in page
    assert "Coupon: Tea" in page


def test_who_is_no_friend_and_who_has_cut_the_address_are_told_so(tenant):
    programme, ren = make_running(), make_friend("ren", status="unknown")
    stranger = Passer().get(page_of(programme, ren))
    cut = Passer().get(page_of(programme, ren)[:-3] + "/")
    draft = Passer().get(page_of(make_programme("Draft"), ren))

    assert (stranger.status_code, cut.status_code, draft.status_code) == (410, 404, 404)
    assert "Add our account in LINE first" in stranger.content.decode()
    assert not Participant.objects.exists()


def test_a_preview_of_the_page_takes_nobody_in_and_of_the_link_counts_nothing(channel):
    programme = make_running()
    part = make_part(programme, "aoi")
    ren = make_friend("ren")

    Passer(BOT).get(page_of(programme, ren))
    landing = Passer(BOT).get(path_of(joining.link_of(part)))

    assert landing.status_code == 200
    assert Participant.objects.count() == 1
    assert (Participant.objects.get().opened_count, Visit.objects.count()) == (0, 0)


def test_sharing_leads_to_line_with_the_message_and_the_link(tenant):
    programme = make_running(shared="おすすめのお店です")
    part = make_part(programme, "aoi")

    answer = Passer().get(f"{page_of(programme, part.friend)}share/")

    assert answer.status_code == 302
    assert answer.url == joining.share_address(f"おすすめのお店です\n{joining.link_of(part)}")
    assert answer.url.startswith("https://line.me/R/share?text=%E3%81%8A")
    assert Participant.objects.get().shared_count == 1


def test_the_link_opens_while_it_runs_and_says_why_when_it_does_not(channel):
    programme = make_running(welcome="ようこそ", rules={"invited": coupon(name="Tea"), "most": 1})
    part = make_part(programme, "aoi")
    link = path_of(joining.link_of(part))
    first = Passer().get(link).content.decode()
    invite(part, "ren")
    gone = Passer().get(link).content.decode()
    services.pause(programme, by=None)
    paused = Passer().get(link)
    services.end(programme, by=None)
    ended = Passer().get(link)
    own = Passer().get(page_of(programme, part.friend)).content.decode()

    assert "Coupon: Tea" in first
    assert "ようこそ" in first
    assert "All presents have been taken" in gone
    assert (paused.status_code, ended.status_code) == (410, 410)
    assert "pauses at the moment" in paused.content.decode()
    assert "has ended" in ended.content.decode()
    assert "The programme has ended" in own


def test_a_visit_of_another_link_leads_nowhere(channel):
    programme = make_running()
    aoi, ren = make_part(programme, "aoi"), make_part(programme, "ren")
    Passer().get(path_of(joining.link_of(aoi)))
    key = Visit.objects.get().key

    other = Passer().get(f"{path_of(joining.link_of(ren))}go/?v={key}")
    unknown = Passer().get(f"/c/apparel/rf/i/{'x' * 10}/")

    assert other.url == path_of(joining.link_of(ren))
    assert unknown.status_code == 404


def test_on_a_screen_the_phone_that_scans_goes_on_with_the_invitation(channel):
    programme = make_running()
    part, desk = make_part(programme, "aoi"), Passer(PC)
    desk.get(path_of(joining.link_of(part)))
    first = Visit.objects.get()

    shown = desk.get(f"{path_of(joining.link_of(part))}go/?v={first.key}")
    Passer(PHONE).get(f"/c/apparel/f/r/{programme.route.code}", {"v": first.key})

    assert "Scan this QR code" in shown.content.decode()
    assert Visit.objects.latest("pk").utm_content == part.code
    assert Visit.objects.latest("pk").parent == first


def test_of_a_network_only_hashes_of_the_day_are_kept(channel):
    part = make_part(make_running(), "aoi")

    Passer().get(path_of(joining.link_of(part)), REMOTE_ADDR="203.0.113.9")
    Passer().get(path_of(joining.link_of(part)), REMOTE_ADDR="203.0.113.77")
    Passer().get(path_of(joining.link_of(part)), REMOTE_ADDR="198.51.100.9")

    seen = list(Opening.objects.order_by("pk"))
    assert len({each.network for each in seen}) == 3
    assert [each.network_range == seen[0].network_range for each in seen] == [True, True, False]
    assert not any("203.0" in each.network for each in seen)
    assert crowds.hashes("nonsense", seen[0].at) == ("", "")


def test_a_tap_in_the_chat_is_answered_with_the_friends_own_page(channel, simulator):
    programme = make_running(intro="Bring your friends")
    [user_id] = simulator.add_people(channel.channel_id, ["葵"])
    simulator.follow(channel.channel_id, [user_id])
    aoi = make_friend(line_user_id=user_id, language="en")
    event = simulator.postback(channel.channel_id, user_id, f"tap:{programme.code}")

    put_in_inbox(orjson.dumps({"destination": channel.bot_user_id, "events": [event]}))
    processing.process(seconds=5)
    replies.give_due()

    said = orjson.dumps(simulator.inbox(channel.channel_id, user_id)[-1]).decode()
    assert personal.token(joining.PAGE, programme.pk, aoi.pk) in said
    assert "Bring your friends" in said


@pytest.mark.parametrize("code", ["%00", "A" * 300, "é", "../x"])
def test_what_is_no_code_finds_nothing(channel, code):
    assert Passer().get(f"/c/apparel/rf/i/{code}/").status_code == 404
    assert not Event.objects.filter(type="invited").exists()
    assert not Friend.objects.exists()
