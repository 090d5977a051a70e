"""Greetings and keyword replies, by the free reply token."""
