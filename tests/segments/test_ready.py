"""Segments that every client finds ready-made."""

from datetime import timedelta

from django.utils import timezone

from events import timeline
from events.timeline import NewEvent
from friends.models import Friend, Tag
from segments import ready, services
from segments.models import Segment
from segments.ready import Ready
from tests.factories import make_customer, make_friend, make_link, make_order, make_tag

KEYS = {
    "linked",
    "not-linked",
    "new-this-week",
    "birthday-this-month",
    "first-time-buyers",
    "repeat-buyers",
    "lapsed-buyers",
    "cart-left",
    "blocked-after-coupon",
    "no-click",
    "clicked-last",
    "opened-last",
}


def test_who_is_not_linked_is_found_with_a_count(visit, tenant):
    make_link(make_friend("aoi"))
    make_friend("ren")
    make_friend("mei")
    viewer = visit("viewer")

    assert "Friends who are not linked" in viewer.read("segments/ready/")
    assert "2" in viewer.read("segments/ready/not-linked/count/")


def test_using_one_begins_a_segment_with_its_conditions(visit, tenant):
    page = visit("marketer").read("segments/new/?ready=not-linked")

    assert "Friends who are not linked" in page
    assert not Segment.objects.exists()


def test_there_is_none_by_another_name(visit, tenant):
    viewer = visit("marketer")

    assert viewer.get("segments/ready/nobody/count/").status_code == 404
    assert viewer.get("segments/new/?ready=nobody").status_code == 200


def members(key: str) -> list[int]:
    return list(services.members(ready.of(key).conditions()))


def test_all_are_there_in_sections_each_with_a_reason(tenant):
    known = ready.all_ready()

    assert {each.key for each in known} >= KEYS
    assert all(each.why and each.words for each in known)
    assert sum(len(each) for each in ready.sections().values()) == len(known)


def test_the_page_shows_each_with_its_sentence_and_says_whom_no_message_reaches(visit, tenant):
    page = visit("viewer").read("segments/ready/")

    assert all(str(each.name) in page for each in ready.all_ready())
    assert "not linked" in page
    assert "No message reaches them" in page


def test_one_waits_until_the_conditions_it_needs_are_known():
    waiting = Ready("later", "Later", {"all": [{"type": "not_there_yet"}]})

    assert not waiting.is_possible()


def test_a_client_may_have_a_tree_of_its_own(tenant):
    tag = make_tag("VIP", friends=[make_friend("aoi")])
    own = Ready("own", "Own", lambda: {"type": "tag", "tag": Tag.objects.get(name="VIP").pk})

    assert own.conditions() == {"type": "tag", "tag": tag.pk}
    assert own.words == "tagged “VIP”"


def test_new_this_week_are_those_of_the_last_seven_days(tenant):
    now = timezone.now()
    new, _old = make_friend("aoi", followed_at=now), make_friend("ren", followed_at=now - timedelta(days=8))

    assert members("new-this-week") == [new.pk]


def test_buyers_are_told_apart_by_their_orders(tenant):
    now = timezone.now()
    once, twice, lapsed = (make_friend(name) for name in ("once", "twice", "lapsed"))
    for friend, days in ((once, [1]), (twice, [1, 50]), (lapsed, [120])):
        link = make_link(friend, make_customer(f"of {friend}"))
        for number in days:
            placed_at = (now - timedelta(days=number)).isoformat()
            make_order(f"{friend}-{number}", customer=link.customer.number, placed_at=placed_at)

    assert members("first-time-buyers") == [once.pk, lapsed.pk]
    assert members("repeat-buyers") == [twice.pk]
    assert members("lapsed-buyers") == [lapsed.pk]


def test_a_cart_is_left_after_a_day_without_an_order(tenant):
    now = timezone.now()
    left, bought, just_now = (make_friend(name) for name in ("left", "bought", "just now"))
    timeline.record(
        [
            NewEvent("carted", now - timedelta(days=2), friend_id=left.pk),
            NewEvent("carted", now - timedelta(days=2), friend_id=bought.pk),
            NewEvent("bought", now - timedelta(days=2) + timedelta(hours=3), friend_id=bought.pk),
            NewEvent("carted", now - timedelta(hours=3), friend_id=just_now.pk),
        ]
    )

    assert members("cart-left") == [left.pk]


def test_who_blocked_after_a_coupon_is_found_though_no_message_reaches_them(tenant):
    now = timezone.now()
    hunter, other, fan = (make_friend(name) for name in ("hunter", "other", "fan"))
    Friend.objects.filter(pk__in=[hunter.pk, other.pk]).update(status="blocked", blocked_at=now)
    timeline.record(
        [
            NewEvent("redeemed", now - timedelta(days=9), friend_id=hunter.pk),
            NewEvent("blocked", now - timedelta(days=1), friend_id=hunter.pk),
            NewEvent("blocked", now - timedelta(days=1), friend_id=other.pk),
            NewEvent("redeemed", now - timedelta(days=9), friend_id=fan.pk),
        ]
    )

    assert members("blocked-after-coupon") == [hunter.pk]
    assert ready.of("blocked-after-coupon").asks_all
