"""The types of leaves that every client has, by what they are about. Importing the package registers them."""

from segments.types import customers, events, friends

__all__ = ["customers", "events", "friends"]
