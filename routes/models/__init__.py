"""Acquisition routes, who came by them, and what they cost."""

from routes.models.coming import (
    SIGN_IN_LASTS,
    Arrival,
    Folder,
    Route,
    RouteQuerySet,
    SignIn,
    Visit,
    new_code,
    new_key,
)

__all__ = [
    "SIGN_IN_LASTS",
    "Arrival",
    "Folder",
    "Route",
    "RouteQuerySet",
    "SignIn",
    "Visit",
    "new_code",
    "new_key",
]
