"""What came of a scenario: in all and by step, once per order, without those who only try it out."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import spreadsheets
from billing import ledger
from broadcasts.models import LinkClick, TrackedLink
from events import timeline
from scenarios.models import Entry, MailSend, Send, StepInsight, StepText, Version
from scenarios.results import figures, positions
from tests.factories import make_customer, make_friend, make_link, make_order, make_user
from tests.scenarios.stories import end, make_entry, make_send, make_version, pass_on

GOAL = {"event": "order_placed", "within_days": 7}


@pytest.fixture
def page(tenant, visit):
    """The page of what came of a scenario."""
    visitor = visit()
    return lambda version: visitor.read(f"scenarios/{version.scenario_id}/results/")


def step_of(of, step: str = "say", **asked) -> figures.StepFigures:
    found = figures.of(of.scenario, **asked)
    return next(each for each in found.steps if each.id == step)


def make_buyer(version, *, days_ago: float = 1, **fields):
    """A linked friend to whom the first step was sent."""
    customer = make_customer()
    entry = make_entry(version, make_link(make_friend(), customer).friend, days_ago=days_ago, **fields)
    return make_send(entry, days_ago=days_ago), customer


def order(customer, *, days_ago: float = 0, total: int = 3000, **told):
    placed = (timezone.now() - timedelta(days=days_ago)).isoformat()
    return make_order(customer=customer.number, placed_at=placed, total=total, **told)


def click(entry, *, times: int = 1) -> None:
    about = {"kind": "scenario", "version": entry.version.number}
    owner = entry.scenario.ledger_owner
    link = TrackedLink.objects.create(
        code=uuid4().hex[:24], owner=owner, part="say", about=about, url="https://shop.example/"
    )
    LinkClick.objects.bulk_create(LinkClick(link=link, friend_id=entry.friend_id) for _time in range(times))


def test_people_are_counted_at_each_step_by_where_they_are_and_went(tenant):
    version = make_version()
    waiting, passed, blocked, done = (make_entry(version, make_friend()) for _ in range(4))
    pass_on(passed)
    end(blocked, Entry.Reason.BLOCKED)
    pass_on(done)
    pass_on(done, "bye", to="bye", what="")
    end(done, Entry.Reason.FINISHED)
    make_entry(version, make_friend(), is_test=True)

    found = figures.of(version.scenario)
    say, bye = found.steps

    assert (found.entered, found.inside) == (4, 2)
    assert (say.entered, say.inside, say.reasons) == (4, 1, [("blocked", "Blocked the account", 1)])
    assert (bye.entered, bye.inside) == (2, 1)
    assert {code for code, _said, _count in found.reasons} == {"blocked", "finished"}
    assert waiting.step == "say"


def test_sends_are_counted_by_what_became_of_them(tenant):
    version = make_version()
    for state in (Send.State.ACCEPTED, Send.State.ACCEPTED, Send.State.REJECTED, Send.State.UNKNOWN):
        make_send(make_entry(version, make_friend()), state=state)
    make_send(make_entry(version, make_friend(), is_test=True))

    say = step_of(version)

    assert (say.all.sent, say.refused, say.unknown) == (2, 1, 1)


def test_who_was_held_back_by_the_cap_is_said(tenant):
    version = make_version()
    pass_on(make_entry(version, make_friend()), what="capped")

    assert step_of(version).became == {"capped": 1}


def test_people_who_clicked_count_once_and_testers_not(tenant):
    version = make_version()
    friend, tester = make_friend(), make_friend()
    sent = make_send(make_entry(version, friend))
    tried = make_send(make_entry(version, tester, is_test=True))
    click(sent.entry, times=3)
    click(tried.entry)

    line = step_of(version).by["line"]

    assert (line.clicked, line.clicks) == (1, 3)


def test_an_order_counts_once_for_the_last_message_before_it(tenant):
    version = make_version(
        steps=[
            {"id": "say", "type": "send", "messages": [{"type": "text", "text": "a"}]},
            {"id": "again", "type": "send", "messages": [{"type": "text", "text": "b"}]},
        ]
    )
    first, customer = make_buyer(version, days_ago=3)
    make_send(first.entry, days_ago=2, step="again")
    order(customer, days_ago=2.5, total=1000)
    order(customer, days_ago=1, total=500)
    order(customer, days_ago=4, total=9999)

    assert step_of(version, "say").all.ordered == (1, 1, Decimal(1000))
    assert step_of(version, "again").all.ordered == (1, 1, Decimal(500))


@pytest.mark.parametrize("told", [{"status": "cancelled"}, {"is_test": True}])
def test_orders_that_are_cancelled_or_tests_do_not_count(tenant, told):
    version = make_version()
    _sent, customer = make_buyer(version)
    order(customer, total=700)
    order(customer, **told)

    assert figures.of(version.scenario).all.ordered == (1, 1, Decimal(700))


def test_orders_count_for_as_many_days_as_the_goal_has(tenant):
    version = make_version(goal=GOAL | {"within_days": 2})
    _sent, customer = make_buyer(version, days_ago=5)
    order(customer, days_ago=4, total=100)
    order(customer, days_ago=2, total=9999)

    assert figures.of(version.scenario).all.ordered.revenue == Decimal(100)


def test_the_goal_is_the_last_message_s_before_it(tenant):
    version = make_version(goal=GOAL)
    sent = make_send(make_entry(version, make_friend(), days_ago=1), days_ago=1)
    end(sent.entry, Entry.Reason.GOAL, goal=True)
    end(make_entry(version, make_friend()), Entry.Reason.GOAL, goal=True)

    found = figures.of(version.scenario)

    assert found.goals == 2
    assert step_of(version).all.goals == 1


def test_line_and_mail_stand_side_by_side(tenant):
    version = make_version()
    _sent, by_line = make_buyer(version, days_ago=2)
    mailed, by_mail = make_buyer(version, days_ago=2)
    MailSend.objects.create(
        entry=mailed.entry,
        scenario_id=version.scenario_id,
        version_id=version.pk,
        step="say",
        customer_id=by_mail.pk,
        state="sent",
        sent_at=timezone.now() - timedelta(days=1),
        first_click_at=timezone.now(),
        click_count=2,
    )
    order(by_line, total=100)
    order(by_mail, total=200)

    found = figures.of(version.scenario).by

    assert (found["line"].sent, found["line"].ordered.revenue) == (2, Decimal(100))
    assert (found["mail"].sent, found["mail"].clicked, found["mail"].clicks) == (1, 1, 2)
    assert found["mail"].ordered.revenue == Decimal(200)


def test_one_version_is_counted_by_itself(tenant):
    version = make_version()
    make_send(make_entry(version, make_friend()))
    newer = Version.objects.create(scenario=version.scenario, number=2, flow=version.flow)
    StepText.objects.create(version=newer, step="say", body=b"[]")
    make_send(make_entry(newer, make_friend()))

    assert step_of(version).all.sent == 2
    assert step_of(version, version=newer).all.sent == 1
    assert figures.of(version.scenario, newer).entered == 1


def test_opens_are_line_s_added_up_over_the_months(tenant):
    version = make_version()
    make_send(make_entry(version, make_friend()))
    text = StepText.objects.get(version=version)
    usual = {"text": text, "taken_at": timezone.now(), "is_ready": True, "is_final": False, "data": {}}
    StepInsight.objects.create(month=date(2026, 10, 1), delivered=100, opened=60, **usual)
    StepInsight.objects.create(month=date(2026, 11, 1), delivered=10, opened=None, **usual)

    opened = step_of(version).opened

    assert (opened.people, opened.of, opened.is_least) == (60, 110, True)


def test_what_line_hides_is_unknown_and_not_zero(tenant):
    version = make_version()
    make_send(make_entry(version, make_friend()))
    assert step_of(version).opened.people is None
    StepInsight.objects.create(
        text=StepText.objects.get(version=version),
        month=date(2026, 11, 1),
        delivered=10,
        taken_at=timezone.now(),
        is_ready=True,
        is_final=False,
        data={},
    )

    opened = step_of(version).opened

    assert opened.people is None
    assert "20" in str(opened.reason)


def test_who_was_held_out_is_compared_with_the_others(tenant):
    split = {"id": "lot", "type": "split", "holdout_percent": 50, "ways": {"a": []}}
    split["paths"] = [{"key": "a", "name": "A", "percent": 50}]
    version = make_version(goal=GOAL, steps=[split])
    held, sent = (make_entry(version, make_friend(), step="lot", days_ago=8) for _ in range(2))
    young = make_entry(version, make_friend(), step="lot", days_ago=6)
    for each in (sent, young):
        pass_on(each, "lot", via="a", to="", what="")
    end(held, Entry.Reason.HELD_OUT)
    at = timezone.now() - timedelta(days=2)
    timeline.record(
        [timeline.NewEvent("order_placed", at, friend_id=each.friend_id) for each in (sent, young)]
    )

    compared = figures.of(version.scenario).compared

    assert (compared.others.people, compared.others.reached) == (1, 1)
    assert (compared.held_out.people, compared.held_out.reached) == (1, 0)
    assert compared.certainty.startswith("It cannot be told yet whether the messages did anything")


def test_what_takes_long_to_count_is_told_again_for_a_while(tenant, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(positions, "LONG", 0.0)
    version = make_version()
    make_entry(version, make_friend())
    monkeypatch.setattr(positions, "KEPT", 10_000)
    positions.of(version.scenario)

    with django_assert_num_queries(0):
        assert positions.of(version.scenario).inside == 1
    monkeypatch.setattr(positions, "_kept", {})
    make_entry(version, make_friend())
    assert positions.of(version.scenario).inside == 2


def test_positions_are_told_without_those_who_try(tenant):
    version = make_version()
    make_entry(version, make_friend())
    pass_on(make_entry(version, make_friend()))
    pass_on(make_entry(version, make_friend(), is_test=True))

    found = positions.of(version.scenario)

    assert {step: count for step, count in found.now.items() if count} == {"say": 1, "bye": 1}
    assert found.passed[("say", "next")] == 1
    assert found.inside == 2


def test_the_page_asks_as_often_for_many_steps_as_for_few(page):
    asked = []
    for number in (1, 30):
        say = [{"type": "text", "text": "a"}]
        steps = [{"id": f"s{each}", "type": "send", "messages": say} for each in range(number)]
        version = make_version(steps=steps)
        make_send(make_entry(version, make_friend(), step="s0"))
        page(version)
        with CaptureQueriesContext(connection) as queries:
            page(version)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_before_anybody_came_the_page_says_what_will_be_there(page):
    assert "Nobody has come in yet" in page(make_version())


def test_the_page_shows_what_came_of_each_step(page):
    version = make_version(goal=GOAL)
    sent, customer = make_buyer(version)
    order(customer, total=4800)
    click(sent.entry)

    shown = page(version)

    assert "¥4,800" in shown
    assert "By step" in shown
    assert "LINE and mail side by side" not in shown


def test_cost_is_shown_to_whom_it_may_be_shown_and_without_tries(tenant, visit):
    version = make_version()
    make_send(make_entry(version, make_friend()))
    owner = f"scenario:{version.scenario_id}/step:say"
    with transaction.atomic():
        ledger.post(tenant.pk, [booked(f"{owner}/send:1", 7), booked(f"{owner}/send:2", 5, kind="test")])
    found = figures.of(version.scenario, user=make_user("owner"))

    assert found.all.cost is not None
    assert figures.of(version.scenario).all.cost is None


def booked(reference: str, messages: int, *, kind: str = "push") -> ledger.NewEntry:
    return ledger.NewEntry(kind, reference, "Cart", messages, timezone.now())


def test_the_file_has_all_tables(tenant, visit):
    version = make_version()
    _sent, customer = make_buyer(version)
    order(customer, total=4800)

    address = f"scenarios/{version.scenario_id}/results/file/"
    steps = visit().get(f"{address}?kind=utf-8").content.decode()
    excel = visit().get(address)

    assert steps.splitlines()[1].startswith("say,")
    assert "4800" in steps
    assert excel.headers["Content-Type"] == spreadsheets.EXCEL_TYPE
    assert visit().get(f"{address}?kind=exe").status_code == 404


@pytest.mark.parametrize("asked", ["?version=9", "?version=x", "?version=99999999999999", "?version=-1"])
def test_a_version_that_is_not_there_is_not_found(tenant, visit, asked):
    version = make_version()
    address = f"scenarios/{version.scenario_id}/results/"

    assert visit().get(f"{address}?version=1").status_code == 200
    assert visit().get(address + asked).status_code == 404


@pytest.mark.parametrize("address", ["results/", "results/file/"])
def test_another_client_s_scenario_is_not_found(tenant, other_tenant, visit, address):
    with tenant_context(other_tenant):
        for _time in range(3):
            theirs = make_version()
    own = make_version()

    assert visit().get(f"scenarios/{own.scenario_id}/{address}").status_code == 200
    assert visit().get(f"scenarios/{theirs.scenario_id + 1_000}/{address}").status_code == 404
