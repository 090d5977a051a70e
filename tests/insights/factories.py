"""Funnels, and people who walk along them."""

from datetime import datetime

from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from insights import funnels
from insights.models import Funnel

STEPS = [{"event": "followed"}, {"event": "viewed"}, {"event": "bought"}]


def make_funnel(name: str = "To the first order", **facts: object) -> Funnel:
    return funnels.create(**({"name": name, "steps": STEPS, "by": None} | facts))


def happen(friend: Friend, type_: str, at: datetime, **properties: object) -> None:
    timeline.record([NewEvent(type_, at, friend.pk, None, properties)])
