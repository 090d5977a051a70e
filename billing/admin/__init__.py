"""Admin of what LINE charges, for the agency: prices and plans, the ledger, LINE's own counts."""

from billing.admin import ledger, prices, readings, subscriptions

__all__ = ["ledger", "prices", "readings", "subscriptions"]
