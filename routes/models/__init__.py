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
from routes.models.costs import AdCost, AdCostQuerySet

__all__ = [
    "SIGN_IN_LASTS",
    "AdCost",
    "AdCostQuerySet",
    "Arrival",
    "Folder",
    "Route",
    "RouteQuerySet",
    "SignIn",
    "Visit",
    "new_code",
    "new_key",
]
