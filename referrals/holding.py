"""What is kept of a programme's rewards for somebody who has added the account, and what falls due.

A reward is held from the moment the friend is there, so that nobody who was promised one is told later that
there are none. What does not count gives back what was held for it.
"""

from datetime import datetime

from django.db.models import Sum

from referrals import rules as ruling
from referrals.models import Grant, Participant, Referral, ReferralQuerySet
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
    step = own.count() + 1
    reached = None if own.filter(holds_tier=step).exists() else dict(rules.tiers).get(step)
    cost = sum(prize.cost_yen for prize in (rules.each if gets_each else None, rules.invited) if prize)
    room = _room(rules, held)
    if (rules.most is not None and held.count() >= rules.most) or not _fits(cost, room):
        return
    if reached and _fits(cost + reached.cost_yen, room):
        row.holds_tier, cost = step, cost + reached.cost_yen
    row.is_held, row.holds_each, row.held_yen = True, gets_each, cost


def release(row: Referral, rules: Rules) -> None:
    """Give back what is held for it; what the inviter's other friends reach without it is held for them."""
    was_held, had_each, tier = row.is_held, row.holds_each, row.holds_tier
    row.held_at, row.is_held, row.holds_each, row.holds_tier, row.held_yen = None, False, False, None, 0
    if was_held:
        _pass_on(row, rules, has_each=had_each, tier=tier)


def grant(row: Referral, rules: Rules, now: datetime) -> None:
    """Write down what is to be given for a referral that counts; where there is nothing, it is settled."""
    if row.frozen_at:
        return
    _write(row, rules)
    if not row.grants.exists():
        row.frozen_at = now


def take_back(row: Referral, *, was_held: bool) -> None:
    """What was to be given for it and has not been. What others of the inviter have earned without it is due
    for them; the row itself is stored by now as it is.
    """
    if row.frozen_at is not None:
        return
    row.grants.filter(given_at=None).delete()
    if was_held:
        others = Referral.objects.filter(participant=row.participant_id, state=Referral.State.COUNTED)
        counted = others.exclude(pk=row.pk).select_related("version", "participant")
        owed = counted.filter(holds_each=True).exclude(grants__kind=Kind.EACH)
        for each in {*owed, *counted.order_by("-pk")[:1]}:
            _write(each, ruling.read(each.version.rules))


def left(programme_id: int, rules: Rules) -> int | None:
    """How many more friends a reward can be held for; None: no limit."""
    held = Referral.objects.filter(programme=programme_id, is_held=True)
    found = []
    if rules.most is not None:
        found.append(rules.most - held.count())
    cost = sum(prize.cost_yen for prize in (rules.each, rules.invited) if prize)
    room = _room(rules, held)
    if room is not None and cost:
        found.append(room // cost)
    return max(min(found), 0) if found else None


def is_gone(part: Participant, at: int, prize: Prize, rules: Rules) -> bool:
    """Whether nothing is held for this step of the inviter's, and nothing is left for it."""
    if Referral.objects.filter(participant=part, holds_tier=at).exists():
        return False
    held = Referral.objects.filter(programme=part.programme_id, is_held=True)
    return left(part.programme_id, rules) == 0 or not _fits(prize.cost_yen, _room(rules, held))


def _pass_on(row: Referral, rules: Rules, *, has_each: bool, tier: int | None) -> None:
    """By which of the inviter's friends a reward or a step is held makes no difference to who gets it."""
    own = Referral.objects.filter(participant=row.participant_id, is_held=True).exclude(pk=row.pk)
    if has_each and rules.each and rules.most_per_inviter is not None:
        heirs = own.filter(version=row.version_id, holds_each=False, undone_at=None)
        if heir := heirs.order_by("pk").first():
            _change(heir, rules.each.cost_yen, holds_each=True)
    steps, count = dict(rules.tiers), own.count()
    for each in own.filter(holds_tier__gt=count, frozen_at=None):
        given_up = steps.get(each.holds_tier or 0)
        _change(each, -given_up.cost_yen if given_up else 0, holds_tier=None)
    if tier is None or tier not in steps or tier > count:
        return
    if heir := own.filter(holds_tier=None).order_by("-pk").first():
        _change(heir, steps[tier].cost_yen, holds_tier=tier)


def _change(row: Referral, yen: int, **held: object) -> None:
    Referral.objects.filter(pk=row.pk).update(held_yen=max(row.held_yen + yen, 0), **held)


def _write(row: Referral, rules: Rules) -> None:
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


def _room(rules: Rules, held: ReferralQuerySet) -> int | None:
    """What is left of the budget, in yen; None: there is none."""
    if rules.budget_yen is None:
        return None
    return rules.budget_yen - (held.aggregate(sum=Sum("held_yen"))["sum"] or 0)


def _fits(yen: int, room: int | None) -> bool:
    return room is None or yen <= room
