"""Endpoints of scenarios."""
