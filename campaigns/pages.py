"""What the pages of campaigns show."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts import current
from accounts.models import User
from billing import plans
from billing.budgeting import standing
from campaigns import costs, members, services
from campaigns.costs import NOTHING, Cost
from campaigns.members import Member
from campaigns.models import Assignment, Campaign

PAST = 20  # assignments that have ended, the newest


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign, how much belongs to it, and what that has cost; None where the reader may not see cost."""

    campaign: Campaign
    count: int
    cost: Cost | None


def rows(campaigns: Iterable[Campaign], user: User) -> list[Row]:
    """In a constant number of queries."""
    shown = list(campaigns)
    held = Assignment.objects.filter(campaign__in=shown, ended_at=None)
    owners: dict[int, list[str]] = {}
    for number, owner in held.values_list("campaign_id", "owner"):
        owners.setdefault(number, []).append(owner)
    found = costs.of((each for some in owners.values() for each in some), user) if _sees(user) else None
    return [_row(campaign, owners.get(campaign.pk, []), found) for campaign in shown]


def shown(campaign: Campaign, user: User) -> dict:
    """What belongs to it with its cost, the sum, and what has belonged to it."""
    owners = services.owners(campaign.pk)
    past = list(campaign.assignments.exclude(ended_at=None).order_by("-ended_at")[:PAST])
    known = members.of({*owners, *(each.owner for each in past)})
    found = costs.of(owners, user) if _sees(user) else None
    return {
        "members": [(_member(known, owner), _cost(found, owner)) for owner in owners],
        "total": None if found is None else sum(found.values(), NOTHING),
        "past": [(each, _member(known, each.owner)) for each in past],
    }


def responsible(campaign: Campaign) -> str:
    """Who looks after it; empty if nobody does, or not any more."""
    user = User.objects.filter(pk=campaign.responsible_id or 0, is_active=True).first()
    return (user.name or user.email) if user else ""


def currency() -> str:
    """Of the client's plan in this month."""
    tenant_id = current.tenant().pk
    return plans.terms(tenant_id, standing.month_of(tenant_id, timezone.now())).currency


def _row(campaign: Campaign, owners: list[str], found: dict[str, Cost] | None) -> Row:
    if found is None:
        return Row(campaign, len(owners), None)
    return Row(campaign, len(owners), sum((found.get(owner, NOTHING) for owner in owners), NOTHING))


def _cost(found: dict[str, Cost] | None, owner: str) -> Cost | None:
    return None if found is None else found.get(owner, NOTHING)


def _member(known: dict[str, Member], owner: str) -> Member:
    """What is gone still has its name in the ledger's way."""
    return known.get(owner, Member(owner, owner))


def _sees(user: User) -> bool:
    return user.has_perm("billing.view_ledgerentry")
