"""Broadcasts that wait, and the segments that change under them."""

import pytest
from django.core import mail
from django_tenants.utils import tenant_context

from accounts.models import User
from broadcasts import services, watching
from broadcasts.errors import SegmentChangedSince
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from broadcasts.uses import by_broadcasts
from segments import services as segments
from segments import uses
from segments.errors import SegmentInUse
from segments.models import Segment
from tests.broadcasts.sending import make_sent
from tests.factories import make_broadcast, make_friend, make_segment, make_tag, make_user


@pytest.fixture
def vip(tenant, channel):
    """A segment of one friend out of two."""
    tag = make_tag("VIP", friends=[make_friend("aoi")])
    make_friend("ren")
    return make_segment({"type": "tag", "tag": tag.pk}, name="VIP")


def make_scheduled(segment: Segment, **fields: object) -> Broadcast:
    broadcast = make_broadcast(segment=segment, **({"name": "Autumn"} | fields))
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED)
    return services.send_now(broadcast, by=None)


def widen(segment: Segment, by=None, to: dict | None = None) -> None:
    segment.refresh_from_db()
    segments.change_segment(segment, version=segment.version, raw=to or {"all": []}, by=by)


def test_a_change_is_shown_with_who_made_it_and_both_sizes(vip, visit):
    broadcast = make_scheduled(vip)
    kenji = make_user(email="kenji@example.com")

    widen(vip, by=kenji)

    page = visit("marketer").read(f"broadcasts/{broadcast.pk}/")
    assert f"{kenji} changed the segment “VIP”" in page
    assert "Friends before: 1, now: 2" in page
    assert "changed since" in visit("viewer").read("broadcasts/?tab=scheduled")


def test_its_author_gets_one_mail_for_each_change(vip):
    author, kenji = make_user(email="author@example.com"), make_user(email="kenji@example.com")
    User.objects.filter(pk=author.pk).update(language="en")
    make_scheduled(vip, by=author)

    widen(vip, by=kenji)
    for _turn in range(2):
        watching.tell()
    widen(vip, by=kenji, to={"any": [{"all": []}]})
    watching.tell()

    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["author@example.com"], "Apparel: the segment of “Autumn” has changed")
    ] * 2
    assert "Friends before: 1, now: 2" in mail.outbox[0].body
    assert "kenji@example.com" in mail.outbox[0].body


def test_a_change_wakes_who_tells(vip, tenant, django_capture_on_commit_callbacks):
    make_scheduled(vip, by=make_user())

    with django_capture_on_commit_callbacks(execute=True):
        widen(vip)

    assert watching.board.version(watching.KIND) == 1


def test_whoever_changes_it_gets_no_mail_about_their_own_broadcast(vip):
    author = make_user()
    make_scheduled(vip, by=author)

    widen(vip, by=author)
    watching.tell()

    assert mail.outbox == []


def test_a_segment_that_the_segment_asks_for_counts_too(vip):
    outer = make_segment({"type": "segment", "segment": vip.pk}, name="Outer")
    broadcast = make_scheduled(outer)

    widen(vip)

    found = watching.change(broadcast)
    assert (found.segment.name, found.count_before, found.count) == ("VIP", 1, 2)


def test_the_warning_ends_when_somebody_says_that_it_is_meant(vip, visit):
    broadcast = make_scheduled(vip)
    widen(vip)

    visit("account_manager").post(f"broadcasts/{broadcast.pk}/accept_segment/")

    broadcast.refresh_from_db()
    assert watching.change(broadcast) is None
    assert broadcast.status == Broadcast.Status.SCHEDULED


def test_drafts_wait_for_nothing(vip):
    broadcast = make_broadcast(segment=vip, by=make_user())

    widen(vip)
    watching.tell()

    assert (watching.change(broadcast), mail.outbox) == (None, [])


def test_a_segment_that_a_broadcast_goes_to_cannot_be_deleted_and_is_told_why(vip, other_tenant):
    broadcast = make_scheduled(vip)

    with pytest.raises(SegmentInUse) as refused:
        segments.delete_segment(vip)

    [use] = uses.of(vip)
    assert "“Autumn”" in refused.value.message
    assert (use.name, use.page, use.pk, use.keeps) == ("Autumn", "broadcast", broadcast.pk, True)
    assert str(use.state).startswith("Scheduled ")
    with tenant_context(other_tenant):
        assert uses.of_many([vip.pk]) == {}


def test_many_segments_are_asked_for_at_once(vip, django_assert_num_queries):
    make_scheduled(vip)
    others = [make_segment(name=name).pk for name in ("1", "2", "3")]

    with django_assert_num_queries(2):
        found = by_broadcasts([vip.pk, *others])

    assert list(found) == [vip.pk]


def test_who_had_a_message_today_is_counted_before_the_next(vip, visit):
    make_sent(make_friend("mei"))
    broadcast = make_broadcast(segment=make_segment())

    page = visit("account_manager").read(f"broadcasts/{broadcast.pk}/")

    assert "1 of them have had a message today already." in page


def test_an_approval_is_also_for_the_segments_that_its_segment_asks_for(tenant, vip):
    author, approver = make_user(email="author@example.com"), make_user(email="approver@example.com")
    outer = make_segment({"type": "segment", "segment": vip.pk}, name="Outer")
    broadcast = make_broadcast(segment=outer, by=author)
    services.submit_for_approval(broadcast, by=author)
    services.approve(broadcast, by=approver)

    widen(vip)
    watching.accept(broadcast, by=author)

    with pytest.raises(SegmentChangedSince):
        services.send_now(broadcast, by=author)


def test_what_changes_after_it_was_scheduled_keeps_it_from_leaving_unapproved(tenant, vip):
    author, approver = make_user(email="author@example.com"), make_user(email="approver@example.com")
    outer = make_segment({"type": "segment", "segment": vip.pk}, name="Outer")
    broadcast = make_broadcast(segment=outer, by=author)
    services.submit_for_approval(broadcast, by=author)
    services.approve(broadcast, by=approver)
    services.send_now(broadcast, by=author)

    widen(vip)
    delivery.start_due()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.PAUSED
