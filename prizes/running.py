"""What is done without anybody asking: closing what has ended, proofs and lists that were asked for."""

from datetime import datetime

from prizes.lotteries import audit
from prizes.lotteries import commands as lotteries
from prizes.models import Lottery, PointCampaign
from prizes.points import commands as points
from prizes.points import listing


def do_due() -> None:
    """Twice at once is harmless."""
    lotteries.close_ended()
    points.close_ended()
    audit.do_asked()
    listing.draw_up_asked()


def next_moment() -> datetime | None:
    """When the next one ends."""
    ends = [
        rows.filter(status="open").order_by("ends_at").values_list("ends_at", flat=True).first()
        for rows in (Lottery.objects, PointCampaign.objects)
    ]
    return min((each for each in ends if each), default=None)
