"""Answers of leaves: asked of PostgreSQL, remembered, brought up to date."""
