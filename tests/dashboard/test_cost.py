from django.utils import timezone
from django_tenants.utils import schema_context

from billing import ledger
from billing.ledger import NewEntry
from billing.models import LedgerEntry
from tests.broadcasts.sending import send
from tests.factories import make_followers, make_sending


def test_the_cost_of_a_month_by_price_and_by_send(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    broadcast = make_sending(name="Sale today")
    send()

    page = visit().read("cost/")

    assert f'<a href="/c/apparel/broadcasts/{broadcast.pk}/">Sale today</a>' in page
    assert f'data-label="Accepted by LINE">{timezone.localtime(broadcast.started_at):%Y/%m/%d}' in page
    assert "Prices used" in page
    assert "¥15,000" in page


def test_an_earlier_month_is_shown_by_its_own_entries(visit, simulator, channel):
    make_followers(simulator, channel, 3)
    make_sending(name="Sale today")
    send()

    page = visit().read("cost/", {"month": "2026-01"})

    assert "Cost in 2026/01" in page
    assert "Sale today" not in page


def test_a_month_that_is_none_is_named(visit):
    assert "A month is written like 2026-11." in visit().read("cost/", {"month": "never"})


def test_without_a_plan_it_says_that_there_is_no_price(visit):
    assert "No LINE plan is registered" in visit().read("cost/")


def test_the_month_end_counts_what_is_scheduled(visit, simulator, channel):
    make_followers(simulator, channel, 3)

    assert "0 scheduled" in visit().read("broadcasts/month-end/")


def test_the_ledger_shows_this_client_only(visit, simulator, channel, other_tenant):
    make_followers(simulator, channel, 2)
    make_sending(name="Sale today")
    send()
    theirs = NewEntry(LedgerEntry.Kind.PUSH, "broadcast:1/batch:1", "Theirs", 5, timezone.now())
    with schema_context("public"):
        ledger.post(other_tenant.pk, [theirs])

    page = visit().read("cost/entries/")

    assert "Sale today" in page
    assert "Theirs" not in page


def test_who_may_not_see_costs_sees_none(visit):
    assert visit("creator").get("cost/").status_code == 403
    assert visit("viewer").get("cost/").status_code == 200
