"""What broadcasts still need of a month by day, and what LINE may have sent without our knowing."""

from datetime import timedelta

from django.utils import timezone

from billing import quota
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import committed
from tests.broadcasts.sending import make_sent
from tests.factories import make_broadcast, make_friend


def schedule(at, messages: int) -> None:
    Broadcast.objects.filter(pk=make_broadcast().pk).update(
        status="scheduled", send_at=at, estimated_count=messages
    )


def make_platform_send(**fields: object) -> PlatformSend:
    broadcast = make_broadcast()
    Broadcast.objects.filter(pk=broadcast.pk).update(status="sending", started_at=timezone.now())
    given = {"method": "narrowcast", "position": 0, "friends": b"", "retry_key": "0" * 32, "most": 400}
    return PlatformSend.objects.create(broadcast=broadcast, **(given | fields))


def test_what_is_scheduled_stands_on_its_day(tenant):
    at = timezone.now() + timedelta(minutes=1)
    schedule(at, 500)
    schedule(at, 300)
    schedule(at + timedelta(days=40), 900)

    found = quota.committed(at)

    assert (found.scheduled, found.reserved) == (800, 0)
    assert list(found.by_day.values()) == [800]


def test_what_a_running_narrowcast_sets_aside_is_reserved_and_not_scheduled(tenant):
    make_platform_send(state="running", accepted_at=timezone.now())
    make_platform_send(state="waiting", most=70)

    found = quota.committed(timezone.now())

    assert (found.scheduled, found.reserved) == (70, 400)


def test_what_may_have_been_sent_is_told_by_way_of_sending(tenant):
    now = timezone.now()
    sent = make_sent(make_friend("aoi"), make_friend("ren"))
    Batch.objects.filter(broadcast=sent).update(state="needs_check", first_tried_at=now)
    make_platform_send(state="needs_check", accepted_at=now)

    lately = committed.unsettled(now - timedelta(hours=1), now + timedelta(hours=1))
    long_ago = committed.unsettled(now - timedelta(days=9), now - timedelta(days=8))

    assert lately == {"push": 2, "narrowcast": 400}
    assert not long_ago


def test_what_was_never_accepted_for_sure_is_not_waited_for(tenant):
    now = timezone.now()
    make_platform_send(state="cancelled", is_uncertain=True, first_tried_at=now)

    assert not committed.unsettled(now - timedelta(hours=1), now + timedelta(hours=1))
