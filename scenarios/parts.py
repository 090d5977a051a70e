"""All that registers itself: importing it makes the types of steps and of triggers known."""

from scenarios import acts, mails, triggers
from scenarios.engine import sending, waiting
from scenarios.manners import counting

__all__ = ["acts", "counting", "mails", "sending", "triggers", "waiting"]
