"""What the page of a friend tells of the customer they are."""

from django.utils import timezone

from events.timeline import NewEvent, record
from tests.factories import make_customer, make_friend, make_link


def test_what_another_friend_did_as_this_customer_is_not_told_as_ones_own(visit, tenant):
    former, present, customer = make_friend("former"), make_friend("present"), make_customer("A-100")
    make_link(former, customer, unlinked_at=timezone.now(), ended="relinked")
    make_link(present, customer)
    now = timezone.now()
    record(
        [
            NewEvent("tapped", now, former.pk, customer.pk, properties={"data": "asked by the former"}),
            NewEvent("bought", now, customer_id=customer.pk, properties={"product": "bought by both"}),
        ]
    )

    page = visit("viewer").read(f"friends/{present.pk}/")

    assert "bought by both" in page
    assert "asked by the former" not in page
