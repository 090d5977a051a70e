"""Surveys, their versions, who takes part, what they answered, and what is kept of results."""

from surveys.models.response import Answer, Response
from surveys.models.results import CountedWord, Winner, WinnerDraw, WordReport
from surveys.models.survey import Survey, SurveyVersion

__all__ = [
    "Answer",
    "CountedWord",
    "Response",
    "Survey",
    "SurveyVersion",
    "Winner",
    "WinnerDraw",
    "WordReport",
]
