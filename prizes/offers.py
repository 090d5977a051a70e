"""What messages can lead to: lotteries and point campaigns that are not over, by number."""

from prizes.models import Lottery, PointCampaign


def lotteries() -> dict[int, str]:
    rows = Lottery.objects.exclude(status=Lottery.Status.CLOSED)
    return dict(rows.values_list("pk", "name"))


def point_campaigns() -> dict[int, str]:
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.CLOSED)
    return dict(rows.values_list("pk", "name"))
