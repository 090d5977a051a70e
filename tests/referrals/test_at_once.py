"""Many at once, on connections of their own: one inviter for each friend, each reward once."""

from collections.abc import Callable
from functools import partial

from accounts.models import Tenant
from events.models import Event
from referrals import hearing, rewarding, settling
from referrals.models import Grant, Referral
from tests.factories import make_friend
from tests.prizes.factories import make_open_lottery
from tests.referrals.factories import come, follow, make_part, make_running
from tests.routes.test_at_once import at_once


def turn() -> dict:
    return {"reward": {"kind": "lottery", "lottery": make_open_lottery(who="right").pk}, "cost_yen": 100}


def again(times: int, tenant: Tenant, acts: list[Callable[[], object]]) -> None:
    for _ in range(times):
        at_once(tenant, acts)


def test_of_twenty_who_claim_the_same_friend_at_once_one_is_the_inviter(own_tenant):
    programme = make_running(rules={"each": turn()})
    parts = [make_part(programme, f"inviter {number}") for number in range(20)]
    friend = make_friend("ren", status="unknown", followed_at=None, status_at=None)
    claims = [partial(come, part, "ren") for part in parts]

    at_once(own_tenant, [*claims[:10], partial(settling.settle, [friend.pk])])
    at_once(own_tenant, [*claims[10:], *[partial(settling.settle, [friend.pk])] * 4])
    follow("ren")
    at_once(own_tenant, [hearing.run] * 6)

    assert Referral.objects.count() == 20
    winner = Referral.objects.get(is_credited=True)
    assert winner.state == "counted"
    assert Referral.objects.filter(state="out", reason="other").count() == 19
    assert Grant.objects.get().friend_id == winner.participant.friend_id


def test_rewards_are_given_once_however_many_workers_there_are(own_tenant):
    programme = make_running(
        rules={"each": turn(), "invited": turn(), "tiers": [{"at": 3, **turn()}], "most": 8}
    )
    parts = [make_part(programme, name) for name in ("aoi", "mei")]
    for number in range(10):
        come(parts[number % 2], f"friend {number}")
        follow(f"friend {number}")

    again(2, own_tenant, [*[hearing.run] * 4, *[rewarding.give_due] * 4])

    given = Grant.objects.exclude(given_at=None)
    assert Referral.objects.filter(state="counted").count() == 10
    assert Referral.objects.filter(is_held=True).count() == 8
    assert {kind: given.filter(kind=kind).count() for kind in ("each", "invited", "tier")} == {
        "each": 8,
        "invited": 8,
        "tier": 2,
    }
    assert Event.objects.filter(type="referral_rewarded").count() == 18
    assert Event.objects.filter(type="referral_counted").count() == 10
