"""Things that can belong to a campaign, found by words in their name."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast
from campaigns import members
from coupons.models import Coupon
from prizes.models import Lottery, PointCampaign
from referrals.models import Programme
from routes.models import Route
from scenarios.models import Scenario
from surveys.models import Survey


def register() -> None:
    """Have campaigns find all kinds of things; planning is the first app that knows all of them."""
    for kind, label, model in (
        ("broadcast", _("Broadcasts"), Broadcast),
        ("scenario", _("Scenarios"), Scenario),
        ("survey", _("Surveys"), Survey),
        ("coupon", _("Coupons"), Coupon),
        ("lottery", _("Lotteries"), Lottery),
        ("points", _("Point campaigns"), PointCampaign),
        ("referral", _("Referral programmes"), Programme),
        ("route", _("Routes and ads"), Route),
    ):
        members.register_search(kind, label, _finder(model))


def _finder(model: type[models.Model]) -> members.Find:
    def find(words: str, most: int) -> Iterable[int]:
        rows = model._default_manager.filter(name__icontains=words)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])

    return find
