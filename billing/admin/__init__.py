"""Admin of what LINE charges, for the agency: prices and plans, the ledger, LINE's own counts."""

from billing.admin import budgets, ledger, prices, readings, subscriptions

__all__ = ["budgets", "ledger", "prices", "readings", "subscriptions"]
