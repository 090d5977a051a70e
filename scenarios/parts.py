"""All that registers itself: importing it makes the types of steps and of triggers known."""

from scenarios import acts, leaves, mails, receivers, triggers
from scenarios.engine import merging, sending, waiting
from scenarios.manners import counting
from scenarios.texts import erasing

__all__ = [
    "acts",
    "counting",
    "erasing",
    "leaves",
    "mails",
    "merging",
    "receivers",
    "sending",
    "triggers",
    "waiting",
]
