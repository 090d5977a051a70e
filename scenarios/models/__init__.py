"""Scenarios, their versions, the people in them, and what they were sent."""

from scenarios.models.entry import Entry, Passage
from scenarios.models.halt import Halt
from scenarios.models.scenario import Scenario, Version
from scenarios.models.send import Send, StepText

__all__ = ["Entry", "Halt", "Passage", "Scenario", "Send", "StepText", "Version"]
