"""The step that gives a coupon, a turn in a lottery or an entry for points."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coupons import redeeming
from coupons.models import Coupon, Ticket
from friends.models import Friend
from prizes.models import Player, PointEntry
from scenarios.errors import InvalidFlow
from scenarios.exchange import exporting
from scenarios.flow import checking, reading, words
from scenarios.models import Entry
from scenarios.trying import dry
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_customer, make_followers
from tests.prizes.factories import make_lottery, make_open_point_campaign
from tests.scenarios.engines import lead, make_entry, make_scenario, passages

pytestmark = pytest.mark.usefixtures("channel")


@pytest.fixture
def friends(simulator, channel) -> list[Friend]:
    return make_followers(simulator, channel, ["aoi", "ren", "yui"])


def giving(coupon: Coupon, **fields: object) -> dict:
    return {"type": "reward", "kind": "coupon", "coupon": coupon.pk} | fields


def flow(*steps: dict) -> reading.Flow:
    return reading.parse({"steps": [{"id": f"s{place}"} | step for place, step in enumerate(steps, start=1)]})


def put_back(entry: Entry) -> None:
    """As if the step had not been done yet."""
    back = {"state": "waiting", "step": "s1", "due_at": timezone.now(), "ended_at": None, "reason": ""}
    Entry.objects.filter(pk=entry.pk).update(**back)


def test_a_coupon_is_given_and_who_has_it_goes_on_that_way(friends):
    coupon = make_own_coupon(by_address=False)
    scenario = make_scenario(giving(coupon))
    entries = [make_entry(scenario, friend) for friend in friends]

    lead()

    assert set(coupon.tickets.values_list("friend", flat=True)) == {friend.pk for friend in friends}
    assert [passages(entry) for entry in entries] == [[("s1", "given", "")]] * 3
    ticket = coupon.tickets.get(friend=friends[0])
    assert (ticket.key, ticket.source) == (f"step:{entries[0].pk}/s1", f"scenario:{scenario.pk}")


def test_who_comes_too_late_goes_the_other_way(friends):
    coupon = make_own_coupon(pool=["A-1"])
    entries = [
        make_entry(scenario, friend) for scenario in [make_scenario(giving(coupon))] for friend in friends
    ]

    lead()

    ways = sorted(passages(entry)[0][1:] for entry in entries)
    assert ways == [("given", ""), ("not_given", "no_reward"), ("not_given", "no_reward")]


def test_what_ended_meanwhile_is_not_given(friends):
    coupon = make_own_coupon()
    entry = make_entry(make_scenario(giving(coupon)), friends[0])
    Coupon.objects.update(ends_at=timezone.now() - timedelta(minutes=1))

    lead()

    assert passages(entry) == [("s1", "not_given", "no_reward")]


def test_a_customer_who_is_no_friend_gets_none(tenant):
    entry = make_entry(make_scenario(giving(make_own_coupon())), customer_id=make_customer().pk)

    lead()

    assert passages(entry) == [("s1", "not_given", "no_friend")]


def test_a_crash_after_the_giving_gives_no_second_one(friends, monkeypatch):
    lottery = make_lottery()
    scenario = make_scenario({"type": "reward", "kind": "lottery", "lottery": lottery.pk})
    entry = make_entry(scenario, friends[0])

    lead()
    put_back(entry)
    lead()

    assert Player.objects.get(lottery=lottery, friend=friends[0]).rights == 1


def test_who_is_there_twice_gets_two_turns_and_one_coupon(friends):
    lottery, coupon = make_lottery(), make_own_coupon()
    scenario = make_scenario({"type": "reward", "kind": "lottery", "lottery": lottery.pk}, giving(coupon))
    entries = [make_entry(scenario, friends[0], subject=each, key=each) for each in ("shirt", "shoes")]

    lead()

    assert Player.objects.get(lottery=lottery, friend=friends[0]).rights == 2
    assert Ticket.objects.count() == 1
    assert [[way for _step, way, _what in passages(entry)] for entry in entries] == [["given", "given"]] * 2


def test_an_entry_in_a_point_campaign_is_given(friends):
    campaign = make_open_point_campaign()
    make_entry(make_scenario({"type": "reward", "kind": "points", "points": campaign.pk}), friends[0])

    lead()

    assert PointEntry.objects.get(campaign=campaign).friend == friends[0]


def test_from_whom_it_was_taken_back_gets_it_only_by_coming_in_anew(friends):
    coupon = make_own_coupon()
    scenario = make_scenario(giving(coupon))
    entry = make_entry(scenario, friends[0])
    lead()

    redeeming.withdraw(Ticket.objects.get(), by=None)
    put_back(entry)
    lead()
    same = Ticket.objects.held().exists()
    make_entry(scenario, friends[0], key="anew")
    lead()

    assert not same
    assert Ticket.objects.held().exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": Coupon.Status.CLOSED}, "is not running"),
        ({"status": Coupon.Status.DRAFT}, "is not running"),
        ({"pool": []}, "have been given"),
        ({"ends_at": timezone.now() - timedelta(days=1)}, "is not running"),
    ],
)
def test_what_cannot_be_given_is_told_before_it_runs(tenant, fields, said):
    good = list(checking.findings(flow(giving(make_own_coupon()))))
    bad = [
        each
        for each in checking.findings(flow(giving(make_own_coupon(**fields))))
        if each.code == "no_reward"
    ]

    assert "no_reward" not in [each.code for each in good]
    assert [each.stops for each in bad] == [True]
    assert said in bad[0].text


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "coupon"}, {"kind": "lottery", "coupon": 1}, {"kind": "coupon", "coupon": 1, "lottery": 1}],
)
def test_a_step_names_exactly_what_it_gives(tenant, wrong):
    with pytest.raises(InvalidFlow):
        flow({"type": "reward"} | wrong)


def test_the_dry_run_gives_nothing_and_says_what_would_be(friends):
    coupon = make_own_coupon("Autumn", pool=["A-1"])
    make_ticket(friends[1], coupon)
    step = giving(coupon, ways={"not_given": [{"id": "sorry", "type": "end"}]})

    run = dry.run(flow(step), friends[0], at=timezone.now())

    assert any("cannot be given" in line.note for line in run.lines)
    assert Ticket.objects.count() == 1


def test_words_and_files_name_what_is_given(friends):
    coupon = make_own_coupon("Autumn")
    scenario = make_scenario(giving(coupon))

    said = words.of_flow(reading.parse(scenario.flow)).steps["s1"]
    file = exporting.document(scenario)

    assert said == "A coupon: Autumn"
    assert file["flow"]["steps"][0]["coupon"] == {"$own_coupon": "Autumn"}


def test_a_message_that_leads_to_a_coupon_which_nobody_was_given_is_told_of(tenant):
    prize, ended = (
        make_own_coupon(by_address=False),
        make_own_coupon(ends_at=timezone.now() - timedelta(days=1)),
    )
    told = [
        {"type": "send", "messages": [{"type": "text", "text": f"{{{{coupon.{each.pk}}}}}"}]}
        for each in (prize, ended)
    ]

    alone = {each.code for each in checking.findings(flow(*told))}
    given = {each.code for each in checking.findings(flow(giving(prize), told[0]))}

    assert {"coupon_not_given", "coupon_not_running"} <= alone
    assert not {"coupon_not_given", "coupon_not_running"} & given
