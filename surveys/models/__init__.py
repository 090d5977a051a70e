"""Surveys, their versions, who takes part, and what they answered."""

from surveys.models.response import Answer, Response
from surveys.models.survey import Survey, SurveyVersion

__all__ = ["Answer", "Response", "Survey", "SurveyVersion"]
