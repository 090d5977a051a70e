"""The types of leaves that every client has, by what they are about. Importing the package registers them."""

from segments.types import (
    customers,
    dates,
    events,
    friend_data,
    friends,
    gathered,
    line,
    orders,
    purchases,
    rfm,
    routes,
    sequences,
)

__all__ = [
    "customers",
    "dates",
    "events",
    "friend_data",
    "friends",
    "gathered",
    "line",
    "orders",
    "purchases",
    "rfm",
    "routes",
    "sequences",
]
