"""Broadcasts as an account manager sees them in the client's admin."""

import pytest

from broadcasts import services
from broadcasts.models import Broadcast
from tests.browser import Browser, signed_in
from tests.factories import make_broadcast, make_followers, make_sending, make_user

LIST = "/c/apparel/admin/broadcasts/broadcast/"


@pytest.fixture
def manager(tenant) -> Browser:
    return signed_in(make_user("account_manager", whole_agency=True))


def test_a_broadcast_is_shown_with_its_reviews_and_links(manager):
    broadcast = make_broadcast()
    services.submit_for_approval(broadcast, by=None)
    services.send_back(broadcast, by=make_user("approver"), comment="The price is wrong")

    page = manager.get(f"{LIST}{broadcast.pk}/change/")

    assert page.status_code == 200
    assert "The price is wrong" in page.text


def test_the_list_shows_progress_in_a_fixed_number_of_queries(
    manager, simulator, channel, django_assert_max_num_queries
):
    make_followers(simulator, channel, 3)
    for _ in range(3):
        make_sending()

    with django_assert_max_num_queries(15):
        page = manager.get(LIST)

    assert page.text.count("0 %") == 3


def test_a_broadcast_under_way_is_paused_from_the_list(manager, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = make_sending()

    manager.post(LIST, {"action": "pause", "_selected_action": [broadcast.pk]})

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.PAUSED


def test_its_batches_are_shown(manager, simulator, channel):
    make_followers(simulator, channel, 3)
    batch = make_sending().batches.get()

    assert manager.get("/c/apparel/admin/broadcasts/batch/").status_code == 200
    assert manager.get(f"/c/apparel/admin/broadcasts/batch/{batch.pk}/change/").status_code == 200
