"""Endpoints of segments."""
