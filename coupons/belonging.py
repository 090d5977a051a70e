"""The campaign of a coupon."""

from collections.abc import Iterable

from campaigns import services as campaigns
from campaigns.members import Member
from campaigns.models import Campaign
from coupons.models import Coupon


def campaigns_of(coupons: Iterable[Coupon]) -> dict[str, Campaign]:
    """Those of several, by the name that the ledger has for a coupon."""
    return campaigns.of_many(each.ledger_owner for each in coupons)


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these coupons."""
    for each in Coupon.objects.filter(pk__in=found):
        state = str(each.state().label)
        yield Member(each.ledger_owner, each.name, each.get_absolute_url(), state, each.started_at)
