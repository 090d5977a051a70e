"""The timeline in the client's admin."""

from django.utils import timezone

from events import timeline
from events.models import Event
from events.timeline import NewEvent
from tests.browser import signed_in
from tests.factories import make_user

ADMIN = "/c/apparel/admin/events/event"


def test_events_are_read_by_type_and_person_and_never_written(tenant):
    now = timezone.now()
    timeline.record(
        [
            NewEvent("bought", now, customer_id=7001, properties={"product": "sneakers"}),
            NewEvent("viewed", now, friend_id=7002, properties={"product": "lipstick"}),
        ]
    )
    browser = signed_in(make_user("viewer"))

    bought = browser.get(f"{ADMIN}/?type=bought").content.decode()
    of_friend = browser.get(f"{ADMIN}/?q=7002").content.decode()

    assert "sneakers" in bought
    assert "lipstick" not in bought
    assert "lipstick" in of_friend
    assert "sneakers" not in of_friend
    event = Event.objects.first()
    assert browser.get(f"{ADMIN}/add/").status_code == 403
    assert browser.post(f"{ADMIN}/{event.pk}/change/", {"type": "x"}).status_code == 403
