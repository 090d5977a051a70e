from datetime import timedelta

from django.utils import timezone

from broadcasts import services as broadcasts
from tests.broadcasts.sending import send
from tests.factories import make_broadcast, make_followers, make_friend, make_link, make_sending


def test_a_new_client_is_led_through_the_first_steps(visit):
    page = visit("account_manager").read("")

    assert "First steps" in page
    assert "Connect the LINE channel" in page


def test_home_shows_friends_links_and_blocks(visit):
    make_link(make_friend("aoi"))
    make_friend("ren")
    make_friend("mio", status="blocked")

    page = visit().read("")

    assert "<dt>Reachable</dt><dd>2</dd>" in page
    assert '<dt>Linked</dt><dd>1<span class="note"> 50.0%</span></dd>' in page
    assert '<dt>Blocked</dt><dd>1<span class="note"> 33.3%</span></dd>' in page


def test_home_shows_what_is_used_and_what_is_scheduled(visit, tenant, simulator, channel):
    make_followers(simulator, channel, 3)
    make_sending("Sale today", name="Sale today")
    send()
    later = make_broadcast(name="Sale tomorrow")
    later.move("draft", to="approved", approved_at=timezone.now())
    broadcasts.schedule_broadcast(later, send_at=timezone.now() + timedelta(minutes=5), by=None)

    page = visit().read("")

    assert "Sent by Musubi</dt><dd><b>3</b>" in page
    assert "Sale tomorrow" in page
    assert "Sale today" in page


def test_home_says_what_waits_for_a_person(visit, simulator, channel):
    make_followers(simulator, channel, 1)
    broadcast = make_sending(name="Lost in between")
    broadcast.move("sending", to="needs_check")

    page = visit().read("")

    assert "Needs check: <a" in page
    assert "Lost in between" in page


def test_home_leads_the_approver_to_what_waits_for_them(visit):
    waiting = make_broadcast(name="Sale tomorrow")
    broadcasts.submit_for_approval(waiting, by=None)

    assert f"/broadcasts/{waiting.pk}/review/" in visit("approver").read("")
    assert f"/broadcasts/{waiting.pk}/review/" not in visit("marketer").read("")


def test_home_is_read_in_few_queries(visit, django_assert_max_num_queries):
    visitor = visit()

    with django_assert_max_num_queries(40):
        visitor.read("")
