"""Several people at one broadcast in the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Tenant, User
from broadcasts import services
from broadcasts.approving import rules
from broadcasts.errors import ChangedMeanwhile
from broadcasts.models import ApprovalRules, Broadcast, Review
from broadcasts.sending import delivery
from tests.api.conftest import caller, make_key
from tests.broadcasts.sending import send
from tests.factories import make_broadcast, make_channel, make_followers, make_user

Status = Broadcast.Status
PEOPLE = 3


@pytest.fixture
def shop(own_tenant, simulator, settings) -> Tenant:
    """A client that asks for no approval, with a channel and some friends."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    own_tenant.requires_approval = False
    with schema_context("public"):
        own_tenant.save()
    make_followers(simulator, make_channel(simulator, own_tenant, f"50{own_tenant.pk:08}"), PEOPLE)
    return own_tenant


def all_at_once(tenant: Tenant, acts: list[Callable[[], object]]) -> list[object]:
    """What each act answers, or the error it raises; all begin in the same moment."""
    ends: list[object] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def work(place: int) -> None:
        with tenant_context(tenant):
            barrier.wait()
            try:
                ends[place] = acts[place]()
            except Exception as error:
                ends[place] = error
        connection.close()

    threads = [threading.Thread(target=work, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def by_web(tenant: Tenant, broadcast: Broadcast, user: User) -> Callable[[], int]:
    with schema_context("public"):
        browser = Client()
        browser.force_login(user)
    page = f"/c/{tenant.slug}/broadcasts/{broadcast.pk}/schedule/"
    return lambda: browser.post(page, {"now": "1", "version": broadcast.version}).status_code


def by_api(tenant: Tenant, broadcast: Broadcast, at: str) -> Callable[[], int]:
    program = caller(make_key(tenant, "broadcasts.send_broadcast"), tenant.slug)
    page = f"broadcasts/{broadcast.pk}/schedule/"
    return lambda: program.ask("PUT", page, {"send_at": at}).status_code


def test_four_people_press_send_and_everybody_gets_it_once(shop, simulator):
    broadcast = make_broadcast("Once")
    now = timezone.now().isoformat()
    people = [make_user("marketer"), make_user("owner")]

    answers = all_at_once(
        shop,
        [*(by_web(shop, broadcast, user) for user in people), *(by_api(shop, broadcast, now) for _ in "12")],
    )
    for _worker in range(2):
        delivery.start_due()
        send()

    web, api = answers[:2], answers[2:]
    assert web.count(302) + api.count(200) == 1  # the others are shown why not: 200 by web, 409 by the API
    assert set(web) <= {302, 200}
    assert set(api) <= {200, 409}
    broadcast.refresh_from_db()
    assert broadcast.status == Status.SENT
    histogram = simulator.delivery_histogram(f"50{shop.pk:08}")
    assert histogram == {"1": PEOPLE}


def test_of_four_services_called_at_once_one_schedules(shop):
    broadcast = make_broadcast("Once")

    ends = all_at_once(shop, [lambda: services.send_now(broadcast, by=None)] * 4)

    assert sorted(type(end).__name__ for end in ends) == ["Broadcast", *["WrongStatus"] * 3]


def test_an_approval_and_an_edit_at_once_never_leave_an_edited_text_approved(shop):
    for _time in range(5):
        broadcast = make_broadcast("As it was")
        services.submit_for_approval(broadcast, by=None)

        all_at_once(
            shop,
            [
                lambda each=broadcast: services.approve(each, by=None, version=1),
                lambda each=broadcast: services.change_broadcast(
                    each, by=None, messages=[{"type": "text", "text": "As it is"}]
                ),
            ],
        )

        broadcast.refresh_from_db()
        held = Review.objects.filter(broadcast=broadcast, holds=True)
        assert (broadcast.status, broadcast.approved_at, held.count()) == (Status.DRAFT, None, 0)
        assert broadcast.messages[0]["text"] == "As it is"


def test_two_approvers_at_once_are_first_and_second(shop):
    shop.requires_approval = True
    rules.set_rules(ApprovalRules(second_above_people=1), by=None)
    broadcast = make_broadcast("Large")
    services.submit_for_approval(broadcast, by=None)
    hana, mio = make_user("approver"), make_user("approver")

    all_at_once(shop, [lambda by=by: services.approve(broadcast, by=by) for by in (hana, mio)])

    stages = list(broadcast.reviews.order_by("pk").values_list("stage", flat=True))
    broadcast.refresh_from_db()
    assert (stages, broadcast.status) == (["client", "second"], Status.APPROVED)


def test_one_approver_who_clicks_twice_is_not_two(shop):
    shop.requires_approval = True
    rules.set_rules(ApprovalRules(second_above_people=1), by=None)
    broadcast = make_broadcast("Large")
    services.submit_for_approval(broadcast, by=None)
    hana = make_user("approver")

    all_at_once(shop, [lambda: services.approve(broadcast, by=hana)] * 2)

    broadcast.refresh_from_db()
    assert (broadcast.reviews.count(), broadcast.status) == (1, Status.AWAITING_APPROVAL)


def test_two_who_change_the_same_version_do_not_both(shop):
    broadcast = make_broadcast("As it was")

    ends = all_at_once(
        shop,
        [
            lambda name=name: services.change_broadcast(broadcast, by=None, version=1, name=name)
            for name in "12"
        ],
    )

    assert [type(end) for end in ends].count(ChangedMeanwhile) == 1
    assert list(broadcast.versions.values_list("number", flat=True)) == [1, 2]
