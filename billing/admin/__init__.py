"""Admin of what LINE charges, for the agency: prices and plans, the ledger."""

from billing.admin import ledger, prices, subscriptions

__all__ = ["ledger", "prices", "subscriptions"]
