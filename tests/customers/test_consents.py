"""What customers agree to: the same rules for mails and for ads, by file, by API and by hand."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import activity
from accounts.models import Activity
from adplatforms.consenting.consents import ADS
from adplatforms.consenting.kinds import AdConsentsKind
from customers.consents.keeping import Statement
from imports.engine import import_file
from imports.kinds import Unfit
from scenarios.mails.consents import MAILS
from scenarios.mails.kinds import MailConsentsKind
from tests.factories import make_customer
from tests.imports.conftest import csv

START = datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
both = pytest.mark.parametrize("purpose", [MAILS, ADS], ids=lambda purpose: purpose.name)
both_files = pytest.mark.parametrize(
    "kind", [MailConsentsKind(), AdConsentsKind()], ids=lambda kind: kind.name
)
both_paths = pytest.mark.parametrize("path", ["mail-consents", "ad-consents"])
words = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, unique_by=lambda word: word[0])


@both
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(told=words.flatmap(st.permutations))
def test_in_whatever_order_news_comes_nobody_agrees_whose_last_word_was_no(tenant, purpose, told):
    who = make_customer()

    for day, is_given in told:
        purpose.take_in([Statement(who.pk, is_given, START + day * DAY)], how="api")

    _day, last_word = max(told)
    assert last_word or not purpose.given_by([who.pk])


@both
def test_a_later_yes_overrules_a_no_and_an_older_one_does_not(tenant, purpose):
    early, late = make_customer(), make_customer()
    for who in (early, late):
        purpose.take_in([Statement(who.pk, False, START)], how="api")

    changed = purpose.take_in(
        [Statement(early.pk, True, START - DAY), Statement(late.pk, True, START + DAY)], how="api"
    )

    assert (changed, purpose.given_by([early.pk, late.pk])) == (1, {late.pk})


@both
def test_a_no_said_again_changes_nothing_but_stays_over_a_yes_from_in_between(tenant, purpose):
    who = make_customer()
    purpose.take_in([Statement(who.pk, False, START)], how="import")

    again = purpose.take_in([Statement(who.pk, False, START + 2 * DAY)], how="import")
    between = purpose.take_in([Statement(who.pk, True, START + DAY)], how="import")

    assert (again, between, purpose.given_by([who.pk])) == (0, 0, set())


@both
def test_a_no_said_again_by_hand_stays_over_a_yes_from_in_between(tenant, purpose):
    who = make_customer()
    purpose.take_in([Statement(who.pk, False, timezone.now() - 2 * DAY)], how="import")

    purpose.state(who, is_given=False, how="page", by=None)
    purpose.take_in([Statement(who.pk, True, timezone.now() - DAY)], how="import")

    assert purpose.given_by([who.pk]) == set()
    assert not Activity.objects.filter(subject=activity.name(who)).exists()


@both
@pytest.mark.parametrize("order", [1, -1])
def test_of_a_yes_and_a_no_of_one_day_the_no_holds(tenant, purpose, order):
    together, apart = make_customer(), make_customer()
    said = [(True, START), (False, START)][::order]

    purpose.take_in([Statement(together.pk, *each) for each in said], how="import")
    for each in said:
        purpose.take_in([Statement(apart.pk, *each)], how="import")

    assert purpose.said_by([together.pk, apart.pk]) == {together.pk: False, apart.pk: False}


@both
@pytest.mark.parametrize("order", [1, -1])
def test_a_yes_of_unknown_time_does_not_overrule_a_no_of_the_same_request(tenant, purpose, order):
    who = make_customer()
    said = [{"customer": who.number, "agreed": False}, {"customer": who.number, "agreed": True}]

    purpose.take_in_by_number(said[::order], how="api")

    assert purpose.said_by([who.pk]) == {who.pk: False}


@both
def test_a_yes_dated_ahead_of_our_clock_does_not_outlast_a_no(tenant, purpose):
    by_hand, by_program = make_customer(), make_customer()
    ahead = [Statement(who.pk, True, timezone.now() + DAY) for who in (by_hand, by_program)]
    purpose.take_in(ahead, how="import")

    purpose.state(by_hand, is_given=False, how="page", by=None)
    purpose.take_in([Statement(by_program.pk, False)], how="api")

    assert purpose.given_by([by_hand.pk, by_program.pk]) == set()


@both
def test_who_stated_what_by_hand_stands_in_the_activity_log(tenant, purpose):
    who = make_customer()

    purpose.state(who, is_given=True, how="page", by=None)
    purpose.state(who, is_given=False, how="page", by=None)

    verbs = [each.verb for each in Activity.objects.filter(subject=activity.name(who))]
    assert verbs == [f"{purpose.name}.withdrawn", f"{purpose.name}.given"]


@both_files
@pytest.mark.parametrize(
    ("cell", "is_given"), [("はい", True), ("〇", True), ("希望する", True), ("なし", False), ("停止", False)]
)
def test_a_file_says_yes_and_no_as_people_do(tenant, kind, cell, is_given):
    who = make_customer("A-100")

    kind.write([(2, kind.read({"customer": "Ａ-100", "agreed": cell}))])

    assert kind.purpose.said_by([who.pk]) == {who.pk: is_given}


@both_files
def test_a_cell_that_is_neither_yes_nor_no_is_refused(tenant, kind):
    with pytest.raises(Unfit) as refusal:
        kind.read({"customer": "A-100", "agreed": "perhaps"})

    assert refusal.value.column == "agreed"


@both_files
@time_machine.travel("2026-04-10T14:59:59Z", tick=False)  # 23:59:59 of the client's 10 April
@pytest.mark.parametrize("cell", ["2026-04-11", "2026-02-30", "soon"])
def test_a_day_that_is_none_or_has_not_come_yet_is_refused(tenant, kind, cell):
    with pytest.raises(Unfit) as refusal:
        kind.read({"customer": "A-100", "agreed": "1", "on": cell})

    assert refusal.value.column == "on"


@both_files
@time_machine.travel("2026-04-10T14:59:59Z", tick=False)
@pytest.mark.parametrize("cell", ["2026-04-10", "2026/4/10 23:59", "2026年4月10日", "２０２６－０４－１０"])
def test_a_day_of_a_file_begins_by_the_clients_clock(tenant, kind, cell):
    who = make_customer("A-100")

    kind.write([(2, kind.read({"customer": "A-100", "agreed": "1", "on": cell}))])

    assert kind.purpose.of(who).at == datetime(2026, 4, 9, 15, tzinfo=UTC)


@both_files
@time_machine.travel("2026-04-10T12:00:00Z", tick=False)
def test_a_no_of_a_day_in_a_file_holds_over_a_yes_of_that_day_whose_hour_is_known(tenant, kind):
    who = make_customer("A-100")
    kind.purpose.take_in([Statement(who.pk, True, datetime(2026, 4, 8, 9, tzinfo=UTC))], how="api")

    kind.write([(2, kind.read({"customer": "A-100", "agreed": "0", "on": "2026-04-08"}))])
    same_day = kind.purpose.said_by([who.pk])
    kind.write([(2, kind.read({"customer": "A-100", "agreed": "1", "on": "2026-04-09"}))])

    assert (same_day, kind.purpose.said_by([who.pk])) == ({who.pk: False}, {who.pk: True})


@both_files
@time_machine.travel("2026-04-10T12:00:00Z", tick=False)
def test_a_no_of_today_is_of_now(tenant, kind):
    row = kind.read({"customer": "A-1", "agreed": "0", "on": "2026-04-10"})

    assert datetime.fromisoformat(row["at"]) == timezone.now()


@both_files
def test_who_agreed_and_withdrew_stands_twice_in_a_file_and_has_withdrawn(tenant, kind):
    who = make_customer("A-100")
    told = [("1", "2025-04-01"), ("0", "2025-06-01"), ("0", "2025-06-01")]
    rows = [kind.read({"customer": "A-100", "agreed": agreed, "on": on}) for agreed, on in told]
    keys = [kind.key(row) for row in rows]

    kind.write(list(enumerate(rows[:2], 2)))

    assert len(set(keys)) == 2
    assert kind.known([*keys, "nobody\n\nyes"]) == set(keys)
    assert kind.purpose.said_by([who.pk]) == {who.pk: False}


@both_files
def test_a_file_that_tells_the_whole_story_is_taken_in_as_it_went(tenant, kind):
    withdrawn, back = make_customer("A-1"), make_customer("A-2")
    rows = [
        "A-1,1,2025-04-01",
        "A-1,0,2025-06-01",
        "A-2,0,2025-04-01",
        "A-2,1,2025-06-01",
        "A-2,1,2025-06-01",
    ]

    report = import_file(kind.name, csv(*rows, header="会員番号,consent,同意日"))

    assert kind.purpose.said_by([withdrawn.pk, back.pk]) == {withdrawn.pk: False, back.pk: True}
    assert (report.counts, report.refused) == (
        {"changed": 2, "unchanged": 2},
        [(6, "The same stands in line 5 already.")],
    )


@both_paths
def test_a_program_tells_of_many_and_reads_what_holds(tenant, visit, path):
    make_customer("A-1")
    manager = visit("account_manager")
    said = {"consents": [{"customer": number, "agreed": True} for number in ("A-1", "nobody")]}

    first, again = (
        manager.post(f"api/v1/{path}/", said, content_type="application/json").json() for _time in range(2)
    )
    listed = manager.get(f"api/v1/{path}/?customer=A-1").json()["items"]

    assert first == {"changed": 1, "unknown": ["nobody"]}
    assert again == {"changed": 0, "unknown": ["nobody"]}
    assert [(each["customer"], each["agreed"], each["how"]) for each in listed] == [("A-1", True, "api")]


@both_paths
def test_a_time_to_come_is_refused(tenant, visit, path):
    make_customer("A-1")
    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    said = {"consents": [{"customer": "A-1", "agreed": True, "at": ahead}]}

    answer = visit("account_manager").post(f"api/v1/{path}/", said, content_type="application/json")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["consents.0.at"])
