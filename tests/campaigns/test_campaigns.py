"""Campaigns: made, changed, archived; what belongs to them, one campaign at a time; what that costs."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity, Due
from billing import ledger
from billing import services as billing
from billing.budgeting import watching
from broadcasts.models import Broadcast
from campaigns import services, telling
from campaigns.errors import Archived, EndsBeforeItBegins, NameTaken, NoPurpose, NotAMember
from campaigns.models import Assignment, Campaign
from tests.billing.factories import make_entry
from tests.factories import make_broadcast, make_budget, make_campaign, make_route, make_segment, make_user

TODAY = date(2026, 11, 22)


def book(tenant, messages: int, owner: str) -> None:
    with transaction.atomic():
        entry = make_entry(messages, f"{owner}/batch:1", at=timezone.now())
        ledger.post(tenant.pk, [entry])


@pytest.fixture
def on_a_plan(tenant):
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="standard", since=date(2026, 1, 1))
    return tenant


def test_a_name_is_taken_once(tenant):
    autumn = make_campaign("Autumn")

    with pytest.raises(NameTaken):
        make_campaign("Autumn")
    with pytest.raises(NameTaken):
        services.change(make_campaign("Winter"), name="Autumn", by=None)
    services.change(autumn, name="Autumn", note="Knitwear 🧶", by=None)

    autumn.refresh_from_db()
    assert autumn.note == "Knitwear 🧶"


def test_a_campaign_does_not_end_before_it_begins(tenant):
    with pytest.raises(EndsBeforeItBegins):
        make_campaign(starts_on=TODAY, ends_on=date(2026, 11, 21))
    assert make_campaign(starts_on=TODAY, ends_on=TODAY).ends_on == TODAY


def test_a_thing_belongs_to_one_campaign_and_what_was_stays_in_the_history(tenant):
    autumn, winter = make_campaign("Autumn"), make_campaign("Winter")
    owner = make_user("marketer")

    services.assign("broadcast:7", autumn, by=owner)
    services.assign("broadcast:7", winter, by=owner)

    assert services.of("broadcast:7") == winter
    assert (services.owners(autumn.pk), services.owners(winter.pk)) == ([], ["broadcast:7"])
    [past] = Assignment.objects.filter(campaign=autumn)
    assert past.ended_at is not None
    assert Activity.objects.filter(tenant=tenant.pk, verb="campaign.assigned").count() == 2


def test_the_same_again_changes_nothing(tenant):
    autumn = make_campaign()
    services.assign("broadcast:7", autumn, by=None)

    services.assign("broadcast:7", autumn, by=None)

    assert Assignment.objects.count() == 1


def test_nothing_is_added_to_an_archived_campaign_until_it_is_restored(tenant):
    autumn = services.archive(make_campaign(), by=None)

    with pytest.raises(Archived):
        services.assign("broadcast:7", autumn, by=None)
    services.restore(autumn, by=None)
    services.assign("broadcast:7", autumn, by=None)

    assert services.of("broadcast:7") == autumn


def test_what_belongs_to_none_is_left_out(tenant):
    autumn = make_campaign()
    services.assign("broadcast:7", autumn, by=None)
    services.assign("broadcast:8", autumn, by=None)
    services.assign("broadcast:8", None, by=None)

    assert services.of_many(["broadcast:7", "broadcast:8", "broadcast:9"]) == {"broadcast:7": autumn}


def test_whoever_watches_budgets_looks_when_something_moves_to_another_campaign(tenant):
    make_budget(tenant, 1)
    Due.objects.filter(tenant=tenant.pk, kind=watching.KIND).delete()

    services.assign("broadcast:7", make_campaign(), by=None)

    assert Due.objects.filter(tenant=tenant.pk, kind=watching.KIND).exists()


def test_two_who_assign_at_once_leave_one_campaign(own_tenant):
    both = [make_campaign("Autumn"), make_campaign("Winter")]
    barrier = threading.Barrier(2)

    def work(campaign: Campaign) -> None:
        with tenant_context(own_tenant):
            barrier.wait()
            services.assign("broadcast:7", campaign, by=None)
        connection.close()

    threads = [threading.Thread(target=work, args=[campaign]) for campaign in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Assignment.objects.filter(ended_at=None).count() == 1
    assert Assignment.objects.count() == 2


def test_the_page_shows_what_belongs_to_it_and_what_that_has_cost(on_a_plan, visit):
    autumn = make_campaign()
    broadcast = make_broadcast(name="Knitwear", campaign=autumn)
    book(on_a_plan, 30_000, "broadcast:900")
    book(on_a_plan, 1_000, broadcast.ledger_owner)

    page = visit("marketer").read(f"campaigns/{autumn.pk}/")

    assert "Knitwear" in page
    assert "¥3,000" in page


def test_who_may_not_see_cost_sees_none(on_a_plan, visit):
    autumn = make_campaign()
    broadcast = make_broadcast(campaign=autumn)
    book(on_a_plan, 31_000, broadcast.ledger_owner)

    assert "¥" not in visit("creator").read(f"campaigns/{autumn.pk}/")
    assert "¥" not in visit("creator").read("campaigns/")


def test_a_list_of_campaigns_costs_a_constant_number_of_queries(on_a_plan, visit, django_assert_num_queries):
    visitor = visit("marketer")
    fill(3)
    visitor.read("campaigns/")
    with CaptureQueriesContext(connection) as few:
        visitor.read("campaigns/")
    fill(20)

    with django_assert_num_queries(len(few)):
        visitor.read("campaigns/")


def fill(count: int) -> None:
    for _ in range(count):
        campaign = make_campaign(f"Campaign {Campaign.objects.count()}")
        services.assign(f"broadcast:{1_000 + campaign.pk}", campaign, by=None)


def test_a_campaign_is_chosen_where_a_broadcast_is_written(tenant, visit):
    autumn, segment = make_campaign(), make_segment()
    written = {"name": "Sale", "segment": segment.pk, "campaign": autumn.pk, "time": "now"}

    visit("marketer").post(
        "broadcasts/new/", written | {"bubbles": "1", "b0-type": "text", "b0-text": "Hello"}
    )

    assert services.owners(autumn.pk) == [Broadcast.objects.get().ledger_owner]


def test_the_campaign_of_a_broadcast_is_changed_on_its_page(tenant, visit):
    autumn, broadcast = make_campaign(), make_broadcast()

    visit("marketer").post(f"campaigns/of/{broadcast.ledger_owner}/", {"campaign": autumn.pk})
    assert services.of(broadcast.ledger_owner) == autumn
    visit("viewer").post(f"campaigns/of/{broadcast.ledger_owner}/", {"campaign": ""})

    assert services.of(broadcast.ledger_owner) == autumn


def test_what_is_not_there_has_no_campaign(tenant, other_tenant, visit):
    visitor = visit("marketer")
    broadcast = make_broadcast()
    assert visitor.get(f"campaigns/of/{broadcast.ledger_owner}/").status_code == 200

    for owner in (
        "broadcast:999999",
        "nothing",
        "broadcast:",
        "broadcast:x",
        "broadcast:7;",
        f"broadcast:{'9' * 5_000}",
    ):
        assert visitor.get(f"campaigns/of/{owner}/").status_code == 404


def test_the_second_clients_campaign_is_not_found(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        foreign = make_campaign("Of others")
    own = make_campaign("Own")
    visitor = visit("marketer")

    assert visitor.get(f"campaigns/{own.pk}/").status_code == 200
    assert visitor.get(f"campaigns/{foreign.pk + 1_000_000}/").status_code == 404
    assert "Of others" not in visitor.read("campaigns/")


def test_things_of_all_kinds_are_found_and_added_and_taken_out_with_history(tenant, visit):
    autumn, winter = make_campaign("Autumn"), make_campaign("Winter")
    knitwear = make_broadcast(name="Knitwear 🧶", campaign=winter)
    route = make_route("Knitwear flyer")
    page, address = visit("marketer"), f"campaigns/{autumn.pk}/members/"

    found = page.read(f"{address}?q=knitwear")
    page.send(address, {"owner": knitwear.ledger_owner})
    page.send(address, {"owner": f"route:{route.pk}"})

    assert "Knitwear flyer" in found
    assert "Winter" in found
    assert set(services.owners(autumn.pk)) == {knitwear.ledger_owner, f"route:{route.pk}"}
    assert "belonged here from" in page.read(f"campaigns/{winter.pk}/members/")
    page.send(address, {"owner": knitwear.ledger_owner, "out": "1"})
    assert services.of(knitwear.ledger_owner) is None


def test_what_does_not_exist_is_not_added(tenant, visit, other_tenant):
    autumn, page = make_campaign("Autumn"), visit("marketer")

    for owner in ("broadcast:999999", "nothing:1", "🎌", "", f"broadcast:{'9' * 5_000}"):
        assert page.post(f"campaigns/{autumn.pk}/members/", {"owner": owner}).status_code == 404
    assert page.get("campaigns/999999/members/").status_code == 404


def test_who_becomes_responsible_is_mailed_once(tenant, mailoutbox):
    manager, marketer = make_user("account_manager"), make_user("marketer")
    autumn = make_campaign("Autumn 🍁", responsible_id=marketer.pk, by=manager)

    telling.tell()
    telling.tell()
    assert [mail.to for mail in mailoutbox] == [[marketer.email]]
    assert "Autumn 🍁" in mailoutbox[0].subject
    assert f"/campaigns/{autumn.pk}/" in mailoutbox[0].body
    services.change(autumn, responsible_id=manager.pk, by=manager)
    telling.tell()

    assert len(mailoutbox) == 1  # who makes themself responsible knows


def test_nobody_without_access_is_made_responsible(tenant):
    with pytest.raises(NotAMember):
        make_campaign(responsible_id=999_999)
    with pytest.raises(NoPurpose):
        make_campaign(purpose="own")
