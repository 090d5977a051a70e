"""Campaigns of lotteries and point campaigns."""

from collections.abc import Iterable

from campaigns import services as campaigns
from campaigns.members import Member
from campaigns.models import Campaign
from prizes.models import Lottery, PointCampaign


def campaigns_of(rows: Iterable[Lottery | PointCampaign]) -> dict[str, Campaign]:
    """Those of several, by the name that the ledger has for each."""
    return campaigns.of_many(each.ledger_owner for each in rows)


def lotteries(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these lotteries."""
    return map(_member, Lottery.objects.filter(pk__in=found))


def point_campaigns(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these point campaigns."""
    return map(_member, PointCampaign.objects.filter(pk__in=found))


def _member(row: Lottery | PointCampaign) -> Member:
    state = str(row.get_status_display())
    return Member(row.ledger_owner, row.name, row.get_absolute_url(), state, row.starts_at)
