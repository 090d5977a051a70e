"""All that registers itself: importing it makes the types of steps known to the engine."""

from scenarios import acts, mails
from scenarios.engine import sending, waiting
from scenarios.manners import counting

__all__ = ["acts", "counting", "mails", "sending", "waiting"]
