"""Lotteries and point campaigns as tests need them."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from friends.models import Friend
from prizes.lotteries import commands as lotteries
from prizes.lotteries import drawing, turns
from prizes.models import DeliveryList, Lottery, PointCampaign
from prizes.points import commands as points
from prizes.points import entering, listing

DAY = timedelta(days=1)


def make_lottery(
    name: str = "Autumn lottery", *, prizes: list[dict] | None = None, **facts: object
) -> Lottery:
    """A draft from yesterday until tomorrow, with a tote bag for everybody unless told otherwise."""
    rows = [{"name": "Tote bag", "ppm": 1_000_000}] if prizes is None else prizes
    return lotteries.create(**({"name": name, "prizes": rows, "by": None} | _period() | facts))


def make_open_lottery(**facts: object) -> Lottery:
    return lotteries.open_lottery(make_lottery(**facts), by=None)


def make_point_campaign(name: str = "100 points", **facts: object) -> PointCampaign:
    """A draft that began yesterday and ends tomorrow: 100 points of one yen for everybody who enters."""
    given = {"points": 100, "unit_price": Decimal(1), "by": None}
    return points.create(**({"name": name} | given | _period() | facts))


def make_open_point_campaign(**facts: object) -> PointCampaign:
    return points.open_campaign(make_point_campaign(**facts), by=None)


def _period() -> dict[str, datetime]:
    now = timezone.now()
    return {"starts_at": now - DAY, "ends_at": now + DAY}


def make_prize_rows(friend: Friend) -> dict[str, object]:
    """One of each, as addresses name them: drafts, what is open, and a list that waits to be approved."""
    prizes = [{"name": "Tote bag", "ppm": 1_000_000, "is_sent": True}]
    opened = make_open_lottery(prizes=prizes, turns=3)
    turns.give(opened, [friend.pk], key="survey:4", source="survey:4")
    draw = drawing.draw(opened, friend.pk, turn=1)
    entered = make_open_point_campaign(name="50 points")
    entering.enter(entered, friend.pk, way="page")
    return {
        "lottery": make_lottery("Draft").pk,
        "open_lottery": opened.pk,
        "win": draw.win.pk,
        "points": make_point_campaign("Draft").pk,
        "open_points": entered.pk,
        "closed_points": make_list(friend).campaign_id,
    }


def make_list(*friends: Friend, **facts: object) -> DeliveryList:
    """The list of a closed point campaign that these friends have entered; not approved yet."""
    campaign = make_open_point_campaign(**facts)
    for friend in friends:
        entering.enter(campaign, friend.pk, way="page")
    points.close(campaign, by=None)
    made = listing.ask(campaign, by=None)
    listing.draw_up_asked()
    return DeliveryList.objects.get(pk=made.pk)
