"""Surveys on the dashboard."""
