"""Whatever happens, in any order: the ledger is the price of the month; a send costs what its places cost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Tenant
from billing import adjusting, ledger, months, plans, services, three_views
from billing.errors import TakesBackTooMuch
from billing.ledger import NewEntry
from billing.models import LedgerEntry, NoticePrice, Total
from billing.pricing import price_accepted
from tests.billing.factories import make_entry, make_tenant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("december")]
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))
ZONES = ["Asia/Tokyo", "Asia/Taipei", "Asia/Bangkok", "UTC", "Pacific/Honolulu"]
MICROSECOND = timedelta(microseconds=1)
# Moments around the ends of months in all of these zones.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 10, 30), datetime(2026, 12, 2), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda month, zone, step: datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) + step * MICROSECOND,
        st.sampled_from([11, 12]),
        st.sampled_from(ZONES),
        st.integers(-1, 1),
    ),
)
OWNERS = st.sampled_from(["broadcast:1", "broadcast:2", "test:1", "scenario:7"])
SIZES = st.one_of(st.integers(1, 40_000), st.sampled_from([199, 200, 201, 29_999, 30_000, 30_001, 50_000]))


@pytest.fixture
def december(time_machine) -> None:
    time_machine.move_to("2026-12-20T03:00:00Z", tick=False)


@dataclass
class Run:
    """A client to whom things happen."""

    tenant: Tenant
    posted: list[list[NewEntry]] = field(default_factory=list)
    notices: list[NewEntry] = field(default_factory=list)

    def send(self, owner: str, sizes: list[int], at: datetime) -> None:
        entries = [self._entry(owner, size, at, place) for place, size in enumerate(sizes)]
        self.posted.append(entries)
        ledger.post(self.tenant.pk, entries)

    def notify(self, size: int, at: datetime) -> None:
        entry = make_entry(size, f"notice:1/day:{len(self.notices)}", at=at)
        self.notices.append(entry)
        ledger.post_notices(self.tenant.pk, [entry])

    def change_plan(self, plan: str, month: date) -> None:
        services.subscribe(self.tenant.pk, plan=plan, since=month)

    def price_notices(self, price: Decimal, month: date) -> None:
        NoticePrice.objects.create(tenant=self.tenant, valid_from=month, unit_price=price)
        for each in (OCTOBER, NOVEMBER, DECEMBER):
            ledger.price_again(self.tenant.pk, each)

    def adjust(self, messages: int, month: date) -> None:
        try:
            adjusting.adjust(self.tenant.pk, messages, month=month, reason="By LINE's bill", by=None)
        except TakesBackTooMuch:
            assert messages < 0

    def _entry(self, owner: str, size: int, at: datetime, place: int) -> NewEntry:
        return make_entry(size, f"{owner}/batch:{len(self.posted)}-{place}", at=at)


PLANS = st.sampled_from(["communication", "light", "standard"])
MONTHS = st.sampled_from([OCTOBER, NOVEMBER, DECEMBER])
PRICES = st.sampled_from([Decimal("9.5"), Decimal(3), Decimal("12.3456"), Decimal(0)])
STEPS: st.SearchStrategy[Callable[[Run], None]] = st.one_of(
    st.builds(
        lambda owner, sizes, at: lambda run: run.send(owner, sizes, at),
        OWNERS,
        st.lists(SIZES, min_size=1, max_size=4),
        MOMENTS,
    ),
    st.builds(lambda plan, month: lambda run: run.change_plan(plan, month), PLANS, MONTHS),
    st.builds(
        lambda count, month: lambda run: run.adjust(count, month),
        st.integers(-40_000, 40_000).filter(bool),
        MONTHS,
    ),
    st.builds(lambda size, at: lambda run: run.notify(size, at), st.integers(1, 900), MOMENTS),
    st.builds(lambda price, month: lambda run: run.price_notices(price, month), PRICES, MONTHS),
)


def happen(steps: list[Callable[[Run], None]], *, zone: str, plan: str | None) -> Run:
    run = Run(make_tenant(plan))
    Tenant.objects.filter(pk=run.tenant.pk).update(time_zone=zone)
    for step in steps:
        step(run)
    return run


def of_plan(run: Run, month: date) -> Total:
    entries = LedgerEntry.objects.of_month(run.tenant.pk, month)
    return entries.exclude(kind=LedgerEntry.Kind.NOTICE).total()


@FEW
@given(steps=st.lists(STEPS, max_size=8), zone=st.sampled_from(ZONES), plan=st.one_of(st.none(), PLANS))
def test_a_month_is_the_price_of_its_messages(steps, zone, plan):
    run = happen(steps, zone=zone, plan=plan)

    for month in (OCTOBER, NOVEMBER, DECEMBER):
        booked = of_plan(run, month)
        tariff = plans.terms(run.tenant.pk, month).tariff
        due = price_accepted(tariff, 0, booked.messages)
        assert (booked.amount, booked.free_count, booked.paid_count) == (
            due.amount,
            due.free_count,
            due.paid_count,
        )
        assert ledger.month_total(run.tenant.pk, month) == booked


@FEW
@given(steps=st.lists(STEPS, max_size=8), zone=st.sampled_from(ZONES))
def test_each_owner_pays_what_its_places_cost_by_the_prices_that_hold(steps, zone):
    run = happen(steps, zone=zone, plan="light")

    for month in (OCTOBER, NOVEMBER, DECEMBER):
        tariff = plans.terms(run.tenant.pk, month).tariff
        entries = LedgerEntry.objects.of_month(run.tenant.pk, month).exclude(kind=LedgerEntry.Kind.NOTICE)
        due: dict[str, Decimal] = {}
        for entry in entries:
            owner = entry.reference.partition("/")[0]
            price = price_accepted(tariff, entry.sent_before, entry.messages)
            due[owner] = due.get(owner, Decimal(0)) + price.amount
        assert {owner: total.amount for owner, total in entries.totals_by_owner().items()} == due


@FEW
@given(steps=st.lists(STEPS, max_size=8), zone=st.sampled_from(ZONES), plan=PLANS)
def test_the_views_of_a_month_sum_to_its_bill(steps, zone, plan):
    run = happen(steps, zone=zone, plan=plan)

    for month in (OCTOBER, NOVEMBER, DECEMBER):
        views = three_views.of_month(run.tenant.pk, month).values()
        total, notices = ledger.month_total(run.tenant.pk, month), ledger.notice_total(run.tenant.pk, month)
        fee = plans.terms(run.tenant.pk, month).tariff.monthly_fee
        bill = total.amount + notices.amount + (fee if total.messages else 0)
        assert sum(each.marginal for each in views) == total.amount + notices.amount
        assert sum(each.average for each in views) == bill


@FEW
@given(steps=st.lists(STEPS, max_size=8), zone=st.sampled_from(ZONES), plan=PLANS)
def test_notices_cost_what_their_month_says(steps, zone, plan):
    run = happen(steps, zone=zone, plan=plan)

    for month in (OCTOBER, NOVEMBER, DECEMBER):
        notices = ledger.notice_total(run.tenant.pk, month)
        price = plans.notice_price(run.tenant.pk, month)
        entries = LedgerEntry.objects.of_month(run.tenant.pk, month).filter(kind=LedgerEntry.Kind.NOTICE)
        assert notices.amount == (notices.messages * price.unit_price if price else 0)
        assert entries.total().amount == notices.amount


@FEW
@given(steps=st.lists(STEPS, min_size=1, max_size=8), zone=st.sampled_from(ZONES), plan=PLANS)
def test_booking_all_again_changes_nothing(steps, zone, plan):
    run = happen(steps, zone=zone, plan=plan)
    before = list(LedgerEntry.objects.filter(tenant=run.tenant).values_list("pk", "amount"))

    for entries in run.posted:
        ledger.post(run.tenant.pk, entries)
    ledger.post_notices(run.tenant.pk, run.notices)
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        ledger.price_again(run.tenant.pk, month)

    assert list(LedgerEntry.objects.filter(tenant=run.tenant).values_list("pk", "amount")) == before


@FEW
@given(at=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_message_counts_in_the_month_of_the_clients_own_clock(at, zone):
    run = happen([lambda run: run.send("broadcast:1", [3], at)], zone=zone, plan="light")

    local = at.astimezone(ZoneInfo(zone))
    [entry] = LedgerEntry.objects.filter(tenant=run.tenant)
    assert (entry.month.year, entry.month.month) == (local.year, local.month)
    start, end = months.span(entry.month, ZoneInfo(zone))
    assert start <= at < end
