"""Whose invitation it is and whether it counts: what is told in any order gives the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals import judging
from referrals import rules as ruling
from referrals.actions import Done
from referrals.judging import Claim, Step
from referrals.models import Referral

NOON = datetime(2026, 11, 1, 3, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
State, Reason = Referral.State, Referral.Reason


def claim(referral: int, hour: float, **facts) -> Claim:
    at = NOON + hour * HOUR
    given = {"opened_at": at, "at": at, "lasts": 7 * DAY, "number": referral, "is_friend": False}
    return Claim(referral=referral, **(given | facts))


def follow(hour: float) -> Step:
    return Step(NOON + hour * HOUR, "followed")


def block(hour: float) -> Step:
    return Step(NOON + hour * HOUR, "blocked")


def credit(claims, steps=(), *, hour: float = 0, **given):
    return judging.credit(claims, steps, now=NOON + hour * HOUR, **given)


def reason(claims, steps=(), **given) -> str:
    return credit(claims, steps, **given)[1].reason


def test_the_first_link_before_the_follow_wins():
    told = credit([claim(2, 5), claim(1, 1), claim(3, 9)], [follow(10)], hour=11)

    assert (told[1].is_credited, told[1].followed_at) == (True, NOON + 10 * HOUR)
    assert (told[2].reason, told[3].reason) == (Reason.OTHER, Reason.OTHER)


def test_a_link_whose_days_have_run_out_gives_way_to_the_next():
    told = credit([claim(1, 0), claim(2, 30)], [follow(8 * 24)], hour=8 * 24)

    assert (told[1].reason, told[2].is_credited) == (Reason.LATE, True)


def test_what_is_rewarded_stays_whatever_else_comes_to_light():
    told = credit([claim(1, 0), claim(2, 1)], [follow(2)], hour=3, fixed=2)

    assert (told[2].is_credited, told[1].is_credited) == (True, False)


def test_who_was_a_friend_before_is_not_new():
    assert reason([claim(1, 5)], [follow(1)]) == Reason.ALREADY
    assert reason([claim(1, 5)], [follow(1), block(2), follow(6)]) == Reason.RETURNED
    assert reason([claim(1, 5)], [Step(NOON + 6 * HOUR, "unblocked")]) == Reason.RETURNED
    assert reason([claim(1, 5)], [Step(NOON + HOUR, "listed")]) == Reason.ALREADY
    assert reason([claim(1, 5, is_friend=True)]) == Reason.ALREADY


def test_who_adds_the_account_on_the_way_is_new():
    assert credit([claim(1, 5, is_friend=True, has_changed=True)], [follow(5)])[1].is_credited
    assert credit([claim(1, 5, is_friend=True, opened_at=NOON + 4.9 * HOUR)], [follow(4.95)])[1].is_credited


@pytest.mark.parametrize("bar", [Reason.SELF, Reason.SAME_CUSTOMER, Reason.CIRCLE])
def test_an_inviter_who_cannot_invite_them_leaves_it_to_the_next(bar):
    told = credit([claim(1, 0, bar=bar), claim(2, 1)], [follow(2)])

    assert (told[1].reason, told[2].is_credited) == (bar, True)


def test_of_several_sign_ins_by_one_link_the_one_that_fits_counts():
    again = claim(1, 9 * 24, number=7)

    assert credit([claim(1, 0), again], [follow(9 * 24 + 1)])[1].is_credited


def rules(**said):
    return ruling.read({"hold_days": 3, **said})


def count(said, steps=(), done=(), *, hour: float, **given):
    return judging.count(said, NOON, steps, done, now=NOON + hour * HOUR, **given)


def test_a_follow_counts_once_the_waiting_days_are_over():
    assert count(rules(), hour=71).reason == Reason.HOLDING
    assert count(rules(), hour=72).counted_at == NOON + 3 * DAY
    assert count(rules(), [block(71)], hour=80).reason == Reason.BLOCKED
    assert count(rules(), [block(73)], hour=80).state == State.COUNTED


BOUGHT = {"action": {"kind": "bought", "amount": 3000}, "within_days": 10}


def test_an_order_counts_if_it_is_not_cancelled_within_the_waiting_days():
    early, late = Done(NOON + DAY, NOON + 2 * DAY), Done(NOON + DAY, NOON + 5 * DAY)

    assert count(rules(**BOUGHT), hour=1).reason == Reason.ACTION
    assert count(rules(**BOUGHT), done=[early], hour=24 * 6).reason == Reason.CANCELLED
    assert count(rules(**BOUGHT), done=[early], hour=24 * 11).state == State.REVERSED
    assert count(rules(**BOUGHT), done=[late], hour=24 * 6).state == State.COUNTED
    assert (
        count(rules(**BOUGHT), done=[early, Done(NOON + 3 * DAY)], hour=24 * 6).counted_at == NOON + 6 * DAY
    )


def test_what_was_done_before_or_too_late_does_not_count():
    outside = [Done(NOON - HOUR), Done(NOON + 11 * DAY)]

    assert count(rules(**BOUGHT), done=outside, hour=24 * 12).state == State.EXPIRED


def test_a_link_of_before_counts_from_the_follow():
    said = rules(action={"kind": "linked"}, hold_days=0)

    assert count(said, done=[Done(NOON - DAY)], hour=0).counted_at == NOON
    assert count(said, done=[Done(NOON - DAY, NOON - HOUR)], hour=0).reason == Reason.ACTION


def test_a_person_decides_what_is_flagged():
    assert count(rules(), hour=80, is_flagged=True).reason == Reason.SAME_NETWORK
    assert count(rules(), hour=80, is_flagged=True, decision="confirmed").state == State.COUNTED
    assert count(rules(), hour=80, decision="refused").state == State.REFUSED
    assert count(rules(review="all"), hour=80).reason == Reason.EVERY
    assert count(rules(review="never"), hour=80, is_flagged=True).state == State.COUNTED


hours = st.integers(0, 200)
steps = st.lists(
    st.builds(Step, hours.map(lambda h: NOON + h * HOUR), st.sampled_from(["followed", "blocked"]))
)
claims = st.lists(
    st.tuples(st.integers(1, 4), hours, st.sampled_from([None, True, False]), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(claims, steps, hours, st.randoms())
def test_random_histories_are_judged_as_plain_python_does_in_any_order(said, past, hour, chance):
    made = [
        claim(referral, at, number=number, is_friend=is_friend, is_open=is_open)
        for number, (referral, at, is_friend, is_open) in enumerate(said, 1)
    ]
    shuffled, mixed = list(made), list(past)
    chance.shuffle(shuffled)
    chance.shuffle(mixed)

    told = credit(made, past, hour=hour)

    assert credit(shuffled, mixed, hour=hour) == told
    winners = [number for number, each in told.items() if each.is_credited]
    assert winners == plain_winner(made, past, NOON + hour * HOUR)
    assert all(each.reason for each in told.values() if not each.is_credited)


def plain_winner(made, past, now) -> list[int]:
    """The rules once more, as somebody would say them."""
    begun = sorted(past, key=lambda step: (step.at, step.type == "blocked"))
    first = begun[0] if begun else None
    for each in sorted(made, key=lambda claim: (claim.at, claim.number)):
        was_there = first is not None and first.at < each.at - timedelta(seconds=10)
        came_back = first is not None and first.type == "blocked"
        said_friend = each.is_friend is True and (first is None or first.at > each.at + timedelta(seconds=10))
        follow = next((step.at for step in begun if step.type == "followed"), None)
        over = follow > each.at + 7 * DAY if follow else now >= each.at + 7 * DAY
        if each.is_open and not (was_there or came_back or said_friend or over):
            return [each.referral]
    return []


moments = st.integers(-24, 24 * 20).map(lambda hour: NOON + hour * HOUR)
lengths = st.none() | st.integers(1, 24 * 10).map(lambda hour: hour * HOUR)
orders = st.lists(st.tuples(moments, lengths), max_size=4)


@given(orders, st.lists(moments, max_size=2), moments, st.integers(0, 5), st.booleans(), st.randoms())
def test_random_orders_and_blocks_are_counted_as_plain_python_does(
    said, blocks, now, hold, is_flagged, chance
):
    done = [Done(at, at + length if length else None) for at, length in said]
    past = [Step(at, "blocked") for at in blocks]
    mixed = list(done)
    chance.shuffle(mixed)
    asked = rules(**(BOUGHT | {"hold_days": hold}))

    told = judging.count(asked, NOON, past, done, now=now, is_flagged=is_flagged)

    assert judging.count(asked, NOON, past[::-1], mixed, now=now, is_flagged=is_flagged) == told
    assert told.state == plain_state(said, blocks, now, hold * DAY, is_flagged)


def plain_state(said, blocks, now, hold, is_flagged) -> str:
    """The rules once more, day by day as a person would follow them."""
    timely = [(at, length) for at, length in said if NOON <= at <= NOON + 10 * DAY]
    kept = [at for at, length in timely if length is None or length > hold]
    counts = min(kept) + hold if kept else None
    gone = [at for at in blocks if at > NOON]
    if gone and min(gone) < (counts or NOON + 10 * DAY):
        return State.REVERSED
    if counts is None:
        if now < NOON + 10 * DAY:
            return State.WAITING
        return State.REVERSED if timely else State.EXPIRED
    if now < counts:
        return State.WAITING
    return State.REVIEW if is_flagged else State.COUNTED
