"""What steps do besides sending: tags, fields, menus, lots, branches, other scenarios, words to the team."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django_tenants.utils import schema_context
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from friends import fields, values
from friends.models import FieldValue, Friend
from scenarios import services
from scenarios.acts import doing, parting
from scenarios.acts.entering import MOST_HOPS
from scenarios.errors import InvalidFlow
from scenarios.flow import checking, reading
from scenarios.models import Entry, Errand, Scenario
from tests.factories import (
    make_customer,
    make_field,
    make_followers,
    make_friend,
    make_tag,
    make_user,
)
from tests.linking.test_after import make_menu, menu_of
from tests.scenarios.engines import lead, make_entry, make_scenario, passages

pytestmark = pytest.mark.usefixtures("channel")


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    return make_followers(simulator, channel, ["aoi"])[0]


def tagged(tag: object) -> dict:
    return {"type": "tag", "tag": tag.pk}


def codes(*steps: dict) -> list[str]:
    named = [{"id": f"s{place}"} | step for place, step in enumerate(steps, start=1)]
    flow = reading.parse({"steps": named})
    return [finding.code for finding in checking.findings(flow)]


# Tags and fields


def test_tags_are_put_on_and_taken_off(aoi):
    vip, new = make_tag("VIP"), make_tag("New", friends=[aoi])
    entry = make_entry(make_scenario({"type": "tag", "add": [vip.pk], "remove": [new.pk]}), aoi)

    lead()

    assert [tag.name for tag in aoi.tags.all()] == ["VIP"]
    assert passages(entry) == [("s1", "next", "")]


def test_a_tag_that_is_deleted_by_now_is_passed_over(aoi):
    gone, vip = make_tag("Gone"), make_tag("VIP")
    make_entry(make_scenario({"type": "tag", "add": [gone.pk, vip.pk]}), aoi)
    gone.delete()

    lead()

    assert [tag.name for tag in aoi.tags.all()] == ["VIP"]


def test_a_customer_without_a_friend_goes_on_without_a_tag(tenant):
    scenario = make_scenario({"type": "tag", "add": [make_tag().pk]})
    entry = make_entry(scenario, customer_id=make_customer().pk)

    lead()

    assert passages(entry) == [("s1", "next", "no_friend")]


@pytest.mark.parametrize(("type_", "value", "kept"), [("number", 12, 12), ("text", "東京🗼", "東京🗼")])
def test_a_value_is_written_into_a_field(aoi, type_, value, kept):
    field = make_field("Shop", type_)
    make_entry(make_scenario({"type": "field", "field": field.key, "value": value}), aoi)

    lead()

    [found] = values.of([aoi])[aoi.pk][field.pk]
    assert found == kept


def test_a_field_without_a_value_is_emptied(aoi):
    field = make_field("Shop", "text")
    values.set_by_key(aoi, {field.key: "Ginza"})
    make_entry(make_scenario({"type": "field", "field": field.key}), aoi)

    lead()

    assert not FieldValue.objects.exists()


def test_a_choice_that_is_gone_by_now_is_not_written(aoi):
    field = make_field("Shop", "choice", choices=["Ginza"])
    entry = make_entry(make_scenario({"type": "field", "field": field.key, "value": "Ginza"}), aoi)
    fields.change_field(field, choices=["Shibuya"])

    lead()

    assert passages(entry) == [("s1", "next", "not_taken")]


def test_a_score_grows_by_what_steps_add(aoi):
    score = make_field("Score", "number")
    scenario = make_scenario(
        {"type": "field", "field": score.key, "add": 5}, {"type": "field", "field": score.key, "add": -1.5}
    )
    make_entry(scenario, aoi)

    lead()

    assert FieldValue.objects.get(friend=aoi).number == Decimal("3.5")


def test_who_is_there_for_two_products_is_added_to_twice(aoi):
    score = make_field("Score", "number")
    scenario = make_scenario({"type": "field", "field": score.key, "add": 5})
    make_entry(scenario, aoi, subject="tea", key="tea")
    make_entry(scenario, aoi, subject="cup", key="cup")

    lead()

    assert FieldValue.objects.get(friend=aoi).number == 10


def test_a_value_and_a_number_to_add_do_not_go_together(tenant):
    step = {"id": "s1", "type": "field", "field": "score", "value": 1, "add": 1}

    with pytest.raises(InvalidFlow) as refused:
        services.create("Score", flow={"steps": [step]}, by=None)

    assert "either a value or a number to add" in refused.value.message


def test_only_numbers_can_be_added_to(tenant):
    text = make_field("Shop", "text")

    found = codes({"type": "field", "field": text.key, "add": 1})

    assert "no_number" in found


# Lots and branches

SHARES = [{"key": "a", "name": "A", "percent": 60}, {"key": "b", "name": "B", "percent": 20}]


def test_lots_are_drawn_by_the_shares_and_the_hold_out_group_leaves(tenant):
    scenario = make_scenario({"type": "split", "paths": SHARES, "holdout_percent": 20})
    people = [make_entry(scenario, make_friend(f"p{n}")) for n in range(400)]

    lead()

    drawn = Counter(Entry.objects.values_list("reason", "passages__via"))
    assert drawn["held_out", "next"] == pytest.approx(80, abs=32)
    assert drawn["finished", "a"] == pytest.approx(240, abs=40)
    assert sum(drawn.values()) == len(people)


@settings(max_examples=50)
@given(st.uuids(), st.integers(1, 10**9), st.booleans())
def test_the_lot_of_a_person_is_always_the_same(key, number, is_friend):
    step = reading.parse(
        {"steps": [{"id": "s1", "type": "split", "paths": SHARES, "holdout_percent": 20}]}
    ).steps[0]
    turn = SimpleNamespace(version=SimpleNamespace(scenario=SimpleNamespace(key=key)))
    who = {"friend_id": number} if is_friend else {"friend_id": None, "customer_id": number}
    entries = [SimpleNamespace(entry_id=entry, is_test=False, **who) for entry in (1, 2)]

    first, again = parting.split(step, entries, turn).values()

    assert first == again


def test_who_comes_in_again_is_held_out_again(tenant):
    scenario = make_scenario(
        {"type": "split", "paths": SHARES, "holdout_percent": 20}, reentry={"mode": "always"}
    )
    friends = [make_friend(f"p{n}") for n in range(40)]
    for time in range(3):
        for friend in friends:
            make_entry(scenario, friend, key=f"{time}/{friend.pk}")
        lead()

    drawn = {(entry.friend_id, entry.reason) for entry in Entry.objects.all()}

    assert len(drawn) == len(friends)
    assert {reason for _friend, reason in drawn} == {"finished", "held_out"}


def test_who_tries_it_out_is_never_held_out(tenant):
    scenario = make_scenario({"type": "split", "paths": [SHARES[0] | {"percent": 10}], "holdout_percent": 90})
    for n in range(20):
        make_entry(scenario, make_friend(f"p{n}"), is_test=True, key=str(n))

    lead()

    assert set(Entry.objects.values_list("reason", "passages__via")) == {("finished", "a")}


def test_the_first_path_that_fits_is_theirs(aoi):
    vip, new = make_tag("VIP", friends=[aoi]), make_tag("New", friends=[aoi])
    ren = make_friend("ren")
    paths = [
        {"key": "vip", "name": "VIP", "when": tagged(vip)},
        {"key": "new", "name": "New", "when": tagged(new)},
    ]
    scenario = make_scenario({"type": "branch", "paths": paths})
    first, second = make_entry(scenario, aoi), make_entry(scenario, ren)

    lead()

    assert [passages(first), passages(second)] == [[("s1", "vip", "")], [("s1", "otherwise", "")]]


def test_a_path_asks_what_let_them_in(aoi):
    rule = {"property": "total", "op": "at_least", "value": 10_000}
    scenario = make_scenario({"type": "branch", "paths": [{"key": "big", "name": "Big", "context": [rule]}]})
    big = make_entry(scenario, aoi, context={"total": 12_000}, subject="1", key="1")
    small = make_entry(scenario, aoi, context={"total": 900}, subject="2", key="2")
    none = make_entry(scenario, aoi, context={"total": "12000"}, subject="3", key="3")

    lead()

    assert [passages(each)[0][1] for each in (big, small, none)] == ["big", "otherwise", "otherwise"]


def test_what_is_asked_of_friends_nobody_without_a_friend_meets(tenant):
    paths = [{"key": "all", "name": "All", "when": {"all": []}}]
    entry = make_entry(make_scenario({"type": "branch", "paths": paths}), customer_id=make_customer().pk)

    lead()

    assert passages(entry) == [("s1", "otherwise", "")]


# Other scenarios


def test_people_are_let_into_another_scenario_with_what_let_them_in(aoi):
    other = make_scenario({"type": "wait", "days": 1}, name="Review")
    scenario = make_scenario({"type": "scenario", "scenario": other.pk})
    make_entry(scenario, aoi, context={"order": "A-1"})

    lead()

    entered = Entry.objects.get(scenario=other)
    assert (entered.friend, entered.context["order"], entered.step) == (aoi, "A-1", "s1")


def test_who_tries_it_out_tries_out_the_other_one_too(aoi):
    other = make_scenario({"type": "wait", "days": 1}, name="Review")
    make_entry(make_scenario({"type": "scenario", "scenario": other.pk}), aoi, is_test=True)

    lead()

    assert Entry.objects.get(scenario=other).is_test


def test_one_that_is_archived_takes_nobody(aoi):
    other = make_scenario({"type": "wait", "days": 1}, name="Review")
    entry = make_entry(make_scenario({"type": "scenario", "scenario": other.pk}), aoi)
    services.archive(other, by=None)

    lead()

    assert passages(entry) == [("s1", "next", "not_running")]


def test_two_that_hand_people_on_to_each_other_stop_doing_so(aoi):
    reentry = {"mode": "always"}
    first = make_scenario({"type": "wait", "days": 1}, name="First", reentry=reentry)
    second = make_scenario({"type": "scenario", "scenario": first.pk}, name="Second", reentry=reentry)
    flow = first.flow | {"steps": [{"id": "s1", "type": "scenario", "scenario": second.pk}]}
    first.versions.update(flow=flow)
    make_entry(Scenario.objects.get(pk=first.pk), aoi)

    for _turn in range(30):
        lead()

    assert Entry.objects.count() == 1 + MOST_HOPS
    assert not Entry.objects.inside().exists()


# Rich menus


def test_a_friend_gets_another_menu_and_the_common_one_again(aoi, channel):
    menu = make_menu(channel)
    scenario = make_scenario({"type": "menu", "menu": menu}, {"type": "wait", "minutes": 5}, {"type": "menu"})
    make_entry(scenario, aoi)

    lead()
    doing.do_due()
    shown = menu_of(channel, aoi)
    lead(after=timedelta(minutes=6))
    Errand.objects.update(due_at=timezone.now())
    doing.do_due()

    assert (shown, menu_of(channel, aoi)) == (menu, None)


def test_of_two_menus_that_wait_the_later_one_is_given(aoi, channel):
    first, second = make_menu(channel), make_menu(channel)
    make_entry(make_scenario({"type": "menu", "menu": first}, {"type": "menu", "menu": second}), aoi)

    lead()
    doing.do_due()

    assert menu_of(channel, aoi) == second
    assert set(Errand.objects.values_list("about", "state")) == {(first, "superseded"), (second, "done")}


def test_a_menu_that_is_gone_is_noted(aoi):
    make_entry(make_scenario({"type": "menu", "menu": "richmenu-gone"}), aoi)

    lead()
    doing.do_due()

    errand = Errand.objects.get()
    assert (errand.state, bool(errand.problem)) == (Errand.State.FAILED, True)


def test_line_being_down_delays_a_menu(aoi, channel, simulator):
    menu = make_menu(channel)
    make_entry(make_scenario({"type": "menu", "menu": menu}), aoi)
    simulator.fail_next(1, 500, "/v2/bot/user")

    lead()
    doing.do_due()
    waiting = Errand.objects.get().state
    Errand.objects.update(due_at=timezone.now())
    doing.do_due()

    assert (waiting, menu_of(channel, aoi)) == (Errand.State.OPEN, menu)


# Words to the team


def test_the_team_is_told_once_in_words_of_their_language(aoi):
    colleague = make_user()
    User.objects.filter(pk=colleague.pk).update(language="en")
    step = {"type": "notify", "users": [colleague.pk], "subject": "Call them", "text": "Bought for 100,000"}
    make_entry(make_scenario(step), aoi)

    lead()
    doing.do_due()
    doing.do_due()

    [told] = mail.outbox
    assert (told.to, told.subject) == ([colleague.email], "Call them")
    assert "Bought for 100,000" in told.body
    assert f"/friends/{aoi.pk}/" in told.body


def test_who_may_not_see_scenarios_any_more_is_not_told(aoi):
    colleague = make_user()
    make_entry(make_scenario({"type": "notify", "users": [colleague.pk], "subject": "Call them"}), aoi)
    lead()
    with schema_context("public"):
        colleague.memberships.all().delete()

    doing.do_due()

    assert mail.outbox == []
    assert Errand.objects.get().state == Errand.State.FAILED


def test_a_word_that_may_have_left_is_not_repeated(aoi, monkeypatch):
    def break_off(_backend: object, _mails: list) -> None:
        raise SMTPServerDisconnected

    make_entry(make_scenario({"type": "notify", "users": [make_user().pk], "subject": "Call them"}), aoi)
    monkeypatch.setattr(EmailBackend, "send_messages", break_off)

    lead()
    doing.do_due()

    assert Errand.objects.get().state == Errand.State.UNKNOWN


def test_what_a_worker_had_begun_that_died_is_not_repeated(aoi):
    make_entry(make_scenario({"type": "notify", "users": [make_user().pk], "subject": "Call them"}), aoi)
    lead()
    Errand.objects.update(state=Errand.State.UNDER_WAY)

    doing.do_due()

    assert mail.outbox == []
    assert Errand.objects.get().state == Errand.State.UNKNOWN
