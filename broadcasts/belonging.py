"""The campaign of a broadcast."""

from collections.abc import Iterable

from accounts.paging import key
from broadcasts.models import Broadcast
from campaigns import services as campaigns
from campaigns.members import Member
from campaigns.models import Campaign

PREFIX = "broadcast:"  # begins the name by which the ledger knows one


def campaign_of(broadcast: Broadcast) -> Campaign | None:
    return campaigns.of(broadcast.ledger_owner)


def campaigns_of(broadcasts: Iterable[Broadcast]) -> dict[str, Campaign]:
    """Those of several, by the name that the ledger has for a broadcast."""
    return campaigns.of_many(each.ledger_owner for each in broadcasts)


def to_inherit(broadcast: Broadcast) -> Campaign | None:
    """The campaign that a copy belongs to: the original's, if more may still be added to it."""
    found = campaign_of(broadcast)
    return found if found and found.archived_at is None else None


def numbers_of(campaign_id: int) -> list[int]:
    """Broadcasts that belong to the campaign, by number."""
    return numbers(campaigns.owners(campaign_id))


def numbers(owners: Iterable[str]) -> list[int]:
    """Those of the ledger's owners that are broadcasts, by number."""
    return [int(owner.removeprefix(PREFIX)) for owner in owners if owner.startswith(PREFIX)]


def open_campaign(number: str) -> Campaign | None:
    """The campaign that an address names, if more can be added to it."""
    found = key(number)
    return None if found is None else Campaign.objects.open().filter(pk=found).first()


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these broadcasts."""
    rows = Broadcast.objects.filter(pk__in=found).only("name", "status", "send_at", "started_at")
    for each in rows:
        at = each.started_at or each.send_at
        address = each.get_absolute_url()
        yield Member(each.ledger_owner, each.name, address, str(each.get_status_display()), at)
