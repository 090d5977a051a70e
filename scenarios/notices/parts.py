"""Importing this makes known what notification messages have a say in."""

from scenarios.notices import acting, arriving, belonging, kinds

__all__ = ["acting", "arriving", "belonging", "kinds"]
