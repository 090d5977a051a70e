"""What a budget lets through, what it says and to whom; posted cost never goes beyond what it lets."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tenants.utils import schema_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import board
from accounts.models import Activity, Due, User
from billing import budgets, ledger
from billing import services as billing
from billing.budgeting import commands, standing, warning, watching
from billing.errors import BudgetExceeded, BudgetTaken, NoSuchCampaign, NotALift
from billing.models import Budget, BudgetAlert, LedgerEntry
from billing.pricing import Bracket, Tariff, price_accepted
from campaigns import services as campaigns
from tests.billing.factories import make_entry
from tests.factories import make_campaign, make_user

RISING_AND_FALLING = Tariff(
    currency="JPY",
    monthly_fee=Decimal(0),
    free_messages=30_000,
    brackets=(
        Bracket(20_000, Decimal("2.5")),
        Bracket(50_000, Decimal(3)),
        Bracket(None, Decimal("1.9")),
    ),
)
FREE = 30_000  # of Japan's standard plan; then ¥3 each up to 50,000, less after that


@pytest.fixture
def client_of_plan(tenant):
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="standard", since=datetime(2026, 1, 1, tzinfo=UTC).date())
    return tenant


def set_budget(tenant, amount: int, *, stops: bool = True, warn=(50, 80, 100), **fields: object) -> Budget:
    asked = {"amount": Decimal(amount), "warn_percents": list(warn), "stops": stops, "by": None}
    return commands.set_budget(tenant.pk, **(asked | fields))


def book(tenant, messages: int, reference: str = "", **fields: object) -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages, reference, at=timezone.now(), **fields)])


def check(tenant, messages: int, **asked: object) -> None:
    budgets.check(tenant.pk, messages=messages, at=timezone.now(), **asked)


def used(tenant) -> Decimal:
    return standing.Books.of(tenant.pk, timezone.now()).client.amount


@pytest.mark.parametrize(("messages", "is_let"), [(31_999, True), (32_000, True), (32_001, False)])
def test_a_send_may_use_up_the_budget_to_the_last_yen(client_of_plan, messages, is_let):
    set_budget(client_of_plan, 6_000)

    if is_let:
        check(client_of_plan, messages)
    else:
        with pytest.raises(BudgetExceeded) as refusal:
            check(client_of_plan, messages)
        assert (refusal.value.messages, refusal.value.fitting) == (32_001, 32_000)


def test_the_refusal_says_how_many_fit_and_names_no_amount(client_of_plan):
    set_budget(client_of_plan, 6_000)

    with pytest.raises(BudgetExceeded) as refusal:
        check(client_of_plan, 40_000)

    assert "40,000" in refusal.value.message
    assert "32,000" in refusal.value.message
    assert "6,000" not in refusal.value.message


def test_what_is_used_scheduled_and_sent_outside_counts(client_of_plan):
    set_budget(client_of_plan, 6_000)
    book(client_of_plan, 20_000)

    check(client_of_plan, 12_000)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 12_000, already_scheduled=1)


def test_a_budget_that_only_warns_stops_nothing(client_of_plan):
    budget = set_budget(client_of_plan, 6_000, stops=False)

    check(client_of_plan, 100_000)
    commands.change(budget, amount=Decimal(6_000), warn_percents=[], stops=True, by=None)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 100_000)


def test_what_costs_nothing_goes_beyond_no_budget(client_of_plan):
    set_budget(client_of_plan, 0)

    check(client_of_plan, FREE)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, FREE + 1)


def test_a_reply_to_one_person_is_never_stopped(client_of_plan):
    set_budget(client_of_plan, 0)
    book(client_of_plan, FREE)

    check(client_of_plan, 1, is_bulk=False)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 1)


def test_a_budget_below_what_is_used_lets_nothing_more_out_that_costs(client_of_plan):
    budget = set_budget(client_of_plan, 100_000)
    book(client_of_plan, 40_000)

    commands.change(budget, amount=Decimal(10), warn_percents=[], stops=True, by=None)

    with pytest.raises(BudgetExceeded) as refusal:
        check(client_of_plan, 5)
    assert refusal.value.fitting == 0


def test_the_months_own_budget_holds_in_place_of_that_of_every_month(client_of_plan):
    set_budget(client_of_plan, 6_000)
    set_budget(client_of_plan, 60, month=standing.month_of(client_of_plan.pk, timezone.now()))

    check(client_of_plan, 30_020)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 30_021)


def test_a_budget_of_another_month_does_not_hold_in_this_one(client_of_plan):
    set_budget(client_of_plan, 0, month=datetime(2031, 1, 1, tzinfo=UTC).date())

    check(client_of_plan, 100_000)
    with pytest.raises(BudgetExceeded):
        budgets.check(client_of_plan.pk, messages=100_000, at=datetime(2031, 1, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("moment", "is_let"),
    [("2030-12-31T14:59:59.999999+00:00", False), ("2030-12-31T15:00:00+00:00", True)],
)
def test_a_month_ends_at_midnight_where_the_client_is(client_of_plan, moment, is_let):
    set_budget(client_of_plan, 0, month=datetime(2030, 12, 1, tzinfo=UTC).date())
    at = datetime.fromisoformat(moment)

    if is_let:
        budgets.check(client_of_plan.pk, messages=100_000, at=at)
    else:
        with pytest.raises(BudgetExceeded):
            budgets.check(client_of_plan.pk, messages=100_000, at=at)


def test_without_a_plan_nothing_has_a_price_and_nothing_is_stopped(tenant):
    set_budget(tenant, 0)

    check(tenant, 1_000_000)


def test_a_campaigns_budget_counts_its_dearest_places(client_of_plan):
    autumn = make_campaign("Autumn")
    set_budget(client_of_plan, 3_000, campaign_id=autumn.pk)

    check(client_of_plan, 30_000, campaign_id=autumn.pk)
    with pytest.raises(BudgetExceeded) as refusal:
        check(client_of_plan, 30_000, campaign_id=autumn.pk, already_scheduled=1_001)
    assert "Autumn" in refusal.value.message
    check(client_of_plan, 30_000, already_scheduled=1_001)  # of no campaign


def test_what_belongs_to_a_campaign_is_used_of_its_budget(client_of_plan):
    autumn = make_campaign("Autumn")
    set_budget(client_of_plan, 3_000, campaign_id=autumn.pk)
    campaigns.assign("broadcast:7", autumn, by=None)
    book(client_of_plan, 30_000, "broadcast:6/batch:1")
    book(client_of_plan, 900, "broadcast:7/batch:1")

    [found] = budgets.of_month(client_of_plan.pk, timezone.now())

    assert (found.campaign, found.used.amount, found.used.messages) == ("Autumn", 2_700, 900)
    check(client_of_plan, 100, campaign_id=autumn.pk)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 101, campaign_id=autumn.pk)


def test_a_lift_lets_sends_go_on_up_to_its_amount_in_this_month_only(client_of_plan):
    budget = set_budget(client_of_plan, 6_000)
    now = timezone.now()

    commands.lift(budget, at=now, up_to=Decimal(9_000), reason="Sale runs on", by=make_user("owner"))

    check(client_of_plan, 33_000)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 33_001)
    with pytest.raises(BudgetExceeded):
        budgets.check(client_of_plan.pk, messages=33_000, at=datetime(2031, 1, 15, tzinfo=UTC))


def test_a_lift_without_an_amount_lets_everything_through_until_one_takes_it_back(client_of_plan):
    budget = set_budget(client_of_plan, 6_000)
    commands.lift(budget, at=timezone.now(), up_to=None, reason="Sale", by=None)
    check(client_of_plan, 200_000)

    commands.lift(budget, at=timezone.now(), up_to=Decimal(6_000), reason="Enough", by=None)

    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 200_000)


def test_a_budget_raised_beyond_its_lift_holds_as_it_is(client_of_plan):
    budget = set_budget(client_of_plan, 6_000)
    commands.lift(budget, at=timezone.now(), up_to=Decimal(9_000), reason="Sale", by=None)

    commands.change(budget, amount=Decimal(12_000), warn_percents=[], stops=True, by=None)

    check(client_of_plan, 34_000)
    with pytest.raises(BudgetExceeded):
        check(client_of_plan, 34_001)


def test_a_lift_below_the_budget_is_none(client_of_plan):
    budget = set_budget(client_of_plan, 6_000)

    with pytest.raises(NotALift):
        commands.lift(budget, at=timezone.now(), up_to=Decimal(5_999), reason="Sale", by=None)


def test_each_thing_has_one_budget_and_another_once_that_is_deleted(client_of_plan):
    first = set_budget(client_of_plan, 6_000)
    with pytest.raises(BudgetTaken):
        set_budget(client_of_plan, 7_000)

    commands.delete(first, by=None)
    set_budget(client_of_plan, 7_000)

    assert [each.budget.amount for each in budgets.of_month(client_of_plan.pk, timezone.now())] == [7_000]


def test_a_campaign_that_is_not_there_has_no_budget(client_of_plan):
    with pytest.raises(NoSuchCampaign):
        set_budget(client_of_plan, 1, campaign_id=987_654)


def test_who_did_what_stands_in_the_log(client_of_plan):
    owner = make_user("owner")
    budget = set_budget(client_of_plan, 6_000, by=owner)
    commands.lift(budget, at=timezone.now(), up_to=None, reason="Sale", by=owner)
    commands.change(budget, amount=Decimal(1), warn_percents=[], stops=False, by=owner)
    commands.delete(budget, by=owner)

    said = Activity.objects.filter(tenant=client_of_plan.pk, verb__startswith="budget.", user=owner.pk)

    verbs = list(said.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["budget.set", "budget.lifted", "budget.changed", "budget.deleted"]


def keepers() -> None:
    make_user("owner", email="owner@example.com")
    make_user("finance", email="finance@example.com")
    make_user("marketer", email="marketer@example.com")
    User.objects.filter(email="owner@example.com").update(language="en")


def mails() -> list[tuple[str, str]]:
    return sorted((each.to[0], each.subject) for each in mail.outbox)


def test_each_point_is_mailed_once_to_who_keeps_budgets_in_their_language(client_of_plan):
    keepers()
    set_budget(client_of_plan, 6_000, stops=False)
    book(client_of_plan, 31_000)

    warning.look()
    warning.look()

    month = f"{timezone.localdate():%Y/%m}"
    english = "Apparel: 50 % of the budget for " + month + " is used"
    assert [to for to, _subject in mails()] == ["finance@example.com", "owner@example.com"]
    assert ("owner@example.com", english) in mails()
    assert mails()[0][1] != english
    [sent] = [each for each in mail.outbox if each.to == ["owner@example.com"]]
    assert "¥3,000 (50 %)" in sent.body


def test_points_passed_together_are_noted_and_the_highest_is_mailed(client_of_plan):
    keepers()
    set_budget(client_of_plan, 6_000, stops=False)
    book(client_of_plan, 32_500)

    warning.look()

    noted = BudgetAlert.objects.filter(tenant=client_of_plan.pk, is_ahead=False)
    assert sorted(noted.values_list("percent", flat=True)) == [50, 80, 100]
    assert {subject.split(": ")[1][:5] for _to, subject in mails() if "owner" in _to} == {"100 %"}


def test_a_raised_budget_warns_at_its_points_again(client_of_plan):
    keepers()
    budget = set_budget(client_of_plan, 6_000, stops=False, warn=[50])
    book(client_of_plan, 31_000)
    warning.look()
    mail.outbox.clear()

    commands.change(budget, amount=Decimal(60_000), warn_percents=[50], stops=False, by=None)
    warning.look()
    assert mails() == []
    book(client_of_plan, 10_000)
    warning.look()

    assert len(mails()) == 2


def test_whoever_was_mailed_is_not_mailed_again_when_the_mail_server_fails_for_another(
    client_of_plan, settings, monkeypatch
):
    keepers()
    set_budget(client_of_plan, 6_000, stops=False)
    book(client_of_plan, 31_000)
    alert_due = BudgetAlert.objects.filter(tenant=client_of_plan.pk).exclude(due_at=None)

    with monkeypatch.context() as patched:
        patched.setattr("billing.budgeting.warning.send_mail", refusing("finance@example.com"))
        warning.look()
    assert [to for to, _ in mails()] == ["owner@example.com"]
    assert alert_due.count() == 1
    alert_due.update(due_at=F("due_at") - warning.LEASE)
    warning.look()

    assert sorted(to for to, _ in mails()) == ["finance@example.com", "owner@example.com"]
    assert alert_due.count() == 0


def refusing(address: str):
    """A mail server that does not take mails to this address."""
    from django.core.mail import send_mail

    def send(subject: str, text: str, sender: str | None, to: list[str]) -> int:
        if address in to:
            raise OSError("no room")
        return send_mail(subject, text, sender, to)

    return send


def test_whoever_books_calls_for_a_look_where_there_is_a_budget(client_of_plan):
    calls = Due.objects.filter(tenant=client_of_plan.pk, kind=watching.KIND)
    book(client_of_plan, 1)
    assert not calls.exists()

    set_budget(client_of_plan, 6_000)
    before = board.version(watching.KIND)
    book(client_of_plan, 1)

    assert board.version(watching.KIND) == before + 1


def test_a_month_is_over_and_its_warnings_with_it(client_of_plan):
    budget = set_budget(client_of_plan, 6_000)
    december = standing.of_budget(budget, datetime(2030, 12, 31, 14, 59, tzinfo=UTC))
    january = standing.of_budget(budget, datetime(2030, 12, 31, 15, 0, tzinfo=UTC))

    assert (december.month.month, january.month.month) == (12, 1)


def test_notification_messages_and_what_was_sent_outside_are_used_too(client_of_plan):
    set_budget(client_of_plan, 6_000)
    book(client_of_plan, 31_000, "outside:2026-11-01/api/1", kind=LedgerEntry.Kind.OUTSIDE)

    [found] = budgets.of_month(client_of_plan.pk, timezone.now())

    assert found.used.amount == 3_000


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 60_000)),
        st.tuples(st.just("lift"), st.integers(0, 200_000)),
        st.tuples(st.just("campaign"), st.integers(1, 60_000)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(0, 120_000), of_campaign=st.integers(0, 60_000), steps=STEPS)
def test_whatever_is_sent_and_lifted_the_cost_stays_within(client_of_plan, amount, of_campaign, steps):
    with transaction.atomic():
        whole, part = play(client_of_plan, amount, of_campaign, steps)
        transaction.set_rollback(True)

    assert whole[0] <= whole[1]
    assert part[0] <= part[1]


def play(tenant, amount: int, of_campaign: int, steps: list) -> tuple[tuple, tuple]:
    """What the client, and a campaign, have cost in the end, each beside the most that they may."""
    autumn = make_campaign("Autumn")
    campaigns.assign("broadcast:2", autumn, by=None)
    whole = set_budget(tenant, amount)
    set_budget(tenant, of_campaign, campaign_id=autumn.pk)
    limit = amount
    for place, (act, number) in enumerate(steps):
        if act == "lift":
            limit = amount + number
            commands.lift(whole, at=timezone.now(), up_to=Decimal(limit), reason="Sale", by=None)
            continue
        owner, number_of = ("broadcast:2", autumn.pk) if act == "campaign" else ("broadcast:1", None)
        try:
            check(tenant, number, campaign_id=number_of)
            book(tenant, number, f"{owner}/batch:{place}")
        except BudgetExceeded as refusal:
            if refusal.fitting:
                book(tenant, refusal.fitting, f"broadcast:1/batch:{place}") if number_of is None else None
    most = max([amount, *(amount + number for act, number in steps if act == "lift")])
    mine = ledger.by_owners(tenant.pk, ["broadcast:2"]).get("broadcast:2")
    return (used(tenant), most), (mine.amount if mine else 0, of_campaign)


@given(
    before=st.integers(0, 120_000),
    sizes=st.lists(st.tuples(st.booleans(), st.integers(0, 40_000)), max_size=6),
)
def test_no_order_of_sends_makes_a_campaign_dearer_than_its_bound(before, sizes):
    tariff = RISING_AND_FALLING
    books = standing.Books(1, datetime(2026, 11, 1, tzinfo=UTC).date(), tariff, before)
    own = sum(size for is_own, size in sizes if is_own)
    among = sum(size for _is_own, size in sizes)

    at, cost = before, Decimal(0)
    for is_own, size in sizes:
        cost += price_accepted(tariff, at, size).amount if is_own else 0
        at += size
    bound = books.campaign_with(standing.Cost(0, 0, Decimal(0)), own=own, among=among)

    assert cost <= bound.amount
    assert bound.messages == own
