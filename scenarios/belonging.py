"""The campaign of a scenario."""

from collections.abc import Iterable

from campaigns import services as campaigns
from campaigns.members import Member
from campaigns.models import Campaign
from scenarios.models import Scenario


def campaigns_of(scenarios: Iterable[Scenario]) -> dict[str, Campaign]:
    """Those of several, by the name that the ledger has for a scenario."""
    return campaigns.of_many(each.ledger_owner for each in scenarios)


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these scenarios."""
    rows = Scenario.objects.filter(pk__in=found).only("name", "status", "version__published_at")
    for each in rows.select_related("version"):
        at = each.version.published_at if each.version else None
        address = each.get_absolute_url()
        yield Member(each.ledger_owner, each.name, address, str(each.get_status_display()), at)
