"""What lets people in: types of triggers, what they remember, and how they hear of what has happened."""

from scenarios.triggers import clocks, gathered, goods, happenings, running_out
from scenarios.triggers.hearing import next_moment

__all__ = ["clocks", "gathered", "goods", "happenings", "next_moment", "running_out"]
