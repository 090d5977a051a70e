"""What is kept of a programme's rewards for somebody who has added the account, and what falls due.

A reward is held from the moment the friend is there, so that nobody who was promised one is told later that
there are none. What does not count gives back what was held for it.
"""

from datetime import datetime

from django.db.models import Sum

from referrals.models import Grant, Referral
from referrals.rules import Prize, Rules

Kind = Grant.Kind


def hold(row: Referral, rules: Rules, now: datetime) -> None:
    """Keep a reward for it, if there is one left; asked once. The caller has the lock of the client."""
    if row.held_at or not rules.prizes:
        return
    row.held_at = now
    held = Referral.objects.filter(programme=row.programme_id, is_held=True).exclude(pk=row.pk)
    own = held.filter(participant=row.participant_id)
    gets_each = rules.each is not None and (
        rules.most_per_inviter is None or own.filter(holds_each=True).count() < rules.most_per_inviter
    )
    tier = dict(rules.tiers).get(own.count() + 1)
    prizes = [rules.each if gets_each else None, rules.invited, tier]
    cost = sum(prize.cost_yen for prize in prizes if prize)
    if rules.most is not None and held.count() >= rules.most:
        return
    if rules.budget_yen is not None and _yen(held) + cost > rules.budget_yen:
        return
    row.is_held, row.holds_each, row.held_yen = True, gets_each, cost
    row.holds_tier = own.count() + 1 if tier else None


def release(row: Referral) -> None:
    """Give back what is held for it."""
    row.held_at, row.is_held, row.holds_each, row.holds_tier, row.held_yen = None, False, False, None, 0


def grant(row: Referral, rules: Rules, now: datetime) -> None:
    """Write down what is to be given for a referral that counts; where there is nothing, it is settled."""
    if row.frozen_at:
        return
    for kind, tier, friend, prize, key in _due(row, rules):
        Grant.objects.get_or_create(
            key=key,
            defaults={
                "programme_id": row.programme_id,
                "participant_id": row.participant_id,
                "referral": row,
                "friend_id": friend,
                "kind": kind,
                "tier": tier,
                "reward": prize.reward,
                "cost_yen": prize.cost_yen,
            },
        )
    if not row.grants.exists():
        row.frozen_at = now


def take_back(row: Referral) -> None:
    """What was to be given for it and has not been."""
    if row.frozen_at is None:
        row.grants.filter(given_at=None).delete()


def left(programme_id: int, rules: Rules) -> int | None:
    """How many more friends a reward can be held for; None: no limit."""
    held = Referral.objects.filter(programme=programme_id, is_held=True)
    found = []
    if rules.most is not None:
        found.append(rules.most - held.count())
    cost = sum(prize.cost_yen for prize in (rules.each, rules.invited) if prize)
    if rules.budget_yen is not None and cost:
        found.append((rules.budget_yen - _yen(held)) // cost)
    return max(min(found), 0) if found else None


def _due(row: Referral, rules: Rules) -> list[tuple[str, int | None, int, Prize, str]]:
    inviter = row.participant.friend_id
    found: list[tuple[str, int | None, int, Prize, str]] = []
    if row.holds_each and rules.each:
        found.append((Kind.EACH, None, inviter, rules.each, f"each:{row.pk}"))
    if row.is_held and rules.invited:
        found.append((Kind.INVITED, None, row.friend_id, rules.invited, f"invited:{row.pk}"))
    if rules.tiers:
        others = Referral.objects.filter(participant=row.participant_id).exclude(pk=row.pk)
        counted = others.filter(state=Referral.State.COUNTED).count() + 1
        held = set(others.exclude(holds_tier=None).values_list("holds_tier", flat=True)) | {row.holds_tier}
        found += [
            (Kind.TIER, at, inviter, prize, f"tier:{row.participant_id}:{at}")
            for at, prize in rules.tiers
            if at <= counted and at in held
        ]
    return found


def _yen(held) -> int:
    return held.aggregate(sum=Sum("held_yen"))["sum"] or 0
