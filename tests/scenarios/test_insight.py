"""LINE's statistics of steps: which names they take, and how they are copied, month by month."""

from datetime import datetime
from uuid import uuid4

import time_machine
from django_tenants.utils import schema_context

from accounts.models import Due
from broadcasts.results import units
from channels.services import client_for
from config.task import HEADER
from friends.insight import JAPAN
from line import messages as line_messages
from line import wire
from scenarios.flow import reading
from scenarios.models import Entry, Scenario, StepInsight, StepText, Version
from scenarios.results import figures, insight
from scenarios.tasks import copy_insight
from scenarios.texts import freezing
from tests.broadcasts.test_insight import after
from tests.factories import make_followers, make_friend
from tests.scenarios.stories import HELLO, make_entry, make_send, make_version


def japan(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JAPAN)


def copy(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        copy_insight.apply(headers={HEADER: tenant.schema_name}, throw=True)


def send_to(simulator, channel, version: Version, people: int) -> None:
    """Pushed to so many, who all open it."""
    name = StepText.objects.get(version=version).unit_name
    for friend in make_followers(simulator, channel, people):
        body = line_messages.push_body(friend.line_user_id, HELLO, unit=name)
        wire.run(client_for(channel).push(body, uuid4()))
        make_send(make_entry(version, friend))
    simulator.open_and_click(channel.channel_id, rate_open=1.0, rate_click=0.0)


def test_each_step_that_sends_has_a_name_of_its_own(tenant):
    say = {"id": "say", "type": "send", "messages": HELLO}
    version = make_version(steps=[say, say | {"id": "again"}, {"id": "bye", "type": "end"}])

    names = list(StepText.objects.filter(version=version).values_list("unit_name", flat=True))

    assert len(set(names)) == 2
    assert all(name and len(name) <= 30 for name in names)
    assert units.used(japan(20)) >= 2


def test_the_last_names_of_a_month_are_kept_for_larger_sends(tenant, monkeypatch):
    monkeypatch.setattr(units, "A_MONTH", 21)
    say = {"id": "say", "type": "send", "messages": HELLO}
    version = make_version(steps=[say, say | {"id": "again"}])

    names = list(StepText.objects.filter(version=version).order_by("pk").values_list("unit_name", flat=True))

    assert [bool(name) for name in names] == [True, False]


def test_trying_a_scenario_out_takes_no_names(tenant):
    version = make_version()
    StepText.objects.all().delete()
    version.is_trial = True

    freezing.freeze(version, reading.parse(version.flow))

    assert set(StepText.objects.values_list("unit_name", flat=True)) == {""}


def test_a_scenario_that_is_paused_and_sends_nothing_takes_no_names(tenant):
    version = make_version()
    before = units.used(japan(20))

    Scenario.objects.filter(pk=version.scenario_id).update(status=Scenario.Status.PAUSED)

    assert (before, units.used(japan(20))) == (1, 0)


def test_opens_are_copied_each_day_and_shown(tenant, simulator, channel):
    version = make_version()
    send_to(simulator, channel, version, 25)
    copy(tenant)
    assert not StepInsight.objects.exists()

    with time_machine.travel(after(1)):
        copy(tenant)

    row = StepInsight.objects.get()
    assert (row.delivered, row.opened, row.is_final) == (25, 25, False)
    [step] = [each for each in figures.of(version.scenario).steps if each.id == "say"]
    assert (step.opened.people, step.opened.of) == (25, 25)
    assert Due.objects.get(tenant=tenant, kind=insight.KIND).due_at == after(2).replace(hour=10, minute=30)


def test_what_line_hides_is_kept_as_unknown(tenant, simulator, channel):
    with time_machine.travel(japan(10)):
        version = make_version()
        send_to(simulator, channel, version, 19)

    with time_machine.travel(japan(11)):
        copy(tenant)

    row = StepInsight.objects.get()
    assert (row.delivered, row.opened, row.is_ready) == (19, None, True)


def test_a_month_is_final_when_its_figures_stand_still(tenant, simulator, channel):
    with time_machine.travel(japan(10)):
        version = make_version()
        send_to(simulator, channel, version, 20)
    with time_machine.travel(japan(1, month=12)):
        copy(tenant)
        taken = StepInsight.objects.get().taken_at
        copy(tenant)
    assert StepInsight.objects.get().taken_at == taken

    with time_machine.travel(japan(2, month=12)):
        copy(tenant)

    row = StepInsight.objects.get()
    assert (row.month.month, row.is_final) == (11, True)


def test_each_month_is_a_copy_of_its_own(tenant):
    with time_machine.travel(japan(30)):
        version = make_version()
        make_send(make_entry(version, make_friend()))
    with time_machine.travel(japan(2, month=12)):
        make_send(make_entry(version, make_friend()))

    with time_machine.travel(japan(3, month=12)):
        due = list(insight.due(japan(3, month=12)))

    assert sorted(each.month.month for each in due) == [11, 12]
    assert [each.accepted for each in due] == [1, 1]


def test_without_an_answer_line_is_asked_again_the_next_day(tenant):
    with time_machine.travel(japan(10)):
        make_send(make_entry(make_version(), make_friend()))

    with time_machine.travel(japan(11)):
        copy(tenant)  # there is no channel

    assert StepInsight.objects.get().is_ready is False
    assert [each.month.month for each in insight.due(japan(12))] == [11]


def test_tries_are_neither_named_nor_copied(tenant):
    with time_machine.travel(japan(10)):
        make_send(make_entry(make_version(), make_friend(), is_test=True))

    assert list(insight.due(japan(12))) == []
    assert Entry.objects.count() == 1
