"""Scenarios, their versions, the people in them, and what they were sent."""

from scenarios.models.entry import Entry, Passage
from scenarios.models.scenario import Scenario, Version
from scenarios.models.send import Send, StepText

__all__ = ["Entry", "Passage", "Scenario", "Send", "StepText", "Version"]
