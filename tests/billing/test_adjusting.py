"""Adjustments of the ledger by people: on the page, by API, with what they refuse."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import Activity, Due
from billing import adjusting, ledger, quota, services
from billing.errors import MonthNotBegun, NothingToAdjust, TakesBackTooMuch, UnknownOwner
from billing.models import LedgerEntry, NoticePrice
from tests.billing.factories import NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db
PAGE = "cost/entries/adjust/"


@pytest.fixture(autouse=True)
def in_november(time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 20, 3, tzinfo=UTC), tick=False)


@pytest.fixture
def booked(tenant) -> None:
    """30,100 messages on the standard plan: 100 of them are paid."""
    with schema_context("public"):
        services.subscribe(tenant.pk, plan="standard", since=date(2023, 6, 1))
    ledger.post(tenant.pk, [make_entry(30_100, "broadcast:7/batch:1")])


def asked(**given: object) -> dict[str, object]:
    return {
        "month": "2026-11",
        "messages": "-40",
        "owner": "broadcast:7",
        "reason": "LINE billed 40 fewer",
        "key": str(uuid4()),
    } | given


def test_an_adjustment_is_shown_in_money_before_it_is_booked(visit, tenant, booked):
    page = visit("finance").post(PAGE, asked()).content.decode()

    assert "−¥120" in page
    assert "¥180" in page
    assert "LINE billed 40 fewer" in page
    assert LedgerEntry.objects.filter(tenant=tenant.pk).count() == 1


def test_an_adjustment_that_is_confirmed_twice_is_booked_once(visit, tenant, booked):
    body = asked(confirm="1")
    visitor = visit("finance")

    answers = [visitor.post(PAGE, body).status_code for _time in range(2)]

    [entry] = LedgerEntry.objects.filter(tenant=tenant.pk, kind="adjustment")
    assert answers == [302, 302]
    assert (entry.messages, entry.amount, entry.why) == (-40, -120, "LINE billed 40 fewer")
    assert (entry.label, entry.created_by.pk) == ("Autumn sale", int(visitor.session["_auth_user_id"]))
    assert ledger.by_owners(tenant.pk, ["broadcast:7"])["broadcast:7"].amount == 180
    assert Activity.objects.get(verb="ledger.adjusted").detail["reason"] == "LINE billed 40 fewer"


def test_whoever_goes_back_and_changes_it_books_another(visit, tenant, booked):
    visitor = visit("finance")
    form = asked()

    for messages in ("-40", "-30"):
        shown = visitor.post(PAGE, form | {"messages": messages}).context["key"]
        visitor.post(PAGE, form | {"messages": messages, "key": str(shown), "confirm": "1"})

    adjusted = LedgerEntry.objects.filter(tenant=tenant.pk, kind="adjustment").order_by("pk")
    assert list(adjusted.values_list("messages", flat=True)) == [-40, -30]
    assert Due.objects.filter(tenant=tenant.pk, kind=quota.READING).exists()


def test_one_goes_back_from_the_preview_with_what_was_filled_in(visit, booked):
    page = visit("finance").post(PAGE, asked(change="1")).content.decode()

    assert 'value="-40"' in page
    assert "Show what it changes" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"messages": "0"}, "Give how many messages are missing"),
        ({"messages": "-30101"}, "Only 30,100 messages are booked there"),
        ({"owner": "broadcast:70"}, "Nothing of “broadcast:70” is booked"),
        ({"owner": "📣 sale"}, "Copy the first part of a reference"),
        ({"month": "2026-12"}, "This month has not begun"),
        ({"month": "9999-12"}, "A month is written like 2026-11."),
        ({"reason": ""}, "This field is required."),
        ({"reason": "が" * 201}, "200"),
        ({"key": "x"}, "Open it again"),
        ({"messages": "99999999999"}, "10000000"),
    ],
)
def test_what_cannot_be_booked_says_why(visit, tenant, booked, given, said):
    page = visit("finance").post(PAGE, asked(confirm="1", **given)).content.decode()

    assert said in page
    assert LedgerEntry.objects.filter(tenant=tenant.pk).count() == 1


def test_another_clients_sends_cannot_be_adjusted(visit, tenant, other_tenant, booked):
    with schema_context("public"):
        ledger.post(other_tenant.pk, [make_entry(10, "broadcast:8/batch:1")])

    page = visit("finance").post(PAGE, asked(confirm="1", owner="broadcast:8")).content.decode()

    assert "Nothing of “broadcast:8” is booked" in page


def test_who_may_see_the_ledger_may_not_adjust_it(visit, booked):
    assert visit("marketer").get(PAGE).status_code == 403
    assert visit("finance").get(PAGE).status_code == 200
    assert "Adjust the ledger" not in visit("marketer").read("cost/entries/")


def test_a_month_that_is_over_is_adjusted_in_itself():
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(10, "broadcast:1/b:1", at=datetime(2026, 10, 3, tzinfo=UTC))])

    entry = adjusting.adjust(tenant.pk, 5, month=date(2026, 10, 1), reason="By LINE's bill", by=None)

    assert entry.month == date(2026, 10, 1)
    assert entry.accepted_at < timezone.now()
    assert ledger.month_total(tenant.pk, date(2026, 10, 1)).messages == 15
    assert ledger.month_total(tenant.pk, NOVEMBER).messages == 0


def test_notices_are_not_adjusted_as_messages_of_the_plan():
    tenant = make_tenant("light")
    NoticePrice.objects.create(tenant=tenant, valid_from=NOVEMBER, unit_price=Decimal(10))
    ledger.post_notices(tenant.pk, [make_entry(10, "notice:1/day:1")])
    ledger.post(tenant.pk, [make_entry(3, "broadcast:1/b:1")])

    with pytest.raises(UnknownOwner):
        adjusting.adjust(tenant.pk, -1, month=NOVEMBER, reason="x", by=None, owner="notice:1")
    with pytest.raises(TakesBackTooMuch):
        adjusting.adjust(tenant.pk, -4, month=NOVEMBER, reason="x", by=None)


@pytest.mark.parametrize(
    ("messages", "month", "refusal"),
    [(0, NOVEMBER, NothingToAdjust), (1, date(2026, 12, 1), MonthNotBegun)],
)
def test_a_preview_refuses_what_booking_refuses(messages, month, refusal):
    tenant = make_tenant()

    with pytest.raises(refusal):
        adjusting.preview(tenant.pk, messages, month=month)
    with pytest.raises(refusal):
        adjusting.adjust(tenant.pk, messages, month=month, reason="x", by=None)
