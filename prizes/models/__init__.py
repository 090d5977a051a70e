"""Instant lotteries and point campaigns."""

from prizes.models.lottery import WHOLE, Draw, Lottery, OddsTable, Player, Prize, Right, Win
from prizes.models.points import DeliveryList, DeliveryRow, PointCampaign, PointEntry

__all__ = [
    "WHOLE",
    "DeliveryList",
    "DeliveryRow",
    "Draw",
    "Lottery",
    "OddsTable",
    "Player",
    "PointCampaign",
    "PointEntry",
    "Prize",
    "Right",
    "Win",
]
