"""What messages can lead to: lotteries and point campaigns that are not over, by number."""

from django.utils.translation import gettext as _

from prizes.models import Lottery, PointCampaign


def lotteries() -> dict[int, str]:
    rows = Lottery.objects.exclude(status=Lottery.Status.CLOSED)
    return dict(rows.values_list("pk", "name"))


def point_campaigns() -> dict[int, str]:
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.CLOSED)
    return dict(rows.values_list("pk", "name"))


def titles_of_lotteries(numbers: set[int]) -> dict[int, str]:
    """These, also those that are over, as the results of what led to their pages name them."""
    rows = Lottery.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {number: _("Lottery: %(name)s") % {"name": name} for number, name in rows}


def titles_of_point_campaigns(numbers: set[int]) -> dict[int, str]:
    rows = PointCampaign.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {number: _("Point campaign: %(name)s") % {"name": name} for number, name in rows}
